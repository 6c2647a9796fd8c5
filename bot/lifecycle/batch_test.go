package lifecycle_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/lifecycle"
)

// twoMembers are api, and web that needs it, in these phases.
func twoMembers(api, web bot.Phase) []bot.BatchMember {
	member := func(service string, phase bot.Phase, after ...string) bot.BatchMember {
		m := bot.BatchMember{Target: bot.Target{Service: service, Environment: "production"}, After: after, Phase: phase}
		if phase != "" {
			m.Release = service + "-1"
		}
		if phase == bot.Queued {
			m.Awaits = bot.AwaitGo
		}
		m.Started = slices.Contains([]bot.Phase{bot.Running, bot.Succeeded, bot.Failed}, phase)
		m.Healthy = phase == bot.Succeeded
		return m
	}
	return []bot.BatchMember{member("api", api), member("web", web, "api")}
}

// fleetOf is a batch with its members, and what they have to say to each other.
type fleetOf struct {
	t        *rapid.T
	now      time.Time
	releases map[string]bot.Release
	asked    []asked
	sent     map[string]bool // whose workflow was started
	stopping bool            // the batch has seen a member break
}

// asked is an effect, or a letter, that is under way to its release.
type asked struct {
	release string
	effect  bot.Effect
	letter  bot.Event
}

const batchID = "api-b1"

// newFleet draws a batch of two to four services, each of which may need those
// before it.
func newFleet(t *rapid.T) *fleetOf {
	r := newRelease(bot.Batch)
	r.ID = batchID
	undoes := rapid.Bool().Draw(t, "undoes")
	if undoes {
		r.Reversal.Back = "api-b0"
	}
	for i := range rapid.IntRange(2, 4).Draw(t, "members") {
		m := bot.BatchMember{Target: bot.Target{Service: fmt.Sprintf("s%d", i), Environment: "production"}}
		if undoes {
			m.Back = m.Target.Service + "-0"
		}
		for before := range i {
			if rapid.Bool().Draw(t, "needs") {
				m.After = append(m.After, fmt.Sprintf("s%d", before))
			}
		}
		r.Members = append(r.Members, m)
	}
	return &fleetOf{t: t, now: start, releases: map[string]bot.Release{batchID: r}, sent: map[string]bool{}}
}

// next feeds an event to a release, as the engine would.
func (f *fleetOf) next(id string, ev bot.Event) {
	r, effects := lifecycle.Next(f.releases[id], ev, f.now)
	f.releases[id] = r
	if r.Phase == bot.AwaitingApproval && !f.releases[batchID].Undoes() {
		f.allWorkedOut(id)
	}
	if _, broken := r.Broken(); id == batchID && broken && !r.Undoes() {
		f.stopping = true
	}
	for _, e := range effects {
		if let, goes := e.(bot.LetMemberGo); id == batchID && goes && f.stopping {
			f.t.Fatalf("%s was let go after another had broken", let.Member)
		}
		f.asked = append(f.asked, asked{release: id, effect: e})
	}
}

// allWorkedOut is the promise to approvers: nobody is asked before no rule
// refuses any of it.
func (f *fleetOf) allWorkedOut(id string) {
	for other, r := range f.releases {
		if r.Phase == bot.Requested {
			f.t.Fatalf("somebody was asked about %s while %s was still worked out", id, other)
		}
	}
}

// carryOut plays the world's part in one thing that was asked for.
func (f *fleetOf) carryOut(a asked) {
	if a.letter != nil {
		f.next(a.release, a.letter)
		return
	}
	r := f.releases[a.release]
	if !lifecycle.Wanted(r, a.effect) {
		return
	}
	switch effect := a.effect.(type) {
	case bot.BeginMembers:
		f.next(a.release, bot.MembersSeen{Members: f.begin(r)})
	case bot.ReadMembers:
		f.next(a.release, bot.MembersSeen{Members: f.read(r)})
	case bot.LetMemberAsk:
		f.asked = append(f.asked, asked{release: effect.Member, letter: bot.MayAsk{}})
	case bot.LetMemberGo:
		f.asked = append(f.asked, asked{release: effect.Member, letter: bot.LetGo{}})
	case bot.StopMember:
		var letter bot.Event = bot.Stopped{Cause: "another broke"}
		if !r.Cancel.AskedAt.IsZero() {
			letter = bot.CancelAsked{By: r.Cancel.By, Batch: batchID}
		}
		f.asked = append(f.asked, asked{release: effect.Member, letter: letter})
	case bot.Report:
		if rapid.IntRange(0, 3).Draw(f.t, "report arrives") > 0 { // else it is lost with a store's last writes
			f.asked = append(f.asked, asked{release: batchID, letter: bot.MemberMoved{}})
		}
	default:
		f.member(r, a.effect)
	}
}

func (f *fleetOf) begin(batch bot.Release) []bot.BatchMember {
	members := slices.Clone(batch.Members)
	for i, m := range members {
		r := newRelease(bot.Deploy)
		r.ID, r.Target, r.RequestedAt = m.Target.Service+"-1", m.Target, f.now
		r.Part = bot.Part{Batch: batchID, After: m.After, Awaits: bot.AwaitAsk}
		if m.Back != "" {
			r.Kind, r.Confirmed = bot.Rollback, true
		}
		f.releases[r.ID] = r
		members[i] = m.Saw(r)
	}
	return members
}

func (f *fleetOf) read(batch bot.Release) []bot.BatchMember {
	members := slices.Clone(batch.Members)
	for i, m := range members {
		members[i] = m.Saw(f.releases[m.Release])
	}
	return members
}

// member answers what a member asked for, well or badly.
func (f *fleetOf) member(r bot.Release, e bot.Effect) {
	pick := func(what string, of ...bot.Event) { f.next(r.ID, rapid.SampledFrom(of).Draw(f.t, what)) }
	plan := newPlan(rapid.IntRange(0, 1).Draw(f.t, "approvals"), probe)
	refused := bot.Decision{Gates: []bot.Gate{{Name: "checks", Outcome: bot.Refuse, Reason: "unit failed"}}}
	over := func(c bot.Conclusion) bot.Event {
		return bot.RunSeen{Run: bot.Run{ID: 7, Attempt: 1, Status: bot.RunCompleted, Conclusion: c, UpdatedAt: f.now}}
	}
	switch e.(type) {
	case bot.Resolve:
		good := bot.Resolved{Plan: plan}
		pick("resolved", good, good, good, bot.Resolved{Plan: plan, Decision: refused})
	case bot.TakeSlot:
		f.next(r.ID, bot.SlotTaken{})
	case bot.Recheck:
		good := bot.Rechecked{Plan: *r.Plan}
		pick("rechecked", good, good, bot.Rechecked{Plan: otherFile(*r.Plan)})
	case bot.SendDispatch:
		f.mayBeSent(r)
		f.sent[r.ID] = true
		f.next(r.ID, bot.DispatchAccepted{Run: bot.Run{ID: 7, Attempt: 1, Status: bot.RunInProgress}})
	case bot.ReadRun, bot.PollRun, bot.ReadRerun:
		pick("run", over(bot.ConclusionSuccess), over(bot.ConclusionSuccess), over(bot.ConclusionFailure))
	case bot.AskProbes:
		pick("watched", bot.Sampled{Judgement: bot.Judgement{Verdict: bot.Healthy}}, bot.Sampled{Judgement: bot.Judgement{Verdict: bot.Healthy}}, bot.Sampled{Judgement: bot.Judgement{Verdict: bot.NotHealthy}}, bot.Sampled{Judgement: bot.Judgement{Verdict: bot.Inconclusive}})
	default: // the others have no answer
	}
}

// mayBeSent is the promise: nothing of a batch goes before those that it needs
// have gone well, and nothing at all before all of it might go.
func (f *fleetOf) mayBeSent(r bot.Release) {
	undoes := f.releases[batchID].Undoes()
	for id, other := range f.releases {
		if id == batchID || id == r.ID {
			continue
		}
		needed := slices.Contains(r.Part.After, other.Target.Service)
		switch {
		case undoes && needed && other.Phase != bot.Verifying && !other.Ended():
			f.t.Fatalf("%s went while the run of %s was not over: %s", r.ID, id, other.Phase)
		case undoes:
		case needed && (other.Phase != bot.Succeeded || !other.Healthy):
			f.t.Fatalf("%s went though %s, which it needs, is %s (healthy: %v)", r.ID, id, other.Phase, other.Healthy)
		case !f.sent[r.ID] && slices.Equal(slices.Collect(maps.Keys(f.sent)), nil) && other.Phase == bot.Requested:
			f.t.Fatalf("%s went before it was known whether %s may", r.ID, id)
		}
	}
}

// step does one thing that may happen next, in any order.
func (f *fleetOf) step() {
	f.now = f.now.Add(time.Duration(rapid.SampledFrom([]int{0, 1, 5, 40}).Draw(f.t, "seconds")) * time.Second)
	if len(f.asked) > 0 && rapid.IntRange(0, 4).Draw(f.t, "carry out") > 0 {
		i := rapid.IntRange(0, len(f.asked)-1).Draw(f.t, "which")
		a := f.asked[i]
		f.asked = slices.Delete(f.asked, i, i+1)
		f.carryOut(a)
		return
	}
	ids := slices.Sorted(maps.Keys(f.releases))
	id := rapid.SampledFrom(ids).Draw(f.t, "release")
	f.next(id, f.personOrClock(f.releases[id]))
}

// personOrClock is what people do with a release as it stands.
func (f *fleetOf) personOrClock(r bot.Release) bot.Event {
	list := []bot.Event{bot.Ticked{}}
	switch {
	case r.Phase == bot.AwaitingApproval:
		yes := bot.Approved{By: ben, Digest: r.Plan.Digest()}
		list = append(list, yes, yes, yes, bot.Declined{By: ben, Reason: "no"})
	case r.Phase == bot.Queued && r.ID != batchID && len(r.Approvals) > 0:
		list = append(list, bot.Withdrawn{By: ben})
	case r.Phase == bot.Succeeded && r.Verdict == bot.Inconclusive:
		list = append(list, bot.LooksGood{By: ben, Standing: may})
	}
	if rapid.IntRange(0, 30).Draw(f.t, "cancel") == 0 {
		list = append(list, bot.CancelAsked{By: anna})
	}
	return rapid.SampledFrom(list).Draw(f.t, "event")
}

// settle lets the world answer until all of it has ended.
func (f *fleetOf) settle() {
	for range 3000 {
		if f.over() {
			return
		}
		f.now = f.now.Add(time.Minute)
		for _, id := range slices.Sorted(maps.Keys(f.releases)) {
			r := f.releases[id]
			if r.Phase == bot.AwaitingApproval {
				f.next(id, bot.Approved{By: ben, Digest: r.Plan.Digest()})
			}
			if r.Phase == bot.Succeeded && r.Verdict == bot.Inconclusive && !r.Healthy {
				f.next(id, bot.LooksGood{By: ben, Standing: may})
			}
			f.next(id, bot.Ticked{})
		}
		for len(f.asked) > 0 {
			a := f.asked[0]
			f.asked = f.asked[1:]
			f.carryOut(a)
		}
	}
	var phases []string
	for id, r := range f.releases {
		phases = append(phases, id+" "+string(r.Phase))
	}
	slices.Sort(phases)
	f.t.Fatalf("after two days: %s", strings.Join(phases, ", "))
}

func (f *fleetOf) over() bool {
	for _, r := range f.releases {
		if !r.Ended() {
			return false
		}
	}
	return true
}

// TestPromise6_ABatchGoesInItsOrderAndEnds plays batches whose letters arrive in
// any order, some of them never: what is needed goes first, nothing goes before
// all of it may, nothing more is let go once one has broken, and every batch
// ends as its members did.
func TestPromise6_ABatchGoesInItsOrderAndEnds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := newFleet(t)
		for range rapid.IntRange(0, 120).Draw(t, "steps") {
			f.step()
		}
		f.settle()
		batch := f.releases[batchID]
		for id, r := range f.releases {
			if id != batchID && r.Phase != bot.Succeeded && batch.Phase == bot.Succeeded {
				t.Fatalf("the batch succeeded, and %s is %s", id, r.Phase)
			}
		}
		if _, broken := batch.Broken(); !broken && batch.Phase != bot.Succeeded && len(f.releases) > 1 {
			t.Fatalf("all of the batch went well, and it is %s", batch.Phase)
		}
	})
}

// TestABatchThatNobodyBegan: what a store from an older copy brings back, long
// after it was asked for, is not begun any more.
func TestABatchThatNobodyBegan(t *testing.T) {
	t.Parallel()
	r := newRelease(bot.Batch)
	r.Members = twoMembers("", "")
	r, effects := lifecycle.Next(r, bot.Ticked{}, start.Add(time.Hour))
	wantEffects(t, effects, bot.Tell{To: anna, Why: bot.TellFailed})
	if r.Phase != bot.Failed || !strings.Contains(r.Ending.Cause, "not begun within 10 min") {
		t.Errorf("it is %s: %s", r.Phase, r.Ending.Cause)
	}
}

// TestWhatFollowsFromWhatABatchSees is the order of a batch by example: api, and
// web that needs it.
func TestWhatFollowsFromWhatABatchSees(t *testing.T) {
	t.Parallel()
	ask := func(id string) bot.Effect { return bot.LetMemberAsk{Member: id} }
	letGo := func(id string) bot.Effect { return bot.LetMemberGo{Member: id} }
	stop := func(id string) bot.Effect { return bot.StopMember{Member: id} }
	unwell := twoMembers(bot.Succeeded, bot.Queued)
	unwell[0].Healthy = false
	askedAgain := twoMembers(bot.AwaitingApproval, bot.Queued)
	askedAgain[0].After, askedAgain[1].After = nil, nil
	tests := []struct {
		name string
		seen []bot.BatchMember
		back bool // it takes another batch back
		want []bot.Effect
	}{
		{"one is still worked out", awaiting(bot.AwaitAsk, twoMembers(bot.Queued, bot.Requested)), false, nil},
		{"one waits for approval", awaiting(bot.AwaitGo, twoMembers(bot.Queued, bot.AwaitingApproval)), false, nil},
		{"both are worked out", awaiting(bot.AwaitAsk, twoMembers(bot.Queued, bot.Queued)), false, []bot.Effect{ask("api-1"), ask("web-1")}},
		{"one is refused, the other not worked out", awaiting(bot.AwaitAsk, twoMembers(bot.Requested, bot.Rejected)), false, nil},
		{"back: one is worked out", awaiting(bot.AwaitAsk, twoMembers(bot.Queued, bot.Requested)), true, []bot.Effect{ask("api-1")}},
		{"one ran before anybody was asked, as the code host remembers", ranUnasked(), false, []bot.Effect{letGo("web-1")}},
		{"both may go", twoMembers(bot.Queued, bot.Queued), false, []bot.Effect{letGo("api-1")}},
		{"one is asked about again after its turn came", askedAgain, false, []bot.Effect{letGo("web-1")}},
		{"the first runs", twoMembers(bot.Running, bot.Queued), false, nil},
		{"the first is being watched", twoMembers(bot.Verifying, bot.Queued), false, nil},
		{"the first is live and well", twoMembers(bot.Succeeded, bot.Queued), false, []bot.Effect{letGo("web-1")}},
		{"the first is live, and nobody can tell how", unwell, false, nil},
		{"the first failed", twoMembers(bot.Failed, bot.Queued), false, []bot.Effect{stop("web-1")}},
		{"the second was refused", twoMembers(bot.Queued, bot.Rejected), false, []bot.Effect{stop("api-1")}},
		{"the second was refused late", twoMembers(bot.Running, bot.Rejected), false, nil},
		{"back: the first runs", twoMembers(bot.Running, bot.Queued), true, nil},
		{"back: the first is being watched", twoMembers(bot.Verifying, bot.Queued), true, []bot.Effect{letGo("web-1")}},
		{"back: the first failed", twoMembers(bot.Failed, bot.Queued), true, []bot.Effect{letGo("web-1")}},
		{"back: the second was refused", twoMembers(bot.Queued, bot.Rejected), true, []bot.Effect{letGo("api-1")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRelease(bot.Batch)
			r.Phase = bot.Queued
			if tt.back {
				r.Reversal.Back = "api-b0"
			}
			_, effects := lifecycle.Next(r, bot.MembersSeen{Members: tt.seen}, start)
			wantEffects(t, effects, tt.want...)
		})
	}
}

// ranUnasked are members after the store has forgotten that api was told to go.
func ranUnasked() []bot.BatchMember {
	members := twoMembers(bot.Succeeded, bot.Queued)
	members[0].Awaits = bot.AwaitAsk
	return members
}

// awaiting are members all of which wait for a word.
func awaiting(what bot.Await, members []bot.BatchMember) []bot.BatchMember {
	for i := range members {
		members[i].Awaits = what
	}
	return members
}
