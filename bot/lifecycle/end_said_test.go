package lifecycle_test

import (
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/lifecycle"
)

// TestTheEndIsSaidOnce: whatever ends a release that has a card calls who asked for
// it in its thread, once: by a note of its own, or by the summary of a watch. What
// has no card, or is told otherwise, calls nobody.
func TestTheEndIsSaidOnce(t *testing.T) {
	t.Parallel()
	ends := map[bot.Phase]int{}
	for _, kind := range []bot.Kind{bot.Deploy, bot.Rollback, bot.Adopt, bot.Preview} {
		for _, carded := range []bool{true, false} {
			for _, batch := range []string{"", "api-b1"} {
				for _, phase := range []bot.Phase{bot.Requested, bot.AwaitingApproval, bot.Queued, bot.Dispatching, bot.Running, bot.Verifying, bot.Unknown} {
					plan := newPlan(1, probe)
					for _, ev := range events(plan) {
						r := newRelease(kind)
						r.Phase, r.Plan, r.Carded, r.Part.Batch = phase, &plan, carded, batch
						r.Run.ID = 7
						next, effects := lifecycle.Next(r, ev, start)
						said, watched := 0, 0
						for _, e := range effects {
							switch e {
							case bot.Say{News: bot.NoteEnded{}}:
								said++
							case bot.Say{News: bot.NoteHealth{}}:
								watched++
							}
						}
						told := kind == bot.Preview || next.Phase == bot.Succeeded && (kind == bot.Adopt || batch != "")
						want := 0
						if next.Ended() && next.Carded && !told && watched == 0 {
							want = 1
							ends[next.Phase]++
						}
						if said != want {
							t.Errorf("%s %s in %q, carded %t, %T to %s: said %d times, want %d", kind, phase, batch, carded, ev, next.Phase, said, want)
						}
					}
				}
			}
		}
	}
	for _, phase := range []bot.Phase{bot.Failed, bot.Cancelled, bot.Rejected, bot.Superseded} {
		if ends[phase] == 0 {
			t.Errorf("nothing ended %s", phase)
		}
	}
}
