package lifecycle_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/lifecycle"
)

// What a release does when the code host is away, refuses, or changes its mind.

// walk feeds events to a release, a second apart, and returns the effects of
// the last.
func walk(r bot.Release, now *time.Time, events ...bot.Event) (bot.Release, []bot.Effect) {
	var effects []bot.Effect
	for _, ev := range events {
		*now = now.Add(time.Second)
		r, effects = lifecycle.Next(r, ev, *now)
	}
	return r, effects
}

// running is a release whose run is under way.
func running(now *time.Time) bot.Release {
	r, _ := walk(newRelease(bot.Deploy), now,
		bot.Ticked{}, bot.Resolved{Plan: newPlan(0)}, bot.SlotTaken{}, bot.Rechecked{Plan: newPlan(0)},
		bot.DispatchAccepted{Run: bot.Run{ID: 7, Attempt: 1, Status: bot.RunInProgress, HeadSHA: "head"}})
	return r
}

func runSeen(attempt int, status bot.RunStatus, c bot.Conclusion, at time.Time) bot.RunSeen {
	return bot.RunSeen{Run: bot.Run{ID: 7, Attempt: attempt, Status: status, Conclusion: c, HeadSHA: "head", UpdatedAt: at}}
}

func failed(effect bot.Effect, since, next time.Time) bot.EffectFailed {
	return bot.EffectFailed{Effect: effect, Says: "GitHub did not answer in time", Mend: "Try again.", Since: since, Next: next}
}

// does says whether an effect is asked for.
func does(effects []bot.Effect, want bot.Effect) bool {
	return slices.ContainsFunc(effects, func(e bot.Effect) bool { return bot.SameEffect(e, want) })
}

// doesA says whether one of its kind is.
func doesA[E bot.Effect](effects []bot.Effect) bool {
	return slices.ContainsFunc(effects, bot.IsA[E])
}

func wantEffects(tb testing.TB, got []bot.Effect, want ...bot.Effect) {
	tb.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		tb.Errorf("effects (-want +got):\n%s", diff)
	}
}

// TestStuckRunIsForcedThenUnknown: a run that ignores the wish to cancel is
// forced after two minutes, and after ten nobody pretends to know more.
func TestStuckRunIsForcedThenUnknown(t *testing.T) {
	t.Parallel()
	now := start
	r := running(&now)
	r, effects := walk(r, &now, bot.CancelAsked{By: anna})
	wantEffects(t, effects, bot.CancelRun{})
	asked := now

	var forced, unknown time.Duration
	for r.Phase == bot.Running && now.Sub(asked) < time.Hour {
		now = bot.LaterOf(now, r.WakeAt)
		r, effects = lifecycle.Next(r, bot.Ticked{}, now)
		if does(effects, bot.ForceCancelRun{}) {
			if forced != 0 {
				t.Error("it was forced twice")
			}
			forced = now.Sub(asked)
		}
		if does(effects, bot.Alert{News: bot.NoteUnknown{Since: r.Since()}}) {
			unknown = now.Sub(asked)
		}
		r, _ = lifecycle.Next(r, runSeen(1, bot.RunInProgress, bot.ConclusionNone, now), now)
	}
	if forced != 2*time.Minute || unknown != 10*time.Minute || r.Phase != bot.Unknown {
		t.Errorf("forced after %s, %s after %s; want forced after 2m and unknown after 10m", forced, r.Phase, unknown)
	}

	// Still in progress tells nothing new; its end does.
	if r, _ = walk(r, &now, runSeen(1, bot.RunInProgress, bot.ConclusionNone, now)); r.Phase != bot.Unknown {
		t.Errorf("a run that still has not stopped made it %s", r.Phase)
	}
	r, _ = walk(r, &now, runSeen(1, bot.RunCompleted, bot.ConclusionCancelled, now))
	if r.Phase != bot.Cancelled || r.Ending.By != anna {
		t.Errorf("when the run stopped at last it became %s by %s", r.Phase, r.Ending.By)
	}
}

// TestDeletedRunEndsByAPerson: a run that was deleted leaves the release
// unknown, holding its target, until somebody cancels it.
func TestDeletedRunEndsByAPerson(t *testing.T) {
	t.Parallel()
	now := start
	r, effects := walk(running(&now), &now, bot.RunGone{})
	wantEffects(t, effects, bot.Alert{News: bot.NoteUnknown{Since: r.Since()}}, bot.Notify{Outcome: bot.OutcomeUnknown, At: r.Since()})
	if r, _ = walk(r, &now, bot.RunGone{}); r.Phase != bot.Unknown {
		t.Fatalf("without a person's word it became %s", r.Phase)
	}
	r, effects = walk(r, &now, bot.CancelAsked{By: ben, Standing: may})
	wantEffects(t, effects, bot.CancelRun{})
	if r, _ = walk(r, &now, bot.RunGone{}); r.Phase != bot.Cancelled || r.Ending.By != ben {
		t.Errorf("it is %s by %s", r.Phase, r.Ending.By)
	}
}

// TestUnseenRunIsSaid: a refusal to show the run is said at once, silence after
// two minutes, and neither is said any more when the run is seen.
func TestUnseenRunIsSaid(t *testing.T) {
	t.Parallel()
	now := start
	r := running(&now)
	alert := bot.Alert{News: bot.NoteBlind{Since: r.Since()}}

	short, effects := walk(r, &now, failed(bot.ReadRun{}, now, now.Add(30*time.Second)))
	if wantEffects(t, effects); short.Dispatch.Problem != "" {
		t.Errorf("a short silence was shown: %s", short.Dispatch.Problem)
	}
	long, effects := walk(r, &now, failed(bot.ReadRun{}, now.Add(-2*time.Minute), now))
	wantEffects(t, effects, alert)
	refusal := failed(bot.ReadRun{}, now, now)
	refusal.Final = true
	refused, effects := walk(r, &now, refusal)
	wantEffects(t, effects, alert)
	for _, blind := range []bot.Release{long, refused} {
		if blind.Phase != bot.Running || blind.Dispatch.Problem != "GitHub did not answer in time. Try again" {
			t.Errorf("it is %s: %q", blind.Phase, blind.Dispatch.Problem)
		}
		if seen, _ := walk(blind, &now, runSeen(1, bot.RunInProgress, bot.ConclusionNone, now)); seen.Dispatch.Problem != "" {
			t.Errorf("seen again it still shows %q", seen.Dispatch.Problem)
		}
	}
}

// TestRunAgainAfterTheEnd: an attempt that somebody started at the code host
// after the release was over is read once and said once, and moves nothing.
func TestRunAgainAfterTheEnd(t *testing.T) {
	t.Parallel()
	read := bot.ReadRerun{}
	said := []bot.Effect{bot.Say{News: bot.NoteRerun{Attempt: 2}}, bot.Alert{News: bot.NoteRerun{Attempt: 2}}}
	for _, plan := range []bot.Plan{newPlan(0), newPlan(0, probe)} {
		now := start
		r := running(&now)
		r.Plan = &plan
		r, _ = walk(r, &now, runSeen(1, bot.RunCompleted, bot.ConclusionSuccess, now))
		phase := r.Phase
		for _, late := range []bot.Hinted{{}, {Attempt: 1}} {
			_, effects := walk(r, &now, late)
			wantEffects(t, effects)
		}
		_, effects := walk(r, &now, bot.Hinted{Attempt: 2})
		wantEffects(t, effects, read)
		if !lifecycle.Wanted(r, read) || lifecycle.Wanted(running(&now), read) {
			t.Error("the read after the end is wanted at the wrong time")
		}
		r, effects = walk(r, &now, runSeen(2, bot.RunInProgress, bot.ConclusionNone, now))
		wantEffects(t, effects, append(slices.Clip(said), bot.Notify{Outcome: bot.OutcomeOutOfBand, At: now})...)
		over, effects := walk(r, &now, runSeen(2, bot.RunCompleted, bot.ConclusionFailure, now))
		wantEffects(t, effects, bot.Say{News: bot.NoteRerunOver{Attempt: 2}})
		if r.Phase != phase || r.Rerun.Attempt != 2 || r.Run.Attempt != 1 || r.Run.Conclusion != bot.ConclusionSuccess {
			t.Errorf("%s became %s: %+v, again %+v", phase, r.Phase, r.Run, r.Rerun)
		}
		if r.Ended() {
			now = now.Add(r.Pace.Poll + time.Second)
			if _, effects = walk(r, &now, bot.Ticked{}); r.WakeAt.IsZero() {
				t.Error("a run that was started again is not followed")
			}
			wantEffects(t, effects, read)
			if r.Arrival() != bot.MayHaveCome || over.Arrival() != bot.MayHaveCome || !over.WakeAt.IsZero() {
				t.Errorf("while it goes on %s, when it failed %s, to be read again at %s", r.Arrival(), over.Arrival(), over.WakeAt)
			}
			well, _ := walk(r, &now, runSeen(2, bot.RunCompleted, bot.ConclusionSuccess, now))
			gone, _ := walk(r, &now, bot.RunGone{})
			if well.Arrival() != bot.Arrived || gone.Arrival() != bot.MayHaveCome || gone.RerunGoes() {
				t.Errorf("when it went well %s, when it was deleted %s", well.Arrival(), gone.Arrival())
			}
		}
		_, effects = walk(r, &now, bot.Hinted{Attempt: 3})
		wantEffects(t, effects, read)
	}
}

// TestWaitingForTheCodeHostIsSaid: whoever asked is told once after ten
// seconds; what would take longer than anybody waits ends at once; and a pause
// never makes the release fall due again and again.
func TestWaitingForTheCodeHostIsSaid(t *testing.T) {
	t.Parallel()
	now := start
	r, _ := walk(newRelease(bot.Deploy), &now, bot.Ticked{})
	waiting := bot.Tell{To: anna, Why: bot.TellWaiting}

	soon, effects := walk(r, &now, failed(bot.Resolve{}, start, start.Add(4*time.Second)))
	wantEffects(t, effects)
	later, effects := walk(soon, &now, failed(bot.Resolve{}, start, start.Add(12*time.Second)))
	wantEffects(t, effects, waiting)
	_, effects = walk(later, &now, failed(bot.Resolve{}, start, start.Add(20*time.Second)))
	wantEffects(t, effects)
	if done, _ := walk(later, &now, bot.Resolved{Plan: newPlan(0)}); done.Dispatch.Problem != "" {
		t.Errorf("with its plan it still shows %q", done.Dispatch.Problem)
	}

	never, _ := walk(r, &now, failed(bot.Resolve{}, start, start.Add(time.Hour)))
	if never.Phase != bot.Failed || !strings.HasPrefix(never.Ending.Cause, "the plan cannot be worked out now") || never.Ending.Mend == "" {
		t.Errorf("a pause of an hour: %s, %+v", never.Phase, never.Ending)
	}
	now = start.Add(20 * time.Minute) // slipway was away meanwhile
	if late, _ := walk(r, &now, bot.Ticked{}); !late.WakeAt.After(now) {
		t.Errorf("a release that is tried late wants to be woken at %s, which is past", late.WakeAt)
	}
}

// TestPausesBeforeTheStartAreShown: while the plan cannot be checked again the
// card says why, and a pause beyond the patience ends the release before
// anything ran.
func TestPausesBeforeTheStartAreShown(t *testing.T) {
	t.Parallel()
	now := start
	r, _ := walk(newRelease(bot.Deploy), &now, bot.Ticked{}, bot.Resolved{Plan: newPlan(0)}, bot.SlotTaken{})
	short, _ := walk(r, &now, failed(bot.Recheck{}, now, now.Add(time.Minute)))
	if short.Phase != bot.Dispatching || short.Dispatch.Problem == "" {
		t.Errorf("a pause of a minute: %s, %q", short.Phase, short.Dispatch.Problem)
	}
	long, effects := walk(r, &now, failed(bot.Recheck{}, now, now.Add(time.Hour)))
	if long.Phase != bot.Failed || !does(effects, bot.Alert{News: bot.NoteFailed{}}) {
		t.Errorf("a pause of an hour: %s, %v", long.Phase, effects)
	}
}
