package health

import (
	"slices"
	"strconv"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// reference is a course that the release cannot have changed: the same query at the same
// hours of an earlier day, or the probe's control query.
type reference struct {
	name          string // completes a sentence after "as": "as its control did"
	before, after []bot.Reading
}

// weigh weighs a course. A finding against the release is then weighed again with the
// changes of each reference taken out: the time of day is the most common cause of change.
// Where the operator gave a bound, the bound alone counts.
func weigh(course Course, look moment) Finding {
	f := weighAlone(course, look)
	c := course.Conditions
	bounded := c.Max != nil || c.Min != nil || c.MaxIncrease != nil
	if f.Verdict != bot.NotHealthy && f.Verdict != bot.Inconclusive || bounded || course.Kind == bot.Answers {
		return f
	}
	for _, b := range append(slices.Clone(course.references), controlOf(course)) {
		without := course
		if without.After = b.withoutItsChange(course); without.After == nil {
			continue
		}
		if g := weighAlone(without, look); lessSevere(g.Verdict, f.Verdict) {
			f.Verdict, f.Sees, f.LastBad, f.Excused = g.Verdict, g.Sees, g.LastBad, true
			f.Why += ", as " + b.name
		}
	}
	return f
}

// lessSevere says whether verdict a is less severe than the other one.
func lessSevere(a, than bot.Verdict) bool {
	weight := func(v bot.Verdict) int {
		switch v {
		case bot.NotHealthy:
			return 2
		case bot.Inconclusive:
			return 1
		case bot.Healthy, bot.Watching, bot.NotWatched:
		}
		return 0
	}
	return weight(a) < weight(than)
}

const aDay = 24 * time.Hour

// references are a probe's readings at the same hours of earlier days, where there are any,
// with their times moved to the day of the watch.
func (w window) references(probe string) []reference {
	var all []reference
	for _, baseline := range w.watch.Before {
		if baseline.Probe != probe || baseline.Days == 0 {
			continue
		}
		b := reference{name: "it did at the same hours " + daysEarlier(baseline.Days)}
		for _, r := range answered(baseline.Readings) {
			r.At = r.At.Add(time.Duration(baseline.Days) * aDay)
			if r.At.Before(w.watch.StartedAt) {
				b.before = append(b.before, r)
			} else {
				b.after = append(b.after, r)
			}
		}
		all = append(all, b)
	}
	return all
}

func daysEarlier(n int) string {
	if n == 1 {
		return "a day earlier"
	}
	return strconv.Itoa(n) + " days earlier"
}

func controlOf(course Course) reference {
	return reference{name: "its control did", before: controls(course.Before), after: controls(course.After)}
}

func controls(readings []bot.Reading) []bot.Reading {
	var found []bot.Reading
	for _, r := range readings {
		if r.Control != nil && bot.Measures(*r.Control) {
			found = append(found, bot.Reading{At: r.At, Value: *r.Control})
		}
	}
	return found
}

// smoothing is how many neighbouring readings of a reference are averaged, to smooth out
// the variation of single ones.
const smoothing = 7

// withoutItsChange are the readings after the release, scaled by how the reference
// changed in the same time; nil if the reference has too few readings.
func (b reference) withoutItsChange(course Course) []bot.Reading {
	level := levelOf(course.Kind, b.before)
	if len(b.before) < fewest || len(b.after) < fewest || level <= 0 {
		return nil
	}
	readings := make([]bot.Reading, len(course.After))
	for i, r := range course.After {
		factor := 1.0
		if there := levelOf(course.Kind, nearest(b.after, r.At)); there > 0 {
			factor = min(max(level/there, 1.0/maxFactor), maxFactor)
		}
		r.Value *= factor
		r.Bad = min(r.Bad*factor, r.Total)
		readings[i] = r
	}
	return readings
}

// maxFactor bounds the correction, in both directions.
const maxFactor = 100.0

// nearest are the readings around a time. readings must be sorted by time.
func nearest(readings []bot.Reading, at time.Time) []bot.Reading {
	i, _ := slices.BinarySearchFunc(readings, at, func(r bot.Reading, at time.Time) int { return r.At.Compare(at) })
	from := max(0, min(i-smoothing/2, len(readings)-smoothing))
	return readings[from:min(len(readings), from+smoothing)]
}

// levelOf is the median of values; of counts, the share of bad ones.
func levelOf(kind bot.SampleKind, readings []bot.Reading) float64 {
	switch {
	case len(readings) == 0:
		return 0
	case kind == bot.Counts:
		return sumOf(ticksOf(readings, 1)).share()
	}
	return quantile(sortedCopy(valuesOf(readings)), 0.5)
}
