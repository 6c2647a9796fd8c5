package watcher_test

import (
	"context"
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/watcher"
)

// measuring is a source that finds the same at every time.
type measuring struct{ found bot.Sample }

func (m measuring) Ask(context.Context, bot.Question) bot.Sample { return m.found }

func (m measuring) Past(_ context.Context, _ bot.Question, p bot.Period) (all []bot.Sample, err error) {
	for at := p.From; !at.After(p.To); at = at.Add(p.Step) {
		found := m.found
		found.At = at
		all = append(all, found)
	}
	return all, nil
}

// TestLook_WhatMeasuresNothing: a number beyond reason is no answer, whatever source it
// comes from, so that a watch can always be stored, however often its counts are added up.
func TestLook_WhatMeasuresNothing(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		found bot.Sample
		want  bot.SampleOutcome
	}{
		"a large value":       {bot.Sample{Value: 1e99}, bot.Good},
		"too large a value":   {bot.Sample{Value: -1e308}, bot.NoAnswer},
		"an endless one":      {bot.Sample{Value: math.Inf(1)}, bot.NoAnswer},
		"none":                {bot.Sample{Value: math.NaN()}, bot.NoAnswer},
		"too many bad ones":   {bot.Sample{Bad: 1e308, Total: 1e308}, bot.NoAnswer},
		"of none":             {bot.Sample{Bad: 1, Total: math.NaN()}, bot.NoAnswer},
		"less than nothing":   {bot.Sample{Bad: -1, Total: 5}, bot.NoAnswer},
		"of less than that":   {bot.Sample{Bad: 0, Total: -5}, bot.NoAnswer},
		"a control alone":     {bot.Sample{Value: 1, Control: new(math.Inf(1))}, bot.Good},
		"as many as there be": {bot.Sample{Bad: 1e99, Total: 1e100}, bot.Good},
	} {
		tt.found.Outcome = bot.Good
		rule := bot.HealthRule{Window: 10 * time.Minute, Every: 30 * time.Second, Probes: []bot.Probe{{Name: "p", Source: "fixed", Kind: bot.Counts}}}
		r := bot.Release{Plan: &bot.Plan{Settings: bot.Settings{Health: rule}}, Watch: bot.Watch{StartedAt: noon, EndsAt: noon.Add(10 * time.Minute)}}
		got := watcher.New(map[string]watcher.Source{"fixed": measuring{tt.found}}, quiet()).Look(t.Context(), r, noon)
		if len(got.Samples) != 1 || got.Samples[0].Outcome != tt.want || tt.want == bot.NoAnswer && got.Samples[0].Says == "" {
			t.Errorf("%s: %+v, want %s", name, got.Samples, tt.want)
		}
		for i := range bot.MaxSamples + 200 { // of which two hundred are added to others
			again := got.Samples[0]
			again.At = noon.Add(time.Duration(i) * time.Second)
			r.Watch.Keep([]bot.Sample{again})
		}
		r.Watch.Before = got.Before
		if _, err := json.Marshal(r.Watch); err != nil { //nolint:musttag // whether it can be written at all
			t.Errorf("%s: the watch cannot be stored: %v", name, err)
		}
	}
}
