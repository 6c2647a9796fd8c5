package lifecycle_test

import (
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// The steps of a release that is being started.

// turnComes brings a release to its turn.
func turnComes(kind bot.Kind, plan bot.Plan, more ...bot.Event) func() bot.Release {
	events := []bot.Event{resolvedAs(plan)}
	if plan.Settings.Approvals.Asked() {
		events = append(events, bot.Approved{By: ben, Digest: plan.Digest()})
	}
	return begins(kind, func(r *bot.Release) { r.Confirmed = kind == bot.Rollback }, append(append(events, bot.SlotTaken{}), more...)...)
}

func recheckSteps() []stepCase {
	plan := newPlan(0)
	turn := turnComes(bot.Deploy, plan)
	approved := turnComes(bot.Deploy, newPlan(1))
	refuses := bot.Decision{Gates: []bot.Gate{gateThat("lock", bot.Refuse), gateThat("checks", bot.Pass)}}
	passes := bot.Decision{Gates: []bot.Gate{gateThat("lock", bot.Warn, "passed")}}
	checked := reviewed(plan)
	urgent := turnComes(bot.Deploy, checked)
	asks := newPlan(1)
	asks.WorkflowBlob = "blob2"
	return []stepCase{
		{"the plan is the same", turn, nil, time.Second, bot.Rechecked{Plan: plan}},
		{"the plan is the approved one", approved, nil, time.Second, bot.Rechecked{Plan: newPlan(1)}},
		{"what is live is recorded", turnComes(bot.Adopt, plan), func(r *bot.Release) { r.Reason = "the first day" }, time.Second, bot.Rechecked{Plan: plan}},
		{"what is live needs another yes by now", turnComes(bot.Adopt, plan), nil, time.Second, bot.Rechecked{Plan: newPlan(1)}},
		{"what is live may not be recorded any more", turnComes(bot.Adopt, plan), nil, time.Second, bot.Rechecked{Plan: plan, Decision: refuses}},
		{"the plan is another, and nobody is asked", turn, nil, time.Second, bot.Rechecked{Plan: otherFile(plan)}},
		{"the plan is another than the approved one", approved, func(r *bot.Release) { r.Escalated = []int{0} }, time.Second, bot.Rechecked{Plan: asks}},
		{"a yes does not count any more", approved, nil, time.Second, bot.Rechecked{Plan: newPlan(1), Lost: []bot.Withdrawal{{By: ben, Why: "has left"}}}},
		{"a yes does not count that is not needed", approved, func(r *bot.Release) {
			r.Approvals = append(r.Approvals, bot.Approval{By: bot.Person{ID: "U09DORA"}, Digest: r.Plan.Digest()})
		}, time.Second, bot.Rechecked{Plan: newPlan(1), Lost: []bot.Withdrawal{{By: bot.Person{ID: "U09DORA"}, Why: "has left"}}}},
		{"a rule refuses by now", approved, nil, time.Second, bot.Rechecked{Plan: newPlan(1), Decision: refuses}},
		{"an emergency passes one more rule", urgent, emergencyAsked, time.Second, bot.Rechecked{Plan: checked, Decision: passes}},
		{"an emergency passed it before", urgent, func(r *bot.Release) {
			emergencyAsked(r)
			r.Decision, r.Emergency.ReviewBy = passes, start.Add(24*time.Hour)
		}, time.Second, bot.Rechecked{Plan: checked, Decision: passes}},
		{"the review of an emergency is open already", urgent, func(r *bot.Release) {
			emergencyAsked(r)
			r.Emergency.ReviewBy = start.Add(24 * time.Hour)
		}, time.Second, bot.Rechecked{Plan: checked, Decision: passes}},
		{"an emergency passed approvers before", turnComes(bot.Deploy, reviewed(newPlan(1))), func(r *bot.Release) {
			emergencyAsked(r)
			r.Approvals, r.Emergency.ReviewBy = nil, start.Add(24*time.Hour)
		}, time.Second, bot.Rechecked{Plan: reviewed(newPlan(1)), Decision: passes}},
		{"an emergency of another plan asks", turnComes(bot.Deploy, newPlan(1)), func(r *bot.Release) {
			emergencyAsked(r)
			r.Approvals = nil
		}, time.Second, bot.Rechecked{Plan: asks}},
		{"it is being sent already", turnComes(bot.Deploy, plan, bot.Rechecked{Plan: plan}), nil, time.Second, bot.Rechecked{Plan: plan, Decision: refuses}},
	}
}

func dispatchingSteps() []stepCase {
	plan := newPlan(0)
	turn := turnComes(bot.Deploy, plan)
	sending := turnComes(bot.Deploy, plan, bot.Rechecked{Plan: plan})
	searching := turnComes(bot.Deploy, plan, bot.Rechecked{Plan: plan}, bot.DispatchUncertain{Says: "no answer"})
	back := turnComes(bot.Rollback, plan, bot.Rechecked{Plan: plan})
	cancelled := func(r *bot.Release) { r.Cancel = bot.Cancel{By: cleo, AskedAt: start, Cause: bot.ByPerson} }
	yielding := func(r *bot.Release) {
		r.Cancel = bot.Cancel{By: cleo, AskedAt: start, Cause: bot.ByRollback, For: "api-9"}
	}
	denied := func(r *bot.Release) { r.Dispatch.NeverRan = ben }
	deniedAndCancelled := func(r *bot.Release) { denied(r); cancelled(r) }
	limited := func(r *bot.Release) {
		r.Outbox = []bot.Pending{{Effect: bot.FindRun{}, Since: start, Due: start.Add(time.Hour)}}
	}
	failing := func(r func() bot.Release, effect bot.Effect, since time.Duration, final bool) bot.Event {
		ev := failed(effect, r().Since(), r().Since().Add(since))
		ev.Final = final
		return ev
	}
	return []stepCase{
		{"it is started", sending, nil, time.Second, bot.DispatchAccepted{Run: runBegins}},
		{"a rollback is started", back, nil, time.Second, bot.DispatchAccepted{Run: runBegins}},
		{"it is started, and was cancelled meanwhile", sending, cancelled, time.Second, bot.DispatchAccepted{Run: runBegins}},
		{"its run is found", searching, nil, time.Second, bot.RunFound{Run: runBegins}},
		{"it is accepted, and its run not named", sending, nil, time.Second, bot.DispatchListed{}},
		{"nobody knows whether it arrived", sending, nil, time.Second, bot.DispatchUncertain{Says: "no answer"}},
		{"slipway was interrupted", sending, nil, time.Second, bot.Interrupted{}},
		{"it is refused", sending, nil, time.Second, bot.DispatchRefused{Says: "no such input", Mend: "Declare it."}},
		{"it was not sent", sending, nil, time.Second, bot.DispatchNotSent{Says: "no connection"}},
		{"it was not sent, with a pause", sending, nil, time.Second, bot.DispatchNotSent{Says: "limited", Again: time.Minute}},
		{"it was not sent for long", sending, nil, 10 * time.Minute, bot.DispatchNotSent{Says: "no connection"}},
		{"it was not sent, and is cancelled", sending, cancelled, time.Second, bot.DispatchNotSent{Says: "no connection"}},
		{"it was not sent, and a rollback waits", sending, yielding, time.Second, bot.DispatchNotSent{Says: "no connection"}},
		{"its run is not listed yet", searching, nil, time.Minute, bot.RunNotListed{}},
		{"its run is not listed", searching, nil, 2 * time.Minute, bot.RunNotListed{}},
		{"nobody looked for its run", sending, nil, 2 * time.Minute, bot.RunNotListed{}},
		{"it cannot be checked again, for good", turn, nil, time.Second, failing(turn, bot.Recheck{}, time.Second, true)},
		{"it cannot be checked again now", turn, nil, time.Second, failing(turn, bot.Recheck{}, 10*time.Second, false)},
		{"it will not be checked again in time", turn, nil, time.Second, failing(turn, bot.Recheck{}, 10*time.Minute, false)},
		{"a check of before fails while it is sent", sending, nil, time.Second, failing(sending, bot.Recheck{}, time.Second, true)},
		{"a check of before fails while its run is looked for", searching, nil, time.Second, failing(searching, bot.Recheck{}, time.Second, true)},
		{"there was none, said somebody, and a check of before fails while it is sent", sending, denied, time.Second, failing(sending, bot.Recheck{}, time.Second, true)},
		{"its run cannot be looked for", searching, nil, time.Second, failing(searching, bot.FindRun{}, 5*time.Minute, false)},
		{"its run cannot be looked for in time", searching, nil, time.Second, failing(searching, bot.FindRun{}, 12*time.Minute, false)},
		{"its run cannot be looked for in time, and could be listed by now", searching, nil, 2 * time.Minute, failing(searching, bot.FindRun{}, 12*time.Minute, false)},
		{"its run cannot be looked for in time, and has had its time", searching, limited, 2 * time.Minute, bot.Ticked{}},
		{"there is none, says somebody, and none is seen", searching, denied, 9 * time.Second, bot.RunNotListed{}},
		{"there is none, says somebody, and none was seen for long", searching, denied, 10 * time.Second, bot.RunNotListed{}},
		{"there is none, says somebody, and it was to be stopped", searching, deniedAndCancelled, 10 * time.Second, bot.RunNotListed{}},
		{"there is none, says somebody, and it is seen", searching, denied, time.Second, bot.RunFound{Run: runBegins}},
		{"there is none, says somebody, and it cannot be looked for now", searching, denied, 2 * time.Minute, failing(searching, bot.FindRun{}, 5*time.Minute, false)},
		{"there is none, says somebody, and it cannot be looked for in time", searching, denied, 2 * time.Minute, failing(searching, bot.FindRun{}, 10*time.Minute, false)},
		{"there is none, says somebody, and it cannot be checked again", turn, denied, time.Second, failing(turn, bot.Recheck{}, time.Second, true)},
		{"there was none, said somebody, and the plan is the same", turn, denied, time.Second, bot.Rechecked{Plan: plan}},
		{"there was none, said somebody, and it is started", sending, denied, time.Second, bot.DispatchAccepted{Run: runBegins}},
		{"there was none, said somebody, and it was not sent", sending, denied, time.Second, bot.DispatchNotSent{Says: "no connection"}},
		{"there was none, said somebody, and nobody knows whether it arrived", sending, denied, time.Second, bot.DispatchUncertain{Says: "no answer"}},
		{"there was none, said somebody, and a run is found while it is sent", sending, denied, time.Second, bot.RunFound{Run: runBegins}},
		{"another thing failed", turn, nil, time.Second, failing(turn, bot.Say{}, time.Hour, true)},
		{"it is cancelled in time", turn, nil, time.Second, bot.CancelAsked{By: ben, Reason: "not now", Standing: may}},
		{"it is cancelled while it is sent", sending, nil, time.Second, bot.CancelAsked{By: ben, Reason: "not now", Standing: may}},
		{"it is cancelled twice", sending, cancelled, time.Second, bot.CancelAsked{By: ben, Standing: may}},
		{"a rollback wants its place in time", turn, nil, time.Second, bot.YieldAsked{For: "api-9", By: ben}},
		{"a rollback wants its place", sending, nil, time.Second, bot.YieldAsked{For: "api-9", By: ben}},
		{"it is not time yet", turn, nil, time.Second, bot.Ticked{}},
		{"it is to be checked again", turn, nil, time.Minute, bot.Ticked{}},
		{"its run is to be looked for again", searching, nil, time.Minute, bot.Ticked{}},
		{"it is being sent", sending, nil, time.Minute, bot.Ticked{}},
		{"a yes that comes late", sending, nil, time.Second, bot.Approved{By: cleo}},
		{"a yes that is taken back late", sending, nil, time.Second, bot.Withdrawn{By: ben}},
	}
}
