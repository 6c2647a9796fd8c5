package health

import (
	"cmp"
	"slices"
	"time"
)

// Kind is what the readings of a probe are.
type Kind string

// The kinds of readings.
const (
	Values  Kind = "values"  // a number each: a latency, a queue's length
	Counts  Kind = "counts"  // bad ones among so many
	Answers Kind = "answers" // good or bad, and how long it took
)

// Reading is what one look at a service showed. Which fields count is for the
// kind to say.
type Reading struct {
	At      time.Time
	Missing bool // asked for, and not had: it speaks neither for nor against

	Value float64

	Bad, Total float64

	OK      bool
	Latency time.Duration // 0: not measured
}

// Worse says which direction is bad.
type Worse string

// The directions.
const (
	Higher Worse = "higher"
	Lower  Worse = "lower"
	Either Worse = "either"
)

// Conditions are what the operator asked for, nil or zero where nothing. Without
// any, readings are compared with those before by a test that needs no tuning.
type Conditions struct {
	Worse       Worse
	Max, Min    *float64      // of values, or of the share of bad ones among counts
	MaxIncrease *float64      // over the median before, as a share: 0.2 is 20 %
	MaxLatency  time.Duration // of answers
}

// Course is all that one probe showed, before the release and after it.
type Course struct {
	Name          string
	Kind          Kind
	Conditions    Conditions
	Before, After []Reading
}

// inTime puts readings in the order of their times, and those of one time in an
// order of their own, so that the order in which they were handed in is nothing.
func inTime(readings []Reading) []Reading {
	ordered := slices.Clone(readings)
	slices.SortStableFunc(ordered, func(a, b Reading) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Value, b.Value), cmp.Compare(a.Bad, b.Bad),
			cmp.Compare(a.Total, b.Total), cmp.Compare(a.Latency, b.Latency), compareTruth(a.OK, b.OK))
	})
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

func answered(readings []Reading) []Reading {
	missing := func(r Reading) bool { return r.Missing }
	if !slices.ContainsFunc(readings, missing) {
		return readings
	}
	return slices.DeleteFunc(slices.Clone(readings), missing)
}

func valuesOf(readings []Reading) []float64 {
	values := make([]float64, len(readings))
	for i, r := range readings {
		values[i] = r.Value
	}
	return values
}

// latenciesOf are the milliseconds that good answers took, where it was measured.
func latenciesOf(readings []Reading) []float64 {
	var took []float64
	for _, r := range readings {
		if r.OK && r.Latency > 0 {
			took = append(took, float64(r.Latency)/float64(time.Millisecond))
		}
	}
	return took
}

// rateOf counts the readings that are bad.
func rateOf(readings []Reading, bad func(Reading) bool) rate {
	var t rate
	for _, r := range readings {
		t.total++
		if bad(r) {
			t.bad++
		}
	}
	return t
}

// ticksOf are counts tick by tick. Where lower is worse, the others are the bad ones.
func ticksOf(readings []Reading, sign float64) []rate {
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
