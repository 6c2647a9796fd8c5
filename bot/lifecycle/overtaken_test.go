package lifecycle_test

import (
	"slices"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/lifecycle"
)

// waitsFor is a release that two must approve, with one yes.
func waitsFor(t *testing.T) (bot.Release, bot.Plan) {
	t.Helper()
	plan := newPlan(2)
	r, _ := lifecycle.Next(newRelease(bot.Deploy), bot.Resolved{Plan: plan}, start)
	r, _ = lifecycle.Next(r, bot.Approved{By: ben, Digest: plan.Seal(), Standing: in("sre")}, start)
	if r.Phase != bot.AwaitingApproval || len(r.Approvals) != 1 {
		t.Fatalf("%s with %+v", r.Phase, r.Approvals)
	}
	return r, plan
}

func tells(effects []bot.Effect, why bot.Told) bool {
	return slices.ContainsFunc(effects, func(e bot.Effect) bool {
		tell, is := e.(bot.Tell)
		return is && tell.Why == why
	})
}

// TestPromise3_AYesIsToWhatWasShown: while a plan is worked out again no yes is
// taken, a button from before it does not count, and a yes stays only where the
// release brings nothing that was not shown.
func TestPromise3_AYesIsToWhatWasShown(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		void []string
		yes  int // that are left
	}{
		"it brings less":         {nil, 1},
		"it brings other things": {[]string{"what is live: bbbbbbb (api-9), was aaaaaaa (api-8)"}, 0},
	} {
		r, plan := waitsFor(t)
		r.Acknowledged = []bot.Acknowledgement{{Point: "p", By: ben}}
		r, effects := lifecycle.Next(r, bot.LiveMoved{}, start)
		if !r.Overtaken || !does(effects, bot.Refresh{}) {
			t.Errorf("%s: %v", name, effects)
		}
		for _, ev := range []bot.Event{
			bot.Approved{By: cleo, Digest: plan.Seal(), Standing: in("sre")}, bot.PointAcknowledged{By: cleo, Point: "p", Standing: in("sre")},
		} {
			after, effects := lifecycle.Next(r, ev, start)
			if len(after.Approvals) != 1 || !tells(effects, bot.TellOldCard) {
				t.Errorf("%s: %T meanwhile: %+v, %v", name, ev, after.Approvals, effects)
			}
		}
		r, effects = lifecycle.Next(r, bot.Refreshed{Plan: plan, Void: tt.void}, start)
		if r.Overtaken || len(r.Approvals) != tt.yes || len(r.Acknowledged) != tt.yes || does(effects, bot.Say{News: bot.NotePlan{Seal: r.Plan.Seal()}}) != (tt.yes == 0) {
			t.Errorf("%s: %+v, settled %+v, %v", name, r.Approvals, r.Acknowledged, effects)
		}
		if after, _ := lifecycle.Next(r, bot.Approved{By: cleo, Digest: plan.Seal(), Standing: in("sre")}, start); len(after.Approvals) != tt.yes {
			t.Errorf("%s: a button from before it counts", name)
		}
		if after, _ := lifecycle.Next(r, bot.Approved{By: cleo, Digest: r.Plan.Seal(), Standing: in("sre")}, start); len(after.Approvals) != tt.yes+1 {
			t.Errorf("%s: the button of the card as it is now does not count", name)
		}
	}
}

// TestPromise3_WhatNoWaitingHelps ends a release that is not what it was asked
// for as any more.
func TestPromise3_WhatNoWaitingHelps(t *testing.T) {
	t.Parallel()
	r, plan := waitsFor(t)
	r, _ = lifecycle.Next(r, bot.LiveMoved{}, start)
	ended, _ := lifecycle.Next(r, bot.Refreshed{Plan: plan, Hopeless: []bot.Gate{{Name: "source", Outcome: bot.Refuse, Reason: "It was taken back."}}}, start)
	if ended.Phase != bot.Rejected || ended.Ending.Cause != "It was taken back." {
		t.Errorf("%s: %+v", ended.Phase, ended.Ending)
	}
	ended, _ = lifecycle.Next(r, bot.EffectFailed{Effect: bot.Refresh{}, Says: "the commit is gone", Final: true}, start)
	if ended.Phase != bot.Rejected {
		t.Errorf("%s: %+v", ended.Phase, ended.Ending)
	}
}

// TestPromise3_ARollbackIsWhatWasConfirmed: where what would be carried out has
// changed, whoever confirmed a rollback is asked again.
func TestPromise3_ARollbackIsWhatWasConfirmed(t *testing.T) {
	t.Parallel()
	plan := newPlan(0)
	plan.RollbackTo = &bot.Past{Release: "api-1", SHA: plan.Commit.SHA, Healthy: true}
	r := newRelease(bot.Rollback)
	for _, ev := range []bot.Event{bot.Resolved{Plan: plan}, bot.Confirmed{By: r.Asker(), Digest: plan.Seal()}, bot.SlotTaken{}} {
		r, _ = lifecycle.Next(r, ev, start)
	}
	if r.Phase != bot.Dispatching {
		t.Fatalf("it is %s", r.Phase)
	}
	other := plan
	other.WorkflowBlob = "another"
	r, effects := lifecycle.Next(r, bot.Rechecked{Plan: other}, start.Add(time.Second))
	if r.Phase != bot.AwaitingApproval || r.Confirmed || does(effects, bot.SendDispatch{}) || !tells(effects, bot.TellConfirm) {
		t.Fatalf("%s, confirmed %t, %v", r.Phase, r.Confirmed, effects)
	}
	stale, effects := lifecycle.Next(r, bot.Confirmed{By: r.Asker(), Digest: plan.Seal()}, start.Add(2*time.Second))
	if stale.Confirmed || !tells(effects, bot.TellOldCard) {
		t.Errorf("the old question was answered, and yet it goes: %v", effects)
	}
	if r, _ = lifecycle.Next(r, bot.Confirmed{By: r.Asker(), Digest: other.Seal()}, start.Add(3*time.Second)); r.Phase != bot.Queued {
		t.Errorf("confirmed again, it is %s", r.Phase)
	}
}
