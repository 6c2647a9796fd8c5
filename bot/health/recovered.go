package health

import (
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// How many good readings after an unhealthy verdict count as a recovery: as many as fit
// into the countdown, within these limits.
const (
	mostRecovered  = 3
	leastRecovered = 2
)

// Recovered says that every probe which made the verdict unhealthy has been as good since
// that time as it was before the release, so that the countdown to a rollback can stop.
func Recovered(rule bot.HealthRule, watch bot.Watch, since time.Time) bool {
	w := window{rule: rule, watch: watch, look: moment{from: since}}
	needed := mostRecovered
	if tick := rule.Tick(); rule.Countdown > 0 && tick > 0 {
		needed = min(max(int(rule.Countdown/tick), leastRecovered), mostRecovered)
	}
	spoke := false
	for _, probe := range rule.Probes {
		unhealthy := slices.ContainsFunc(watch.Evidence, func(e bot.Evidence) bool {
			return e.Probe == probe.Name && e.Verdict == bot.NotHealthy
		})
		if !unhealthy {
			continue
		}
		spoke = true
		before, after := w.readings(probe)
		after.numbers = slices.DeleteFunc(after.numbers, func(r bot.Reading) bool { return !r.At.After(since) })
		if len(after.failed) > 0 && slices.ContainsFunc(after.failed, func(r bot.Reading) bool { return r.At.After(since) }) {
			return false
		}
		was, is := answered(before.numbers), answered(after.numbers)
		if len(is) < needed || !asBefore(probe, was, is) {
			return false
		}
	}
	return spoke
}

// asBefore says that readings are no worse than those before, or within their bounds.
func asBefore(probe bot.Probe, before, after []bot.Reading) bool {
	c := probe.Conditions
	switch probe.Kind {
	case bot.Answers:
		return rateOf(after, badAnswer(c)).bad == 0 && (c.MaxLatency > 0 || asFast(latenciesOf(before), latenciesOf(after)))
	case bot.Counts:
		return sharesAsBefore(c, before, after)
	case bot.Values, bot.Verdicts:
	}
	return slices.IndexFunc(valuesOf(after), func(v float64) bool { return !good(c, before, v) }) < 0
}

// asFast says that no answer took so much longer than the median before that it would
// count against a release.
func asFast(before, after []float64) bool {
	if len(before) == 0 || len(after) == 0 {
		return true
	}
	median := quantile(sortedCopy(before), 0.5)
	return slices.Max(after) < max(2*median, median+slowerBy)
}

// sharesAsBefore says that the share of bad ones is within its bounds, or no higher than
// before. Without traffic that is unknown, which counts as no.
func sharesAsBefore(c bot.Conditions, before, after []bot.Reading) bool {
	was, is := sumOf(ticksOf(before, 1)), sumOf(ticksOf(after, 1))
	switch {
	case is.total <= 0:
		return false
	case c.Max != nil && is.share() > max(*c.Max, was.share()):
		return false
	case c.Min != nil && is.share() < *c.Min && (was.total <= 0 || is.share() < was.share()):
		return false
	case c.MaxIncrease == nil && (c.Max != nil || c.Min != nil):
		return true
	case was.total <= 0:
		return false
	}
	rise := leastRise
	if c.MaxIncrease != nil {
		rise = *c.MaxIncrease
	}
	return !slices.ContainsFunc(signs(c), func(sign float64) bool {
		return sumOf(ticksOf(after, sign)).share() > (1+rise)*sumOf(ticksOf(before, sign)).share()
	})
}

// good says that a value is within its bounds and, where there are readings from before,
// no worse than nearly all of them.
func good(c bot.Conditions, before []bot.Reading, v float64) bool {
	if c.Max != nil && v > *c.Max || c.Min != nil && v < *c.Min {
		return false
	}
	if len(before) == 0 {
		return c.Max != nil || c.Min != nil
	}
	sorted := sortedCopy(valuesOf(before))
	low, high := quantile(sorted, 0.05), quantile(sorted, 0.95)
	for _, sign := range signs(c) {
		if sign > 0 && v > high || sign < 0 && v < low {
			return false
		}
	}
	return true
}
