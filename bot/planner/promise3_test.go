package planner

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/lifecycle"
	"github.com/slipwayhq/slipway/bot/policy"
)

// orderly is a target as an operator and a repository have it at a moment, and
// one release on its way there.
type orderly struct {
	t   *rapid.T
	now time.Time

	// What may change at any time.
	blob, tier string
	timeout    time.Duration
	count      int
	locked     string

	r       bot.Release
	pending []bot.Effect
	seen    []string                   // the digests that a card has shown
	yes     map[string]map[string]bool // who said yes to which digest
	checked string                     // the digest that was found right before the start
	refused int                        // how many gates refused it then
	sent    int
}

// plan is what the release would carry out as things are now.
func (o *orderly) plan() bot.Plan {
	sha := strings.Repeat("a", 40)
	plan := bot.Plan{
		Target: o.r.Target, Repo: "acme/api", Workflow: "deploy.yml", WorkflowRef: "main", WorkflowBlob: o.blob, KeyInput: "release_id",
		Inputs:     map[string]string{"sha": sha, "environment": "production", "tier": o.tier},
		Commit:     bot.Commit{SHA: sha, TipOf: "main"},
		Lineage:    bot.Lineage{On: "main", Asked: []string{"main"}},
		Settings:   bot.Settings{Timeout: o.timeout, Checks: bot.CheckRule{None: true}, Approvals: bot.ApprovalRule{Expires: 2 * time.Hour}},
		RollbackTo: &bot.Past{Release: "api-0", SHA: sha, Healthy: true},
	}
	if o.count > 0 {
		plan.Settings.Approvals.Sets = []bot.ApprovalSet{{Count: o.count}}
	}
	return plan
}

// decision is what the rules say of it now.
func (o *orderly) decision(plan bot.Plan) bot.Decision {
	facts := policy.Facts{
		Release: o.r, Plan: plan, Now: o.now,
		Workflow: bot.WorkflowFile{Ref: "main", Inputs: textInputs("release_id", "sha", "environment", "tier"), Dispatchable: true}, ShowsKey: true,
	}
	if o.locked != "" {
		facts.Locks = []bot.Lock{{Kind: bot.Hold, By: bot.Person{ID: o.locked, Name: o.locked}, At: o.now, Reason: "a migration"}}
	}
	return policy.Decide(facts)
}

// take feeds an event to the release, and keeps the effects that are left.
func (o *orderly) take(ev bot.Event) {
	next, effects := lifecycle.Next(o.r, ev, o.now)
	o.r = next
	o.pending = slices.DeleteFunc(append(o.pending, effects...), func(e bot.Effect) bool { return !lifecycle.Wanted(next, e) })
	if next.Plan != nil && !slices.Contains(o.seen, next.Plan.Digest()) {
		o.seen = append(o.seen, next.Plan.Digest())
	}
	if i := slices.IndexFunc(o.pending, bot.IsA[bot.SendDispatch]); i >= 0 {
		o.pending = slices.Delete(o.pending, i, i+1)
		o.dispatched()
	}
}

// dispatched checks the promise at the moment at which the request leaves.
func (o *orderly) dispatched() {
	o.sent++
	digest := o.r.Plan.Digest()
	if digest != o.checked || o.refused > 0 {
		o.t.Fatalf("a plan is sent that was not the one found right before, or that %d gates refused", o.refused)
	}
	agreed := 0
	for who := range o.yes[digest] {
		if who != o.r.Asker().ID {
			agreed++
		}
	}
	want := 0
	for _, set := range o.r.Plan.Settings.Approvals.Sets {
		want = max(want, set.Count)
	}
	if agreed < want {
		o.t.Fatalf("a plan is sent to which %d said yes, and %d must", agreed, want)
	}
	o.take(rapid.SampledFrom([]bot.Event{
		bot.DispatchNotSent{Says: "no connection"},
		bot.DispatchUncertain{Says: "timeout"},
		bot.Interrupted{},
		bot.DispatchAccepted{Run: bot.Run{ID: 7, Attempt: 1, Status: bot.RunInProgress}},
	}).Draw(o.t, "answer"))
}

// carryOut answers one of the effects that the release waits for.
func (o *orderly) carryOut() {
	if len(o.pending) == 0 {
		o.take(bot.Ticked{})
		return
	}
	i := rapid.IntRange(0, len(o.pending)-1).Draw(o.t, "effect")
	effect := o.pending[i]
	o.pending = slices.Delete(slices.Clone(o.pending), i, i+1)
	switch effect.(type) {
	case bot.Resolve:
		o.take(bot.Resolved{Plan: o.plan(), Decision: o.decision(o.plan())})
	case bot.TakeSlot:
		o.take(rapid.SampledFrom([]bot.Event{bot.SlotTaken{}, bot.SlotTaken{}, bot.SlotBusy{Place: bot.Place{Ahead: 1, Holder: "api-9"}}}).Draw(o.t, "slot"))
	case bot.Recheck:
		plan := o.plan()
		plan.Looks = o.r.Plan.Looks
		decision := o.decision(plan)
		o.checked, o.refused = plan.Digest(), len(decision.Refusals())
		o.take(bot.Rechecked{Plan: plan, Decision: decision})
	case bot.FindRun:
		o.take(bot.RunNotListed{})
	case bot.LookAtBranch:
		o.take(bot.BranchSeen{Newer: 2})
	default: // the others lead to no start
	}
}

// click says yes to something that a card has shown, now or earlier.
func (o *orderly) click() {
	who := rapid.SampledFrom([]string{"U01ANNA", "U02BEN", "U03CLEO"}).Draw(o.t, "who")
	digest := rapid.SampledFrom(append([]string{"0000"}, o.seen...)).Draw(o.t, "digest")
	if rapid.Bool().Draw(o.t, "what the card shows now") && o.r.Plan != nil {
		digest = o.r.Plan.Digest()
	}
	if o.yes[digest] == nil {
		o.yes[digest] = map[string]bool{}
	}
	o.yes[digest][who] = true
	o.take(bot.Approved{By: bot.Person{ID: who, Name: who}, Digest: digest})
}

// reconfigure changes slipway.yaml, the workflow file or a lock.
func (o *orderly) reconfigure() {
	switch rapid.IntRange(0, 4).Draw(o.t, "what") {
	case 0:
		o.blob = rapid.SampledFrom([]string{"blob1", "blob2"}).Draw(o.t, "blob")
	case 1:
		o.tier = rapid.SampledFrom([]string{"web", "worker"}).Draw(o.t, "tier")
	case 2:
		o.timeout = rapid.SampledFrom([]time.Duration{time.Minute, time.Hour}).Draw(o.t, "timeout")
	case 3:
		o.count = rapid.IntRange(0, 2).Draw(o.t, "count")
	case 4:
		o.locked = rapid.SampledFrom([]string{"", "", "U02BEN"}).Draw(o.t, "locked")
	}
}

// meddle is what else people do.
func (o *orderly) meddle() {
	anna := o.r.Asker()
	o.take(rapid.SampledFrom([]bot.Event{
		bot.Confirmed{By: anna},
		bot.Confirmed{By: anna},
		bot.NeverRanAsserted{By: anna},
		bot.NeverRanAsserted{By: anna},
		bot.YieldAsked{For: "api-2", By: anna},
		bot.Replaced{For: "api-3", By: anna},
		bot.Hinted{},
		bot.CancelAsked{By: anna},
	}).Draw(o.t, "event"))
}

// TestPromise3_NothingButTheApprovedDigestIsSent plays clicks, turns in the
// queue, faults of the start and changes of slipway.yaml, of the workflow file
// and of locks in any order: what is sent is what was found right before, what
// no gate refused, and what enough people said yes to.
func TestPromise3_NothingButTheApprovedDigestIsSent(t *testing.T) {
	t.Parallel()
	sent, voided := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		o := &orderly{
			t: t, now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), blob: "blob1", tier: "web", timeout: time.Minute,
			count: rapid.IntRange(0, 2).Draw(t, "approvals"), yes: map[string]map[string]bool{},
		}
		o.r = bot.Release{
			ID: "api-1", RunKey: "api-1.k3v9x2mq", Phase: bot.Requested, Target: bot.Target{Service: "api", Environment: "production"},
			Kind:      rapid.SampledFrom([]bot.Kind{bot.Deploy, bot.Deploy, bot.Rollback}).Draw(t, "kind"),
			Requester: bot.Person{ID: "U01ANNA", Name: "anna"}, RequestedAt: o.now,
			Pace: bot.Pace{Settle: 90 * time.Second, Poll: 15 * time.Second},
		}
		o.take(bot.Ticked{})
		for range rapid.IntRange(5, 60).Draw(t, "length") {
			o.now = o.now.Add(time.Duration(rapid.SampledFrom([]int{0, 1, 20, 200}).Draw(t, "seconds")) * time.Second)
			switch rapid.IntRange(0, 9).Draw(t, "turn") {
			case 0, 1, 2, 3, 4:
				o.carryOut()
			case 5, 6, 7:
				o.click()
			case 8:
				o.reconfigure()
			case 9:
				o.meddle()
			}
		}
		sent += o.sent
		voided += len(o.r.Delta)
	})
	if sent == 0 || voided == 0 {
		t.Errorf("the walks do not get far enough to show anything: %d sent, %d changes", sent, voided)
	}
}
