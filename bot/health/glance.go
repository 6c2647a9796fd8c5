package health

import (
	"math"
	"strconv"

	"github.com/slipwayhq/slipway/bot"
)

// Glance says what a single answer to a probe shows: whether the probe's conditions hold
// now. It compares with nothing before, so a number without a bound shows nothing. For a
// probe whose answers are good or bad, good describes a good answer.
func Glance(p bot.Probe, s bot.Sample, good string) bot.Glance {
	g := bot.Glance{Probe: p.Name, State: bot.NotTold, Saw: s.Says, Bound: good}
	if p.Kind == bot.Values || p.Kind == bot.Counts {
		g.Bound = boundWords(p)
	}
	switch {
	case s.Outcome == bot.Bad:
		g.State = bot.NotWell
		return g
	case s.Outcome != bot.Good && g.Saw == "":
		g.Saw = "there was no answer"
		return g
	case s.Outcome != bot.Good:
		return g
	}
	switch p.Kind {
	case bot.Values:
		g.Saw, g.State = exactly(s.Value, p.Conditions), withinBounds(s.Value, p.Conditions)
	case bot.Counts:
		if s.Total <= 0 {
			g.Saw = "there was no traffic"
			return g
		}
		r := rate{bad: s.Bad, total: s.Total}
		g.Saw, g.State = ofTotal(r), withinBounds(r.share(), p.Conditions)
	case bot.Answers, bot.Verdicts:
		g.State = bot.Well
		if g.Saw == "" {
			g.Saw = answerWords(s)
		}
	}
	if g.State == bot.NotShown {
		g.Saw += ", without a bound by which one look could tell"
	}
	return g
}

func answerWords(s bot.Sample) string {
	if s.Latency > 0 {
		return "a good answer in " + bot.Span(bot.Rough(s.Latency))
	}
	return "a good answer"
}

// withinBounds says whether a number is within its bounds.
func withinBounds(v float64, c bot.Conditions) bot.Wellness {
	switch {
	case c.Max == nil && c.Min == nil:
		return bot.NotShown
	case c.Max != nil && v > *c.Max, c.Min != nil && v < *c.Min:
		return bot.NotWell
	}
	return bot.Well
}

// boundWords describes the bounds of a probe's number.
func boundWords(p bot.Probe) string {
	write := allDigits
	if p.Kind == bot.Counts {
		write = percent
	}
	switch c := p.Conditions; {
	case c.Max != nil && c.Min != nil:
		return "from " + write(*c.Min) + " to " + write(*c.Max)
	case c.Max != nil:
		return "at most " + write(*c.Max)
	case c.Min != nil:
		return "at least " + write(*c.Min)
	}
	return ""
}

// exactly writes a number in rounded form, or with all its digits where the rounded form
// would look the same as a bound.
func exactly(v float64, c bot.Conditions) string {
	short := amount(v)
	for _, bound := range []*float64{c.Max, c.Min} {
		if bound != nil && v != *bound && short == amount(*bound) {
			return allDigits(v)
		}
	}
	return short
}

// allDigits writes a number with each of its digits, and in no power of ten as long as a
// person can count them.
func allDigits(v float64) string {
	switch a := math.Abs(v); {
	case v == math.Trunc(v):
		return amount(v)
	case a < 1e-9:
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}
