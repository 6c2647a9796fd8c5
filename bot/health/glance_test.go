package health_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/health"
)

// TestGlance: what a single answer shows, for each kind of probe.
func TestGlance(t *testing.T) {
	t.Parallel()
	number := func(kind bot.SampleKind, c bot.Conditions) bot.Probe {
		return bot.Probe{Name: "p", Kind: kind, Conditions: c}
	}
	most, least := bot.Conditions{Max: new(14.4)}, bot.Conditions{Min: new(10.0)}
	share := bot.Conditions{Max: new(0.01)}
	value := func(v float64) bot.Sample { return bot.Sample{Outcome: bot.Good, Value: v} }
	counts := func(bad, total float64) bot.Sample { return bot.Sample{Outcome: bot.Good, Bad: bad, Total: total} }
	none := bot.Sample{Outcome: bot.NoAnswer, Says: "Prometheus cannot be reached"}
	for name, tt := range map[string]struct {
		probe bot.Probe
		seen  bot.Sample
		good  string
		want  bot.Glance
	}{
		"a number below its bound":       {number(bot.Values, most), value(1.2), "", bot.Glance{State: bot.Well, Saw: "1.2", Bound: "at most 14.4"}},
		"a number at its bound":          {number(bot.Values, most), value(14.4), "", bot.Glance{State: bot.Well, Saw: "14.4", Bound: "at most 14.4"}},
		"a number just beyond it":        {number(bot.Values, most), value(14.4004), "", bot.Glance{State: bot.NotWell, Saw: "14.4004", Bound: "at most 14.4"}},
		"a number far beyond it":         {number(bot.Values, most), value(123456), "", bot.Glance{State: bot.NotWell, Saw: "123,456", Bound: "at most 14.4"}},
		"a number below the least":       {number(bot.Values, least), value(9), "", bot.Glance{State: bot.NotWell, Saw: "9", Bound: "at least 10"}},
		"a number as large as bytes are": {number(bot.Values, bot.Conditions{Max: new(5e6)}), value(5_000_001), "", bot.Glance{State: bot.NotWell, Saw: "5,000,001", Bound: "at most 5,000,000"}},
		"a number as small as a share":   {number(bot.Values, bot.Conditions{Max: new(0.00002)}), value(0.0000123), "", bot.Glance{State: bot.Well, Saw: "0.0000123", Bound: "at most 0.00002"}},
		"a share of millions":            {number(bot.Counts, bot.Conditions{Max: new(0.000001)}), counts(3, 9_000_000), "", bot.Glance{State: bot.Well, Saw: "0.0000333% (3 of 9,000,000)", Bound: "at most 0.0001%"}},
		"a number between two":           {number(bot.Values, bot.Conditions{Min: new(1.0), Max: new(5.0)}), value(5), "", bot.Glance{State: bot.Well, Saw: "5", Bound: "from 1 to 5"}},
		"a number without a bound":       {number(bot.Values, bot.Conditions{MaxIncrease: new(0.2)}), value(5), "", bot.Glance{State: bot.NotShown, Saw: "5, without a bound by which one look could tell"}},
		"a number that was not had":      {number(bot.Values, most), none, "", bot.Glance{State: bot.NotTold, Saw: none.Says, Bound: "at most 14.4"}},
		"a share within its bound":       {number(bot.Counts, share), counts(1, 1000), "", bot.Glance{State: bot.Well, Saw: "0.1% (1 of 1,000)", Bound: "at most 1%"}},
		"a share beyond it":              {number(bot.Counts, share), counts(20, 1000), "", bot.Glance{State: bot.NotWell, Saw: "2% (20 of 1,000)", Bound: "at most 1%"}},
		"of nothing there is none":       {number(bot.Counts, share), counts(0, 0), "", bot.Glance{State: bot.NotTold, Saw: "there was no traffic", Bound: "at most 1%"}},
		"a good answer":                  {bot.Probe{Name: "p", Kind: bot.Answers}, bot.Sample{Outcome: bot.Good, Latency: 12 * time.Millisecond}, "status 200", bot.Glance{State: bot.Well, Saw: "a good answer in 12 ms", Bound: "status 200"}},
		"one that says more":             {bot.Probe{Name: "p", Kind: bot.Answers}, bot.Sample{Outcome: bot.Good, Says: "none fires"}, "", bot.Glance{State: bot.Well, Saw: "none fires"}},
		"a bad answer":                   {bot.Probe{Name: "p", Kind: bot.Answers}, bot.Sample{Outcome: bot.Bad, Says: "status 503"}, "status 200", bot.Glance{State: bot.NotWell, Saw: "status 503", Bound: "status 200"}},
		"another commit":                 {bot.Probe{Name: "p", Kind: bot.Answers}, bot.Sample{Outcome: bot.NotYet, Says: "version 1234567"}, "", bot.Glance{State: bot.NotTold, Saw: "version 1234567"}},
		"somebody's verdict":             {bot.Probe{Name: "p", Kind: bot.Verdicts}, bot.Sample{Outcome: bot.Good}, "", bot.Glance{State: bot.Well, Saw: "a good answer"}},
		"a kind that is not known":       {bot.Probe{Name: "p", Kind: "newer"}, bot.Sample{Outcome: bot.Good}, "", bot.Glance{State: bot.NotTold}},
		"an outcome that is not":         {bot.Probe{Name: "p", Kind: bot.Answers}, bot.Sample{Outcome: "newer"}, "", bot.Glance{State: bot.NotTold, Saw: "there was no answer"}},
		"no answer, and nobody's why":    {bot.Probe{Name: "p", Kind: bot.Answers}, bot.Sample{Outcome: bot.NoAnswer}, "", bot.Glance{State: bot.NotTold, Saw: "there was no answer"}},
	} {
		tt.want.Probe = "p"
		if diff := cmp.Diff(tt.want, health.Glance(tt.probe, tt.seen, tt.good)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestWellnessOf: one bad probe makes the whole bad; otherwise one that is not known makes
// it unknown.
func TestWellnessOf(t *testing.T) {
	t.Parallel()
	for want, states := range map[bot.Wellness][][]bot.Wellness{
		bot.NotShown: {nil, {bot.NotShown}},
		bot.Well:     {{bot.Well}, {bot.NotShown, bot.Well}, {bot.Well, bot.NotShown}},
		bot.NotTold:  {{bot.NotTold}, {bot.Well, bot.NotTold, bot.Well}, {bot.NotShown, bot.NotTold}},
		bot.NotWell:  {{bot.NotWell}, {bot.NotWell, bot.NotTold, bot.Well}, {bot.NotTold, bot.NotWell}, {bot.NotWell, bot.NotShown}},
	} {
		for _, all := range states {
			var glances []bot.Glance
			for _, s := range all {
				glances = append(glances, bot.Glance{State: s})
			}
			if got := bot.WellnessOf(glances); got != want {
				t.Errorf("%v come to %s, want %s", all, got, want)
			}
		}
	}
}
