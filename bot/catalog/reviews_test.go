package catalog_test

import (
	"testing"

	"github.com/slipwayhq/slipway/bot"
)

// TestReviews: the closest place counts, as a whole.
func TestReviews(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bot.ReviewRule{
		"    environments:\n      production: {}":                                                                 {},
		"    environments:\n      production: {reviews: 2}":                                                       {Count: 2},
		"    environments:\n      production: {reviews: {count: 1, merged: true}}":                                {Count: 1, Merged: true},
		"    reviews: 1\n    environments:\n      production: {}":                                                 {Count: 1},
		"    reviews: {count: 1, merged: true}\n    environments:\n      production: {reviews: 2}":                {Count: 2},
		"    reviews: 1\n    environments:\n      production: {reviews: 0}":                                       {},
		"    reviews: 1\n    defaults: {reviews: 2}\n    environments:\n      production: {}":                     {Count: 2},
		"    defaults: {reviews: {count: 1}}\n    environments:\n      production: {}\ndefaults: {reviews: 3}\n#": {Count: 1},
	} {
		parsed := mustParse(t, with(t, "    environments:\n      production: {}", text))
		if got := parsed.Services[0].Environments[0].Reviews; got != want {
			t.Errorf("%s: %+v, want %+v", text, got, want)
		}
	}
	for _, wrong := range []string{"-1", "11", "some", "{merged: true}", "{count: 0}", "{count: 1, by: anna}"} {
		if faults := faultsOf(t, with(t, "production: {}", "production: {reviews: "+wrong+"}")); len(faults) == 0 {
			t.Errorf("reviews: %s is taken", wrong)
		}
	}
}
