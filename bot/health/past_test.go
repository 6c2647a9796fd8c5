package health_test

import (
	"math"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/health"
)

// TestReplay_WhatThePastDidByItself: the same rise is called unhealthy after a quiet time
// and is not after one that moved as much by itself.
func TestReplay_WhatThePastDidByItself(t *testing.T) {
	t.Parallel()
	metric := func(from, to int, level func(i int) float64) []bot.Reading {
		noise := noisy(3, 0, 0.04)
		var readings []bot.Reading
		for i := from; i < to; i++ {
			readings = append(readings, bot.Reading{At: tickAt(i), Value: 100 * level(i) * math.Exp(noise(i))})
		}
		return readings
	}
	rests := func(i int) float64 { // it rests for twelve readings now and then
		if i < 0 && (i+120)/12%4 == 1 {
			return 0.7
		}
		return 1
	}
	for name, tt := range map[string]struct {
		before, after []bot.Reading
		against       bool
	}{
		"steady":           {metric(-120, 0, level(1)), metric(0, 12, level(1.9)), true},
		"resting at times": {metric(-120, 0, rests), metric(0, 12, level(1.9)), false},
	} {
		trial := health.Trial{Start: start, Courses: []health.Course{{Name: "p", Kind: bot.Values, Before: tt.before, After: tt.after}}}
		f := health.ReplayAmong(trial, probesOfARelease).Findings[0]
		if got := f.Verdict == bot.NotHealthy; got != tt.against {
			t.Errorf("%s: %s with a chance of %.2g, %s", name, f.Verdict, f.Chance, f.Why)
		}
	}
}
