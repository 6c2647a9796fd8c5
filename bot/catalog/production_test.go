package catalog_test

import "testing"

// TestProduction: the file says which environments users see; where it does not, the
// environment's whole name decides.
func TestProduction(t *testing.T) {
	t.Parallel()
	for environment, want := range map[string]bool{
		"production: {}": true, "prod: {}": true, "live: {}": true,
		"nonprod: {}": false, "preprod: {}": false, "non-production: {}": false, "staging: {}": false, "production-eu: {}": false, "alive: {}": false,
		"production: {production: false}": false, "eu: {production: true}": true, "preprod: {production: true}": true,
	} {
		parsed := mustParse(t, with(t, "production: {}", environment))
		got := parsed.Services[0].Environments[0]
		if got.Production != want || parsed.IsProduction("api", got.Name) != want {
			t.Errorf("%s: production is %v, want %v", environment, got.Production, want)
		}
	}
	if c := mustParse(t, minimal()); !c.IsProduction("web", "prod") || c.IsProduction("api", "preprod") {
		t.Error("what is not in the file any more is not told by its name")
	}
}
