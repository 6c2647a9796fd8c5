package lifecycle_test

import (
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// batchSteps are the steps of a batch, and those of a release that goes with one.
func batchSteps() []stepCase {
	seen := func(api, web bot.Phase) bot.Event { return bot.MembersSeen{Members: twoMembers(api, web)} }
	asked := begins(bot.Batch, func(r *bot.Release) { r.Members = twoMembers("", "") })
	waits := func() bot.Release {
		now, r := start, asked()
		r, _ = walk(r, &now, bot.Ticked{}, seen(bot.Requested, bot.Requested))
		return r
	}
	under := func() bot.Release {
		now, r := start, waits()
		r, _ = walk(r, &now, seen(bot.Queued, bot.Queued), seen(bot.Running, bot.Queued))
		return r
	}
	back := func(r *bot.Release) { r.Reversal.Back, r.Part.Batch = "api-b0", "api-b0" }
	called := func(r *bot.Release) {
		r.Cancel = bot.Cancel{AskedAt: start, By: ben, Cause: bot.ByPerson}
	}
	inBatch := func(r *bot.Release) { r.Part = bot.Part{Batch: "api-b1", Awaits: bot.AwaitAsk} }
	toAsk := []bot.Event{bot.Ticked{}, resolvedAs(newPlan(0))}
	toGo := append(slices.Clone(toAsk), bot.MayAsk{})
	loose := append(slices.Clone(toGo), bot.LetGo{})
	quiet := begins(bot.Deploy, inBatch, toAsk...)
	held := begins(bot.Deploy, inBatch, toGo...)
	free := begins(bot.Deploy, inBatch, loose...)
	taken := begins(bot.Deploy, inBatch, append(slices.Clone(loose), bot.SlotTaken{})...)
	sending := begins(bot.Deploy, inBatch, append(slices.Clone(loose), bot.SlotTaken{}, bot.Rechecked{Plan: newPlan(0)})...)
	stop := bot.Stopped{Cause: "not started, since web-1 of api-b1 did not go well"}
	return []stepCase{
		{"it begins", asked, nil, 0, bot.Ticked{}},
		{"its releases are made", asked, nil, time.Second, seen(bot.Requested, bot.Requested)},
		{"they cannot be made", asked, nil, time.Second, bot.EffectFailed{Effect: bot.BeginMembers{}, Says: "too long", Mend: "Shorten it.", Final: true}},
		{"they cannot be made now", asked, nil, time.Second, bot.EffectFailed{Effect: bot.BeginMembers{}, Says: "no answer"}},
		{"cancelled while they are made", asked, nil, time.Second, bot.CancelAsked{By: ben, Reason: "not now", Standing: may}},
		{"made after it was cancelled", asked, called, time.Second, seen(bot.Requested, bot.Requested)},
		{"a report before they are made", asked, nil, time.Second, bot.MemberMoved{}},
		{"one of them moved", waits, nil, time.Second, bot.MemberMoved{}},
		{"none reported", waits, nil, time.Minute, bot.Ticked{}},
		{"cancelled", waits, nil, time.Second, bot.CancelAsked{By: ben, Reason: "not now", Standing: may}},
		{"cancelled twice", waits, called, time.Second, bot.CancelAsked{By: cleo, Standing: may}},
		{"both may go", waits, nil, time.Second, seen(bot.Queued, bot.Queued)},
		{"one is refused", waits, nil, time.Second, seen(bot.Queued, bot.Rejected)},
		{"all of it was refused", waits, nil, time.Second, seen(bot.Cancelled, bot.Rejected)},
		{"all of it expired", waits, nil, time.Second, seen(bot.Expired, bot.Cancelled)},
		{"one ran, as the code host remembers", waits, nil, time.Second, seen(bot.Running, bot.Queued)},
		{"both are live, as the code host remembers", waits, nil, time.Second, seen(bot.Succeeded, bot.Succeeded)},
		{"the second's turn", under, nil, time.Second, seen(bot.Succeeded, bot.Queued)},
		{"the first failed", under, nil, time.Second, seen(bot.Failed, bot.Queued)},
		{"the first failed alone", under, nil, time.Second, seen(bot.Failed, bot.Cancelled)},
		{"the second failed", under, nil, time.Second, seen(bot.Succeeded, bot.Failed)},
		{"cancelled under way", under, called, time.Second, seen(bot.Running, bot.Queued)},
		{"cancelled, and what is watched goes on", under, called, time.Second, seen(bot.Verifying, bot.Queued)},
		{"cancelled, and over", under, called, time.Second, seen(bot.Cancelled, bot.Cancelled)},
		{"all went well", under, nil, time.Second, seen(bot.Succeeded, bot.Succeeded)},
		{"taking back, the first failed", under, back, time.Second, seen(bot.Failed, bot.Queued)},
		{"taking back, over", under, back, time.Second, seen(bot.Failed, bot.Succeeded)},
		{"nobody approves a batch", under, nil, time.Second, bot.Approved{By: ben, Digest: "x"}},
		{"a release is worked out", begins(bot.Deploy, inBatch, bot.Ticked{}), nil, time.Second, resolvedAs(newPlan(0))},
		{"a release that is held looks at its branch", begins(bot.Deploy, inBatch, bot.Ticked{}, resolvedAs(branched(newPlan(0))), bot.MayAsk{}), nil, time.Hour, bot.Ticked{}},
		{"a release is refused", begins(bot.Deploy, inBatch, bot.Ticked{}), nil, time.Second, bot.Resolved{Plan: newPlan(1), Decision: bot.Decision{Gates: []bot.Gate{gateThat("checks", bot.Refuse)}}}},
		{"it may ask, and need not", quiet, nil, time.Second, bot.MayAsk{}},
		{"it may ask", begins(bot.Deploy, inBatch, bot.Ticked{}, resolvedAs(newPlan(1))), nil, time.Second, bot.MayAsk{}},
		{"it may ask, twice", held, nil, time.Second, bot.MayAsk{}},
		{"it is stopped before anybody was asked", quiet, nil, time.Second, stop},
		{"nobody ever said that it may ask", quiet, nil, 25 * time.Hour, bot.Ticked{}},
		{"its turn comes too early", quiet, nil, time.Second, bot.LetGo{}},
		{"its turn comes", held, nil, time.Second, bot.LetGo{}},
		{"its turn comes twice", free, nil, time.Second, bot.LetGo{}},
		{"its turn never comes", held, nil, 25 * time.Hour, bot.Ticked{}},
		{"it is stopped", held, nil, time.Second, stop},
		{"it is stopped in line", free, nil, time.Second, stop},
		{"it is stopped before its start", taken, nil, time.Second, stop},
		{"it is too late to stop it", sending, nil, time.Second, stop},
	}
}
