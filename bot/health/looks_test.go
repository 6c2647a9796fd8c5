package health

import (
	"testing"
	"time"
)

// TestVeryManyTicksAreThinned: a thousand are looked at one by one, and of a million so few
// that looking back ends soon; none comes much later than it might have, and the last one is
// always looked at.
func TestVeryManyTicksAreThinned(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)
	for n, most := range map[int]int{0: 0, 1: 1, 1000: 1000, 1001: 1001, 86_400: 2000, 1_000_000: 2500} {
		ticks := make([]time.Time, n)
		for i := range ticks {
			ticks[i] = start.Add(time.Duration(i) * time.Second)
		}
		looked := thinned(ticks)
		if len(looked) > most || n > 0 && !looked[len(looked)-1].Equal(ticks[n-1]) {
			t.Errorf("of %d ticks %d are looked at, up to %v", n, len(looked), looked[len(looked)-1:])
		}
		for i := 1; i < len(looked); i++ {
			if gap := looked[i].Sub(looked[i-1]); gap > time.Second+looked[i].Sub(start)/lookedShare {
				t.Fatalf("of %d ticks none is looked at for %s before %s", n, gap, looked[i].Sub(start))
			}
		}
	}
}
