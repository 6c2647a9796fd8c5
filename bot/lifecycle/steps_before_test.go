package lifecycle_test

import (
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// The steps of a release of which nothing was started yet.

func requestedSteps() []stepCase {
	asked := begins(bot.Deploy, nil)
	seeking := begins(bot.Deploy, nil, bot.Ticked{})
	refusedBy := func(names ...string) bot.Event {
		ev := bot.Resolved{Plan: newPlan(0)}
		for _, name := range names {
			ev.Decision.Gates = append(ev.Decision.Gates, gateThat(name, bot.Refuse))
		}
		return ev
	}
	passing := bot.Decision{Gates: []bot.Gate{gateThat("lock", bot.Warn, "passed"), gateThat("checks", bot.Pass)}}
	nowhere := newPlan(0)
	nowhere.Current, nowhere.RollbackTo = nil, nil
	again := func(next time.Duration, final bool) bot.Event {
		ev := failed(bot.Resolve{}, start, start.Add(next))
		ev.Final = final
		if next == 0 {
			ev.Next = time.Time{}
		}
		return ev
	}
	return []stepCase{
		{"it begins", asked, nil, 0, bot.Ticked{}},
		{"it is looked at again while it is worked out", seeking, nil, time.Minute, bot.Ticked{}},
		{"nobody is asked", seeking, nil, time.Second, resolvedAs(newPlan(0))},
		{"approvers are asked", seeking, nil, time.Second, resolvedAs(newPlan(1))},
		{"after it had waited for the code host", seeking, func(r *bot.Release) { r.Dispatch.Problem = "no answer" }, time.Minute, resolvedAs(newPlan(1))},
		{"one rule refuses", seeking, nil, time.Second, refusedBy("checks")},
		{"several rules refuse", seeking, nil, time.Second, refusedBy("checks", "lock", "freeze")},
		{"it starts over", seeking, func(r *bot.Release) { r.Replaces = "api-0" }, time.Second, resolvedAs(newPlan(1))},
		{"an emergency passes a rule", seeking, emergencyAsked, time.Second, bot.Resolved{Plan: reviewed(newPlan(0)), Decision: passing}},
		{"an emergency passes a rule and approvers", seeking, emergencyAsked, time.Second, bot.Resolved{Plan: reviewed(newPlan(1)), Decision: passing}},
		{"an emergency passes nothing", seeking, emergencyAsked, time.Second, resolvedAs(reviewed(newPlan(0)))},
		{"no emergency, so nothing is opened", seeking, nil, time.Second, bot.Resolved{Plan: reviewed(newPlan(1)), Decision: passing}},
		{"a preview", begins(bot.Preview, nil), nil, time.Second, bot.Resolved{Plan: newPlan(1), Place: bot.Place{Ahead: 2, Holder: "api-9"}}},
		{"a preview that would be refused", begins(bot.Preview, nil), nil, time.Second, refusedBy("checks")},
		{"a rollback asks its requester", begins(bot.Rollback, nil), nil, time.Second, resolvedAs(newPlan(0))},
		{"a rollback that named what it takes back", begins(bot.Rollback, nil), func(r *bot.Release) { r.Reversal.Back = "api-8" }, time.Second, resolvedAs(newPlan(1))},
		{"a rollback that was confirmed in the dialog", begins(bot.Rollback, nil), func(r *bot.Release) { r.Confirmed = true }, time.Second, resolvedAs(newPlan(0))},
		{"a rollback that has nowhere to go", begins(bot.Rollback, nil), nil, time.Second, resolvedAs(nowhere)},
		{"what is live is to be recorded", begins(bot.Adopt, nil), func(r *bot.Release) { r.Reason = "the first day" }, time.Second, resolvedAs(newPlan(0))},
		{"what is live needs a yes", begins(bot.Adopt, nil), nil, time.Second, resolvedAs(newPlan(1))},
		{"what is live may not be recorded", begins(bot.Adopt, nil), nil, time.Second, refusedBy("deployers")},
		{"a failure that stays", seeking, nil, time.Second, again(0, true)},
		{"a failure that may pass", seeking, nil, time.Second, again(5*time.Second, false)},
		{"it takes long, which is said", seeking, nil, 4 * time.Second, again(10*time.Second, false)},
		{"which was said", seeking, func(r *bot.Release) { r.Dispatch.Problem = "no answer" }, time.Minute, again(70*time.Second, false)},
		{"it would take too long", seeking, nil, time.Second, again(10*time.Minute, false)},
		{"it took too long", seeking, nil, 10 * time.Minute, again(0, false)},
		{"another thing failed", seeking, nil, time.Second, bot.EffectFailed{Effect: bot.Say{}, Final: true}},
		{"it is cancelled", seeking, nil, time.Second, bot.CancelAsked{By: ben, Reason: "not now", Standing: may}},
		{"an answer that comes too early", asked, nil, time.Second, bot.Approved{By: ben}},
		{"the code host has a record", seeking, nil, time.Second, bot.DeploymentRecorded{ID: 5}},
	}
}

// approvalSteps are about whose word counts.
func approvalSteps() []stepCase {
	two, sets := newPlan(2), twoSets()
	waits := begins(bot.Deploy, nil, resolvedAs(two))
	inSets := begins(bot.Deploy, nil, resolvedAs(sets))
	yes := func(p bot.Plan, by bot.Person, groups ...string) bot.Approved {
		return bot.Approved{By: by, Digest: p.Digest(), Standing: in(groups...)}
	}
	benSaidYes := func(r *bot.Release) {
		r.Approvals = []bot.Approval{{By: ben, Digest: r.Plan.Digest(), At: start, For: []int{0}}}
	}
	points := newPlan(1)
	points.Settings.Approvals.Confirm = []bot.FindingKind{bot.FindSetting}
	points.Readiness.Findings = []bot.Finding{{Kind: bot.FindSetting, Weight: bot.WeightLook, Says: "new setting KEY"}}
	pointed := begins(bot.Deploy, nil, resolvedAs(points))
	point := pointed().Points()[0].ID
	back := newPlan(1)
	unsure := begins(bot.Rollback, nil, resolvedAs(back))
	alone := begins(bot.Rollback, nil, resolvedAs(newPlan(0)))
	return []stepCase{
		{"the first of two", waits, nil, time.Minute, yes(two, ben)},
		{"of an emergency whose plan has changed", waits, func(r *bot.Release) { emergencyAsked(r); r.Delta = []string{"the workflow file was changed"} }, time.Minute, yes(two, ben)},
		{"of an emergency that need not have asked", waits, emergencyAsked, time.Minute, yes(two, ben)},
		{"the second of two", waits, benSaidYes, time.Minute, yes(two, cleo)},
		{"the same once more", waits, benSaidYes, time.Minute, yes(two, ben)},
		{"the requester", waits, nil, time.Minute, yes(two, anna)},
		{"to an older card", waits, nil, time.Minute, bot.Approved{By: ben, Digest: "older"}},
		{"out of one of the groups", inSets, nil, time.Minute, yes(sets, ben, "sre")},
		{"out of none of the groups", inSets, nil, time.Minute, yes(sets, ben, "guests")},
		{"nobody could read the groups", inSets, nil, time.Minute, bot.Approved{By: ben, Digest: sets.Digest(), Standing: bot.Standing{Unread: []string{"sre"}}}},
		{"for what is there already", inSets, benSaidYes, time.Minute, yes(sets, cleo, "sre")},
		{"with something to be seen to", pointed, nil, time.Minute, yes(points, ben)},
		{"an approver sees to it", pointed, nil, time.Minute, bot.PointAcknowledged{By: ben, Point: point}},
		{"another sees to it too", pointed, func(r *bot.Release) { r.Acknowledged = []bot.Acknowledgement{{Point: point, By: cleo}} }, time.Minute, bot.PointAcknowledged{By: ben, Point: point}},
		{"the requester may not see to it", pointed, nil, time.Minute, bot.PointAcknowledged{By: anna, Point: point}},
		{"when all was seen to", pointed, func(r *bot.Release) { r.Acknowledged = []bot.Acknowledgement{{Point: point, By: cleo}} }, time.Minute, yes(points, ben)},
		{"a no", inSets, nil, time.Minute, bot.Declined{By: ben, Reason: "not on a Friday", Standing: in("owners")}},
		{"a no of somebody", inSets, nil, time.Minute, bot.Declined{By: ben, Reason: "no"}},
		{"a yes is taken back", waits, benSaidYes, time.Minute, bot.Withdrawn{By: ben}},
		{"there is none to take back", waits, benSaidYes, time.Minute, bot.Withdrawn{By: cleo}},
		{"one too many is taken back", waits, func(r *bot.Release) {
			benSaidYes(r)
			for i := range bot.MaxWithdrawals {
				r.Withdrawn = append(r.Withdrawn, bot.Withdrawal{By: cleo, At: start.Add(time.Duration(i) * time.Second)})
			}
		}, time.Minute, bot.Withdrawn{By: ben}},
		{"a rollback is confirmed", alone, nil, time.Minute, bot.Confirmed{By: anna}},
		{"a rollback is confirmed, approvers are asked", unsure, nil, time.Minute, bot.Confirmed{By: anna}},
		{"a rollback is confirmed after its approval", unsure, benSaidYes, time.Minute, bot.Confirmed{By: anna}},
		{"by somebody else", alone, nil, time.Minute, bot.Confirmed{By: ben}},
		{"once more", unsure, func(r *bot.Release) { r.Confirmed = true }, time.Minute, bot.Confirmed{By: anna}},
		{"of a deploy", waits, nil, time.Minute, bot.Confirmed{By: anna}},
		{"a rollback is approved before it is confirmed", unsure, nil, time.Minute, yes(back, ben)},
		{"a rollback is approved", unsure, func(r *bot.Release) { r.Confirmed = true }, time.Minute, yes(back, ben)},
	}
}

// waitingSteps are what else happens to a release that waits for a yes.
func waitingSteps() []stepCase {
	plan := branched(newPlan(1))
	plan.Settings.Approvals.Remind = 30 * time.Minute
	plan.Settings.Approvals.Sets = []bot.ApprovalSet{
		{Count: 1, From: []string{"sre"}, EscalateAfter: time.Hour, EscalateTo: []string{"leads"}}, {Count: 1, From: []string{"owners"}},
	}
	waits := begins(bot.Deploy, nil, resolvedAs(plan))
	looked := func(r *bot.Release) { r.Branch.LookedAt = start.Add(20 * time.Hour) }
	reminded := func(r *bot.Release) { looked(r); r.Reminded = true }
	unsure := begins(bot.Rollback, nil, resolvedAs(newPlan(1)))
	return []stepCase{
		{"nothing is due", waits, nil, 30 * time.Second, bot.Ticked{}},
		{"the branch is to be looked at", waits, nil, time.Minute, bot.Ticked{}},
		{"a release of no branch", waits, func(r *bot.Release) { *r.Plan = newPlan(1) }, time.Minute, bot.Ticked{}},
		{"where nobody said how often", waits, func(r *bot.Release) { r.Pace.Poll = 0 }, time.Minute, bot.Ticked{}},
		{"somebody is to be reminded", waits, looked, 30 * time.Minute, bot.Ticked{}},
		{"they were reminded", waits, reminded, 31 * time.Minute, bot.Ticked{}},
		{"nobody is to be reminded", waits, func(r *bot.Release) { looked(r); p := *r.Plan; p.Settings.Approvals.Remind = 0; r.Plan = &p }, 31 * time.Minute, bot.Ticked{}},
		{"others are to be asked", waits, reminded, time.Hour, bot.Ticked{}},
		{"others were asked", waits, func(r *bot.Release) { reminded(r); r.Escalated = []int{0} }, 61 * time.Minute, bot.Ticked{}},
		{"none came", waits, reminded, 2 * time.Hour, bot.Ticked{}},
		{"the requester has time yet", unsure, nil, 29 * time.Minute, bot.Ticked{}},
		{"the requester did not confirm", unsure, nil, 30 * time.Minute, bot.Ticked{}},
		{"the approvers of a rollback have longer", unsure, func(r *bot.Release) { r.Confirmed = true }, 30 * time.Minute, bot.Ticked{}},
		{"the branch has moved on", waits, nil, time.Minute, bot.BranchSeen{Newer: 3}},
		{"another takes its place", waits, nil, time.Minute, bot.Replaced{For: "api-3", By: ben}},
		{"its requester's own takes its place", waits, nil, time.Minute, bot.Replaced{For: "api-3", By: anna}},
		{"nothing takes a rollback's place", unsure, nil, time.Minute, bot.Replaced{For: "api-3", By: ben}},
		{"it is cancelled", waits, nil, time.Minute, bot.CancelAsked{By: ben, Reason: "not now", Standing: may}},
		{"it has run, which the store forgot", unsure, nil, time.Minute, bot.RunFound{Run: runBegins}},
		{"what means nothing here", waits, nil, time.Minute, bot.SlotTaken{}},
	}
}

func queuedSteps() []stepCase {
	queued := begins(bot.Deploy, nil, resolvedAs(branched(newPlan(0))))
	back := begins(bot.Rollback, func(r *bot.Release) { r.Confirmed = true }, resolvedAs(newPlan(0)))
	approved := begins(bot.Deploy, nil, resolvedAs(newPlan(1)), bot.Approved{By: ben, Digest: newPlan(1).Digest()})
	stands := func(r *bot.Release) { r.Place = bot.Place{Ahead: 1, Holder: "api-0", Wait: time.Minute} }
	failing := func(effect bot.Effect, final bool) bot.Event {
		return bot.EffectFailed{Effect: effect, Says: "too many wait", Mend: "Cancel some.", Final: final}
	}
	return []stepCase{
		{"it looks whether it is its turn", queued, nil, time.Minute, bot.Ticked{}},
		{"a rollback looks at no branch", back, nil, time.Minute, bot.Ticked{}},
		{"it waited for a day", queued, stands, 24 * time.Hour, bot.Ticked{}},
		{"the branch has moved on", queued, nil, time.Minute, bot.BranchSeen{Newer: 3}},
		{"it is its turn", queued, stands, time.Minute, bot.SlotTaken{}},
		{"it is not", queued, nil, 0, bot.SlotBusy{Place: bot.Place{Ahead: 1, Holder: "api-0", Wait: time.Minute}}},
		{"a rollback finds what it takes back", back, nil, 0, bot.SlotBusy{Place: bot.Place{Holder: "api-0"}}},
		{"a rollback finds another", back, nil, 0, bot.SlotBusy{Place: bot.Place{Holder: "api-9"}}},
		{"what is live is changing", begins(bot.Adopt, nil, resolvedAs(newPlan(0))), nil, 0, bot.SlotBusy{Place: bot.Place{Holder: "api-0"}}},
		{"what is live is not changing yet", begins(bot.Adopt, nil, resolvedAs(newPlan(0))), nil, 0, bot.SlotBusy{Place: bot.Place{Ahead: 1}}},
		{"a deploy asks nobody to go", queued, func(r *bot.Release) { r.Reversal.Back = "api-0" }, 0, bot.SlotBusy{Place: bot.Place{Holder: "api-0"}}},
		{"there is no place", queued, nil, 0, failing(bot.TakeSlot{}, true)},
		{"the store does not answer", queued, nil, 0, failing(bot.TakeSlot{}, false)},
		{"another thing failed", queued, nil, 0, failing(bot.LookAtBranch{}, true)},
		{"another takes its place", queued, stands, time.Minute, bot.Replaced{For: "api-3", By: ben}},
		{"nothing takes a rollback's place", back, stands, time.Minute, bot.Replaced{For: "api-3", By: ben}},
		{"it is cancelled", queued, stands, time.Minute, bot.CancelAsked{By: ben, Reason: "not now", Standing: may}},
		{"a yes is taken back", approved, stands, time.Minute, bot.Withdrawn{By: ben}},
		{"a yes that was not needed is taken back", approved, func(r *bot.Release) {
			stands(r)
			r.Approvals = append(r.Approvals, bot.Approval{By: cleo, Digest: r.Plan.Digest()})
		}, time.Minute, bot.Withdrawn{By: ben}},
		{"there is none to take back", approved, stands, time.Minute, bot.Withdrawn{By: cleo}},
		{"a yes that comes late", approved, nil, time.Minute, bot.Approved{By: cleo}},
		{"a no that comes late", approved, nil, time.Minute, bot.Declined{By: cleo}},
		{"a point that is settled late", approved, nil, time.Minute, bot.PointAcknowledged{By: cleo}},
		{"it has run, which the store forgot", queued, nil, time.Minute, bot.RunFound{Run: runBegins}},
		{"what means nothing here", queued, nil, time.Minute, bot.Hinted{}},
	}
}
