package lifecycle_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/lifecycle"
)

var (
	start = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	anna  = bot.Person{ID: "U01ANNA", Name: "anna"}
	ben   = bot.Person{ID: "U02BEN", Name: "ben"}
)

// newRelease is a release that was just created.
func newRelease(kind bot.Kind) bot.Release {
	return bot.Release{
		ID: "api-1", RunKey: "api-1.k3v9x2mq", Kind: kind, Phase: bot.Requested,
		Target: bot.Target{Service: "api", Environment: "production"}, Requester: anna, RequestedAt: start,
		Pace: bot.Pace{Settle: 90 * time.Second, Poll: 15 * time.Second},
	}
}

// newPlan is a plan that asks for count approvals and, if watched, has a probe.
func newPlan(count int, probes ...bot.Probe) bot.Plan {
	var sets []bot.ApprovalSet
	if count > 0 {
		sets = []bot.ApprovalSet{{Count: count}}
	}
	return bot.Plan{
		Target: bot.Target{Service: "api", Environment: "production"}, Repo: "acme/api", Workflow: "deploy.yml",
		WorkflowRef: "main", WorkflowBlob: "blob1", KeyInput: "release_id", Inputs: map[string]string{"sha": strings.Repeat("a", 40)},
		Commit: bot.Commit{SHA: strings.Repeat("a", 40)},
		Settings: bot.Settings{
			Approvals: bot.ApprovalRule{Sets: sets, Expires: 2 * time.Hour}, Timeout: 30 * time.Minute,
			Health: bot.HealthRule{Window: 10 * time.Minute, Every: 30 * time.Second, Probes: probes},
		},
		Current:    &bot.Past{Release: "api-0", SHA: strings.Repeat("b", 40)},
		RollbackTo: &bot.Past{Release: "api-0", SHA: strings.Repeat("b", 40), Healthy: true},
	}
}

var probe = bot.Probe{
	Name: "up", Source: "http", Kind: bot.Answers,
	Settings: []bot.Setting{{Key: "http", Value: "https://api.example.com/healthz"}, {Key: "status", Value: "200"}},
}

func otherFile(p bot.Plan) bot.Plan {
	p.WorkflowBlob = "blob2"
	return p
}

// events are all kinds of event, in the variants that matter.
func events(plan bot.Plan) []bot.Event {
	refused := bot.Decision{Gates: []bot.Gate{{Name: "checks", Outcome: bot.Refuse, Reason: "unit failed"}}}
	run := bot.Run{ID: 7, Attempt: 1, Status: bot.RunInProgress, HeadSHA: "head"}
	over := func(c bot.Conclusion) bot.Event {
		return bot.RunSeen{Run: bot.Run{ID: 7, Attempt: 1, Status: bot.RunCompleted, Conclusion: c, HeadSHA: "head"}}
	}
	list := []bot.Event{
		bot.Confirmed{By: anna},
		bot.Confirmed{By: ben},
		bot.Approved{By: ben, Digest: plan.Digest()},
		bot.Approved{By: anna, Digest: plan.Digest()},
		bot.Approved{By: ben, Digest: "old"},
		bot.Declined{By: ben, Reason: "no"},
		bot.Withdrawn{By: ben},
		bot.PointAcknowledged{By: ben, Point: "aa"},
		bot.CancelAsked{By: anna},
		bot.CancelAsked{By: ben},
		bot.CancelAsked{By: ben, Standing: may},
		bot.YieldAsked{For: "api-2", By: ben},
		bot.Replaced{For: "api-3", By: ben},
		bot.BranchSeen{Newer: 2},
		bot.Hinted{},
		bot.VersionSeen{Gone: true},
		bot.RanAsserted{By: ben},
		bot.RanAsserted{By: ben, Standing: may},
		bot.RanAsserted{By: ben, RunID: 7, Standing: may},
		bot.NeverRanAsserted{By: ben, Standing: may},
		bot.SignedOff{By: ben},
		bot.LooksGood{By: ben, Standing: may},
		bot.WatchLonger{By: ben, Standing: may},
		bot.CountdownStopped{By: ben, Standing: may},
		bot.Displaced{By: "api-9"},
		bot.HindsightSaid{By: ben, Says: bot.FalseAlarm, Standing: may},
		bot.EndQuarantineAsked{By: ben, Reason: "mended", Standing: may},
		bot.EndQuarantineAsked{By: ben, Reason: "mended"},
		bot.Ticked{},
		bot.Interrupted{},
		bot.Resolved{Plan: plan},
		bot.Resolved{Plan: plan, Decision: refused},
		bot.Rechecked{Plan: plan},
		bot.Rechecked{Plan: otherFile(plan)},
		bot.Rechecked{Plan: plan, Decision: refused},
		bot.MemberMoved{},
		bot.MayAsk{},
		bot.LetGo{},
		bot.Stopped{Cause: "not started, since web-1 of api-b1 did not go well"},
		bot.MembersSeen{Members: twoMembers(bot.Queued, bot.Queued)},
		bot.MembersSeen{Members: twoMembers(bot.Succeeded, bot.Running)},
		bot.MembersSeen{Members: twoMembers(bot.Succeeded, bot.Succeeded)},
		bot.MembersSeen{Members: twoMembers(bot.Rejected, bot.Queued)},
		bot.MembersSeen{Members: twoMembers(bot.Expired, bot.Cancelled)},
		bot.SlotTaken{},
		bot.SlotBusy{Place: bot.Place{Ahead: 1, Holder: "api-0"}},
		bot.DispatchAccepted{Run: run},
		bot.RerunFound{Rerun: bot.Rerun{Release: "api-0", Run: 4, Attempt: 2}},
		bot.DispatchListed{},
		bot.DispatchRefused{Says: "no such input"},
		bot.DispatchNotSent{Says: "connection refused"},
		bot.DispatchUncertain{Says: "timeout"},
		bot.RunFound{Run: run},
		bot.RunNotListed{},
		bot.RunIsAnothers{Says: "it belongs to another release"},
		bot.RunKeyless{Run: run},
		bot.RunSeen{Run: run},
		over(bot.ConclusionSuccess), over(bot.ConclusionFailure),
		over(bot.ConclusionCancelled), over(bot.ConclusionSkipped),
		bot.RunGone{},
		bot.WorkflowChanged{Blob: "blob2"},
		bot.DeploymentRecorded{ID: 5},
	}
	for _, v := range []bot.Verdict{bot.Watching, bot.Healthy, bot.NotHealthy, bot.Inconclusive} {
		list = append(list, bot.Sampled{Samples: []bot.Sample{{Probe: "up", At: start, Outcome: bot.Good}}, Judgement: bot.Judgement{Verdict: v}})
	}
	for _, effect := range []bot.Effect{bot.Resolve{}, bot.Recheck{}, bot.FindRun{}, bot.TakeSlot{}} {
		list = append(list,
			bot.EffectFailed{Effect: effect, Says: "not found", Final: true, Since: start},
			bot.EffectFailed{Effect: effect, Says: "unavailable", Since: start})
	}
	return list
}

// may is the standing of somebody whose word counts.
var may = bot.Standing{May: true}

// answersTo are the events that may follow from what a release asked for, so
// that random walks get far.
func answersTo(r bot.Release, effects []bot.Effect, plan bot.Plan) []bot.Event {
	run := bot.Run{ID: 7, Attempt: 1, Status: bot.RunInProgress}
	over := bot.Run{ID: 7, Attempt: 1, Status: bot.RunCompleted, Conclusion: bot.ConclusionSuccess}
	if r.Phase == bot.AwaitingApproval {
		return []bot.Event{bot.Confirmed{By: anna}, bot.Approved{By: ben, Digest: plan.Digest()}, bot.Approved{By: bot.Person{ID: "U03"}, Digest: plan.Digest()}}
	}
	if r.Phase == bot.Unknown {
		return []bot.Event{bot.RunFound{Run: run}, bot.NeverRanAsserted{By: ben, Standing: may}, bot.RunSeen{Run: over}}
	}
	var list []bot.Event
	for _, e := range effects {
		switch e.(type) {
		case bot.Resolve:
			list = append(list, bot.Resolved{Plan: plan})
		case bot.BeginMembers, bot.ReadMembers:
			list = append(list, bot.MembersSeen{Members: twoMembers(bot.Queued, bot.Queued)}, bot.MembersSeen{Members: twoMembers(bot.Succeeded, bot.Queued)})
		case bot.TakeSlot:
			list = append(list, bot.SlotTaken{})
		case bot.Recheck:
			list = append(list, bot.Rechecked{Plan: plan})
		case bot.SendDispatch:
			list = append(list, bot.DispatchAccepted{Run: run}, bot.DispatchUncertain{Says: "timeout"})
		case bot.FindRun:
			list = append(list, bot.RunFound{Run: run}, bot.RunNotListed{})
		case bot.ReadRun, bot.PollRun, bot.ReadRerun:
			list = append(list, bot.RunSeen{Run: run}, bot.RunSeen{Run: over}, bot.RunGone{})
		default: // the others have no answer
		}
	}
	if len(list) == 0 {
		return []bot.Event{bot.Ticked{}}
	}
	return list
}

// drawSteps drives one release through random events and calls visit after
// each.
func drawSteps(t *rapid.T, visit func(before bot.Release, ev bot.Event, after bot.Release)) bot.Release {
	kind := rapid.SampledFrom([]bot.Kind{bot.Deploy, bot.Rollback, bot.Adopt, bot.Preview, bot.Batch}).Draw(t, "kind")
	var probes []bot.Probe
	if rapid.Bool().Draw(t, "watched") {
		probes = append(probes, probe)
	}
	plan := newPlan(rapid.IntRange(0, 2).Draw(t, "approvals"), probes...)
	r, now, asked := newRelease(kind), start, []bot.Effect(nil)
	if kind == bot.Batch {
		r.Members = twoMembers("", "")
	} else if rapid.Bool().Draw(t, "in a batch") {
		r.Part = bot.Part{Batch: "api-b1", Awaits: bot.AwaitAsk}
	}
	for range rapid.IntRange(1, 60).Draw(t, "length") {
		list := events(plan)
		if rapid.IntRange(0, 3).Draw(t, "sense") > 0 {
			list = answersTo(r, asked, plan)
		}
		ev := list[rapid.IntRange(0, len(list)-1).Draw(t, "event")]
		now = now.Add(time.Duration(rapid.SampledFrom([]int{0, 0, 1, 4, 20, 200, 1900, 90000}).Draw(t, "seconds")) * time.Second)
		next, effects := lifecycle.Next(r, ev, now)
		visit(r, ev, next)
		r, asked = next, effects
	}
	return r
}

// TestNoSequenceLeavesTheTable shows that no sequence of events moves a
// release along an arrow that is not in the table, and that an ended release
// never moves.
func TestNoSequenceLeavesTheTable(t *testing.T) {
	t.Parallel()
	arrows := documented(t)
	rapid.Check(t, func(t *rapid.T) {
		drawSteps(t, func(before bot.Release, ev bot.Event, after bot.Release) {
			if before.Phase == after.Phase {
				return
			}
			if before.Phase.Ended() {
				t.Fatalf("Next(%s, %T) moved an ended release to %s", before.Phase, ev, after.Phase)
			}
			path := phasesBetween(before, after)
			for i := 1; i < len(path); i++ {
				if !arrows[arrow{path[i-1], path[i]}] {
					t.Fatalf("Next(%s, %T) went along %v; %s -> %s is not in the table", before.Phase, ev, path, path[i-1], path[i])
				}
			}
		})
	})
}

// phasesBetween is the way from before to after: one event may pass several
// phases, and each leaves its moment.
func phasesBetween(before, after bot.Release) []bot.Phase {
	path := []bot.Phase{before.Phase}
	for _, m := range after.Moments[len(before.Moments):] {
		if m.Phase != path[len(path)-1] {
			path = append(path, m.Phase)
		}
	}
	return path
}

// TestPromise6_EveryReleaseEnds shows that from wherever a release got to,
// time and the answers that the world then gives bring it to an end, and that
// none stands still without asking to be woken.
func TestPromise6_EveryReleaseEnds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := drawSteps(t, func(_ bot.Release, _ bot.Event, after bot.Release) {
			if !after.Ended() && after.WakeAt.IsZero() {
				t.Fatalf("a release in %s does not ask to be woken", after.Phase)
			}
		})
		now := r.Since()
		if r.Dispatch.State == bot.Sending {
			// Whoever was to send has vanished; the next holder is told so.
			r, _ = lifecycle.Next(r, bot.Interrupted{}, now)
		}
		for range 2000 { // a day in the queue, with a look about each minute
			if r.Ended() {
				return
			}
			now = bot.LaterOf(now, r.WakeAt).Add(time.Second)
			var effects []bot.Effect
			r, effects = lifecycle.Next(r, bot.Ticked{}, now)
			r = answerAll(r, effects, now)
		}
		t.Fatalf("a release is still %s after %s", r.Phase, now.Sub(start))
	})
}

// answerAll plays a world in which the code host is gone for good, and a
// person who knows what happened is asked about an uncertain dispatch.
func answerAll(r bot.Release, effects []bot.Effect, now time.Time) bot.Release {
	for _, e := range effects {
		var ev bot.Event = bot.EffectFailed{Effect: e, Says: "unavailable", Since: now.Add(-24 * time.Hour)}
		switch e.(type) {
		case bot.ReadMembers:
			ev = bot.MembersSeen{Members: twoMembers(bot.Succeeded, bot.Failed)}
		case bot.TakeSlot:
			ev = bot.SlotTaken{}
		case bot.AskProbes:
			ev = bot.Sampled{Judgement: bot.Judgement{Verdict: bot.Inconclusive}}
		case bot.FindRun:
			ev = bot.RunFound{Run: bot.Run{ID: 7, Attempt: 1}}
		case bot.ReadRun, bot.PollRun, bot.ReadRerun:
			ev = bot.RunSeen{Run: bot.Run{ID: r.Run.ID, Attempt: r.Run.Attempt, Status: bot.RunCompleted, Conclusion: bot.ConclusionFailure, UpdatedAt: now}}
		case bot.SendDispatch:
			ev = bot.DispatchUncertain{Says: "timeout"}
		default: // the others fail
		}
		var more []bot.Effect
		r, more = lifecycle.Next(r, ev, now)
		r = answerAll(r, more, now)
	}
	return r
}

// TestNextLeavesItsArgumentAlone shows that Next is pure: the release that it
// was given is as before.
func TestNextLeavesItsArgumentAlone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		drawSteps(t, func(before bot.Release, ev bot.Event, _ bot.Release) {
			once, effects := lifecycle.Next(before, ev, start.Add(time.Hour))
			again, effectsAgain := lifecycle.Next(before, ev, start.Add(time.Hour))
			if diff := cmp.Diff(once, again) + cmp.Diff(effects, effectsAgain); diff != "" {
				t.Fatalf("Next(%s, %T) is not the same twice: %s", before.Phase, ev, diff)
			}
		})
	})
}

// ExampleNext shows a deploy without approvals up to its dispatch.
func ExampleNext() {
	r := newRelease(bot.Deploy)
	for _, ev := range []bot.Event{bot.Ticked{}, bot.Resolved{Plan: newPlan(0)}, bot.SlotTaken{}, bot.Rechecked{Plan: newPlan(0)}} {
		var effects []bot.Effect
		r, effects = lifecycle.Next(r, ev, start)
		for _, e := range effects {
			fmt.Println(r.Phase, bot.EffectKey(e))
		}
	}
	// Output:
	// requested resolve
	// queued take_slot
	// dispatching recheck
	// dispatching send_dispatch
}
