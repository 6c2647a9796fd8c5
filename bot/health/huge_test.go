package health_test

import (
	"math"
	"testing"
	"time"

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
