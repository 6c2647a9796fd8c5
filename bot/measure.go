package bot

import "math"

// MaxMeasure bounds the numbers that are believed. What lies beyond measures nothing, and
// neither sums nor squares of it need be numbers that can be stored.
const MaxMeasure = 1e100

// Measures says whether a number can be a measurement.
func Measures(v float64) bool { return math.Abs(v) <= MaxMeasure }

// Believed is the sample as it is believed: one whose numbers measure nothing has no
// answer, and neither has its control.
func (s Sample) Believed() Sample {
	if s.Control != nil && !Measures(*s.Control) {
		s.Control = nil
	}
	if measure(s.Value, s.Bad, s.Total) {
		return s
	}
	s.Value, s.Bad, s.Total = 0, 0, 0
	if s.Outcome == Good {
		s.Outcome, s.Says = NoAnswer, "what was found measures nothing: it is negative, or too large"
	}
	return s
}

// Believable says whether the numbers of a reading can be measurements.
func (r Reading) Believable() bool { return measure(r.Value, r.Bad, r.Total) }

func measure(value, bad, total float64) bool {
	return Measures(value) && Measures(bad) && Measures(total) && bad >= 0 && total >= 0
}
