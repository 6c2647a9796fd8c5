package health_test

import (
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/health"
)

// TestRecovered: a countdown stops only if the probes that were against the release are as
// good as before, or within their bounds, for some answers. Other probes do not matter.
func TestRecovered(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	since := start.Add(10 * time.Minute)
	most, least, slightly := 0.05, 0.9, 0.1
	rule := bot.HealthRule{Window: time.Hour, Every: time.Minute, Countdown: 3 * time.Minute, Probes: []bot.Probe{
		{Name: "up", Kind: bot.Answers},
		{Name: "errors", Kind: bot.Counts},
		{Name: "bounded", Kind: bot.Counts, Conditions: bot.Conditions{Max: &most}},
		{Name: "latency", Kind: bot.Values},
		{Name: "hits", Kind: bot.Counts, Conditions: bot.Conditions{Worse: bot.Lower}},
		{Name: "kept", Kind: bot.Counts, Conditions: bot.Conditions{Min: &least}},
		{Name: "both", Kind: bot.Counts, Conditions: bot.Conditions{Max: &most, MaxIncrease: &slightly}},
	}}
	at := func(d time.Duration, s bot.Sample) bot.Sample { s.At = start.Add(d); return s }
	up := func(o bot.SampleOutcome) bot.Sample { return bot.Sample{Probe: "up", Outcome: o} }
	counts := func(probe string, bad float64) bot.Sample {
		return bot.Sample{Probe: probe, Outcome: bot.Good, Bad: bad, Total: 100}
	}
	latency := func(v float64) bot.Sample { return bot.Sample{Probe: "latency", Outcome: bot.Good, Value: v} }
	took := func(d time.Duration) bot.Sample {
		return bot.Sample{Probe: "up", Outcome: bot.Good, Latency: d}
	}
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
		"none comes to its bound":      {"bounded", counts("bounded", 1), three(counts("bounded", 0)), true},
		"no traffic is in no bound":    {"bounded", counts("bounded", 1), three(bot.Sample{Probe: "bounded", Outcome: bot.Good}), false},
		"beyond its bound, as before":  {"bounded", counts("bounded", 8), three(counts("bounded", 7)), true},
		"as many hits as before":       {"hits", counts("hits", 80), three(counts("hits", 79)), true},
		"still fewer hits":             {"hits", counts("hits", 80), three(counts("hits", 30)), false},
		"at its least":                 {"kept", counts("kept", 95), three(counts("kept", 90)), true},
		"still below its least":        {"kept", counts("kept", 95), three(counts("kept", 50)), false},
		"a least that never held":      {"kept", counts("kept", 50), three(counts("kept", 50)), true},
		"further below it than before": {"kept", counts("kept", 50), three(counts("kept", 10)), false},
		"within one bound of two":      {"both", counts("both", 2), three(counts("both", 4)), false},
		"within both":                  {"both", counts("both", 4), three(counts("both", 4)), true},
		"answers are as fast again":    {"up", took(50 * time.Millisecond), three(took(60 * time.Millisecond)), true},
		"answers are still slow":       {"up", took(50 * time.Millisecond), three(took(900 * time.Millisecond)), false},
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

// TestRecovered_InTime: as many good answers as fit into the countdown are enough, but a
// single one never is.
func TestRecovered_InTime(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		every, countdown time.Duration
		good             int
		want             bool
	}{
		{30 * time.Second, time.Minute, 1, false},
		{30 * time.Second, time.Minute, 2, true},
		{30 * time.Second, 10 * time.Second, 1, false},
		{5 * time.Second, time.Minute, 2, false},
		{5 * time.Second, time.Minute, 3, true},
	} {
		rule := bot.HealthRule{Every: tt.every, Countdown: tt.countdown, Probes: []bot.Probe{{Name: "up", Kind: bot.Answers}}}
		w := bot.Watch{StartedAt: start, Evidence: []bot.Evidence{{Probe: "up", Verdict: bot.NotHealthy}}}
		for i := range tt.good {
			w.Samples = append(w.Samples, bot.Sample{Probe: "up", Outcome: bot.Good, At: start.Add(time.Hour + time.Duration(i+1)*tt.every)})
		}
		if got := health.Recovered(rule, w, start.Add(time.Hour)); got != tt.want {
			t.Errorf("%+v: recovered %t", tt, got)
		}
	}
}
