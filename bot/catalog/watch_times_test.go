package catalog_test

import (
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot/catalog"
)

// TestTheShortestTimesOfAWatch: the same are taken in slipway.yaml and in a rule that is
// tried, and shorter ones in neither.
func TestTheShortestTimesOfAWatch(t *testing.T) {
	t.Parallel()
	known := catalog.Vocabulary{Sources: allKinds()}
	const probes = `probes: [{name: up, http: "http://a"}]`
	for said, fault := range map[string]string{
		"window: 1s, every: 200ms":                   "",
		"window: 999ms, every: 200ms":                "window: must be a duration from 1s to",
		"window: 1s, every: 199ms":                   "every: must be a duration from 200ms to",
		"before: 1s":                                 "",
		"before: 999ms":                              "before: must be a duration from 1s to",
		"on_unhealthy: rollback, countdown: 0s":      "",
		"on_unhealthy: shadow, countdown: 0s":        "",
		"delay: 0s":                                  "",
		"on_unhealthy: rollback, countdown: -1s":     "countdown: must be a duration",
		"window: 1y":                                 "window: must be a duration",
		"window: 365d":                               "window: must be a duration from 1s to",
		"window: 99999999999999999999999h":           "window: must be a duration",
		"window: 1e3s":                               "window: must be a duration",
		"window: NaN":                                "window: must be a duration",
		"window: .inf":                               "window: is a number without a unit",
		"window: 10":                                 "window: is a number without a unit",
		"window: ~":                                  "window: has no value; must be a duration from 1s to",
		"every: [30s]":                               "every: must be a single value, but is a list",
		"on_unhealthy: rollback, on_unhealthy: tell": "stands here a second time",
		"on_unhealthy: Rollback":                     "did you mean rollback?",
		"on_unhealthy: off":                          "on_unhealthy: must be one of ask, rollback, tell, shadow",
	} {
		health := "{" + said + ", " + probes + "}"
		inFile := with(t, "production: {}", "production: {health: "+health+"}")
		_, err := catalog.Parse([]byte(inFile), variables, known)
		_, ruled := catalog.ParseHealthRule([]byte("health: "+health), variables, known)
		for where, err := range map[string]error{"slipway.yaml": err, "a rule": ruled} {
			if fault == "" && err != nil || fault != "" && (err == nil || !strings.Contains(err.Error(), fault)) {
				t.Errorf("%s in %s: %v, want %q", said, where, err, fault)
			}
		}
	}
	_, err := catalog.Parse([]byte(with(t, "production: {}", `production: {health: {probes: [{name: up, every: 199ms, http: "http://a"}]}}`)), variables, known)
	if err == nil || !strings.Contains(err.Error(), "every: must be a duration from 200ms to") {
		t.Errorf("of one probe: %v", err)
	}
}
