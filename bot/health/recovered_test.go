package health_test

import (
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/health"
)

// TestRecovered: a countdown stops only where what spoke against the release is as it was
// before, or within its bounds, for some answers; what did not speak does not matter.
func TestRecovered(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	since := start.Add(10 * time.Minute)
	most := 0.05
	rule := bot.HealthRule{Window: time.Hour, Every: time.Minute, Probes: []bot.Probe{
		{Name: "up", Kind: bot.Answers},
		{Name: "errors", Kind: bot.Counts},
		{Name: "bounded", Kind: bot.Counts, Conditions: bot.Conditions{Max: &most}},
		{Name: "latency", Kind: bot.Values},
	}}
	at := func(d time.Duration, s bot.Sample) bot.Sample { s.At = start.Add(d); return s }
	up := func(o bot.SampleOutcome) bot.Sample { return bot.Sample{Probe: "up", Outcome: o} }
	counts := func(probe string, bad float64) bot.Sample {
		return bot.Sample{Probe: probe, Outcome: bot.Good, Bad: bad, Total: 100}
	}
	latency := func(v float64) bot.Sample { return bot.Sample{Probe: "latency", Outcome: bot.Good, Value: v} }
	three := func(s bot.Sample) []bot.Sample { return []bot.Sample{s, s, s} }
	for name, tt := range map[string]struct {
		spoke  string
		before bot.Sample   // ten of them
		after  []bot.Sample // since the countdown began, one a minute
		want   bool
	}{
		"answers are good again":       {"up", up(bot.Good), three(up(bot.Good)), true},
		"two of them are too few":      {"up", up(bot.Good), three(up(bot.Good))[:2], false},
		"one is bad":                   {"up", up(bot.Good), append(three(up(bot.Good)), up(bot.Bad)), false},
		"nobody answers":               {"up", up(bot.Good), three(up(bot.NoAnswer)), false},
		"errors are as before":         {"errors", counts("errors", 2), three(counts("errors", 2)), true},
		"errors are still more":        {"errors", counts("errors", 2), three(counts("errors", 9)), false},
		"there is no traffic":          {"errors", counts("errors", 2), three(bot.Sample{Probe: "errors", Outcome: bot.Good}), false},
		"within its bound":             {"bounded", counts("bounded", 1), three(counts("bounded", 4)), true},
		"beyond its bound":             {"bounded", counts("bounded", 1), three(counts("bounded", 6)), false},
		"the value is as before":       {"latency", latency(0.2), three(latency(0.2)), true},
		"the value is not":             {"latency", latency(0.2), three(latency(0.9)), false},
		"another probe is well":        {"errors", counts("errors", 2), three(up(bot.Good)), false},
		"no probe spoke":               {"", up(bot.Good), three(up(bot.Good)), false},
		"a probe that is not asked":    {"gone", up(bot.Good), three(up(bot.Good)), false},
		"the probe could not be asked": {"latency", latency(0.2), three(bot.Sample{Probe: "latency", Outcome: bot.Bad}), false},
	} {
		w := bot.Watch{StartedAt: start}
		for i := range 10 {
			w.Samples = append(w.Samples, at(time.Duration(i-20)*time.Minute, tt.before))
		}
		w.Samples = append(w.Samples, at(time.Minute, up(bot.Bad))) // before the countdown began
		for i, s := range tt.after {
			w.Samples = append(w.Samples, at(time.Duration(11+i)*time.Minute, s))
		}
		if tt.spoke != "" {
			w.Evidence = []bot.Evidence{{Probe: tt.spoke, Verdict: bot.NotHealthy}}
		}
		if got := health.Recovered(rule, w, since); got != tt.want {
			t.Errorf("%s: recovered %t, want %t", name, got, tt.want)
		}
	}
}
