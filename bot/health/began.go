package health

import "slices"

// A change that had begun before the release is not its doing, however clear it is. It
// shows in the newest readings from before: if they are as bad as those after, they are
// older than the cause that would be named. A person decides then, since a service that is
// released while it gets worse may be worse for either reason.

// newestBefore is how many readings right before a release must be as bad as those after
// it. Fewer may be chance.
const newestBefore = 3

// blameless is a test that holds nothing against the release.
func blameless(of test) test {
	return func(look moment) claim {
		c := of(look)
		c.begun = c.against
		c.doubtful = c.doubtful || c.against
		c.against = false
		return c
	}
}

// valuesBegan says that the newest values before lie above the older ones, and about as
// far as most of those after.
func valuesBegan(before, after []float64, sign float64) bool {
	older := len(before) - newestBefore
	if older < fewest || len(after) == 0 {
		return false
	}
	scale := scaleOf(before, after, sign)
	was, is := sortedCopy(scale.all(before[:older])), sortedCopy(scale.all(after))
	least := max(quantile(was, mostBefore)+leastRise, quantile(is, mostAfter)-leastRise)
	return slices.Min(scale.all(before[older:])) >= least
}

// ratesBegan says that the share of bad ones had clearly risen in the newest ticks before,
// and about as far as after.
func ratesBegan(before, after []rate) bool {
	older := len(before) - newestBefore
	if older < fewest {
		return false
	}
	newest := sumOf(before[older:])
	return chanceOf(sumOf(before[:older]), newest) <= calmerChance && (1+leastRise)*newest.share() >= sumOf(after).share()
}
