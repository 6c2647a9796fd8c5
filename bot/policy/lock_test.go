package policy_test

import (
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

// lockedBy closes the target.
func lockedBy(kind bot.LockKind, scope bot.Scope, change func(*policy.Facts)) func(*policy.Facts) {
	return func(f *policy.Facts) {
		f.Release.Requester = bot.Person{ID: "U03CLEO", Name: "cleo"}
		f.Locks = []bot.Lock{{
			Kind: kind, Scope: scope, By: bot.Person{ID: "U02BEN", Name: "ben"}, Reason: "migrating by hand",
			At: f.Now.Add(-95 * time.Minute), Until: f.Now.Add(2 * time.Hour),
		}}
		change(f)
	}
}

func TestLock(t *testing.T) {
	t.Parallel()
	none := func(*policy.Facts) {}
	own := func(f *policy.Facts) { f.Release.Requester = bot.Person{ID: "U02BEN"} }
	back := func(f *policy.Facts) { backTo(f, true) }
	backWhy := func(f *policy.Facts) { backTo(f, true); f.Release.Reason = "it is down" }
	one := bot.Scope{Service: "api", Environment: "production"}
	runGate(t, policy.GateLock, []gateCase{
		{"somebody else's", lockedBy(bot.Hold, one, none), bot.Refuse, []string{"api → production is locked by ben for 1 h 35 min now, until Mon 2 Mar 2026 11:00 UTC: migrating by hand"}},
		{"one's own", lockedBy(bot.Hold, one, own), bot.Warn, []string{"Your own lock"}},
		{"nobody's", lockedBy(bot.Hold, one, func(f *policy.Facts) { f.Release.Requester, f.Locks[0].By = bot.Person{}, bot.Person{} }), bot.Refuse, nil},
		{"a freeze", lockedBy(bot.Freeze, bot.Scope{}, none), bot.Refuse, []string{"everything is frozen by ben"}},
		{"one's own freeze", lockedBy(bot.Freeze, bot.Scope{Service: "api"}, own), bot.Refuse, []string{"all of api is frozen"}},
		{"a rollback with a reason", lockedBy(bot.Hold, one, backWhy), bot.Warn, nil},
		{"a rollback that goes by itself", lockedBy(bot.Hold, one, func(f *policy.Facts) { backWhy(f); f.Release.Requester = bot.ByRule{Rule: "on_unhealthy: rollback"} }), bot.Refuse, nil},
		{"a rollback that goes by itself in a freeze", lockedBy(bot.Freeze, one, func(f *policy.Facts) { backWhy(f); f.Release.Requester = bot.ByRule{Rule: "on_unhealthy: rollback"} }), bot.Warn, nil},
		{"a rollback without", lockedBy(bot.Hold, one, back), bot.Refuse, nil},
		{"a rollback in a freeze", lockedBy(bot.Freeze, one, back), bot.Warn, nil},
		{"a preview", lockedBy(bot.Hold, one, func(f *policy.Facts) { f.Release.Kind = bot.Preview }), bot.Refuse, nil},
	})
}

func TestEveryLockIsSaid(t *testing.T) {
	t.Parallel()
	facts := good()
	lockedBy(bot.Hold, bot.Scope{Service: "api"}, func(f *policy.Facts) {
		f.Locks = append(f.Locks, bot.Lock{Kind: bot.Freeze, By: bot.Person{ID: "U1"}})
	})(&facts)
	if got := len(policy.Decide(facts).Refusals()); got != 2 {
		t.Errorf("%d refusals, want one for each lock", got)
	}
	facts.Release.Kind = bot.Adopt
	if got := len(policy.Decide(facts).Refusals()); got != 0 {
		t.Errorf("%d refusals of what starts nothing", got)
	}
}
