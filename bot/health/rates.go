package health

import "math"

// rate is how many of a total were bad: requests, answers, or readings beyond a bound.
type rate struct{ bad, total float64 }

func (t rate) share() float64 {
	if t.total <= 0 {
		return 0
	}
	return t.bad / t.total
}

func (t rate) plus(other rate) rate { return rate{t.bad + other.bad, t.total + other.total} }

// over divides both counts by the dispersion: counts that come in bursts carry less
// information than independent ones.
func (t rate) over(dispersion float64) rate { return rate{t.bad / dispersion, t.total / dispersion} }

// The false-alarm budget of a probe has two parts: one for all looks while the window is
// open, and a larger one for the last look. Counts need less while the window is open,
// since a failure shows in them at once.
const (
	spentOnTheWay  = 0.3
	spentAtTheEnd  = 1 - spentOnTheWay
	countsOnTheWay = 0.1
	countsAtTheEnd = 1 - countsOnTheWay
)

// multiples are the rises that the mixture bets on, as factors of the rate before.
func multiples() []float64 { return []float64{1.4, 2, 3, 5, 10, 30, 100} }

// martingale is a likelihood ratio: how many times likelier the counts after are if their
// rate rose than if it stayed. The risen rate is a mixture of multiples of the rate before
// and of all rates; the rate before is averaged over its posterior, a beta distribution.
// Without a change its mean is at most about 1 at any stopping time, so it exceeds 1/a with
// a probability of at most a, however often one looks.
//
// The result is its logarithm.
func martingale(before, after rate) float64 {
	good := after.total - after.bad
	expected := (before.bad + 1) / (before.total + 2)
	bets := []float64{lnBeta(after.bad+1, good+1)} // any rate at all
	for _, m := range multiples() {
		p := min(m*expected, (1+expected)/2)
		bets = append(bets, after.bad*math.Log(p)+good*math.Log1p(-p))
	}
	a, b := before.bad+1, before.total-before.bad+1
	stayed := lnBeta(a+after.bad, b+good) - lnBeta(a, b)
	return lnSum(bets) - math.Log(float64(len(bets))) - stayed
}

// chanceOf is the probability of at least as many bad ones as in after, if the rate is
// that of before: Fisher's exact test, written as the tail of a beta-binomial distribution
// so that it also takes fractions.
func chanceOf(before, after rate) float64 {
	a, b := before.bad+1, max(before.total-before.bad, 1e-9)
	n, x := after.total, after.bad
	expected := n * a / (a + b)
	if x <= expected {
		return 1 // no worse than expected: the exact number does not matter
	}
	if x > manyBad {
		return upperTail((x - expected) / math.Sqrt(expected*b/(a+b)*(a+b+n)/(a+b+1)))
	}
	term := math.Exp(lnChoose(n, min(x, n)) + lnBeta(a+x, b+max(n-x, 0)) - lnBeta(a, b))
	if math.IsNaN(term) {
		return 1 // too large for floating point, so that nothing can be said
	}
	if term < leastTerm {
		return term // what would be added is no more, and may never seem to end
	}
	sum := 0.0
	for ; x <= n+1e-9; x++ {
		sum += term
		next := term * (n - x) * (x + a) / ((x + 1) * (n - x - 1 + b))
		if math.IsNaN(next) || next < sum*1e-12 || next <= 0 {
			break
		}
		term = next
	}
	return min(sum, 1)
}

// middleChance is the mid-p value, which gives the observed counts half of their weight:
// the mean of the exact test's result for them and for what is one step more extreme, with
// the same sum. With few counts the exact test alone is conservative: it rejects less often
// than its level allows.
func middleChance(before, after rate) float64 {
	exactly := chanceOf(before, after)
	if after.bad+1 > after.total {
		return exactly / 2 // all are bad, so nothing is more extreme
	}
	// With less than one before there is only a part of a step to go.
	step := min(1, before.bad)
	fewer := rate{before.bad - step, before.total}
	return (exactly + step*chanceOf(fewer, rate{after.bad + 1, after.total})) / 2
}

// sinceAny is the martingale of a rise that may have begun at any tick: a mixture that
// gives half of its weight to the first tick and less and less to the later ones. For each,
// everything before it counts as before. The result is a logarithm.
func sinceAny(before rate, ticks []rate) float64 {
	whole := sumOf(ticks)
	bets := []float64{math.Log(0.5) + martingale(before, whole)}
	var older rate
	for i, t := range ticks[:max(len(ticks)-1, 0)] {
		older = older.plus(t)
		if j := float64(i + 1); len(ticks)-i <= maxStarts {
			newer := rate{whole.bad - older.bad, whole.total - older.total}
			bets = append(bets, math.Log(0.5/(j*(j+1)))+martingale(before.plus(older), newer))
		}
	}
	return lnSum(bets)
}

// maxStarts bounds how many ticks back a rise may have begun, other than at the first one.
const maxStarts = 200

// unseen stands for a share that no number of bad ones reaches.
const unseen = 2

// leastTerm is a probability below which floating point soon counts no more: what is
// multiplied with a number slightly below one stays the same there.
const leastTerm = 1e-290

// manyBad is the count above which the normal approximation is used.
const manyBad = 50_000

// leastSeen is the lowest share of bad ones that is found in 8 of 10 windows with this
// total, or unseen if none is.
func leastSeen(before rate, total, budget float64) float64 {
	low, high := 0.0, total
	if chanceOf(before, rate{total, total}) > budget*countsAtTheEnd {
		return unseen
	}
	for high-low > max(0.5, total*1e-6) {
		middle := (low + high) / 2
		if chanceOf(before, rate{middle, total}) <= budget*countsAtTheEnd {
			high = middle
		} else {
			low = middle
		}
	}
	const eightOfTen = 0.84 // the standard normal quantile
	return min(1, (high+eightOfTen*math.Sqrt(high*(1-high/total)))/total)
}
