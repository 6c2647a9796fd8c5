package blocks

import (
	"math"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// shownRows is how many probes the table of a summary shows, and cellMax how much
// stands in one of its cells.
const (
	shownRows = 20
	cellMax   = 120
	// noCell stands where a probe has no such thing.
	noCell = "–"
)

// column is one of the table: its title and what stands in it of a probe, which is
// nothing where the probe has no such thing.
type column struct {
	title string
	cell  func(bot.Evidence) string
}

func columns() []column {
	return []column{
		{"Probe", func(e bot.Evidence) string { return bare(e.Probe, nameMax) }},
		{"Readings", func(e bot.Evidence) string {
			return sides(e, func(s bot.Side) string { return strconv.Itoa(s.Readings) })
		}},
		{"Traffic a reading", func(e bot.Evidence) string { return sides(e, trafficOf(e.Kind)) }},
		{"p50", func(e bot.Evidence) string {
			return sides(e, levelOf(e.Kind, func(s bot.Side) float64 { return s.Median }))
		}},
		{"p95", func(e bot.Evidence) string {
			return sides(e, levelOf(e.Kind, func(s bot.Side) float64 { return s.P95 }))
		}},
		{"Errors", func(e bot.Evidence) string { return sides(e, errorsOf(e.Kind)) }},
		{"Difference", difference},
		{"How sure", sureness},
	}
}

// table compares each probe before the release with the same after it. Columns in which
// nothing would stand are left out.
func table(all []bot.Evidence) *slack.TableBlock {
	all = all[:min(len(all), shownRows)]
	t := slack.NewTableBlock("")
	rows := make([][]slack.TableCell, len(all)+1)
	for _, c := range columns() {
		cells, filled := []string{c.title}, false
		for _, e := range all {
			text := clean(c.cell(e), cellMax)
			filled = filled || text != ""
			if text == "" {
				text = noCell
			}
			cells = append(cells, text)
		}
		if !filled {
			continue
		}
		for i, text := range cells {
			rows[i] = append(rows[i], slack.NewTableRawTextCell(text))
		}
		t.ColumnSettings = append(t.ColumnSettings, slack.ColumnSetting{Align: slack.ColumnAlignmentLeft, IsWrapped: true})
	}
	for _, row := range rows {
		t.AddRow(row...)
	}
	return t
}

// sides writes what a probe showed before and after. Where there is nothing on either
// side it is empty.
func sides(e bot.Evidence, of func(bot.Side) string) string {
	was, is := of(e.Before), of(e.After)
	switch {
	case was == "" && is == "":
		return ""
	case was == "":
		was = noCell
	case is == "":
		is = noCell
	}
	return was + " → " + is
}

// trafficOf is how much a reading of counts was made of.
func trafficOf(kind bot.SampleKind) func(bot.Side) string {
	return func(s bot.Side) string {
		if kind != bot.Counts || s.Readings == 0 {
			return ""
		}
		return bot.Figure(s.Total / float64(s.Readings))
	}
}

// levelOf writes a level: of a value as it is, of answers how long they took.
func levelOf(kind bot.SampleKind, of func(bot.Side) float64) func(bot.Side) string {
	return func(s bot.Side) string {
		v := of(s)
		switch {
		case s.Readings == 0 || kind == bot.Counts:
			return ""
		case kind == bot.Values:
			return bot.Figure(v)
		case v <= 0: // it was not measured
			return ""
		}
		return string(took(time.Duration(v * float64(time.Millisecond))))
	}
}

// errorsOf is the share of bad ones, and of how many.
func errorsOf(kind bot.SampleKind) func(bot.Side) string {
	return func(s bot.Side) string {
		if kind == bot.Values || s.Total <= 0 {
			return ""
		}
		return percentage(s.Bad/s.Total) + " of " + bot.Figure(s.Total)
	}
}

// difference is by how much a probe changed: the share of bad ones by points, a level in
// proportion.
func difference(e bot.Evidence) string {
	was, is := e.Before, e.After
	if e.Kind != bot.Values && was.Total > 0 && is.Total > 0 {
		if points := 100 * (is.Bad/is.Total - was.Bad/was.Total); points != 0 || was.Median == 0 || is.Median == 0 {
			return signed(points) + " points"
		}
	}
	if was.Readings == 0 || is.Readings == 0 || e.Kind == bot.Counts {
		return ""
	}
	return proportion(was.Median, is.Median)
}

func proportion(was, is float64) string {
	switch {
	case was == is:
		return "p50 the same"
	case was <= 0 || is < 0:
		return "p50 " + signed(is-was)
	case is >= 2*was:
		return "p50 × " + bot.Figure(is/was)
	}
	return "p50 " + signed(100*(is/was-1)) + "%"
}

// sureness is how sure the verdict on a probe is: how likely chance alone makes as much,
// or what would have been seen.
func sureness(e bot.Evidence) string {
	switch e.Verdict {
	case bot.NotHealthy:
		if e.Kind == bot.Verdicts {
			return "judged elsewhere"
		}
		return "by chance " + odds(e.Chance)
	case bot.Inconclusive:
		return "cannot be told"
	case bot.Watching:
		return "not judged yet"
	case bot.Healthy, bot.NotWatched:
	}
	return e.Sees
}

// odds is a small probability as people say it.
func odds(chance float64) string {
	const limit = 10_000
	if chance <= 1.0/limit {
		return "less than once in " + bot.Figure(limit)
	}
	return "once in " + bot.Figure(math.Floor(1/chance))
}

func percentage(share float64) string { return bot.Figure(100*share) + "%" }

// signed is a change with its sign; of less than can be read nothing is left.
func signed(v float64) string {
	text := bot.Figure(math.Abs(v))
	switch {
	case text == "0":
		return "±0"
	case v < 0:
		return "−" + text
	}
	return "+" + text
}
