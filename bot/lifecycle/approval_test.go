package lifecycle_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/lifecycle"
)

// said is what one person says to a release, and what follows.
type said struct {
	event bot.Event
	told  string // what they are told; empty: nothing
	open  []int  // the sets that lack a yes afterwards
	phase bot.Phase
}

// twoSets asks sre and owners for one yes each.
func twoSets() bot.Plan {
	plan := newPlan(0)
	plan.Settings.Approvals.Sets = []bot.ApprovalSet{{Count: 1, From: []string{"sre"}}, {Count: 1, From: []string{"owners"}}}
	return plan
}

func in(groups ...string) bot.Standing { return bot.Standing{Groups: groups} }

// TestPromise4_SeveralSets plays what people say to a release that asks two
// groups.
func TestPromise4_SeveralSets(t *testing.T) {
	t.Parallel()
	plan := twoSets()
	cleo := bot.Person{ID: "U03CLEO", Name: "cleo"}
	yes := func(by bot.Person, groups ...string) bot.Event {
		return bot.Approved{By: by, Digest: plan.Digest(), Standing: in(groups...)}
	}
	waits := bot.AwaitingApproval
	tests := map[string][]said{
		"one of each": {
			{yes(ben, "sre"), "", []int{1}, waits},
			{yes(cleo, "owners"), "", nil, bot.Queued},
		},
		"one who is in both": {{yes(ben, "sre", "owners"), "", nil, bot.Queued}},
		"two of one group": {
			{yes(ben, "sre"), "", []int{1}, waits},
			{yes(cleo, "sre"), bot.TellNotMissing, []int{1}, waits},
			{yes(cleo, "sre", "owners"), "", nil, bot.Queued},
		},
		"the requester": {{yes(anna, "sre", "owners"), bot.TellMayNot, []int{0, 1}, waits}},
		"taken back": {
			{bot.Withdrawn{By: ben}, bot.TellNothingToTake, []int{0, 1}, waits},
			{yes(ben, "sre"), "", []int{1}, waits},
			{bot.Withdrawn{By: ben}, "", []int{0, 1}, waits},
			{yes(ben, "sre"), "", []int{1}, waits},
			{yes(cleo, "owners"), "", nil, bot.Queued},
			{bot.Withdrawn{By: cleo}, "", []int{1}, waits},
		},
		"an outsider": {{yes(ben), bot.TellMayNot, []int{0, 1}, waits}},
		"twice":       {{yes(ben, "sre"), "", []int{1}, waits}, {yes(ben, "sre"), bot.TellAlready, []int{1}, waits}},
		"no from one of them": {
			{yes(ben, "sre"), "", []int{1}, waits},
			{bot.Declined{By: cleo, Reason: "no", Standing: in("owners")}, "", []int{1}, bot.Rejected},
		},
		"no from an outsider": {{bot.Declined{By: cleo, Reason: "no"}, bot.TellMayNot, []int{0, 1}, waits}},
	}
	for name, words := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, _ := lifecycle.Next(newRelease(bot.Deploy), bot.Resolved{Plan: plan}, start)
			hear(t, r, words)
		})
	}
}

// hear plays what people say, a second apart.
func hear(tb testing.TB, r bot.Release, words []said) bot.Release {
	tb.Helper()
	now := r.Since()
	for i, word := range words {
		now = now.Add(time.Second)
		var effects []bot.Effect
		r, effects = lifecycle.Next(r, word.event, now)
		told := ""
		for _, effect := range effects {
			if effect.Kind == bot.Tell {
				told = effect.Note
			}
		}
		if told != word.told || r.Phase != word.phase {
			tb.Errorf("word %d: told %q while it is %s, want %q and %s", i+1, told, r.Phase, word.told, word.phase)
		}
		if diff := cmp.Diff(word.open, r.OpenSets()); diff != "" {
			tb.Errorf("word %d: open sets (-want +got):\n%s", i+1, diff)
		}
	}
	return r
}
