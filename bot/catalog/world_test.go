package catalog_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// counter is a source of numbers with a key that is for watches only, and starter one
// that starts something.
func counter() catalog.Source {
	return catalog.Source{
		Name: "counter", Marks: []string{"count"},
		Keys: []catalog.Key{
			{Name: "count", Shape: catalog.Word("What is counted.")},
			{Name: "beside", Shape: catalog.Word("What is compared."), Watch: true},
			{Name: "matching", Shape: catalog.Lines("What fits.", "a word", "^[a-z]+$", func(word string) string {
				if word == "never" {
					return "fits nothing"
				}
				return ""
			})},
		},
		Kind:   func(catalog.Said) bot.SampleKind { return bot.Values },
		Agrees: func(_, _ catalog.Said) []catalog.Misfit { return nil },
	}
}

func starter() catalog.Source {
	return catalog.Source{
		Name: "starter", Marks: []string{"start"}, Keys: []catalog.Key{{Name: "start", Shape: catalog.Word("What is started.")}},
		Kind:   func(catalog.Said) bot.SampleKind { return bot.Verdicts },
		Agrees: func(_, _ catalog.Said) []catalog.Misfit { return nil }, Acts: true,
	}
}

func worldIn(world, health string) (*catalog.Catalog, error) {
	text := strings.Replace(minimal(), "production: {}", "production: {world: "+world+health+"}", 1)
	known := vocabulary()
	known.Sources = append(known.Sources, counter(), starter())
	return catalog.Parse([]byte(text), variables, known)
}

func TestWorld(t *testing.T) {
	t.Parallel()
	c, err := worldIn(`[{name: pages, count: it, matching: [a, b], max: 3, timeout: 2s}, {healthy: true}, {name: up, http: "https://a.example.com", headers: {X-Token: "${PROBE_TOKEN}"}}]`,
		`, health: {probes: [{name: up, http: "https://b.example.com", headers: {X-Token: other}}]}`)
	if err != nil {
		t.Fatal(err)
	}
	env := c.Services[0].Environments[0]
	want := []bot.Probe{
		{Name: "pages", Source: "counter", Kind: bot.Values, Timeout: 2 * time.Second, Conditions: bot.Conditions{Max: new(3.0)}, Settings: []bot.Setting{
			{Key: "count", Value: "it"}, {Key: "matching.0", Value: "a"}, {Key: "matching.1", Value: "b"},
		}},
		{Name: "health", Source: bot.OwnHealth, Kind: bot.Verdicts, Timeout: 5 * time.Second, Settings: []bot.Setting{{Key: "healthy", Value: "true"}}},
		{Name: "up", Source: "http", Kind: bot.Answers, Timeout: 5 * time.Second, Settings: []bot.Setting{
			{Key: "http", Value: "https://a.example.com"}, {Key: "status", Value: "200"}, {Key: "headers.X-Token"},
		}},
	}
	if diff := cmp.Diff(want, env.World); diff != "" {
		t.Errorf("world (-want +got):\n%s", diff)
	}
	asked := bot.Question{Probe: bot.Probe{Name: "up"}, Target: bot.Target{Service: c.Services[0].Name, Environment: env.Name}, For: bot.ForGate}
	if got := c.ProbeSecrets(asked)["headers.X-Token"]; got == "other" || got == "" {
		t.Errorf("the secret of the gate is %q", got)
	}
	asked.For = bot.ForWatch
	if got := c.ProbeSecrets(asked)["headers.X-Token"]; got != "other" {
		t.Errorf("the secret of the probe of the same name is %q", got)
	}
}

// TestWorld_IsTakenWhole: an environment's own setting replaces the defaults.
func TestWorld_IsTakenWhole(t *testing.T) {
	t.Parallel()
	text := "defaults: {world: [{name: up, http: \"https://a.example.com\"}]}\n" + minimal()
	for edit, want := range map[string]int{"production: {}": 1, "production: {world: []}": 0, `production: {world: [{name: a, http: "https://a.example.com"}, {name: b, http: "https://b.example.com"}]}`: 2} {
		c, err := catalog.Parse([]byte(strings.Replace(text, "production: {}", edit, 1)), variables, vocabulary())
		if err != nil {
			t.Fatal(err)
		}
		if got := len(c.Services[0].Environments[0].World); got != want {
			t.Errorf("%s: %d entries, want %d", edit, got, want)
		}
	}
}

func TestWorld_Faults(t *testing.T) {
	t.Parallel()
	const up = `, health: {probes: [{name: up, http: "https://b.example.com"}]}`
	for name, tt := range map[string]struct{ world, health, want string }{
		"no name":                      {`[{count: it, max: 1}]`, "", "world[0].name: is missing"},
		"a name twice":                 {`[{name: health, count: it, max: 1}, {healthy: true}]`, up, "is the name of another entry already"},
		"no bound":                     {`[{name: a, count: it}]`, "", "give max, min or both"},
		"bounds of nothing":            {`[{name: a, http: "https://a.example.com", max: 1}]`, "", "is for numbers"},
		"nothing asked":                {`[{name: a}]`, "", "asks for nothing: give one of http, count, healthy"},
		"two ways":                     {`[{name: a, healthy: true, count: it, max: 1}]`, up, "asks in more than one way"},
		"what starts something":        {`[{name: a, start: it}]`, "", "start: is no key that is known here"},
		"what is for a watch":          {`[{name: a, count: it, max: 1, beside: that}]`, "", "beside: is no key that is known here"},
		"a version":                    {`[{name: a, http: "https://a.example.com", version: sha}]`, "", "version: is no key that is known here"},
		"what compares":                {`[{name: a, count: it, max_increase: 20%}]`, "", "max_increase: is no key that is known here"},
		"not healthy":                  {`[{healthy: false}]`, up, "must be true"},
		"a time for what has its own":  {`[{healthy: true, timeout: 1s}]`, up, "timeout: is for a question of its own"},
		"health without probes":        {`[{healthy: true}]`, "", "needs health probes of api in production that one look can judge"},
		"health that no look can tell": {`[{healthy: true}]`, `, health: {probes: [{name: a, count: it}, {name: b, start: it}]}`, "that one look can judge"},
		"a line that fits nothing":     {`[{name: a, count: it, max: 1, matching: [never]}]`, "", "matching[0]: fits nothing"},
		"no list":                      {`[{name: a, count: it, max: 1, matching: word}]`, "", "must be a list"},
		"too many":                     {"[" + strings.Repeat(`{name: a, count: it, max: 1}, `, 11) + "]", "", "10 are the most"},
		"a mapping":                    {`{name: a}`, "", "must be a list"},
	} {
		if _, err := worldIn(tt.world, tt.health); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}

// TestWorld_HealthBehindIt: whether a target has health probes is decided by its
// effective settings.
func TestWorld_HealthBehindIt(t *testing.T) {
	t.Parallel()
	const health = `health: {probes: [{name: up, http: "https://b.example.com"}]}`
	for defaults, good := range map[string]bool{
		"{world: [{healthy: true}], " + health + "}": true,
		"{world: [{healthy: true}]}":                 false,
	} {
		_, err := catalog.Parse([]byte("defaults: "+defaults+"\n"+minimal()), variables, vocabulary())
		if (err == nil) != good {
			t.Errorf("%s: %v", defaults, err)
		}
	}
}
