package health_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/health"
)

// TestHugeNumbersAreWeighed: a source may report any finite number. Weighing it takes little
// time and gives no infinities, and counts beyond the precision of a float64 are never held
// against the release.
func TestHugeNumbersAreWeighed(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	readings := func(from time.Time, r bot.Reading) []bot.Reading {
		var all []bot.Reading
		for i := range 10 {
			r.At, r.OK = from.Add(time.Duration(i)*time.Second), true
			all = append(all, r)
		}
		return all
	}
	counts := func(bad, total float64) bot.Reading { return bot.Reading{Bad: bad, Total: total} }
	value := func(v float64) bot.Reading { return bot.Reading{Value: v} }
	for name, tt := range map[string]struct {
		kind          bot.SampleKind
		before, after bot.Reading
	}{
		"totals beyond counting":     {bot.Counts, counts(0, math.MaxFloat64), counts(3, math.MaxFloat64)},
		"a total after beyond it":    {bot.Counts, counts(0, 1000), counts(3, math.MaxFloat64)},
		"a total before beyond it":   {bot.Counts, counts(0, math.MaxFloat64), counts(3, 1000)},
		"both great, and far apart":  {bot.Counts, counts(1e300, 1e306), counts(40_000, 1e306)},
		"sums beyond all measure":    {bot.Counts, counts(1e307, 1e308), counts(2e307, 1e308)},
		"great, and much worse":      {bot.Counts, counts(3, 1e100), counts(3, 1e100)},
		"more bad than there can be": {bot.Counts, counts(1, 1000), counts(math.MaxFloat64, 1000)},
		"endless":                    {bot.Counts, counts(1, 1000), counts(math.Inf(1), math.Inf(1))},
		"no numbers":                 {bot.Counts, counts(1, 1000), counts(math.NaN(), 1000)},
		"no total":                   {bot.Counts, counts(1, 1000), counts(5, math.NaN())},
		"less than nothing":          {bot.Counts, counts(1, 1000), counts(-5, 1000)},
		"of less than nothing":       {bot.Counts, counts(1, 1000), counts(5, -1000)},
		"nothing, from below":        {bot.Counts, counts(math.Copysign(0, -1), 1000), counts(math.Copysign(0, -1), 1000)},
		"values that are none":       {bot.Values, value(1), value(math.NaN())},
		"endless values":             {bot.Values, value(math.Inf(-1)), value(math.Inf(1))},
		"fractions of a fraction":    {bot.Counts, counts(0, math.SmallestNonzeroFloat64), counts(math.SmallestNonzeroFloat64, math.SmallestNonzeroFloat64)},
		"values at both ends":        {bot.Values, value(-math.MaxFloat64), value(math.MaxFloat64)},
		"values out of all measures": {bot.Values, value(math.SmallestNonzeroFloat64), value(math.MaxFloat64)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			course := health.Course{Name: "it", Kind: tt.kind, Before: readings(noon.Add(-time.Minute), tt.before), After: readings(noon, tt.after)}
			weighed := make(chan health.Report, 1)
			go func() {
				weighed <- health.Replay(health.Trial{Courses: []health.Course{course}, Start: noon, End: noon.Add(10 * time.Second)})
			}()
			select {
			case report := <-weighed:
				f := report.Findings[0]
				for _, v := range []float64{f.Change, f.Chance, f.Before.Median, f.Before.Low, f.Before.Bad, f.Before.Total, f.After.Median, f.After.High, f.After.Bad, f.After.Total} {
					if math.IsNaN(v) || math.IsInf(v, 0) {
						t.Errorf("it comes to %+v", f)
					}
				}
				if tt.kind == bot.Counts && f.Verdict == bot.NotHealthy {
					t.Errorf("it is held against the release: %s", f.Why)
				}
			case <-time.After(20 * time.Second):
				t.Fatal("it is weighed without end")
			}
		})
	}
}

// TestTotalsDoNotMatterToFewErrors: among so many that they are hardly any, it makes no
// difference of how many; the more there are, the more digits the tests must not lose.
func TestTotalsDoNotMatterToFewErrors(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	judged := func(was, is, total float64) health.Finding {
		course := health.Course{Name: "it", Kind: bot.Counts}
		for i := range 20 {
			at := noon.Add(time.Duration(i) * time.Second)
			course.Before = append(course.Before, bot.Reading{At: at.Add(-time.Minute), Bad: was, Total: total})
			course.After = append(course.After, bot.Reading{At: at, Bad: is, Total: total})
		}
		return health.Replay(health.Trial{Courses: []health.Course{course}, Start: noon}).Findings[0]
	}
	for _, errors := range [][2]float64{{0, 1}, {1, 1}, {2, 3}, {5, 5}, {5, 7}, {5, 15}, {100, 120}, {100, 300}} {
		want := judged(errors[0], errors[1], 1e6)
		for _, total := range []float64{1e9, 1e12, 1e15, 1e18, 1e30, 1e98} {
			got := judged(errors[0], errors[1], total)
			if got.Verdict != want.Verdict || math.Abs(got.Chance-want.Chance) > 1e-4+0.02*want.Chance {
				t.Errorf("%g, then %g of %g each: %s by a chance of %.3g, of a million %s by %.3g", errors[0], errors[1], total, got.Verdict, got.Chance, want.Verdict, want.Chance)
			}
		}
	}
}

// TestJudge_AnyNumbers: whatever numbers stand in a watch, its judgement can be stored and
// read, and what is as it was is never unhealthy.
func TestJudge_AnyNumbers(t *testing.T) {
	t.Parallel()
	number := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{
		0, math.Copysign(0, -1), 1, -1, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, -math.MaxFloat64,
		math.SmallestNonzeroFloat64, 1e-310, 1e100, 1e15, 1e16,
	}))
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]bot.SampleKind{bot.Values, bot.Counts}).Draw(t, "kind")
		c := bot.Conditions{Worse: rapid.SampledFrom([]bot.Worse{bot.Higher, bot.Lower, bot.Either}).Draw(t, "worse")}
		if rapid.Bool().Draw(t, "bounded") {
			c.Max = new(rapid.Float64Range(-10, 10).Draw(t, "max"))
		}
		steady := rapid.Bool().Draw(t, "steady")
		same := numbers("p", 0, 1, func(int) (float64, float64, float64) {
			return number.Draw(t, "value"), number.Draw(t, "bad"), number.Draw(t, "total")
		})[0]
		drawn := func(int) (float64, float64, float64) {
			if steady {
				return same.Value, same.Bad, same.Total
			}
			return number.Draw(t, "value"), number.Draw(t, "bad"), number.Draw(t, "total")
		}
		watch := watchOf(append(numbers("p", -10, 0, drawn), numbers("p", 0, 21, drawn)...)...)
		watch.Before = []bot.Baseline{baseline("p", 0, -30, -10, drawn), baseline("p", 1, -30, 21, drawn)}
		for i := range watch.Samples {
			watch.Samples[i].Control = new(number.Draw(t, "control"))
		}
		rule := ruleOf(bot.Probe{Name: "p", Kind: kind, Conditions: c})
		got := health.Judge(rule, watch, start.Add(30*beat))
		if _, err := json.Marshal(got); err != nil { //nolint:musttag // whether it can be written at all
			t.Errorf("the judgement cannot be stored: %v", err)
		}
		e := got.Evidence[0]
		if says := e.Says + e.Sees; strings.Contains(says, "NaN") || strings.Contains(says, "Inf") || e.Says == "" {
			t.Errorf("it says %q", says)
		}
		if steady && got.Verdict == bot.NotHealthy && c.Max == nil {
			t.Errorf("nothing changed, and it is unhealthy: %s", e.Says)
		}
		health.Recovered(rule, watch, start)
	})
}
