package lifecycle_test

import (
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/lifecycle"
)

// TestWhatSlipwayAsksForItself: nobody waits for a private answer, so whatever it
// would say stands where everybody reads it; nobody confirms its rollback, and the
// approvals that it needs are asked for all the same.
func TestWhatSlipwayAsksForItself(t *testing.T) {
	t.Parallel()
	refused := bot.Decision{Gates: []bot.Gate{{Name: "lock", Outcome: bot.Refuse, Reason: "it is locked"}}}
	for name, tt := range map[string]struct {
		kind  bot.Kind
		event bot.Event
		phase bot.Phase
	}{
		"a rule refuses it":          {bot.Rollback, bot.Resolved{Plan: newPlan(0), Decision: refused}, bot.Rejected},
		"nor that of a rollback":     {bot.Rollback, bot.EffectFailed{Effect: bot.Resolve{}, Says: "gone", Final: true, Since: start}, bot.Rejected},
		"its plan cannot be had":     {bot.Deploy, bot.EffectFailed{Effect: bot.Resolve{}, Says: "gone", Final: true, Since: start}, bot.Rejected},
		"a rollback goes":            {bot.Rollback, bot.Resolved{Plan: newPlan(0)}, bot.Queued},
		"a rollback needs approvals": {bot.Rollback, bot.Resolved{Plan: newPlan(1)}, bot.AwaitingApproval},
	} {
		r := newRelease(tt.kind)
		r.Requester = bot.ByRule{Rule: "health of production"}
		r, effects := lifecycle.Next(r, tt.event, start)
		if r.Phase != tt.phase || !r.Carded || doesA[bot.Tell](effects) {
			t.Errorf("%s: it is %s, shown %t, and does %v", name, r.Phase, r.Carded, effects)
		}
		if over := r.Ended(); does(effects, bot.Say{News: bot.NoteEnded{}}) != over {
			t.Errorf("%s: its end is said: %t", name, !over)
		}
		if held := r.Ended() && r.Kind == bot.Rollback; does(effects, bot.Alert{News: bot.NoteFailed{}}) != held {
			t.Errorf("%s: it is said out loud: %t", name, !held)
		}
	}
	r := newRelease(bot.Rollback)
	r.Requester = bot.ByRule{Rule: "health of production"}
	r, _ = lifecycle.Next(r, bot.Resolved{Plan: newPlan(1)}, start)
	if _, effects := lifecycle.Next(r, bot.CancelAsked{}, start); !doesA[bot.Tell](effects) {
		t.Error("nobody in particular cancels it as their own")
	}
	if r, _ = lifecycle.Next(r, bot.Confirmed{By: anna}, start); r.Confirmed {
		t.Error("anna confirms what slipway asked for")
	}
}
