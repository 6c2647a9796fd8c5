package health

import "math"

// A rate seldom stays the same: counts come in bursts, or their rate drifts for minutes at
// a time. Then their sums vary more than those of independent counts, and a test that did
// not allow for it would take that for a change.

// dispersion is the variance of the counts relative to that of independent ones, at least
// 1. Counts that come in bursts vary more over several ticks than over one, so blocks of
// ticks are looked at too. What chance alone would show is subtracted, and more of it the
// fewer bad ones there were. The ticks after may add only a limited amount, since a failure
// in the middle of a window makes the counts vary as well.
func dispersion(before, after []rate) float64 {
	times := 1.0
	excess := min(chanceExcess*math.Sqrt(max(1, fewCounts/max(sumOf(before).bad, 1))), mostExcess)
	for size := 1; len(before)/size >= fewest; size *= 2 {
		earlier := indexOf(blocksOf(before, size), nil)
		if earlier.blocks < fewest {
			break
		}
		both := indexOf(blocksOf(before, size), blocksOf(after, size))
		times = max(times, earlier.beyond(-excess), min(both.beyond(-excess), maxAdded))
	}
	return times
}

// wander is the dispersion that is assumed though it was not seen, since few ticks cannot
// show it: that of a rate whose level in a window varies by levelSpread. Where there are
// few bad ones chance exceeds such a variation by far, and none is assumed; where the
// counts rule so much out, only what they leave open.
func wander(before, after []rate) float64 {
	was, is := sumOf(before), sumOf(after)
	expected := was.share() * is.total
	if expected <= 0 {
		return 1
	}
	bad := 2 * was.bad * expected / (was.bad + expected) // where these are alike, either
	assumed := 1 + levelSpread*levelSpread*bad/(1+(mattersFrom/bad)*(mattersFrom/bad))
	possible := math.Inf(1)
	for size := 1; len(before)/size >= fewest; size *= 2 {
		i := indexOf(blocksOf(before, size), blocksOf(after, size))
		if i.blocks < fewest {
			break
		}
		possible = 1 + (1+longerStretches/float64(size))*(max(1, i.beyond(possibleExcess))-1)
	}
	return min(assumed, possible)
}

// mostCounted is how many bad ones are counted at most: more would exceed the precision of
// the tests, and say no more.
const mostCounted = 1e12

const (
	levelSpread = 0.16
	mattersFrom = 240.0 // bad ones before, about
	// longerStretches says by how much more a window varies than blocks of ticks do, divided
	// by their length, if the rate drifts for a few ticks at a time.
	longerStretches = 3.5
)

// overdispersion is how much the shares vary beyond chance, relative to their level: the
// highest estimate that the counts allow, or 0 if the excess is not clear. The higher the
// counts, the smaller an excess is clear: then the shares are exact enough to be judged
// as values.
func overdispersion(ticks []rate) float64 {
	certain := max(1, clearExcess*math.Sqrt(fewCounts/max(sumOf(ticks).bad, fewCounts)))
	wanders, widest := false, 0.0
	for size := 1; len(ticks)/size >= fewest; size *= 2 {
		blocks := blocksOf(ticks, size)
		if len(blocks) < fewest {
			break
		}
		index := indexOf(blocks, nil)
		wanders = wanders || index.beyond(-certain) > 1
		if each := sumOf(blocks).bad / float64(len(blocks)); each > 0 {
			widest = max(widest, math.Sqrt(max(0, index.beyond(1)-1)/each))
		}
	}
	if !wanders {
		return 0
	}
	return widest
}

// Bounds on an excess of dispersion, in its own standard deviations but for the last two.
const (
	chanceExcess   = 0.6   // attributed to chance if there are many bad ones
	mostExcess     = 2.5   // attributed to chance at most
	clearExcess    = 4.0   // clearly more than chance, up to fewCounts bad ones
	possibleExcess = 3.0   // the most that there may be beyond what was seen
	fewCounts      = 100.0 // bad ones
	maxAdded       = 3.0   // the highest dispersion that the ticks after can lead to
)

// index is Pearson's index of dispersion of blocks of ticks, about 1 for independent counts.
type index struct {
	value, freedom float64
	blocks         int // before the release
}

// indexOf is the index of the blocks on both sides of a release, each about its own share.
func indexOf(before, after []rate) index {
	i := index{value: pearson(before), freedom: float64(len(before) - 1), blocks: len(before)}
	if more := float64(len(after) - 1); more > 0 {
		i.value = (i.value*i.freedom + pearson(after)*more) / (i.freedom + more)
		i.freedom += more
	}
	return i
}

// beyond is the index and so many of its standard deviations.
func (i index) beyond(deviations float64) float64 {
	return i.value + deviations*math.Sqrt(2/i.freedom)
}

func blocksOf(ticks []rate, size int) []rate {
	blocks := make([]rate, 0, len(ticks)/size)
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

// pearson is Pearson's index of dispersion about the common share.
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
