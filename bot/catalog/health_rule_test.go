package catalog_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/integrations/checkprobe"
	"github.com/slipwayhq/slipway/integrations/httpprobe"
	"github.com/slipwayhq/slipway/integrations/prometheus"
	"github.com/slipwayhq/slipway/integrations/workflowprobe"
)

// allKinds are slipway's own, since a rule may contain the keys of any of them.
func allKinds() []catalog.Source {
	return []catalog.Source{httpprobe.Kind(), prometheus.Kind(), workflowprobe.Kind(), checkprobe.Kind()}
}

func TestParseHealthRule(t *testing.T) {
	t.Parallel()
	got, err := catalog.ParseHealthRule([]byte(`
health:
  window: 10m
  every: 15s
  delay: 1m
  before: 1h
  on_unhealthy: rollback
  countdown: 0s
  probes:
    - {name: up, http: "https://api.example.com/healthz", headers: {X-Token: "${NOT_THERE}"}, status: 200, max_latency: 500ms}
    - {name: backlog, http: "https://api.example.com/stats", json: {path: queue.length, max: 100}}
    - {name: latency, query: 'histogram_quantile(0.95, x)', max_increase: 20%, max: 0.8, worse: higher}
    - {name: errors, bad: 'a', total: 'b', control: 'c', every: 1m}
    - {name: disk, prometheus: "http://other:9090", query: 'd', min: -1e-3, worse: lower, delay: 30s}
    - {name: smoke, workflow: smoke.yml}
    - {name: canary, check: "Canary analysis", worse: either}
`), variables, catalog.Vocabulary{Sources: allKinds()})
	if err != nil {
		t.Fatal(err)
	}
	higher := func(c bot.Conditions) bot.Conditions { c.Worse = bot.Higher; return c }
	want := bot.HealthRule{
		Window: 10 * time.Minute, Every: 15 * time.Second, Delay: time.Minute, Before: time.Hour,
		Probes: []bot.Probe{
			{Name: "up", Conditions: higher(bot.Conditions{MaxLatency: 500 * time.Millisecond})},
			{Name: "backlog", Conditions: higher(bot.Conditions{Max: new(100.0)})},
			{Name: "latency", Conditions: higher(bot.Conditions{Max: new(0.8), MaxIncrease: new(0.2)})},
			{Name: "errors", Conditions: higher(bot.Conditions{})},
			{Name: "disk", Conditions: bot.Conditions{Worse: bot.Lower, Min: new(-0.001)}, Delay: 30 * time.Second},
			{Name: "smoke", Conditions: higher(bot.Conditions{})},
			{Name: "canary", Conditions: bot.Conditions{Worse: bot.Either}},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ParseHealthRule (-want +got):\n%s", diff)
	}
}

func TestParseHealthRule_Faults(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text, want string
	}{
		{"nothing", "", "1:1 the file is empty: it needs a health block"},
		{"something else", "slack: {}", "1:1 health: is missing: how readings are judged\n1:1 slack: is no key that is known here; the keys are health"},
		{"no probes", "health: {window: 10m}", "1:1 health.probes: is missing: what is judged"},
		{"an empty list", "health: {probes: []}", "1:10 health.probes: is empty; it needs at least one entry"},
		{"a probe twice", "health: {probes: [{name: a}, {name: a}]}", "1:37 health.probes[1].name: is the name of another probe already"},
		{"a mistyped key", "health: {probes: [{name: a, maxx: 1}]}", "1:29 health.probes[0].maxx: is no key that is known here; did you mean max?"},
		{"a direction", "health: {probes: [{name: a, worse: up}]}", `1:36 health.probes[0].worse: must be one of higher, lower, either, but is "up"`},
		{"no number", "health: {probes: [{name: a, max: low}]}", `1:34 health.probes[0].max: must be a number such as 0.01, but is "low"`},
		{"no finite number", "health: {probes: [{name: a, max: 1e999}]}", `1:34 health.probes[0].max: must be a number such as 0.01, but is "1e999"`},
		{"no percentage", "health: {probes: [{name: a, max_increase: 0.2}]}", `1:43 health.probes[0].max_increase: must be a percentage such as 20%, but is "0.2"`},
		{"min above max", "health: {probes: [{name: a, min: 2, max: 1}]}", "1:34 health.probes[0].min: is more than max, so that no reading could be good"},
		{"a short window", "health: {window: 1s, every: 2s, probes: [{name: a}]}", "1:29 health.every: is longer than window, so that there would be no look at all"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := catalog.ParseHealthRule([]byte(tt.text), variables, vocabulary())
			if err == nil || err.Error() != tt.want {
				t.Errorf("ParseHealthRule = %v\nwant %s", err, tt.want)
			}
		})
	}
}

// FuzzParseHealthRule looks for text that makes the reader panic, or return neither
// probes nor faults.
func FuzzParseHealthRule(f *testing.F) {
	f.Add([]byte("health: {window: 10m, probes: [{name: a, max: 1, max_increase: 20%, json: {path: x, min: 1}}]}"))
	f.Add([]byte("probes:\n- name: a\n  min: .5\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		rule, err := catalog.ParseHealthRule(text, variables, vocabulary())
		var faults catalog.Faults
		if err != nil && !errors.As(err, &faults) || err == nil && len(rule.Probes) == 0 {
			t.Errorf("ParseHealthRule = %v, %v", rule, err)
		}
	})
}
