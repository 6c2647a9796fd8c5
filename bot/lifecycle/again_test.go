package lifecycle_test

import (
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/lifecycle"
)

// TestADispatchThatWasHeldBackIsTriedWhenItIsWorthIt keeps what whoever held a
// dispatch back said about the next try.
func TestADispatchThatWasHeldBackIsTriedWhenItIsWorthIt(t *testing.T) {
	t.Parallel()
	for again, want := range map[time.Duration]time.Duration{0: 10 * time.Second, 3 * time.Second: 3 * time.Second, time.Minute: time.Minute} {
		r := newRelease(bot.Deploy)
		r.Phase = bot.Dispatching
		r.Moments = append(r.Moments, bot.Moment{Phase: bot.Dispatching, At: start})
		r.Dispatch = bot.Dispatch{State: bot.Sending, Attempt: 1, At: start}
		held, _ := lifecycle.Next(r, bot.DispatchNotSent{Says: "Redis was restarted", Again: again}, start)
		if got := held.WakeAt.Sub(start); got != want {
			t.Errorf("held back for %s it is tried again after %s, want %s", again, got, want)
		}
	}
}
