package blocks_test

import (
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// job is one job of a run that is over.
func job(name string, c bot.Conclusion, never bool) bot.Job {
	return bot.Job{Name: name, Status: bot.RunCompleted, Conclusion: c, NeverBegan: never, StartedAt: start, CompletedAt: after(time.Minute)}
}

// overWith is a release whose run ended with these jobs.
func overWith(p bot.Phase, c bot.Conclusion, jobs ...bot.Job) bot.Release {
	return moved(p, func(r *bot.Release) {
		r.Run.Status, r.Run.Conclusion, r.Run.Jobs, r.Run.Listed = bot.RunCompleted, c, jobs, true
	})
}

// waitsFor is a release whose run waits.
func waitsFor(what bot.RunStatus, waited time.Duration) bot.Release {
	return with(running(), func(r *bot.Release) {
		r.Run.Status, r.Run.Jobs, r.Run.ReadAt = what, nil, r.Since().Add(waited)
	})
}

// startedAgain is a release that was live, and whose run was started again.
func startedAgain(status bot.RunStatus, c bot.Conclusion, jobs ...bot.Job) bot.Release {
	return with(overWith(bot.Succeeded, bot.ConclusionSuccess, job("deploy", bot.ConclusionSuccess, false)), func(r *bot.Release) {
		r.Verdict, r.Healthy = bot.Healthy, true
		r.Rerun = bot.Run{ID: 77, URL: r.Run.URL, Attempt: 2, Status: status, Conclusion: c, Jobs: jobs, Listed: true, StartedAt: after(time.Hour), UpdatedAt: after(2 * time.Hour)}
	})
}

func runCards() map[string]bot.Release {
	live := job("deploy", bot.ConclusionSuccess, false)
	well := func(r *bot.Release) { r.Verdict, r.Healthy = bot.NotWatched, true }
	return map[string]bot.Release{
		"waits_for_a_runner": waitsFor(bot.RunWaiting, 30*time.Second),
		"waits_long":         waitsFor(bot.RunWaiting, 4*time.Minute+10*time.Second),
		"waits_for_a_review": waitsFor(bot.RunHeld, 27*time.Minute),
		"waits_for_its_group": with(waitsFor(bot.RunPending, 2*time.Hour+10*time.Minute), func(r *bot.Release) {
			r.Run.Listed = true
		}),
		"skipped_jobs": with(overWith(bot.Succeeded, bot.ConclusionSuccess, live, job("notify <!here>", bot.ConclusionSkipped, true), job("docs", bot.ConclusionSkipped, true)), well),
		"went_on":      with(overWith(bot.Succeeded, bot.ConclusionSuccess, live, job("lint", bot.ConclusionFailure, false)), well),
		"never_began": with(overWith(bot.Failed, bot.ConclusionFailure, job("deploy", bot.ConclusionFailure, true)), func(r *bot.Release) {
			r.Ending = bot.Ending{Cause: `job "deploy" never began: a review or another rule of its environment at GitHub refused it`}
		}),
		"every_end": with(overWith(bot.Failed, bot.ConclusionFailure,
			job("a", bot.ConclusionTimedOut, false), job("b", bot.ConclusionActionRequired, false), job("c", bot.ConclusionNeutral, false),
			job("d", bot.ConclusionStale, false), job("e", "sulking", false), job("f", bot.ConclusionCancelled, false)), func(r *bot.Release) {
			r.Run.Jobs[5].FailedStep = "roll out"
			r.Ending = bot.Ending{Cause: `job "a" timed out at GitHub`}
		}),
		"again_goes":    startedAgain(bot.RunInProgress, bot.ConclusionNone),
		"again_well":    startedAgain(bot.RunCompleted, bot.ConclusionSuccess, live),
		"again_failed":  startedAgain(bot.RunCompleted, bot.ConclusionTimedOut, job("deploy", bot.ConclusionTimedOut, false)),
		"again_nothing": startedAgain(bot.RunCompleted, bot.ConclusionCancelled, job("deploy", bot.ConclusionCancelled, true)),
	}
}

// runs are what is said of runs: how they wait and end, and that they were
// started again.
func runs() map[string]bot.Body {
	all := map[string]bot.Body{}
	for name, r := range runCards() {
		all[name] = cardOf(r)
	}
	stopped := with(overWith(bot.Cancelled, bot.ConclusionCancelled, job("deploy", bot.ConclusionCancelled, false)), func(r *bot.Release) {
		r.Run.Jobs[0].URL = "https://github.com/acme/api/actions/runs/77/job/2"
		r.Ending = bot.Ending{Cause: `job "deploy" was cancelled at GitHub after it had begun, and nobody asked slipway for that`}
	})
	all["note_stopped"] = bot.Note{News: bot.NoteFailed{}, Release: stopped, Authors: authors(), Now: after(0)}
	all["note_again_over"] = bot.Note{News: bot.NoteRerunOver{}, Release: ranAgain(), Now: after(0)}
	return all
}

func ranAgain() bot.Release {
	return startedAgain(bot.RunCompleted, bot.ConclusionSuccess, job("deploy", bot.ConclusionSuccess, false))
}

// runAnswers are the answers that show runs.
func runAnswers() map[string]bot.Answer {
	var rows []bot.BoardRow
	goes, failed := startedAgain(bot.RunInProgress, bot.ConclusionNone), startedAgain(bot.RunCompleted, bot.ConclusionFailure, job("deploy", bot.ConclusionFailure, false))
	for _, r := range []bot.Release{ranAgain(), goes, failed, waitsFor(bot.RunHeld, time.Minute)} {
		rows = append(rows, bot.BoardRow{State: bot.TargetState{Target: r.Target, Current: &r, Sure: past("api-141", "9f8e7d6")}})
	}
	plan := with(waiting(), func(r *bot.Release) {
		r.Plan.Current.Again = bot.Again{Attempt: 2, At: after(0), Conclusion: bot.ConclusionSuccess}
		r.Plan.Current.Arrival = bot.Arrived
		r.Plan.Perhaps = past("api-140", "5e6f7a8")
		r.Plan.Perhaps.Again, r.Plan.Perhaps.Phase = bot.Again{Attempt: 3, At: after(0)}, bot.Succeeded
	})
	return map[string]bot.Answer{
		"board":      bot.Board{Now: after(time.Hour), Rows: rows},
		"plan_again": bot.PlanView{Release: plan, Offer: bot.ActApprove},
	}
}
