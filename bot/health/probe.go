package health

import (
	"cmp"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// Course is the readings of one probe, before the release and after it.
type Course struct {
	Name          string
	Kind          bot.SampleKind
	Conditions    bot.Conditions
	Before, After []bot.Reading
	// references are those for the same hours of earlier days. The control query's values
	// are in the readings themselves.
	references []reference
}

// inTime sorts readings by time, and those of the same time by their contents, so that the
// result does not depend on the order of its input. Identical readings of a metric at the
// same time count once.
func inTime(readings []bot.Reading, kind bot.SampleKind) []bot.Reading {
	ordered := slices.Clone(readings)
	slices.SortStableFunc(ordered, func(a, b bot.Reading) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Value, b.Value), cmp.Compare(a.Bad, b.Bad),
			cmp.Compare(a.Total, b.Total), cmp.Compare(a.Latency, b.Latency), compareTruth(a.OK, b.OK))
	})
	if measures(kind) {
		ordered = slices.CompactFunc(ordered, func(a, b bot.Reading) bool {
			return a.At.Equal(b.At) && a.Missing == b.Missing && a.Value == b.Value && a.Bad == b.Bad && a.Total == b.Total
		})
	}
	return ordered
}

func compareTruth(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// answered are the readings that were had, and can be measurements.
func answered(readings []bot.Reading) []bot.Reading {
	missing := func(r bot.Reading) bool { return r.Missing || !r.Believable() }
	if !slices.ContainsFunc(readings, missing) {
		return readings
	}
	return slices.DeleteFunc(slices.Clone(readings), missing)
}

func valuesOf(readings []bot.Reading) []float64 {
	values := make([]float64, len(readings))
	for i, r := range readings {
		values[i] = r.Value
	}
	return values
}

// latenciesOf are the latencies of good answers in milliseconds, where they were measured.
func latenciesOf(readings []bot.Reading) []float64 {
	var took []float64
	for _, r := range readings {
		if r.OK && r.Latency > 0 {
			took = append(took, float64(r.Latency)/float64(time.Millisecond))
		}
	}
	return took
}

// rateOf counts the readings that are bad.
func rateOf(readings []bot.Reading, bad func(bot.Reading) bool) rate {
	var t rate
	for _, r := range readings {
		t.total++
		if bad(r) {
			t.bad++
		}
	}
	return t
}

// ticksOf are the counts of each tick. With sign -1, where lower is worse, good ones count
// as bad ones and the reverse.
func ticksOf(readings []bot.Reading, sign float64) []rate {
	ticks := make([]rate, len(readings))
	for i, r := range readings {
		bad := min(r.Bad, r.Total)
		if sign < 0 {
			bad = r.Total - bad
		}
		ticks[i] = rate{bad, r.Total}
	}
	return ticks
}

func sumOf(ticks []rate) rate {
	var all rate
	for _, t := range ticks {
		all = all.plus(t)
	}
	return all
}
