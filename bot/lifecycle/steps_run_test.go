package lifecycle_test

import (
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// The steps of a release whose run is under way or over.

func runsAs(kind bot.Kind, plan bot.Plan, more ...bot.Event) func() bot.Release {
	return turnComes(kind, plan, append([]bot.Event{bot.Rechecked{Plan: plan}, bot.DispatchAccepted{Run: runBegins}}, more...)...)
}

// cancelledBy has the run's cancelling asked for, some time after it began.
func cancelledBy(c bot.Cancel, after time.Duration) func(*bot.Release) {
	return func(r *bot.Release) { c.AskedAt = r.Since().Add(after); r.Cancel = c }
}

func runningSteps() []stepCase {
	plan := newPlan(0)
	runs := runsAs(bot.Deploy, plan)
	unnamed := turnComes(bot.Deploy, plan, bot.Rechecked{Plan: plan}, bot.DispatchAccepted{Run: bot.Run{ID: 7}})
	read := func(ago time.Duration) func(*bot.Release) {
		return func(r *bot.Release) { r.Run.ReadAt = r.Since().Add(ago) }
	}
	byCleo := bot.Cancel{By: cleo, Reason: "not now", Cause: bot.ByPerson}
	unread := func(next time.Duration, final bool, mend string) bot.Event {
		ev := failed(bot.ReadRun{}, runs().Since(), runs().Since().Add(next))
		ev.Final, ev.Mend = final, mend
		return ev
	}
	moved := runBegins
	moved.Jobs = []bot.Job{{Name: "build", Status: bot.RunInProgress}}
	second := runBegins
	second.Attempt = 2
	other := moved
	other.ID = 8
	return []stepCase{
		{"a hint", runs, nil, time.Second, bot.Hinted{}},
		{"a job begins", runs, nil, time.Second, bot.RunSeen{Run: moved}},
		{"it is seen for the first time", unnamed, nil, time.Second, bot.RunSeen{Run: runBegins}},
		{"it is run again", runs, nil, time.Second, bot.RunSeen{Run: second}},
		{"older news", runs, func(r *bot.Release) { r.Run.Attempt = 2 }, time.Second, bot.RunSeen{Run: moved}},
		{"news of another run", runs, nil, time.Second, bot.RunSeen{Run: other}},
		{"it is readable again", runs, func(r *bot.Release) { r.Dispatch.Problem = "no answer" }, time.Second, bot.RunSeen{Run: runBegins}},
		{"it was deleted", runs, nil, time.Second, bot.RunGone{}},
		{"it cannot be read now", runs, nil, time.Second, unread(119*time.Second, false, "")},
		{"it cannot be read for long", runs, nil, time.Second, unread(2*time.Minute, false, "")},
		{"it cannot be read at all", runs, nil, time.Second, unread(time.Second, true, "Renew the token.")},
		{"its record is refused", runs, nil, time.Second, bot.EffectFailed{Effect: bot.RecordDeployment{}, Final: true, Says: "forbidden", Mend: "Grant it."}},
		{"its record cannot be made now", runs, nil, time.Second, bot.EffectFailed{Effect: bot.RecordDeployment{}, Next: runs().Since().Add(time.Minute), Says: "away"}},
		{"its record is made after all", runs, func(r *bot.Release) { r.Unrecorded.Says = "forbidden" }, time.Second, bot.DeploymentRecorded{ID: 5}},
		{"another thing failed", runs, nil, time.Second, bot.EffectFailed{Effect: bot.Say{}, Final: true}},
		{"it was made of another workflow file", runs, nil, time.Second, bot.WorkflowChanged{Blob: "blob2"}},
		{"it is cancelled", runs, nil, time.Second, bot.CancelAsked{By: ben, Reason: "not now", Standing: may}},
		{"it is cancelled twice", runs, cancelledBy(byCleo, 0), time.Second, bot.CancelAsked{By: ben, Standing: may}},
		{"a rollback wants its place", runs, nil, time.Second, bot.YieldAsked{For: "api-9", By: ben}},
		{"nothing is due", runs, nil, 14 * time.Second, bot.Ticked{}},
		{"it is to be read", runs, nil, 15 * time.Second, bot.Ticked{}},
		{"it takes too long", runs, read(30 * time.Minute), 30 * time.Minute, bot.Ticked{}},
		{"it takes too long, and waits for a runner", runs, func(r *bot.Release) {
			read(30 * time.Minute)(r)
			r.Run.Status = bot.RunWaiting
		}, 30 * time.Minute, bot.Ticked{}},
		{"it has time left", runs, read(30 * time.Minute), 30*time.Minute - time.Second, bot.Ticked{}},
		{"it does not stop", runs, func(r *bot.Release) { cancelledBy(byCleo, 0)(r); read(2 * time.Minute)(r) }, 2 * time.Minute, bot.Ticked{}},
		{"it was forced to stop", runs, func(r *bot.Release) {
			cancelledBy(bot.Cancel{By: cleo, Cause: bot.ByPerson, Forced: true}, 0)(r)
			read(2 * time.Minute)(r)
		}, 2 * time.Minute, bot.Ticked{}},
		{"it never stops", runs, cancelledBy(byCleo, 0), 10 * time.Minute, bot.Ticked{}},
		{"somebody says late that it ran", runs, nil, time.Second, bot.RanAsserted{By: cleo}},
		{"somebody says late that it did not", runs, nil, time.Second, bot.NeverRanAsserted{By: cleo}},
		{"a yes that comes late", runs, nil, time.Second, bot.Approved{By: cleo}},
		{"a no that comes late", runs, nil, time.Second, bot.Declined{By: cleo}},
		{"a point that is settled late", runs, nil, time.Second, bot.PointAcknowledged{By: cleo}},
		{"a yes that is taken back late", runs, nil, time.Second, bot.Withdrawn{By: cleo}},
		{"the code host has a record", runs, nil, time.Second, bot.DeploymentRecorded{ID: 5}},
	}
}

// runOverSteps are the ways in which a run ends.
func runOverSteps() []stepCase {
	runs := runsAs(bot.Deploy, newPlan(0))
	probed := runsAs(bot.Deploy, newPlan(0, probe))
	over := func(c bot.Conclusion, jobs ...bot.Job) bot.Event {
		return bot.RunSeen{Run: bot.Run{ID: 7, Attempt: 1, Status: bot.RunCompleted, Conclusion: c, HeadSHA: "head", Jobs: jobs}}
	}
	broken := bot.Job{Name: "build", Status: bot.RunCompleted, Conclusion: bot.ConclusionFailure}
	atStep := broken
	atStep.FailedStep = "compile"
	because := func(cause bot.CancelCause) func(*bot.Release) {
		return cancelledBy(bot.Cancel{By: cleo, Reason: "not now", Cause: cause, For: "api-9"}, time.Second)
	}
	back := runsAs(bot.Rollback, newPlan(0))
	deploying := newPlan(0)
	deploying.Settings.DeployJob = "deploy"
	named := runsAs(bot.Deploy, deploying)
	built := bot.Job{Name: "build", Status: bot.RunCompleted, Conclusion: bot.ConclusionSuccess}
	job := func(c bot.Conclusion, never bool) bot.Job {
		return bot.Job{Name: "deploy", Status: bot.RunCompleted, Conclusion: c, NeverBegan: never}
	}
	done, red, stopped := job(bot.ConclusionSuccess, false), job(bot.ConclusionFailure, false), job(bot.ConclusionCancelled, false)
	skipped, refused, never := job(bot.ConclusionSkipped, true), job(bot.ConclusionFailure, true), job(bot.ConclusionCancelled, true)
	stopped.FailedStep = "roll out"
	waits := func(what bot.RunStatus) func(*bot.Release) {
		return func(r *bot.Release) {
			r.Cancel = bot.Cancel{Cause: bot.ByTimeout, AskedAt: r.Since().Add(30 * time.Minute), Wait: bot.Wait{For: what, Job: "deploy", Since: r.Since().Add(10 * time.Minute)}}
		}
	}
	return []stepCase{
		{"a rollback's, well", back, nil, time.Minute, over(bot.ConclusionSuccess)},
		{"a rollback's, well, though another wants its place", back, because(bot.ByRollback), time.Minute, over(bot.ConclusionSuccess)},
		{"a rollback's, well, with another workflow file", back, because(bot.ByMismatch), time.Minute, over(bot.ConclusionSuccess)},
		{"a rollback's failed", back, nil, time.Minute, over(bot.ConclusionFailure)},
		{"a rollback's was cancelled", back, because(bot.ByPerson), time.Minute, over(bot.ConclusionCancelled)},
		{"well, and nothing is watched", runs, nil, time.Minute, over(bot.ConclusionSuccess)},
		{"well, and the service is watched", probed, nil, time.Minute, over(bot.ConclusionSuccess)},
		{"well, with another workflow file", probed, because(bot.ByMismatch), time.Minute, over(bot.ConclusionSuccess)},
		{"well, though a rollback wants its place", probed, because(bot.ByRollback), time.Minute, over(bot.ConclusionSuccess)},
		{"well, though somebody cancelled", runs, because(bot.ByPerson), time.Minute, over(bot.ConclusionSuccess)},
		{"a job failed", runs, nil, time.Minute, over(bot.ConclusionFailure, broken)},
		{"a step failed", runs, nil, time.Minute, over(bot.ConclusionFailure, atStep)},
		{"it failed", runs, nil, time.Minute, over(bot.ConclusionFailure)},
		{"nothing was run", runs, nil, time.Minute, over(bot.ConclusionSkipped)},
		{"its job that deploys was skipped", named, nil, time.Minute, over(bot.ConclusionSuccess, built, skipped)},
		{"its job that deploys went well", named, nil, time.Minute, over(bot.ConclusionSuccess, built, done)},
		{"its job that deploys failed, and the run went on", named, nil, time.Minute, over(bot.ConclusionSuccess, built, red)},
		{"it has no job that deploys", named, nil, time.Minute, over(bot.ConclusionSuccess, built)},
		{"a rollback's, and its job that deploys was skipped", runsAs(bot.Rollback, deploying), nil, time.Minute, over(bot.ConclusionSuccess, built, skipped)},
		{"none of its jobs was run", runs, nil, time.Minute, over(bot.ConclusionSuccess, skipped)},
		{"it timed out", runs, nil, time.Minute, over(bot.ConclusionTimedOut)},
		{"somebody must let it begin", runs, nil, time.Minute, over(bot.ConclusionActionRequired)},
		{"it is neutral", runs, nil, time.Minute, over(bot.ConclusionNeutral)},
		{"it was given up", runs, nil, time.Minute, over(bot.ConclusionStale)},
		{"it could not begin", runs, nil, time.Minute, over(bot.ConclusionStartupFailure)},
		{"it ended in a way that slipway does not know", runs, nil, time.Minute, over("sulking")},
		{"a review was refused", runs, func(r *bot.Release) { r.Run.Jobs = []bot.Job{{Name: "deploy", Status: bot.RunHeld}} }, time.Minute, over(bot.ConclusionFailure, refused)},
		{"a job never began", runs, nil, time.Minute, over(bot.ConclusionFailure, refused)},
		{"a job was stopped at the code host", runs, nil, time.Minute, over(bot.ConclusionCancelled, built, stopped)},
		{"cancelled at the code host before a job began", runs, nil, time.Minute, over(bot.ConclusionCancelled, never)},
		{"cancelled by somebody before a job began", runs, because(bot.ByPerson), time.Minute, over(bot.ConclusionCancelled, never)},
		{"cancelled since no runner came", runs, waits(bot.RunWaiting), time.Minute, over(bot.ConclusionCancelled, never)},
		{"cancelled since no review came", runs, waits(bot.RunHeld), time.Minute, over(bot.ConclusionFailure, never)},
		{"cancelled since its group was in the way", runs, waits(bot.RunPending), time.Minute, over(bot.ConclusionCancelled, never)},
		{"cancelled while one job waited for a review", runs, waits(bot.RunHeld), time.Minute, over(bot.ConclusionCancelled, built, never)},
		{"it ended in a way that nobody knows", runs, nil, time.Minute, over(bot.ConclusionNone)},
		{"cancelled at the code host", runs, nil, time.Minute, over(bot.ConclusionCancelled)},
		{"cancelled by somebody", runs, because(bot.ByPerson), time.Minute, over(bot.ConclusionCancelled)},
		{"cancelled since it took too long", runs, because(bot.ByTimeout), time.Minute, over(bot.ConclusionCancelled)},
		{"cancelled since its workflow file was another", runs, because(bot.ByMismatch), time.Minute, over(bot.ConclusionCancelled)},
		{"cancelled for a rollback", runs, because(bot.ByRollback), time.Minute, over(bot.ConclusionCancelled)},
	}
}

func verifyingSteps() []stepCase {
	success := bot.RunSeen{Run: bot.Run{ID: 7, Attempt: 1, Status: bot.RunCompleted, Conclusion: bot.ConclusionSuccess, HeadSHA: "head"}}
	watched := runsAs(bot.Deploy, newPlan(0, probe), success)
	asked := func(v bot.Verdict) bot.Event {
		return bot.Sampled{Samples: []bot.Sample{{Probe: "up", At: start, Outcome: bot.Good}}, Judgement: bot.Judgement{Verdict: v}}
	}
	again := success
	again.Run.Attempt = 2
	return []stepCase{
		{"it is not time yet", watched, func(r *bot.Release) { r.Watch.NextAt = r.Since().Add(30 * time.Second) }, 29 * time.Second, bot.Ticked{}},
		{"the probes are to be asked", watched, func(r *bot.Release) { r.Watch.NextAt = r.Since().Add(30 * time.Second) }, 30 * time.Second, bot.Ticked{}},
		{"well so far", watched, nil, 31 * time.Second, asked(bot.Watching)},
		{"after a pause the beat is kept", watched, nil, 5*time.Minute + 10*time.Second, asked(bot.Watching)},
		{"the last is at the window's end", watched, nil, 9*time.Minute + 45*time.Second, func() bot.Event { return asked(bot.Watching) }()},
		{"the beat does not fit", watched, func(r *bot.Release) { p := *r.Plan; p.Settings.Health.Every = 7 * time.Minute; r.Plan = &p }, 8 * time.Minute, asked(bot.Watching)},
		{"beyond the window's end", watched, nil, 10*time.Minute + 5*time.Second, asked(bot.Watching)},
		{"there is no beat", watched, func(r *bot.Release) { p := *r.Plan; p.Settings.Health.Every = 0; r.Plan = &p }, time.Minute, asked(bot.Watching)},
		{"healthy", watched, nil, 10 * time.Minute, asked(bot.Healthy)},
		{"unhealthy", watched, nil, time.Minute, asked(bot.NotHealthy)},
		{"nobody can tell", watched, nil, 10 * time.Minute, asked(bot.Inconclusive)},
		{"a hint of the run that is over", watched, nil, time.Second, bot.Hinted{Attempt: 1}},
		{"a hint of another attempt", watched, nil, time.Second, bot.Hinted{Attempt: 2}},
		{"the run again", watched, nil, time.Second, success},
		{"another attempt", watched, nil, time.Second, again},
		{"a rollback takes its place", watched, nil, time.Second, bot.YieldAsked{For: "api-9", By: ben}},
		{"it was made of another workflow file", watched, nil, time.Second, bot.WorkflowChanged{Blob: "blob2"}},
		{"it is too late to cancel", watched, nil, time.Second, bot.CancelAsked{By: ben, Standing: may}},
		{"a yes that comes late", watched, nil, time.Second, bot.Approved{By: cleo}},
	}
}

func unknownSteps() []stepCase {
	plan := newPlan(0)
	sets := twoSets()
	lost := turnComes(bot.Deploy, plan, bot.Rechecked{Plan: plan}, bot.DispatchUncertain{Says: "no answer"})
	dark := func() bot.Release {
		r, now := lost(), start.Add(time.Hour)
		r, _ = walk(r, &now, bot.RunNotListed{})
		return r
	}
	asksSRE := func(r *bot.Release) { r.Plan = &sets }
	gone := runsAs(bot.Deploy, plan, bot.RunGone{})
	stuck := func(r *bot.Release) {
		r.Cancel = bot.Cancel{By: cleo, Reason: "not now", AskedAt: start, Cause: bot.ByPerson}
	}
	yields := func(r *bot.Release) {
		r.Cancel = bot.Cancel{By: cleo, AskedAt: start, Cause: bot.ByRollback, For: "api-9"}
	}
	timedOut := func(r *bot.Release) { r.Cancel = bot.Cancel{AskedAt: start, Cause: bot.ByTimeout} }
	due := func(r *bot.Release) { r.WakeAt = start }
	ended := bot.Run{ID: 7, Attempt: 1, Status: bot.RunCompleted, Conclusion: bot.ConclusionSuccess, HeadSHA: "head"}
	steps := []stepCase{
		{"it is not time yet", dark, nil, 30 * time.Second, bot.Ticked{}},
		{"its run is looked for", dark, due, time.Minute, bot.Ticked{}},
		{"its run is read", gone, due, time.Minute, bot.Ticked{}},
		{"a hint", dark, nil, time.Second, bot.Hinted{}},
		{"a hint of its run", gone, nil, time.Second, bot.Hinted{}},
		{"its run is found", dark, nil, time.Second, bot.RunFound{Run: runBegins}},
		{"another run is found", gone, nil, time.Second, bot.RunFound{Run: bot.Run{ID: 9, Status: bot.RunInProgress}}},
		{"a run that it does not have is seen", dark, nil, time.Second, bot.RunSeen{Run: runBegins}},
		{"its run goes on", gone, nil, time.Second, bot.RunSeen{Run: runBegins}},
		{"its run has not stopped", gone, stuck, time.Second, bot.RunSeen{Run: runBegins}},
		{"its run is over", gone, nil, time.Second, bot.RunSeen{Run: ended}},
		{"the run that was named is another's", dark, nil, time.Second, bot.RunIsAnothers{Says: "run 7 is that of web-1"}},
		{"somebody says it ran", dark, nil, time.Second, bot.RanAsserted{By: ben, Standing: may}},
		{"somebody says as which run", dark, nil, time.Second, bot.RanAsserted{By: ben, RunID: 7, Standing: may}},
		{"the run that was named shows no key", dark, func(r *bot.Release) { r.Claims = []bot.RunClaim{{By: ben, Run: 7}, {By: cleo, Run: 8}} }, time.Second, bot.RunKeyless{Run: runBegins}},
		{"two people named it", dark, func(r *bot.Release) { r.Claims = []bot.RunClaim{{By: ben, Run: 7}, {By: cleo, Run: 7}} }, time.Second, bot.RunKeyless{Run: runBegins}},
		{"somebody names another", dark, func(r *bot.Release) { r.Claims = []bot.RunClaim{{By: ben, Run: 8}, {By: cleo, Run: 8}} }, time.Second, bot.RanAsserted{By: ben, RunID: 7, Standing: may}},
		{"somebody looks again", gone, nil, time.Second, bot.RanAsserted{By: ben, Standing: may}},
		{"who may not, does not say so", dark, asksSRE, time.Second, bot.RanAsserted{By: ben, Standing: in("sre")}},

		{"somebody says it did not", dark, func(r *bot.Release) { r.Dispatch.Interrupted = true }, time.Second, bot.NeverRanAsserted{By: ben, Standing: may}},
		{"who may not, does not say that", dark, asksSRE, time.Second, bot.NeverRanAsserted{By: ben, Standing: in("sre")}},
		{"the requester does not", dark, asksSRE, time.Second, bot.NeverRanAsserted{By: anna, Standing: in("sre")}},
		{"who is one cannot be read", dark, asksSRE, time.Second, bot.NeverRanAsserted{By: ben, Standing: bot.Standing{Unread: []string{"sre"}}}},
		{"it did, as everybody knows", gone, nil, time.Second, bot.NeverRanAsserted{By: ben, Standing: may}},
		{"somebody says it did not, which was to be stopped", dark, stuck, time.Second, bot.NeverRanAsserted{By: ben, Standing: may}},
		{"its run is found, which was to be stopped", dark, stuck, time.Second, bot.RunFound{Run: runBegins}},
		{"a rollback wants its place", gone, nil, time.Second, bot.YieldAsked{For: "api-9", By: ben}},
		{"a rollback cannot have its place", dark, nil, time.Second, bot.YieldAsked{For: "api-9", By: ben}},
		{"its run is gone, as a rollback wanted", gone, yields, time.Second, bot.RunGone{}},
		{"its run was made of another workflow file", gone, nil, time.Second, bot.WorkflowChanged{Blob: "blob2"}},
		{"it cannot be cancelled", dark, nil, time.Second, bot.CancelAsked{By: ben, Standing: may}},
		{"who may not, does not cancel it", gone, nil, time.Second, bot.CancelAsked{By: ben, Reason: "not now"}},
		{"its run is cancelled", gone, nil, time.Second, bot.CancelAsked{By: ben, Reason: "not now", Standing: may}},
		{"its run is gone", gone, nil, time.Second, bot.RunGone{}},
		{"its run is gone, as somebody wanted", gone, stuck, time.Second, bot.RunGone{}},
		{"its run is gone after it took too long", gone, timedOut, time.Second, bot.RunGone{}},
		{"its run cannot be stopped", gone, stuck, time.Second, bot.EffectFailed{Effect: bot.CancelRun{}, Final: true, Says: "hidden", Mend: "Look."}},
		{"its run cannot be stopped now", gone, stuck, time.Second, bot.EffectFailed{Effect: bot.CancelRun{}, Says: "away"}},
		{"its run cannot be read", gone, nil, time.Second, bot.EffectFailed{Effect: bot.ReadRun{}, Final: true, Says: "hidden"}},
		{"no run can be read", dark, nil, time.Second, bot.EffectFailed{Effect: bot.FindRun{}, Final: true, Says: "hidden"}},
		{"no run is gone", dark, stuck, time.Second, bot.RunGone{}},
		{"a yes that comes late", dark, nil, time.Second, bot.Approved{By: cleo}},
	}
	for _, after := range []time.Duration{29 * time.Minute, 30 * time.Minute, 24 * time.Hour, 24*time.Hour + 30*time.Minute, 48 * time.Hour, 14 * 24 * time.Hour, 15 * 24 * time.Hour} {
		steps = append(steps, stepCase{"people are reminded", dark, due, after, bot.Ticked{}})
	}
	return steps
}

func endedSteps() []stepCase {
	success := bot.RunSeen{Run: bot.Run{ID: 7, Attempt: 1, Status: bot.RunCompleted, Conclusion: bot.ConclusionSuccess, HeadSHA: "head"}}
	well := runsAs(bot.Deploy, newPlan(0), success)
	unclear := runsAs(bot.Deploy, newPlan(0, probe), success, bot.Sampled{Judgement: bot.Judgement{Verdict: bot.Inconclusive}})
	cancelled := begins(bot.Deploy, nil, resolvedAs(newPlan(1)), bot.CancelAsked{By: anna})
	again := success
	again.Run.Attempt = 2
	other := again
	other.Run.ID = 8
	emergency := func(change func(*bot.Emergency)) func(*bot.Release) {
		return func(r *bot.Release) {
			p := reviewed(*r.Plan)
			r.Plan, r.Emergency = &p, bot.Emergency{Asked: true, ReviewBy: r.Since().Add(24 * time.Hour)}
			if change != nil {
				change(&r.Emergency)
			}
		}
	}
	steps := []stepCase{
		{"it looks good", unclear, nil, time.Minute, bot.LooksGood{By: ben, Standing: may}},
		{"who may not, finds it good", unclear, nil, time.Minute, bot.LooksGood{By: ben}},
		{"what was adopted looks good", turnComes(bot.Adopt, newPlan(0), bot.Rechecked{Plan: newPlan(0)}), nil, time.Minute, bot.LooksGood{By: ben, Standing: may}},
		{"what was taken back looks good", unclear, func(r *bot.Release) { r.TakenBackBy = "api-2" }, time.Minute, bot.LooksGood{By: ben, Standing: may}},
		{"it was good", well, nil, time.Minute, bot.LooksGood{By: ben, Standing: may}},
		{"a failure looks good", cancelled, func(r *bot.Release) { r.Verdict = bot.Inconclusive }, time.Minute, bot.LooksGood{By: ben, Standing: may}},
		{"its commit may come back", well, nil, time.Minute, bot.EndQuarantineAsked{By: ben, Reason: "mended", Standing: may}},
		{"who may not, does not let it back", well, nil, time.Minute, bot.EndQuarantineAsked{By: ben, Reason: "mended"}},
		{"too late to confirm", cancelled, nil, time.Minute, bot.Confirmed{By: anna}},
		{"it was made of another workflow file", well, nil, time.Minute, bot.WorkflowChanged{Blob: "blob2"}},
		{"too late to cancel", well, nil, time.Minute, bot.CancelAsked{By: ben, Standing: may}},
		{"too late to approve", cancelled, nil, time.Minute, bot.Approved{By: ben}},
		{"nothing is due", well, nil, time.Minute, bot.Ticked{}},
		{"a hint", well, nil, time.Minute, bot.Hinted{Attempt: 1}},
		{"a hint of another attempt", well, nil, time.Minute, bot.Hinted{Attempt: 2}},
		{"a hint where nothing ran", cancelled, nil, time.Minute, bot.Hinted{Attempt: 2}},
		{"its run again", well, nil, time.Minute, success},
		{"another attempt", well, nil, time.Minute, again},
		{"another attempt of another run", well, nil, time.Minute, other},
		{"an emergency is signed off", well, emergency(nil), time.Minute, bot.SignedOff{By: ben, Standing: in("sre")}},
		{"before it has gone", turnComes(bot.Deploy, newPlan(0)), emergency(nil), time.Minute, bot.SignedOff{By: ben, Standing: in("sre")}},
		{"not by who asked for it", well, emergency(nil), time.Minute, bot.SignedOff{By: anna, Standing: in("sre")}},
		{"it was signed off", well, emergency(func(e *bot.Emergency) { e.SignedAt, e.SignedOff = start, cleo }), time.Minute, bot.SignedOff{By: ben, Standing: in("sre")}},
		{"what ran not needs nobody's word", cancelled, emergency(nil), time.Minute, bot.SignedOff{By: ben, Standing: in("sre")}},
	}
	for _, after := range []time.Duration{17 * time.Hour, 18 * time.Hour, 24 * time.Hour, 47 * time.Hour, 48 * time.Hour, 30 * 24 * time.Hour} {
		steps = append(steps, stepCase{"nobody has signed it off", well, emergency(nil), after, bot.Ticked{}})
	}
	return append(steps,
		stepCase{"it was said a moment ago", well, emergency(func(e *bot.Emergency) { e.Reminders = 2 }), 25 * time.Hour, bot.Ticked{}},
		stepCase{"it was said often enough", well, emergency(func(e *bot.Emergency) { e.Reminders = 9 }), 40 * 24 * time.Hour, bot.Ticked{}})
}
