package lifecycle_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/lifecycle"
)

func provesNothingRan(ev bot.Event) bool {
	_, refused := ev.(bot.DispatchRefused)
	_, notSent := ev.(bot.DispatchNotSent)
	return refused || notSent
}

// TestPromise1_OneSendForOneIntent shows that no sequence of events asks for a
// second dispatch while the first may have arrived, unless a person says that it
// has not: then not before it would be listed, and not before it was looked for
// once more.
func TestPromise1_OneSendForOneIntent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		plan := newPlan(0)
		r, now, open, asked := newRelease(bot.Deploy), start, false, []bot.Effect(nil)
		var intent, denied time.Time
		for range 80 {
			list := events(plan)
			if rapid.IntRange(0, 3).Draw(t, "sense") > 0 {
				list = answersTo(r, asked, plan)
			}
			ev := list[rapid.IntRange(0, len(list)-1).Draw(t, "event")]
			now = now.Add(time.Duration(rapid.IntRange(0, 100).Draw(t, "seconds")) * time.Second)
			var effects []bot.Effect
			wasDispatching := r.Phase == bot.Dispatching
			r, effects = lifecycle.Next(r, ev, now)
			if open && wasDispatching {
				open = !provesNothingRan(ev)
			}
			if _, asserted := ev.(bot.NeverRanAsserted); asserted && open && r.Phase == bot.Dispatching {
				open, denied = false, now
			}
			if does(effects, bot.SendDispatch{}) {
				if open {
					t.Fatalf("%T asked for a second dispatch while the first may have arrived", ev)
				}
				if !denied.IsZero() && (now.Sub(intent) < r.Pace.Settle || now.Sub(denied) < 10*time.Second) {
					t.Fatalf("%T asked for a second dispatch %s after the first, %s after somebody said that it had not arrived", ev, now.Sub(intent), now.Sub(denied))
				}
				open, intent, denied = true, now, time.Time{}
			}
			asked = effects
		}
	})
}

// TestPromise3_OnlyTheApprovedDigestIsSent shows that whatever is clicked and
// changed, a dispatch is only asked for when enough people said yes to the
// plan as it is then.
func TestPromise3_OnlyTheApprovedDigestIsSent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		plan := newPlan(1)
		r, now, asked := newRelease(bot.Deploy), start, []bot.Effect(nil)
		for range 80 {
			list := append(events(plan), bot.Approved{By: ben, Digest: otherFile(plan).Digest()})
			if rapid.IntRange(0, 2).Draw(t, "sense") > 0 {
				list = answersTo(r, asked, plan)
			}
			ev := list[rapid.IntRange(0, len(list)-1).Draw(t, "event")]
			now = now.Add(time.Second)
			var effects []bot.Effect
			r, effects = lifecycle.Next(r, ev, now)
			asked = effects
			if !does(effects, bot.SendDispatch{}) {
				continue
			}
			digest := r.Plan.Digest()
			if !slices.ContainsFunc(r.Approvals, func(a bot.Approval) bool { return a.Digest == digest && a.By != anna }) {
				t.Fatalf("a dispatch of %.8s was asked for with the approvals %v", digest, r.Approvals)
			}
		}
	})
}
