package catalog_test

import "testing"

// TestDeployJob: the setting closest to the environment counts, and a service may have
// it outside its defaults.
func TestDeployJob(t *testing.T) {
	t.Parallel()
	parsed := mustParse(t, with(t, "      production: {}\n", `      one: {}
      two: {deploy_job: "roll out (eu)"}
    deploy_job: roll out
defaults: {deploy_job: ship}
`))
	for i, want := range []string{"roll out", "roll out (eu)"} {
		if got := parsed.Services[0].Environments[i].DeployJob; got != want {
			t.Errorf("deploy_job of %s = %q, want %q", parsed.Services[0].Environments[i].Name, got, want)
		}
	}
	if got := parsed.Defaults.DeployJob; got != "ship" {
		t.Errorf("defaults.deploy_job = %q", got)
	}
}
