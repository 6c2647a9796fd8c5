package health

import (
	"math"
	"slices"
)

// compared is a claim about values, with the rise of their median on the scale of the
// comparison.
type compared struct {
	claim
	rise float64
}

// maxCompared is how many values from before the release are used: more would not make
// the comparison any better.
const maxCompared = 1000

// against compares the values after the release with those before it. With sign -1 lower
// is worse.
func against(before, after []float64, sign float64, look moment) compared {
	result := compared{claim: claim{chance: 1, why: nothingBefore}}
	if len(before) < fewest {
		return result
	}
	if len(after) == 0 {
		result.why = nothingAfter
		return result
	}
	before = before[max(0, len(before)-maxCompared):]
	s := scaleOf(before, after, sign)
	h, now := historyOf(s.all(before), s), s.all(after)
	result.rise, result.why = h.against(now, look.budget).rise, valueWords(before, after)
	result.chance, result.against = h.changed(now, look)
	if chance := h.gross(now, look); chance <= look.budget {
		result.chance, result.against = min(result.chance, chance), true
	}
	// With few readings no test can be significant. If they look no worse, that is enough.
	few := len(after) < longEnough(len(before), look.budget)
	worse := result.rise >= leastRise && h.rank(now) > 0
	result.enough = len(after) >= fewest-1 && (!few || !worse)
	if look.over {
		unsure := look
		unsure.budget *= doubt
		_, result.doubtful = h.changed(now, unsure)
		result.doubtful = result.doubtful || few && worse || h.roseLate(now) || h.allAbove(now) || h.roseFromConstant(now) <= unsure.budget
	}
	result.lastBad = now[len(now)-1] > h.sorted[len(h.sorted)-1]+leastRise
	result.sees = h.sees(look.budget)
	return result
}

// roseFromConstant is for a metric that was constant before the release, usually zero,
// and is higher at many readings after it, though not at most of them. That may be errors
// that begin, or a metric that is often idle, so a person decides. It returns the
// probability that so many readings are higher by chance, and 1 if the metric was not
// constant.
func (h history) roseFromConstant(now []float64) float64 {
	most := h.sorted[len(h.sorted)-1]
	if h.sorted[0] < most {
		return 1
	}
	beyond := rate{total: float64(len(now))}
	for _, v := range now {
		if v > most+leastRise {
			beyond.bad++
		}
	}
	return chanceOf(rate{total: float64(len(h.sorted))}.over(neighbours), beyond.over(neighbours))
}

// allAbove says that all readings after lie above all readings before. It is only used
// where there are too few readings before for a significant test.
func (h history) allAbove(now []float64) bool {
	return len(h.sorted) <= 3*fewest && len(now) >= fewest-1 && slices.Min(now) > h.sorted[len(h.sorted)-1] && quantile(sortedCopy(now), 0.5) >= h.median+leastRise
}

// roseLate says that the newest readings all lie above every older one. A rise that
// starts so late is too short to blame on the release, and too clear to ignore.
func (h history) roseLate(now []float64) bool {
	lowest := math.Inf(1)
	for n := 1; n <= len(now); n++ {
		lowest = min(lowest, now[len(now)-n])
		if n < fewest-1 {
			continue
		}
		highest := h.sorted[len(h.sorted)-1]
		for _, v := range now[:len(now)-n] {
			highest = max(highest, v)
		}
		if lowest > highest+leastRise {
			return true
		}
	}
	return false
}

// scattered tests whether the values spread further from their median. A fraction of the
// median before is added to each distance, so that small fluctuations around it do no harm.
// It uses a part of the budget.
func scattered(before, after []float64, look moment) claim {
	if len(before) < fewest || len(after) == 0 {
		return claim{chance: 1, enough: true} // the other tests report that readings are missing
	}
	look.budget *= spentOnTheWay
	fluctuations := leastNoise * math.Abs(quantile(sortedCopy(before), 0.5))
	distances := func(values []float64) []float64 {
		median, far := quantile(sortedCopy(values), 0.5), make([]float64, len(values))
		for i, v := range values {
			far[i] = math.Abs(v-median) + fluctuations
		}
		return far
	}
	result := against(distances(before), distances(after), 1, look).claim
	result.why = "the distances from the median changed; " + valueWords(before, after)
	result.sees, result.enough = "", true
	return result
}

// changed compares all readings after, and their peaks, with those before. When the
// window is over it also compares the newest readings with all older ones, to find a
// change that began later. It returns the lowest probability among these comparisons, and
// whether any of them is within its budget.
func (h history) changed(now []float64, look moment) (chance float64, found bool) {
	whole, part := look.budget*spentOnTheWay, look.budget*spentOnTheWay
	if look.over {
		whole = look.budget * spentAtTheEnd
	}
	chance = 1
	differs := func(h history, now []float64, budget float64) {
		if len(now) < fewest-1 {
			return
		}
		s := h.against(now, budget)
		if !s.lasted || s.rise < leastRise {
			return
		}
		if s.chance <= budget { // else it need not be asked of the past
			s.chance = max(s.chance, h.chanceByPast(now))
		}
		chance = min(chance, s.chance)
		found = found || s.chance <= budget
	}
	differs(h, now, whole)
	if earlier := peaks(h.inTime); len(earlier) >= fewest {
		differs(historyOf(earlier, h.scale), peaks(now), whole)
	}
	if !look.over {
		return chance, found
	}
	for _, n := range newest(len(h.sorted), len(now), part) {
		older := historyOf(slices.Concat(h.inTime, now[:len(now)-n]), h.scale)
		differs(older, now[len(now)-n:], part)
	}
	return chance, found
}

// sees says how large a rise would have had to be to be found.
func (h history) sees(budget float64) string {
	if h.scale.floor <= 0 {
		return ""
	}
	needed := h.most - quantile(h.sorted, mostAfter) + h.wide*math.Log(budget*spentAtTheEnd)/math.Log(0.001)*h.unit
	factor := math.Exp(max(needed, leastRise))
	if h.scale.sign < 0 {
		return "a fall by " + percent(1-1/factor) + " would have been seen if it lasted"
	}
	return "a rise to " + amount(factor) + " times as much would have been seen if it lasted"
}
