package state_test

import (
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// TestHistoryTellsWhenAReleaseEnded: while a release is under way its history says
// when it was asked for; from its end on it says when that was, since that is
// from when a commit counts as having been live and well.
func TestHistoryTellsWhenAReleaseEnded(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"memory", "redis"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			p := placeIn(t, kind)
			f := fixture{T: t, place: p, Store: p.open(t), kind: kind}
			c := f.queued("1", bot.Deploy)
			f.takeSlot(c.Release)
			asked := c.Release.RequestedAt
			at := func() time.Time {
				past, err := f.History(t.Context(), c.Release.Target, 1)
				if err != nil || len(past) != 1 {
					t.Fatalf("history %v, %v", past, err)
				}
				return past[0].At
			}
			c.Release.Run.ID = 7
			for i, phase := range []bot.Phase{bot.Dispatching, bot.Running, bot.Verifying, bot.Succeeded} {
				c.Now = asked.Add(time.Duration(i+1) * time.Hour)
				f.enter(&c, phase)
				want := asked
				if phase.Ended() {
					want = c.Now
				}
				if got := at(); !got.Equal(want) {
					t.Errorf("while it is %s: %s, want %s", phase, got, want)
				}
			}
		})
	}
}
