package health_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/health"
)

// TestJudge_PaceOfAnErrorStep: from a step from 2 % to 20 % of errors, at 100 requests a
// second and a look every 15 seconds, whenever within the window it comes, the verdict
// takes at most two minutes in 99 of 100 releases, less what comes after it: the look at
// which it is said, and the dispatch, which is not waited for where there is no countdown.
func TestJudge_PaceOfAnErrorStep(t *testing.T) {
	t.Parallel()
	const (
		releases = 200
		perTick  = 1500
		within   = 110 * time.Second // ten seconds are left for the dispatch
	)
	random := rand.New(rand.NewPCG(2026, 11))
	rule := bot.HealthRule{Window: 10 * time.Minute, Every: 15 * time.Second}
	for i := range 10 { // the other probes take their part of the budget
		rule.Probes = append(rule.Probes, bot.Probe{Name: string(rune('a' + i)), Kind: bot.Counts})
	}
	var took []time.Duration
	for range releases {
		step := time.Duration(random.Float64() * float64(5*time.Minute))
		took = append(took, paceOf(random, rule, step, perTick))
	}
	slices.Sort(took)
	p99 := took[releases*99/100-1]
	t.Logf("p50 %s, p99 %s", took[releases/2], p99)
	if p99 > within {
		t.Errorf("99 of 100 releases are judged within %s, want %s", p99, within)
	}
}

// paceOf is how long after a step a release is called unhealthy. Counts are those of the
// time since the last look, of which the step changes a part.
func paceOf(random *rand.Rand, rule bot.HealthRule, step time.Duration, perTick float64) time.Duration {
	const before, after = 0.02, 0.2
	var history []bot.Reading
	for i := range 120 {
		history = append(history, bot.Reading{At: start.Add(time.Duration(i-120) * rule.Every), Bad: poisson(random, before*perTick), Total: perTick})
	}
	watch := bot.Watch{StartedAt: start}
	for _, p := range rule.Probes {
		watch.Before = append(watch.Before, bot.Baseline{Probe: p.Name, Readings: history})
	}
	for at := rule.Every; at <= rule.Window; at += rule.Every {
		worse := float64(min(max(at-step, 0), rule.Every)) / float64(rule.Every)
		now := start.Add(at)
		for i, p := range rule.Probes {
			share := before
			if i == 0 {
				share += worse * (after - before)
			}
			watch.Samples = append(watch.Samples, bot.Sample{Probe: p.Name, At: now, Outcome: bot.Good, Bad: poisson(random, share*perTick), Total: perTick})
		}
		if health.Judge(rule, watch, now).Verdict == bot.NotHealthy {
			return at - step
		}
	}
	return rule.Window
}
