package health

import (
	"cmp"
	"math"
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// usualAnswers is how many good answers are taken for granted where nothing bad
// was seen before: a probe is expected to succeed.
const usualAnswers = 20

// comparison is a rate before and a rate after, of what is called so.
type comparison struct {
	before, after rate
	// rise is by how much the share must have risen to be a harm: what is beyond a bound
	// that was given is one.
	rise float64
	// gross is the share that must have been visible for the result to count.
	gross float64
	last  rate // of the newest tick
	// calmer is the rate after without its worst tick: one tick decides nothing.
	calmer rate
	// ticks are the single answers that after is the sum of; a rise may have begun at
	// any of them. Nil for counts.
	ticks []rate
	why   string
}

// claim weighs the rates: while the window is open by the martingale, at its end by
// the exact test.
func (c comparison) claim(look Look) claim {
	calmer := c.calmer
	if look.Over && calmer.total <= 0 {
		calmer = c.after // there was one tick, and there will be no other
	}
	result := claim{chance: 1, why: c.why, lastBad: c.last.bad > 0 && chanceOf(c.before, c.last) <= FalseAlarms}
	risen := c.after.bad > 0 && c.after.share() >= (1+c.rise)*c.before.share() &&
		(c.ticks != nil || chanceOf(c.before, calmer) <= calmly)
	evidence, tail := martingale(c.before, c.after), middleChance
	if c.ticks != nil {
		evidence, tail = sinceAny(c.before, c.ticks), chanceOf
	}
	chance := min(1, math.Exp(-evidence))
	result.against = risen && chance <= look.Budget*countsOnTheWay
	if !look.Over {
		result.chance = chance
		return result
	}
	result.chance = tail(c.before, c.after)
	result.against = result.against || risen && result.chance <= look.Budget*countsAtTheEnd
	result.doubtful = risen && result.chance <= doubt*look.Budget
	seen := leastSeen(c.before, c.after.total, look.Budget)
	result.enough = seen <= c.gross
	if seen <= 1 {
		result.sees = "a share of " + percent(seen) + " would have been seen in 8 of 10 windows"
	}
	return result
}

// calmly is how unlikely the rate must be still when its worst tick is left out.
const calmly = 0.01

// fixed is a share that is known as well as if countless requests had shown it.
func fixed(share float64) rate { return rate{share * countless, countless} }

const countless = 1e9

// countTests compare the shares of bad ones among counts.
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
			tests[len(tests)-1] = steadily(tests[len(tests)-1], ticksOf(before, sign), ticksOf(after, sign))
		}
	}
	return tests
}

// yardstick is what a rate is held against, and by how much it must exceed that.
type yardstick struct {
	rate rate
	rise float64
}

// counting compares counts after with the yardstick that base makes of the ones before.
func counting(before, after []rate, base func(rate) yardstick, words func(was, is rate) string) test {
	bursts := dispersion(before, after)
	was, is := sumOf(before), sumOf(after)
	against := base(was)
	if against.rate.total <= 0 {
		return unknown
	}
	pair := comparison{before: against.rate.over(bursts), after: is.over(bursts), rise: against.rise, why: words(was, is)}
	p := pair.before.share()
	pair.gross = max(0.2, min(10*p, (1+p)/2))
	if p > 0.5 {
		pair.gross = unseen // what failed mostly cannot fail much more
	}
	if len(after) > 0 {
		pair.last = after[len(after)-1].over(bursts)
		pair.calmer = withoutWorst(after, p).over(bursts)
	}
	return pair.claim
}

// unknown is the test where there is nothing to hold against.
func unknown(Look) claim { return claim{chance: 1, why: nothingBefore} }

// steadily asks for more where the shares before wander more than chance would make
// them: they must have risen as values must, too, unless they rose so far beyond all that
// wandering that there is nothing to ask.
func steadily(counted test, before, after []rate) test {
	wide := wander(before)
	if wide == 0 {
		return counted
	}
	was, is := sumOf(before).share(), sumOf(after).share()
	if was > 0 && math.Log(is/was) > farBeyond*wide {
		return counted
	}
	return func(look Look) claim {
		result, wanders := counted(look), against(sharesOf(before), sharesOf(after), 1, look)
		result.against = result.against && wanders.against
		result.doubtful = result.doubtful && (wanders.doubtful || wanders.against)
		return result
	}
}

// farBeyond is how many times as much as they wander shares must rise, on a logarithmic
// scale, to speak without a second test.
const farBeyond = 6

// sharesOf are the shares of bad ones tick by tick, where there was any traffic.
func sharesOf(ticks []rate) []float64 {
	var shares []float64
	for _, t := range ticks {
		if t.total > 0 {
			shares = append(shares, t.share())
		}
	}
	return shares
}

// withoutWorst adds up all ticks but the one that exceeds the share most.
func withoutWorst(ticks []rate, share float64) rate {
	excess := func(t rate) float64 { return t.bad - share*t.total }
	worst := slices.MaxFunc(ticks, func(a, b rate) int { return cmp.Compare(excess(a), excess(b)) })
	all := sumOf(ticks)
	return rate{all.bad - worst.bad, all.total - worst.total}
}

// bounded is the bound that the operator gave, unless it did not hold before
// either: then what was before is.
func bounded(share float64) func(rate) yardstick {
	return func(was rate) yardstick {
		if was.share() > share {
			return yardstick{was, leastRise}
		}
		return yardstick{fixed(max(share, 0)), 0}
	}
}

// badAnswer tells a bad answer.
func badAnswer(c bot.Conditions) func(bot.Reading) bool {
	return func(r bot.Reading) bool { return !r.OK || c.MaxLatency > 0 && r.Latency > c.MaxLatency }
}

// answerTests count the bad answers; where nobody said how long one may take, the
// time of the good ones is compared too.
func answerTests(c bot.Conditions, before, after []bot.Reading) []test {
	bad := badAnswer(c)
	tests := []test{passing(before, after, bad, "answer")}
	earlier, later := latenciesOf(before), latenciesOf(after)
	if c.MaxLatency == 0 && len(earlier) >= fewest {
		tests = append(tests, func(look Look) claim {
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

// verdictOf takes somebody else's verdict as it is, the newest one.
func verdictOf(after []bot.Reading) test {
	return func(Look) claim {
		switch n := len(after); {
		case n == 0:
			return claim{chance: 1, why: noVerdict}
		case !after[n-1].OK:
			return claim{against: true, enough: true, why: "its verdict is against the release"}
		}
		return claim{chance: 1, enough: true, why: "its verdict is for the release"}
	}
}

// slowerBy is how many milliseconds longer answers must take, beside twice as long,
// to count where no bound was given.
const slowerBy = 100

// fewAnswers is how many answers before a release are too few to say that a service was
// no better then: one bad one may have been chance.
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
	return func(look Look) claim {
		result := pair.claim(look)
		// All of them failing would have been seen, or was so before, or what failed
		// would be nothing had all gone well before.
		all := rate{is.total, is.total}
		visible := func(before rate) bool { return chanceOf(before, all) <= look.Budget*countsAtTheEnd }
		well := chanceOf(usual, is) > doubt*look.Budget
		result.enough = look.Over && (was.share() > 0.5 && was.total >= fewAnswers || visible(pair.before) || well && visible(usual))
		result.lastBad = pair.last.bad > 0
		return result
	}
}

// rounding is the part of a bound that was worked out by which what is just at it may seem
// to be beyond.
const rounding = 1e-9

// valueTests hold values against bounds, or against the values before.
func valueTests(c bot.Conditions, before, after []bot.Reading) []test {
	var tests []test
	earlier, later := valuesOf(before), valuesOf(after)
	compare := func(sign float64) test {
		return func(look Look) claim { return against(earlier, later, sign, look).claim }
	}
	// What failed before as well must be worse than it was.
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
			tests = append(tests, func(look Look) claim {
				return worstOf([]claim{fall(look), scattered(earlier, later, look)})
			})
		case c.Max == nil && c.Min == nil:
			tests = append(tests, compare(sign))
		}
	}
	return tests
}
