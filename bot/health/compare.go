package health

import (
	"math"
	"slices"
)

// compared is a claim about values, with how far their median rose, as compared.
type compared struct {
	claim
	rise float64
}

// maxCompared is how many values before are compared with: more would say no more.
const maxCompared = 1000

// against compares values after with those before. Sign -1 means that lower is worse.
func against(before, after []float64, sign float64, look Look) compared {
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
	result.rise, result.why = h.against(now, look.Budget).rise, valueWords(before, after)
	result.chance, result.against = h.changed(now, look)
	if chance := h.gross(now, look); chance <= look.Budget {
		result.chance, result.against = min(result.chance, chance), true
	}
	// With few readings no test can be sure. What looks well is then taken for well.
	few := len(after) < longEnough(len(before), look.Budget)
	worse := result.rise >= leastRise && h.rank(now) > 0
	result.enough = len(after) >= fewest-1 && (!few || !worse)
	if look.Over {
		unsure := look
		unsure.Budget *= doubt
		_, result.doubtful = h.changed(now, unsure)
		result.doubtful = result.doubtful || few && worse || h.begun(now) || h.apart(now) || h.begins(now) <= unsure.Budget
	}
	result.lastBad = now[len(now)-1] > h.sorted[len(h.sorted)-1]+leastRise
	result.sees = h.sees(look.Budget)
	return result
}

// begins is for what was the same before at every reading, mostly nothing, and is more at
// many readings after, though not at most of them: errors that begin, or a metric that
// rests now and then, so that a person looks. It gives the probability that so many of
// them are by chance.
func (h history) begins(now []float64) float64 {
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

// apart says that where few readings are compared, too few to be sure, all of those after
// lie above all of those before.
func (h history) apart(now []float64) bool {
	return len(h.sorted) <= 3*fewest && len(now) >= fewest-1 && slices.Min(now) > h.sorted[len(h.sorted)-1] && quantile(sortedCopy(now), 0.5) >= h.median+leastRise
}

// begun says that some of the newest readings lie apart from all that are older: what
// began so late can neither be held against the release nor be passed over.
func (h history) begun(now []float64) bool {
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

// scattered compares how far values lie from the median before. A part of that median
// is added, since what is small beside it is no harm. It takes a part of the budget.
func scattered(before, after []float64, look Look) claim {
	if len(before) < fewest || len(after) == 0 {
		return claim{chance: 1, enough: true} // which the other tests say
	}
	look.Budget *= spentOnTheWay
	median := quantile(sortedCopy(before), 0.5)
	distances := func(values []float64) []float64 {
		far := make([]float64, len(values))
		for i, v := range values {
			far[i] = math.Abs(v-median) + leastNoise*math.Abs(median)
		}
		return far
	}
	result := against(distances(before), distances(after), 1, look).claim
	result.why = "the distances from " + amount(median) + ", the median before, changed; " + valueWords(before, after)
	result.sees, result.enough = "", true
	return result
}

// changed compares all readings after, and the highest of every few of them, with
// those before; and at the end the newest with all that are older, for what began
// later. It gives the least chance that any of them has.
func (h history) changed(now []float64, look Look) (chance float64, found bool) {
	whole, part := look.Budget*spentOnTheWay, look.Budget*spentOnTheWay
	if look.Over {
		whole = look.Budget * spentAtTheEnd
	}
	chance = 1
	differs := func(h history, now []float64, budget float64) {
		if len(now) < fewest-1 {
			return
		}
		if s := h.against(now, budget); s.lasted && s.rise >= leastRise {
			chance = min(chance, s.chance)
			found = found || s.chance <= budget
		}
	}
	differs(h, now, whole)
	if earlier := peaks(h.inTime); len(earlier) >= fewest {
		differs(historyOf(earlier, h.scale), peaks(now), whole)
	}
	if !look.Over {
		return chance, found
	}
	for _, n := range newest(len(h.sorted), len(now), part) {
		older := historyOf(slices.Concat(h.inTime, now[:len(now)-n]), h.scale)
		differs(older, now[len(now)-n:], part)
	}
	return chance, found
}

// sees says what rise would have been called one.
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
