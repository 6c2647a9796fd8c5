package health

import (
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// leastRecovered is how many answers since a verdict must be good, for the service to be
// taken for recovered.
const leastRecovered = 3

// Recovered says that nothing which a probe showed since a time is as bad as what made
// the verdict unhealthy: a countdown need not go on.
func Recovered(rule bot.HealthRule, watch bot.Watch, since time.Time) bool {
	w := window{rule: rule, watch: watch, look: Look{From: since}}
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
		if !asBefore(probe, answered(before.numbers), answered(after.numbers)) {
			return false
		}
	}
	return spoke
}

// asBefore says that readings are as those before, or within their bounds.
func asBefore(probe bot.Probe, before, after []bot.Reading) bool {
	if len(after) < leastRecovered {
		return false
	}
	c := probe.Conditions
	switch probe.Kind {
	case bot.Answers:
		return rateOf(after, badAnswer(c)).bad == 0
	case bot.Counts:
		was, is := sumOf(ticksOf(before, 1)), sumOf(ticksOf(after, 1))
		if c.Max != nil {
			return is.share() <= *c.Max
		}
		return is.total > 0 && was.total > 0 && is.share() <= (1+leastRise)*was.share()
	case bot.Values, bot.Verdicts:
	}
	return slices.IndexFunc(valuesOf(after), func(v float64) bool { return !good(c, before, v) }) < 0
}

// good says that a value is within its bounds, or where it mostly was before.
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
