package blocks

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// What a chart holds.
// Source: docs.slack.dev/reference/block-kit/blocks/data-visualization-block.
const (
	maxCharts     = 2 // a message
	maxChartTitle = 50
	maxPoints     = 20
	maxLabel      = 20
	maxAxis       = 50
	// fewestPoints is how many it takes for a course to be seen.
	fewestPoints = 3
	// deployed is the place on the axis where the release came.
	deployed = "▲ deployed"
)

// charts are the courses that are worth a picture: one where all is well, else two, of
// those first that speak against the release. What a service measures of itself shows
// more than whether it answers.
func charts(r bot.Release, all []bot.Evidence) []*slack.DataVisualizationBlock {
	most := 1
	if r.Verdict != bot.Healthy {
		most = maxCharts
	}
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b bot.Evidence) int { return cmp.Or(against(a)-against(b), answersOnly(a)-answersOnly(b)) })
	var drawn []*slack.DataVisualizationBlock
	for _, e := range all {
		if c := chart(r, e); c != nil && len(drawn) < most {
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
// watched after, each in at most ten steps. Nil where there is no course to see.
func chart(r bot.Release, e bot.Evidence) *slack.DataVisualizationBlock {
	before, after := courseOf(r.Watch, e)
	if e.Kind == bot.Verdicts || len(after) == 0 || len(before)+len(after) < fewestPoints {
		return nil
	}
	measure, unit := measureOf(e.Kind, slices.Concat(before, after))
	parts := min(len(after), maxPoints/2)
	step := max(after[len(after)-1].At.Sub(r.Watch.StartedAt)/time.Duration(parts), time.Millisecond)
	points := append(pointsBefore(before, step, measure), pointsAfter(after, r.Watch.StartedAt, step, measure)...)
	if len(points) < fewestPoints {
		return nil
	}
	axis := slack.NewDataVisualizationAxisConfig().WithYLabel(unit).
		WithXLabel(deployed + " " + r.Watch.StartedAt.UTC().Format("15:04:05") + " UTC; steps of " + string(took(step)))
	axis.Categories = labelled(points)
	name := cmp.Or(bare(e.Probe, maxLabel), "probe")
	series := slack.NewDataVisualizationDataSeries(name, points...)
	return slack.NewDataVisualizationBlock(name+" before and after the release", slack.NewDataVisualizationLineChart(axis, series))
}

// labelled gives the labels of points, after it has made those unlike that are alike: two
// steps may be too short to be told apart by their times.
func labelled(points []slack.DataVisualizationDataPoint) []string {
	labels := make([]string, len(points))
	for i := range points {
		if slices.Contains(labels[:i], points[i].Label) {
			points[i].Label = "step " + strconv.Itoa(i+1)
		}
		labels[i] = points[i].Label
	}
	return labels
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

// measure is what some readings come to in a chart; false: nothing that can be shown.
type measure func([]bot.Reading) (float64, bool)

// measureOf is what is shown of a kind, and in what unit. Of answers it is how many were
// bad, and where none was how long they took.
func measureOf(kind bot.SampleKind, all []bot.Reading) (m measure, unit string) {
	switch {
	case kind == bot.Counts:
		return badShare(func(r bot.Reading) (bad, total float64) { return r.Bad, r.Total }), "bad, in %"
	case kind == bot.Values:
		return average(func(r bot.Reading) (float64, bool) { return r.Value, true }), "value"
	case slices.ContainsFunc(all, func(r bot.Reading) bool { return !r.OK }):
		return badShare(func(r bot.Reading) (bad, total float64) {
			if !r.OK {
				bad = 1
			}
			return bad, 1
		}), "bad, in %"
	}
	return average(func(r bot.Reading) (float64, bool) {
		return float64(r.Latency) / float64(time.Millisecond), r.Latency > 0
	}), "ms"
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
func pointsBefore(readings []bot.Reading, step time.Duration, m measure) []slack.DataVisualizationDataPoint {
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
	var points []slack.DataVisualizationDataPoint
	for i := limit - 1; i >= 0; i-- {
		if v, known := m(steps[i]); known {
			points = append(points, slack.NewDataVisualizationDataPoint("−"+string(took(time.Duration(i+1)*step)), v))
		}
	}
	return points
}

// pointsAfter are those of the steps since the watch began.
func pointsAfter(readings []bot.Reading, since time.Time, step time.Duration, m measure) []slack.DataVisualizationDataPoint {
	const limit = maxPoints / 2
	steps := stepwise(readings, func(r bot.Reading) int { return min(int(r.At.Sub(since)/step), limit-1) })
	var points []slack.DataVisualizationDataPoint
	for i := range limit {
		v, known := m(steps[i])
		if !known {
			continue
		}
		label := deployed
		if len(points) > 0 {
			label = "+" + string(took(time.Duration(i)*step))
		}
		points = append(points, slack.NewDataVisualizationDataPoint(label, v))
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

// sparkline is a chart in a line of text, for a workspace that takes none.
func sparkline(b *slack.DataVisualizationBlock) markup {
	c, is := b.Chart.(*slack.DataVisualizationLineChart)
	if !is || len(c.Series) == 0 || len(c.Series[0].Data) == 0 {
		return ""
	}
	points := c.Series[0].Data
	low, high := points[0].Value, points[0].Value
	for _, p := range points {
		low, high = min(low, p.Value), max(high, p.Value)
	}
	bars := []rune("▁▂▃▄▅▆▇█")
	var line strings.Builder
	for _, p := range points {
		if p.Label == deployed {
			line.WriteString(" ▲ ")
		}
		at := 0
		if high > low {
			at = int((p.Value - low) / (high - low) * float64(len(bars)-1))
		}
		line.WriteRune(bars[at])
	}
	said := esc(b.Title, maxChartTitle) + ": " + markup(line.String())
	return said + "  (" + esc(c.AxisConfig.YLabel, maxAxis) + ", from " + markup(bot.Figure(low)) + " to " + markup(bot.Figure(high)) + ")"
}
