package health

import (
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// FalseAlarms is the share of harmless releases that may be called unhealthy. The probes of
// a release share this budget.
const FalseAlarms = 0.01

// doubt times the budget is the probability up to which a rise that is not significant is
// still too unlikely to be called healthy: a person decides.
const doubt = 5

// moment is the moment at which readings are weighed.
type moment struct {
	budget   float64   // of false alarms, for this probe
	over     bool      // the window is over, and this is the last look
	from, to time.Time // the window
}

// Finding is the verdict on one probe, with its evidence.
type Finding struct {
	Name    string
	Kind    bot.SampleKind
	Verdict bot.Verdict
	Why     string // a sentence
	Sees    string // what change would have been found, a sentence; empty if none
	Before  Side
	After   Side
	Change  float64 // after divided by before; 0 if before is 0
	Chance  float64 // the probability of such a result if nothing has changed
	At      time.Time
	LastBad bool // the newest reading is bad, which alone decides nothing
	Excused bool // a reference changed in the same way
}

// Side summarises the readings before a release, or after it.
type Side = bot.Side

// claim is the result of one test.
type claim struct {
	against  bool // the probe is worse, within the budget
	doubtful bool // it looks worse, but it may be chance
	enough   bool // a gross change would have been found
	lastBad  bool
	begun    bool // it was as bad right before the release
	chance   float64
	why      string
	sees     string
}

// findingOf judges the readings of one probe. It may be called at every tick: its tests are
// sequential, so that frequent looks do not cause false alarms. While the window is open
// its verdict is either NotHealthy or Watching.
func findingOf(course Course, look moment) Finding {
	course.Before, course.After = inTime(course.Before, course.Kind), inTime(course.After, course.Kind)
	return weigh(course, look).withSides(course)
}

// weighAlone weighs a course without its references. The readings must be sorted. The
// sides are left out, which are not needed at every tick.
func weighAlone(course Course, look moment) Finding {
	before, after := answered(course.Before), answered(course.After)
	lack := lacking(len(course.After), after, look)
	if course.Kind == bot.Verdicts {
		lack = "" // one is enough, and if there is none verdictOf says so
	}
	f := Finding{Name: course.Name, Kind: course.Kind, Verdict: bot.Watching, At: look.to}
	claims := claimsOf(course.Kind, course.Conditions, before, after, look)
	return f.concluded(claims, lack, look.over)
}

func (f Finding) withSides(course Course) Finding {
	f.Before = finite(sideOf(course, course.Before, answered(course.Before)))
	f.After = finite(sideOf(course, course.After, answered(course.After)))
	f.Change = finiteOrZero(change(f.Before, f.After, course.Kind))
	return f
}

// concluded combines the claims: the worst decides.
func (f Finding) concluded(claims []claim, lack string, over bool) Finding {
	enough := true
	for _, c := range claims {
		f.LastBad = f.LastBad || c.lastBad
		enough = enough && c.enough
	}
	worst := worstOf(claims)
	f.Why, f.Sees, f.Chance = worst.why, worst.sees, worst.chance
	switch {
	case worst.against:
		f.Verdict = bot.NotHealthy
	case !over:
		f.Verdict = bot.Watching
	case lack != "":
		f.Verdict, f.Why = bot.Inconclusive, lack
	case worst.begun:
		f.Verdict, f.Why = bot.Inconclusive, "it is worse, but that began before the release: "+worst.why
	case worst.doubtful:
		f.Verdict, f.Why = bot.Inconclusive, "it looks worse, but that may be chance: "+worst.why
	case !enough && (worst.why == nothingBefore || worst.why == noVerdict):
		f.Verdict = bot.Inconclusive
	case !enough:
		f.Verdict, f.Why = bot.Inconclusive, "too little was seen to tell: "+worst.why
	default:
		f.Verdict = bot.Healthy
	}
	return f
}

// worstOf is the claim that decides: one against the release before a doubtful one, before
// one without enough readings; among equals the one with the lowest probability.
func worstOf(claims []claim) claim {
	weight := func(c claim) int {
		switch {
		case c.against:
			return 3
		case c.doubtful:
			return 2
		case !c.enough:
			return 1
		}
		return 0
	}
	worst := claims[0]
	for _, c := range claims[1:] {
		if weight(c) > weight(worst) || weight(c) == weight(worst) && c.chance < worst.chance {
			worst = c
		}
	}
	return worst
}

// lacking says why the readings after do not suffice for a verdict; empty if they do.
func lacking(asked int, after []bot.Reading, look moment) string {
	missing := asked - len(after)
	switch {
	case asked == 0:
		return nothingAfter
	case len(after) == 0:
		return "no reading could be had after the release"
	case missing > len(after):
		return plural(missing, "reading") + " of " + amount(float64(asked)) + " after the release could not be had"
	}
	if last := after[len(after)-1].At; last.Sub(look.from) < look.to.Sub(look.from)/2 {
		return "the readings end before half of the window is over"
	}
	return ""
}

// claimsOf runs the tests for the kind and the conditions. They share the budget.
func claimsOf(kind bot.SampleKind, c bot.Conditions, before, after []bot.Reading, look moment) []claim {
	tests := testsOf(kind, c, before, after)
	look.budget /= float64(len(tests))
	claims := make([]claim, len(tests))
	for i, test := range tests {
		claims[i] = test(look)
	}
	return claims
}

// test is one statistical test, run at each look.
type test func(look moment) claim

func testsOf(kind bot.SampleKind, c bot.Conditions, before, after []bot.Reading) []test {
	switch kind {
	case bot.Counts:
		return countTests(c, before, after)
	case bot.Answers:
		return answerTests(c, before, after)
	case bot.Verdicts:
		return []test{verdictOf(after)}
	case bot.Values:
	}
	return valueTests(c, before, after)
}

// signs are the directions that are worse: 1 for higher, -1 for lower.
func signs(c bot.Conditions) []float64 {
	switch c.Worse {
	case bot.Lower:
		return []float64{-1}
	case bot.Either:
		return []float64{1, -1}
	case bot.Higher:
	}
	return []float64{1}
}

func change(before, after Side, kind bot.SampleKind) float64 {
	a, b := before.Median, after.Median
	if kind != bot.Values {
		a, b = rate{before.Bad, before.Total}.share(), rate{after.Bad, after.Total}.share()
	}
	if a == 0 {
		return 0
	}
	return b / a
}

func sideOf(course Course, all, had []bot.Reading) Side {
	side := Side{Readings: len(had), Missing: len(all) - len(had), Gap: gapOf(had)}
	numbers := valuesOf(had)
	switch course.Kind {
	case bot.Counts:
		sum := sumOf(ticksOf(had, 1))
		side.Bad, side.Total = sum.bad, sum.total
		return side
	case bot.Answers, bot.Verdicts:
		sum := rateOf(had, badAnswer(course.Conditions))
		side.Bad, side.Total, numbers = sum.bad, sum.total, latenciesOf(had)
	case bot.Values:
	}
	if len(numbers) > 0 {
		sorted := sortedCopy(numbers)
		side.Median, side.P95 = quantile(sorted, 0.5), quantile(sorted, 0.95)
		side.Low, side.High = quantile(sorted, 0.1), quantile(sorted, 0.9)
	}
	return side
}

// gapOf is the longest time between two readings, which must be sorted.
func gapOf(had []bot.Reading) time.Duration {
	var gap time.Duration
	for i := 1; i < len(had); i++ {
		gap = max(gap, had[i].At.Sub(had[i-1].At))
	}
	return gap
}
