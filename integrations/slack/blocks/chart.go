package blocks

import (
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

// Chart is the course of a probe about its release. It is shown as a block, drawn as a
// picture where a workspace does not take that block, and said in words; each of them
// tells the same.
type Chart struct {
	Name string // of the probe, safe to show as plain text
	// Unit is what the values are: ms, a value, or the share of bad ones in %.
	Unit  string
	Since time.Time // when the release was live
	// Step is how long the readings were taken of which one point is made.
	Step   time.Duration
	Points []Point // at least three, in the order of time
	Limits []Limit
}

// Point is what the readings of one step come to.
type Point struct {
	Label string
	// At is when the step begins, counted from when the release was live: what was
	// before is negative.
	At    time.Duration
	Value float64
}

// Limit is a bound that slipway.yaml sets to the values.
type Limit struct {
	Says  string // "at most 1%"
	Value float64
}

// Title says what a chart shows.
func (c Chart) Title() string { return c.Name + " before and after the release" }

// Before are the points from before the release.
func (c Chart) Before() []Point { return c.Points[:c.firstAfter()] }

// After are the points since the release was live.
func (c Chart) After() []Point { return c.Points[c.firstAfter():] }

func (c Chart) firstAfter() int {
	for i, p := range c.Points {
		if p.At >= 0 {
			return i
		}
	}
	return len(c.Points)
}

// Axis says what is told of the time: when the release was live, and how long a step is.
func (c Chart) Axis() string {
	return deployed + " " + c.Since.UTC().Format("15:04:05") + " UTC; steps of " + string(took(c.Step))
}

// block is a chart as Slack draws it.
func (c Chart) block() *slack.DataVisualizationBlock {
	points := make([]slack.DataVisualizationDataPoint, len(c.Points))
	labels := make([]string, len(c.Points))
	for i, p := range c.Points {
		points[i], labels[i] = slack.NewDataVisualizationDataPoint(p.Label, p.Value), p.Label
	}
	axis := slack.NewDataVisualizationAxisConfig().WithYLabel(c.Unit).WithXLabel(c.Axis())
	axis.Categories = labels
	return slack.NewDataVisualizationBlock(c.Title(), slack.NewDataVisualizationLineChart(axis, slack.NewDataVisualizationDataSeries(c.Name, points...)))
}

// Pictures shows charts by pictures of them, each of which is a file in Slack.
func Pictures(charts []Chart, files []string) Message {
	var shown []slack.Block
	var titles []string
	for i, c := range charts {
		shown = append(shown, slack.NewImageBlockSlackFile(&slack.SlackFileObject{ID: files[i]}, c.InWords(), "", plainText(c.Title())))
		titles = append(titles, string(esc(c.Title(), maxChartTitle)))
	}
	return Message{Blocks: shown, Text: strings.Join(titles, "; ")}
}

// InWords says what a chart shows to whoever does not see it, as plain text.
func (c Chart) InWords() string {
	var said strings.Builder
	said.WriteString("Line chart of " + c.Title() + " (" + c.Unit + "), in steps of " + string(took(c.Step)) + ". ")
	said.WriteString("Before: " + courseInWords(c.Before()) + ". After: " + courseInWords(c.After()) + ".")
	for _, l := range c.Limits {
		said.WriteString(" Allowed: " + l.Says + ".")
	}
	return said.String()
}

func courseInWords(points []Point) string {
	if len(points) == 0 {
		return "nothing is known"
	}
	if len(points) == 1 {
		return "1 point at " + bot.Figure(points[0].Value)
	}
	low, high := points[0].Value, points[0].Value
	for _, p := range points {
		low, high = min(low, p.Value), max(high, p.Value)
	}
	first, last := points[0].Value, points[len(points)-1].Value
	return count(len(points), "point") + " from " + bot.Figure(first) + " to " + bot.Figure(last) +
		", lowest " + bot.Figure(low) + ", highest " + bot.Figure(high)
}

// limitsOf are the bounds of a probe, in the unit in which it is shown.
func limitsOf(r bot.Release, e bot.Evidence, unit string) []Limit {
	var set bot.Conditions
	for _, p := range rule(r).Probes {
		if p.Name == e.Probe {
			set = p.Conditions
		}
	}
	scale, sign := 1.0, ""
	switch e.Kind {
	case bot.Counts:
		scale, sign = 100, "%"
	case bot.Answers:
		if set.MaxLatency <= 0 || unit != unitLatency {
			return nil
		}
		most := float64(set.MaxLatency) / float64(time.Millisecond)
		return []Limit{{"at most " + bot.Figure(most) + " ms", most}}
	case bot.Values, bot.Verdicts:
	}
	var limits []Limit
	for _, bound := range []struct {
		word string
		of   *float64
	}{{"at most ", set.Max}, {"at least ", set.Min}} {
		if bound.of != nil {
			limits = append(limits, Limit{bound.word + bot.Figure(scale**bound.of) + sign, scale * *bound.of})
		}
	}
	return limits
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
