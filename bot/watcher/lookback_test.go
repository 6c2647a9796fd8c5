package watcher_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/watcher"
)

// remembering is a source with a record: 1, and 3 from a time on. It returns nothing or an
// error if the probe says so.
type remembering struct {
	answers
	worse time.Time
}

func (r remembering) Past(_ context.Context, q bot.Question, p bot.Period) ([]bot.Sample, error) {
	if q.Probe.Setting("answer") == "broken" {
		return nil, errors.New("the past cannot be asked for")
	}
	var samples []bot.Sample
	for at := p.From; !at.After(p.To); at = at.Add(p.Step) {
		s := bot.Sample{Probe: q.Probe.Name, At: at, Outcome: bot.Good, Value: 1}
		if q.Probe.Setting("answer") == "empty" {
			s = bot.Sample{Probe: q.Probe.Name, At: at, Outcome: bot.NoAnswer, Says: "the query found nothing"}
		}
		if !at.Before(r.worse) {
			s.Value = 3
		}
		samples = append(samples, s)
	}
	return samples, nil
}

// TestLookBack: the records of sources are judged as the watch would have judged them, up to
// the start of the next release. A probe without a record is listed with the reason, and is
// no part of the verdict.
func TestLookBack(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	later := noon.Add(time.Hour)
	valued := func(name, source, answer string) bot.Probe {
		return bot.Probe{Name: name, Source: source, Kind: bot.Values, Settings: []bot.Setting{{Key: "answer", Value: answer}}}
	}
	load, other := valued("load", "remembers", ""), valued("other", "forgets", "")
	for name, tt := range map[string]struct {
		probes []bot.Probe
		worse  time.Time // the values are worse from then on
		until  time.Time
		want   bot.Verdict
		untold []string
	}{
		"as before":              {[]bot.Probe{load}, later, later, bot.Healthy, nil},
		"worse":                  {[]bot.Probe{load}, noon.Add(time.Second), later, bot.NotHealthy, nil},
		"worse after the window": {[]bot.Probe{load}, noon.Add(11 * time.Minute), later, bot.Healthy, nil},
		"worse with the next":    {[]bot.Probe{load}, noon.Add(3 * time.Minute), noon.Add(2 * time.Minute), bot.Healthy, nil},
		"the next came at once":  {[]bot.Probe{load}, later, noon.Add(-time.Second), bot.Inconclusive, nil},
		"one is not remembered":  {[]bot.Probe{other, load}, later, later, bot.Healthy, []string{"other"}},
		"one breaks":             {[]bot.Probe{load, valued("broken", "remembers", "broken")}, later, later, bot.Healthy, []string{"broken"}},
		"one has nothing":        {[]bot.Probe{load, valued("empty", "remembers", "empty")}, later, later, bot.Healthy, []string{"empty"}},
		"none is remembered":     {[]bot.Probe{other}, later, later, bot.Inconclusive, []string{"other"}},
		"an unknown source":      {[]bot.Probe{valued("newer", "newer", "")}, later, later, bot.Inconclusive, []string{"newer"}},
	} {
		rule := bot.HealthRule{Window: 10 * time.Minute, Every: 30 * time.Second, Before: 30 * time.Minute, Probes: tt.probes}
		r := bot.Release{Plan: &bot.Plan{Settings: bot.Settings{Health: rule}}, Watch: bot.Watch{StartedAt: noon}}
		sources := map[string]watcher.Source{"remembers": remembering{worse: tt.worse}, "forgets": answers{}}
		got := watcher.New(sources, quiet()).LookBack(t.Context(), r, tt.until)
		if got.Verdict != tt.want || len(got.Findings)+len(got.Untold) != len(tt.probes) {
			t.Errorf("%s: %s at %s, want %s: %+v", name, got.Verdict, got.At.Sub(noon), tt.want, got)
		}
		for i, f := range got.Untold {
			if i >= len(tt.untold) || f.Name != tt.untold[i] || f.Why == "" || f.Verdict != bot.Inconclusive {
				t.Errorf("%s: %+v cannot be judged, want %v", name, f, tt.untold)
			}
		}
	}
}
