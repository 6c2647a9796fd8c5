package health

import "math"

// rate is bad ones among so many: requests, answers, or readings beyond a bound.
type rate struct{ bad, total float64 }

func (t rate) share() float64 {
	if t.total <= 0 {
		return 0
	}
	return t.bad / t.total
}

func (t rate) plus(other rate) rate { return rate{t.bad + other.bad, t.total + other.total} }

// over gives the counts as if every so many were one, as they are where they come
// in bursts.
func (t rate) over(dispersion float64) rate { return rate{t.bad / dispersion, t.total / dispersion} }

// The false-alarm budget of a probe is spent at two places: a part by looking at
// any time, the larger rest once, at the end of the window. Counts need less on the
// way, since what breaks shows in them at once.
const (
	spentOnTheWay  = 0.3
	spentAtTheEnd  = 1 - spentOnTheWay
	countsOnTheWay = 0.1
	countsAtTheEnd = 1 - countsOnTheWay
)

// multiples are the rises that the mixture bets on, as factors of the rate before.
func multiples() []float64 { return []float64{1.4, 2, 3, 5, 10, 30, 100} }

// martingale is how many times likelier the answers after are if their rate rose
// than if it stayed, whichever the rate before was. The rise is a mixture of
// multiples of the rate before and of any rate at all; the rate before is
// averaged over all that fit what was seen of it (a beta distribution). Under no
// change its mean is at most about 1 at whatever time one stops, so that it
// exceeds 1/a with a probability of at most a, however often one looks.
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

// chanceOf is the probability of at least so many bad ones after, if the rate
// stayed what it was: Fisher's exact test, written as the tail of a
// beta-binomial distribution so that it also takes fractions.
func chanceOf(before, after rate) float64 {
	_, sum := tailOf(before, after)
	return sum
}

// middleChance counts just so many bad ones by half (the mid-p value): of few counts the
// exact test rejects much less often than it may, and this does not.
func middleChance(before, after rate) float64 {
	exactly, sum := tailOf(before, after)
	return sum - exactly/2
}

// tailOf is the probability of just so many bad ones, where it was worked out, and that of
// at least so many.
func tailOf(before, after rate) (exactly, sum float64) {
	a, b := before.bad+1, max(before.total-before.bad, 1e-9)
	n, x := after.total, after.bad
	expected := n * a / (a + b)
	if x <= expected {
		return 0, 1 // what is no worse than expected needs no exact number
	}
	if x > manyBad {
		return 0, upperTail((x - expected) / math.Sqrt(expected*b/(a+b)*(a+b+n)/(a+b+1)))
	}
	lnChoose := lnGamma(n+1) - lnGamma(x+1) - lnGamma(max(n-x, 0)+1)
	term := math.Exp(lnChoose + lnBeta(a+x, b+max(n-x, 0)) - lnBeta(a, b))
	if math.IsNaN(term) {
		return 0, 1 // there are more of them than can be counted, so that nothing can be told
	}
	exactly = term
	for ; x <= n+1e-9; x++ {
		sum += term
		next := term * (n - x) * (x + a) / ((x + 1) * (n - x - 1 + b))
		if math.IsNaN(next) || next < sum*1e-12 || next <= 0 {
			break
		}
		term = next
	}
	return exactly, min(sum, 1)
}

// sinceAny is the martingale of a rise that may have begun at any tick: half of the
// stake is on the first, the rest on the later ones, less and less. Each is compared
// with all that came before it. The result is a logarithm.
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

// maxStarts bounds how far back a rise may have begun that is not seen from the first
// tick on.
const maxStarts = 200

// unseen is more than any share.
const unseen = 2

// manyBad is from where the normal distribution is as good as the exact one.
const manyBad = 50_000

// leastSeen is the lowest share of bad ones that would have been found at the end
// in 8 of 10 windows with so many requests, or unseen where none would.
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

// dispersion is how many times more counts vary from tick to tick than independent
// ones would: 1 where nothing speaks for more. Counts that come in bursts vary more
// over several ticks than over one, so blocks of ticks are looked at too. Some of it
// chance alone would show, and that is taken off: the more, the fewer bad ones there were,
// since of a few a rate that wanders changes little, and bursts show. What the ticks after
// add counts within limits, since what breaks in the middle of a window varies as well.
func dispersion(before, after []rate) float64 {
	times := 1.0
	excess := min(chanceExcess*math.Sqrt(max(1, fewCounts/max(sumOf(before).bad, 1))), mostExcess)
	for size := 1; len(before)/size >= fewest; size *= 2 {
		earlier, later := blocksOf(before, size), blocksOf(after, size)
		if len(earlier) < fewest {
			break
		}
		index, freedom := pearson(earlier), float64(len(earlier)-1)
		times = max(times, index-excess*math.Sqrt(2/freedom))
		if more := float64(len(later) - 1); more > 0 {
			both := (index*freedom + pearson(later)*more) / (freedom + more)
			times = max(times, min(both-excess*math.Sqrt(2/(freedom+more)), maxAdded))
		}
	}
	return times
}

// wander is by how much the shares clearly wander beside what chance does, as a part of
// their level and at most as much as fits what was seen; 0 where they do not. The more
// there was to count, the less it takes: then the shares themselves are exact enough to be
// judged as values.
func wander(ticks []rate) float64 {
	certain := max(1, clearExcess*math.Sqrt(fewCounts/max(sumOf(ticks).bad, fewCounts)))
	wanders, widest := false, 0.0
	for size := 1; len(ticks)/size >= fewest; size *= 2 {
		blocks := blocksOf(ticks, size)
		if len(blocks) < fewest {
			break
		}
		index, chance := pearson(blocks), math.Sqrt(2/float64(len(blocks)-1))
		wanders = wanders || index > 1+certain*chance
		if each := sumOf(blocks).bad / float64(len(blocks)); each > 0 {
			widest = max(widest, math.Sqrt(max(0, index-1+chance)/each))
		}
	}
	if !wanders {
		return 0
	}
	return widest
}

// Excess of dispersion, in its own standard deviations: what is put down to chance where
// there is much to count, and at most; and what is clearly more where so few were bad; and
// the most that the ticks after may add.
const (
	chanceExcess = 0.8
	mostExcess   = 2.5
	clearExcess  = 3.0
	fewCounts    = 100.0
	maxAdded     = 3.0
)

func blocksOf(ticks []rate, size int) []rate {
	var blocks []rate
	for i := 0; i+size <= len(ticks); i += size {
		var block rate
		for _, t := range ticks[i : i+size] {
			block = block.plus(t)
		}
		if block.total > 0 {
			blocks = append(blocks, block)
		}
	}
	return blocks
}

// pearson is the index of dispersion about the common share.
func pearson(blocks []rate) float64 {
	var all rate
	for _, b := range blocks {
		all = all.plus(b)
	}
	share := all.share()
	if len(blocks) < 2 || share <= 0 || share >= 1 {
		return 1
	}
	sum := 0.0
	for _, b := range blocks {
		d := b.bad - share*b.total
		sum += d * d / (share * (1 - share) * b.total)
	}
	return sum / float64(len(blocks)-1)
}
