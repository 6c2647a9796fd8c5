package health

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// TestExactTest compares both forms of Fisher's test with their definition: sums over the
// hypergeometric distribution of the bad ones after, given how many there are in all.
func TestExactTest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before, after := drawRate(t, "before"), drawRate(t, "after")
		if after.bad*(before.total+1) <= after.total*(before.bad+1) {
			if got := chanceOf(before, after); !alike(got, 1) {
				t.Errorf("chanceOf(%v, %v) = %g, though it is no worse", before, after, got)
			}
			return
		}
		exactly, more := hypergeometric(before, after)
		if got, want := chanceOf(before, after), exactly+more; !alike(got, want) {
			t.Errorf("chanceOf(%v, %v) = %g, want %g", before, after, got, want)
		}
		if got, want := middleChance(before, after), exactly/2+more; !alike(got, want) {
			t.Errorf("middleChance(%v, %v) = %g, want %g", before, after, got, want)
		}
	})
}

// TestExactTest_Fractions: less than one bad one before is weighed between none and one, in
// no time, however many there are after.
func TestExactTest_Fractions(t *testing.T) {
	t.Parallel()
	for _, after := range []rate{{3, 100}, {3, 1e12}, {40_000, 1e12}, {2.5, 3}} {
		none, some, one := middleChance(rate{0, 1e3}, after), middleChance(rate{1e-9, 1e3}, after), middleChance(rate{1, 1e3}, after)
		if !alike(some, none) || some > one {
			t.Errorf("of %v: %g with none before, %g with hardly any, %g with one", after, none, some, one)
		}
		if few := middleChance(rate{1e-9, 1}, after); few < 0 || few > 1 {
			t.Errorf("of %v: %g", after, few)
		}
	}
}

// TestExactTest_EndsForAnyCounts: whatever the counts are, the sum comes to its end, also
// where its terms are as little as floating point knows.
func TestExactTest_EndsForAnyCounts(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]rate{{{1459.8, 1.54e9}, {8757.5, 3.54e9}}, {{0, 992_703}, {8743, 1.135e7}}, {{0, 1}, {50_000, 1e13}}} {
		if got := chanceOf(pair[0], pair[1]); got < 0 || got > 1e-280 && pair[0].total > 1 {
			t.Errorf("chanceOf(%v, %v) = %g", pair[0], pair[1], got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		magnitude := func(name string, lowest, highest float64) float64 {
			return math.Pow(10, rapid.Float64Range(lowest, highest).Draw(t, name))
		}
		draw := func(name string) rate {
			total := magnitude(name+" total", -3, 13)
			return rate{min(total, rapid.SampledFrom([]float64{0, total, magnitude(name+" bad", -12, 6)}).Draw(t, name)), total}
		}
		before, after := draw("before"), draw("after")
		for _, got := range []float64{chanceOf(before, after), middleChance(before, after)} {
			if !(got >= 0 && got <= 1) {
				t.Errorf("chances of %v after %v: %g", after, before, got)
			}
		}
	})
}

func drawRate(t *rapid.T, name string) rate {
	total := rapid.IntRange(1, 300).Draw(t, name+" total")
	return rate{float64(rapid.IntRange(0, total).Draw(t, name+" bad")), float64(total)}
}

// hypergeometric is the probability of exactly as many bad ones as in after, and of more.
func hypergeometric(before, after rate) (exactly, more float64) {
	choose := func(n, k float64) *big.Float {
		return new(big.Float).SetInt(new(big.Int).Binomial(int64(n), int64(k)))
	}
	bad := before.bad + after.bad
	all := choose(before.total+after.total, bad)
	for k := after.bad; k <= min(bad, after.total); k++ {
		ways := new(big.Float).Mul(choose(after.total, k), choose(before.total, bad-k))
		p, _ := ways.Quo(ways, all).Float64()
		if k == after.bad {
			exactly = p
		} else {
			more += p
		}
	}
	return exactly, more
}

func alike(a, b float64) bool { return math.Abs(a-b) <= 1e-6*max(a, b)+1e-12 }
