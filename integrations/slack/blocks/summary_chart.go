package blocks

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// charts are the courses that are worth a picture: one where all is well, else two, of
// those first that speak against the release. What a service measures of itself shows
// more than whether it answers.
func charts(r bot.Release, all []bot.Evidence) []Chart {
	most := 1
	if r.Verdict != bot.Healthy {
		most = maxCharts
	}
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b bot.Evidence) int { return cmp.Or(against(a)-against(b), answersOnly(a)-answersOnly(b)) })
	var drawn []Chart
	for _, e := range all {
		if c, seen := chart(r, e); seen && len(drawn) < most {
			drawn = append(drawn, c)
		}
	}
	return drawn
}

func answersOnly(e bot.Evidence) int {
	if e.Kind == bot.Answers {
		return 1
	}
	return 0
}

// chart is the course of a probe about its release: as much of the time before as was
// watched after, each in at most ten steps. False: there is no course to see.
func chart(r bot.Release, e bot.Evidence) (Chart, bool) {
	before, after := courseOf(r.Watch, e)
	if e.Kind == bot.Verdicts || len(after) == 0 || len(before)+len(after) < fewestPoints {
		return Chart{}, false
	}
	measure, unit := measureOf(e.Kind, slices.Concat(before, after))
	parts := min(len(after), maxPoints/2)
	step := max(after[len(after)-1].At.Sub(r.Watch.StartedAt)/time.Duration(parts), time.Millisecond)
	c := Chart{
		Name: cmp.Or(bare(e.Probe, maxLabel), "probe"), Unit: unit, Since: r.Watch.StartedAt, Step: step,
		Points: append(pointsBefore(before, step, measure), pointsAfter(after, r.Watch.StartedAt, step, measure)...),
		Limits: limitsOf(r, e, unit),
	}
	tellApart(c.Points)
	return c, len(c.Points) >= fewestPoints
}

// tellApart makes the labels of points unlike that are alike: two steps may be too short
// to be told apart by their times.
func tellApart(points []Point) {
	seen := map[string]bool{}
	for i := range points {
		if seen[points[i].Label] {
			points[i].Label = "step " + strconv.Itoa(i+1)
		}
		seen[points[i].Label] = true
	}
}

// courseOf are the readings of a probe that were had, in the order of time.
func courseOf(w bot.Watch, e bot.Evidence) (before, after []bot.Reading) {
	for _, b := range w.Before {
		if b.Probe == e.Probe && b.Days == 0 {
			before = append(before, b.Readings...)
		}
	}
	for _, s := range w.Samples {
		early := s.At.Before(w.StartedAt)
		if s.Probe != e.Probe || s.Outcome == bot.NoAnswer || s.Outcome == bot.NotYet && !early || s.Outcome == bot.Bad && e.Kind != bot.Answers {
			continue
		}
		reading := bot.Reading{At: s.At, OK: s.Outcome != bot.Bad, Latency: s.Latency, Value: s.Value, Bad: s.Bad, Total: s.Total}
		if early {
			before = append(before, reading)
		} else {
			after = append(after, reading)
		}
	}
	before = slices.DeleteFunc(before, func(r bot.Reading) bool { return r.Missing })
	for _, side := range [][]bot.Reading{before, after} {
		slices.SortStableFunc(side, func(a, b bot.Reading) int { return a.At.Compare(b.At) })
	}
	return before, after
}

// The units of what is shown.
const (
	unitShare   = "bad, in %"
	unitValue   = "value"
	unitLatency = "ms"
)

// measure is what some readings come to in a chart; false: nothing that can be shown.
type measure func([]bot.Reading) (float64, bool)

// measureOf is what is shown of a kind, and in what unit. Of answers it is how many were
// bad, and where none was how long they took.
func measureOf(kind bot.SampleKind, all []bot.Reading) (m measure, unit string) {
	switch {
	case kind == bot.Counts:
		return badShare(func(r bot.Reading) (bad, total float64) { return min(r.Bad, r.Total), r.Total }), unitShare
	case kind == bot.Values:
		return average(func(r bot.Reading) (float64, bool) { return r.Value, true }), unitValue
	case slices.ContainsFunc(all, func(r bot.Reading) bool { return !r.OK }):
		return badShare(func(r bot.Reading) (bad, total float64) {
			if !r.OK {
				bad = 1
			}
			return bad, 1
		}), unitShare
	}
	return average(func(r bot.Reading) (float64, bool) {
		return float64(r.Latency) / float64(time.Millisecond), r.Latency > 0
	}), unitLatency
}

func badShare(of func(bot.Reading) (bad, total float64)) measure {
	return func(some []bot.Reading) (float64, bool) {
		bad, total := 0.0, 0.0
		for _, r := range some {
			b, t := of(r)
			bad, total = bad+b, total+t
		}
		return shownValue(100 * bad / total)
	}
}

func average(of func(bot.Reading) (float64, bool)) measure {
	return func(some []bot.Reading) (float64, bool) {
		sum, n := 0.0, 0.0
		for _, r := range some {
			if v, known := of(r); known {
				sum, n = sum+v, n+1
			}
		}
		return shownValue(sum / n)
	}
}

// shownValue is a number with six digits, which say all that a chart shows; false: it is
// none, as of nothing.
func shownValue(v float64) (float64, bool) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, false
	}
	v, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 6, 64), 64)
	return v, err == nil
}

// pointsBefore are those of the steps before the last reading from before.
func pointsBefore(readings []bot.Reading, step time.Duration, m measure) []Point {
	if len(readings) == 0 {
		return nil
	}
	const limit = maxPoints / 2
	last := readings[len(readings)-1].At
	steps := stepwise(readings, func(r bot.Reading) int {
		if last.Sub(r.At) == limit*step { // at the very edge
			return limit - 1
		}
		return int(last.Sub(r.At) / step)
	})
	var points []Point
	for i := limit - 1; i >= 0; i-- {
		if v, known := m(steps[i]); known {
			begins := time.Duration(i+1) * step
			points = append(points, Point{Label: "−" + string(took(begins)), At: -begins, Value: v})
		}
	}
	return points
}

// pointsAfter are those of the steps since the watch began.
func pointsAfter(readings []bot.Reading, since time.Time, step time.Duration, m measure) []Point {
	const limit = maxPoints / 2
	steps := stepwise(readings, func(r bot.Reading) int { return min(int(r.At.Sub(since)/step), limit-1) })
	var points []Point
	for i := range limit {
		v, known := m(steps[i])
		if !known {
			continue
		}
		begins := time.Duration(i) * step
		label := deployed
		if len(points) > 0 {
			label = "+" + string(took(begins))
		}
		points = append(points, Point{Label: label, At: begins, Value: v})
	}
	return points
}

// stepwise puts the readings of each step together.
func stepwise(readings []bot.Reading, stepOf func(bot.Reading) int) map[int][]bot.Reading {
	steps := map[int][]bot.Reading{}
	for _, r := range readings {
		steps[stepOf(r)] = append(steps[stepOf(r)], r)
	}
	return steps
}
