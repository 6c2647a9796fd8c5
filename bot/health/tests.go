package health

import (
	"cmp"
	"math"
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// usualAnswers is how many good answers are assumed at least where nothing bad was seen
// before: a probe is expected to succeed.
const usualAnswers = 20

// comparison is a rate before the release and the rate after it.
type comparison struct {
	before, after rate
	// rise is the smallest relative rise of the share that counts as harm; 0 where the
	// rate before is a bound, which may not be exceeded at all.
	rise float64
	// gross is a share that the test must be able to find for a good result to count.
	gross float64
	last  rate // of the newest tick
	// calmer is the rate after without its worst tick: a single tick decides nothing.
	calmer rate
	// ticks are the single answers whose sum is after; a rise may have begun at any of
	// them. Nil for counts.
	ticks []rate
	why   string
}

// claim tests the rates: by the martingale while the window is open, by the exact test
// as well when it is over.
func (c comparison) claim(look moment) claim {
	calmer := c.calmer
	if look.over && calmer.total <= 0 {
		calmer = c.after // there was one tick, and there will be no other
	}
	result := claim{chance: 1, why: c.why, lastBad: c.last.bad > 0 && chanceOf(c.before, c.last) <= FalseAlarms}
	risen := c.after.bad > 0 && c.after.share() >= (1+c.rise)*c.before.share() &&
		(c.ticks != nil || chanceOf(c.before, calmer) <= calmerChance)
	evidence, tail := martingale(c.before, c.after), middleChance
	if c.ticks != nil {
		evidence, tail = sinceAny(c.before, c.ticks), chanceOf
	}
	chance := min(1, math.Exp(-evidence))
	result.against = risen && chance <= look.budget*countsOnTheWay
	if !look.over {
		result.chance = chance
		return result
	}
	result.chance = tail(c.before, c.after)
	result.against = result.against || risen && result.chance <= look.budget*countsAtTheEnd
	result.doubtful = risen && result.chance <= doubt*look.budget
	seen := leastSeen(c.before, c.after.total, look.budget)
	result.enough = seen <= c.gross
	if seen <= 1 {
		result.sees = "had " + percent(seen) + " been bad, 8 of 10 windows would have shown it"
	}
	return result
}

// calmerChance is the highest probability that the rate may have without its worst tick.
const calmerChance = 0.01

// fixed is a share that is known exactly: a rate with a huge total.
func fixed(share float64) rate { return rate{share * countless, countless} }

const countless = 1e9

// countTests are the tests for the share of bad ones among counts.
func countTests(c bot.Conditions, before, after []bot.Reading) []test {
	var tests []test
	add := func(sign float64, base func(rate) yardstick) {
		tests = append(tests, counting(ticksOf(before, sign), ticksOf(after, sign), base, rateWords(sign)))
	}
	if c.Max != nil {
		add(1, bounded(*c.Max))
	}
	if c.Min != nil {
		add(-1, bounded(1-*c.Min))
	}
	for _, sign := range signs(c) {
		if c.MaxIncrease != nil {
			add(sign, func(was rate) yardstick { return yardstick{rate{was.bad, was.total / (1 + *c.MaxIncrease)}, 0} })
		} else if c.Max == nil && c.Min == nil {
			add(sign, func(was rate) yardstick { return yardstick{was, leastRise} })
			earlier, later := ticksOf(before, sign), ticksOf(after, sign)
			tests[len(tests)-1] = alsoAsValues(tests[len(tests)-1], earlier, later)
			if ratesBegan(earlier, later) {
				tests[len(tests)-1] = blameless(tests[len(tests)-1])
			}
		}
	}
	return tests
}

// yardstick is the rate that another is compared with, and by how much it must be
// exceeded.
type yardstick struct {
	rate rate
	rise float64
}

// counting compares the counts after with the yardstick that base makes of those before.
func counting(before, after []rate, base func(rate) yardstick, words func(was, is rate) string) test {
	bursts := dispersion(before, after)
	was, is := sumOf(before), sumOf(after)
	against := base(was)
	if against.rate.total <= 0 {
		return unknown
	}
	if against.rise > 0 { // else the operator knows how much is too much
		bursts = max(bursts, wander(before, after))
	}
	bursts = max(bursts, was.bad/mostCounted, is.bad/mostCounted)
	pair := comparison{before: against.rate.over(bursts), after: is.over(bursts), rise: against.rise, why: words(was, is)}
	p := pair.before.share()
	pair.gross = max(0.2, min(10*p, (1+p)/2))
	if p > 0.5 {
		pair.gross = unseen // if most of them failed before, it cannot get much worse
	}
	if len(after) > 0 {
		pair.last = after[len(after)-1].over(bursts)
		pair.calmer = withoutWorst(after, p).over(bursts)
	}
	return pair.claim
}

// unknown is the test where there is nothing to compare with.
func unknown(moment) claim { return claim{chance: 1, why: nothingBefore} }

// alsoAsValues is stricter where the shares before vary more than by chance: then the rise
// must pass the test of values as well, unless it is far larger than that variation.
func alsoAsValues(counted test, before, after []rate) test {
	wide := overdispersion(before)
	if wide == 0 {
		return counted
	}
	was, is := sumOf(before).share(), sumOf(after).share()
	if was > 0 && math.Log(is/was) > farBeyond*wide {
		return counted
	}
	return func(look moment) claim {
		result, wanders := counted(look), against(sharesOf(before), sharesOf(after), 1, look)
		result.against = result.against && wanders.against
		result.doubtful = result.doubtful && (wanders.doubtful || wanders.against)
		return result
	}
}

// farBeyond is how many times their own variation shares must rise, on a logarithmic
// scale, to need no second test.
const farBeyond = 6

// sharesOf are the shares of bad ones at each tick with traffic.
func sharesOf(ticks []rate) []float64 {
	var shares []float64
	for _, t := range ticks {
		if t.total > 0 {
			shares = append(shares, t.share())
		}
	}
	return shares
}

// withoutWorst is the sum of all ticks but the one that exceeds the share most.
func withoutWorst(ticks []rate, share float64) rate {
	excess := func(t rate) float64 { return t.bad - share*t.total }
	worst := slices.MaxFunc(ticks, func(a, b rate) int { return cmp.Compare(excess(a), excess(b)) })
	all := sumOf(ticks)
	return rate{all.bad - worst.bad, all.total - worst.total}
}

// bounded takes the operator's bound as the yardstick, unless it was exceeded before the
// release as well: then that rate is.
func bounded(share float64) func(rate) yardstick {
	return func(was rate) yardstick {
		if was.share() > share {
			return yardstick{was, leastRise}
		}
		return yardstick{fixed(max(share, 0)), 0}
	}
}

// badAnswer says whether an answer is bad.
func badAnswer(c bot.Conditions) func(bot.Reading) bool {
	return func(r bot.Reading) bool { return !r.OK || c.MaxLatency > 0 && r.Latency > c.MaxLatency }
}

// answerTests are the tests for answers: how many were bad and, where max_latency is not
// given, how long the good ones took.
func answerTests(c bot.Conditions, before, after []bot.Reading) []test {
	bad := badAnswer(c)
	tests := []test{passing(before, after, bad, "answer")}
	earlier, later := latenciesOf(before), latenciesOf(after)
	if c.MaxLatency == 0 && len(earlier) >= fewest {
		tests = append(tests, func(look moment) claim {
			slower := against(earlier, later, 1, look)
			slow := len(later) > 0 && quantile(sortedCopy(later), 0.5) >= quantile(sortedCopy(earlier), 0.5)+slowerBy
			twice := slower.rise >= math.Ln2 && slow
			result := slower.claim
			result.against, result.doubtful = result.against && twice, result.doubtful && twice
			result.enough, result.lastBad = true, false
			return result
		})
	}
	return tests
}

// verdictOf takes the newest verdict of somebody else as it is.
func verdictOf(after []bot.Reading) test {
	return func(moment) claim {
		switch n := len(after); {
		case n == 0:
			return claim{chance: 1, why: noVerdict}
		case !after[n-1].OK:
			return claim{against: true, enough: true, why: "its verdict is against the release"}
		}
		return claim{chance: 1, enough: true, why: "its verdict is for the release"}
	}
}

// slowerBy is how many milliseconds longer answers must take to count where no bound was
// given. They must take twice as long, too.
const slowerBy = 100

// fewAnswers is how many answers before a release it takes at least to say that a service
// failed then already: a single bad one may have been chance.
const fewAnswers = 3

// passing compares how many readings fail a condition before and after.
func passing(before, after []bot.Reading, bad func(bot.Reading) bool, noun string) test {
	was, is := rateOf(before, bad), rateOf(after, bad)
	pair := comparison{before: was, after: is, rise: leastRise, why: passWords(was, is, noun)}
	usual := rate{total: max(was.total, usualAnswers)}
	if was.bad == 0 {
		pair.before = usual
	}
	if len(after) > 0 && bad(after[len(after)-1]) {
		pair.last = rate{1, 1}
	}
	for _, r := range after {
		pair.ticks = append(pair.ticks, rateOf([]bot.Reading{r}, bad))
	}
	return func(look moment) claim {
		result := pair.claim(look)
		// There are enough readings if most failed before anyway, if it would have been
		// found had all failed, or if what failed is likely by chance in a good service.
		all := rate{is.total, is.total}
		visible := func(before rate) bool { return chanceOf(before, all) <= look.budget*countsAtTheEnd }
		well := chanceOf(usual, is) > doubt*look.budget
		result.enough = look.over && (was.share() > 0.5 && was.total >= fewAnswers || visible(pair.before) || well && visible(usual))
		result.lastBad = pair.last.bad > 0
		return result
	}
}

// rounding is the relative tolerance of a computed bound, so that a value equal to it does
// not count as beyond it.
const rounding = 1e-9

// valueTests are the tests for values: against bounds, or against the values before.
func valueTests(c bot.Conditions, before, after []bot.Reading) []test {
	var tests []test
	earlier, later := valuesOf(before), valuesOf(after)
	compare := func(sign float64) test {
		compared := func(look moment) claim { return against(earlier, later, sign, look).claim }
		if valuesBegan(earlier, later, sign) {
			return blameless(compared)
		}
		return compared
	}
	// Where most readings failed before as well, they must also be worse than they were.
	hold := func(sign float64, bad func(bot.Reading) bool, noun string) {
		tests = append(tests, passing(before, after, bad, noun))
		if rateOf(before, bad).share() > 0.5 {
			tests = append(tests, compare(sign))
		}
	}
	if c.Max != nil {
		hold(1, func(r bot.Reading) bool { return r.Value > *c.Max }, "reading above "+amount(*c.Max))
	}
	if c.Min != nil {
		hold(-1, func(r bot.Reading) bool { return r.Value < *c.Min }, "reading below "+amount(*c.Min))
	}
	for _, sign := range signs(c) {
		switch {
		case c.MaxIncrease != nil && len(earlier) < fewest:
			tests = append(tests, unknown)
		case c.MaxIncrease != nil:
			median := quantile(sortedCopy(earlier), 0.5)
			bound := median + sign**c.MaxIncrease*math.Abs(median)
			hold(sign, func(r bot.Reading) bool { return sign*(r.Value-bound) > rounding*math.Abs(bound) },
				"reading more than "+percent(*c.MaxIncrease)+" "+beyond(sign)+" the median before, "+amount(median)+",")
		case c.Max == nil && c.Min == nil && c.Worse == bot.Either && sign < 0:
			fall := compare(sign)
			tests = append(tests, func(look moment) claim {
				return worstOf([]claim{fall(look), scattered(earlier, later, look)})
			})
		case c.Max == nil && c.Min == nil:
			tests = append(tests, compare(sign))
		}
	}
	return tests
}
