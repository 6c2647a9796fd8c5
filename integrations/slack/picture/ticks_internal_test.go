package picture

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

// TestAxes_HoldAnyNumbers: whatever was measured, a chart is refused or has a range in
// which every point and limit has its place, and a few marks that can be told apart.
func TestAxes_HoldAnyNumbers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(rapid.Float64(), rapid.Float64Range(-1000, 1000), rapid.Map(rapid.IntRange(0, 5), func(i int) float64 { return float64(i) }))
		c := blocks.Chart{Step: time.Duration(rapid.Int64Range(-1, math.MaxInt64/100).Draw(t, "step"))}
		for i := range rapid.IntRange(0, 20).Draw(t, "points") {
			c.Points = append(c.Points, blocks.Point{At: time.Duration(i-10) * c.Step, Value: value.Draw(t, "value")})
		}
		if rapid.Bool().Draw(t, "limited") {
			c.Limits = []blocks.Limit{{Says: "at most it", Value: value.Draw(t, "limit")}}
		}
		if !drawable(c) {
			return
		}
		limits := near(c)
		low, high := spread(c.Points, limits)
		for _, p := range c.Points {
			if p.Value < low || p.Value >= high {
				t.Fatalf("%v is not from %v to %v", p.Value, low, high)
			}
		}
		for _, l := range limits {
			if l.Value < low || l.Value >= high {
				t.Fatalf("the limit %v is not from %v to %v", l.Value, low, high)
			}
		}
		labels := map[string]bool{}
		ticks := valueTicks(low, high)
		for i, tick := range ticks {
			if tick.Value < low || tick.Value > high || i > 0 && tick.Value <= ticks[i-1].Value {
				t.Fatalf("the marks from %v to %v are %v", low, high, ticks)
			}
			if labels[tick.Label] && tick.Label != "" {
				t.Fatalf("two marks are called %q", tick.Label)
			}
			labels[tick.Label] = true
		}
		if len(ticks) < 3 || len(ticks) > 12 {
			t.Fatalf("from %v to %v there are %d marks", low, high, len(ticks))
		}
		if n := len(timeTicks(c)); n < 2 || n > mostSteps+1 {
			t.Fatalf("the time has %d marks", n)
		}
	})
}
