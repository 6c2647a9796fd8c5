package lifecycle

import (
	"slices"
	"strconv"

	"github.com/slipwayhq/slipway/bot"
)

// How a run ended, in words for people. The code host uses more words than it
// documents; an unknown one is quoted.

func quote(name string) string { return strconv.Quote(name) }

// failureOf says in one sentence what made a run fail. last is the run as it was
// seen before.
func failureOf(run, last bot.Run) string {
	if job, found := run.FailedJob(); found {
		if job.NeverBegan && wasHeld(last, job.Name) {
			return "job " + quote(job.Name) + " never began: a review or another rule of its environment at GitHub refused it"
		}
		return jobFailure(job, run)
	}
	return runFailure(run.Conclusion)
}

// wasHeld says whether a job was seen waiting for the protection rules of an
// environment.
func wasHeld(run bot.Run, name string) bool {
	return slices.ContainsFunc(run.Jobs, func(j bot.Job) bool { return j.Name == name && j.Status == bot.RunHeld })
}

// jobFailure says how a job failed.
func jobFailure(job bot.Job, run bot.Run) string {
	says := "job " + quote(job.Name) + " "
	if job.NeverBegan {
		return says + "failed before it began: a review was refused at GitHub, its environment does not take this branch, or no runner could take it"
	}
	switch job.Conclusion {
	case bot.ConclusionFailure:
		says += "failed"
		if job.FailedStep != "" {
			says += " at step " + quote(job.FailedStep)
		}
		return says
	case bot.ConclusionTimedOut:
		says += "timed out at GitHub"
	case bot.ConclusionActionRequired:
		says += "ended as action required: somebody has to see to it at GitHub"
	case bot.ConclusionStale:
		says += "was given up by GitHub as stale"
	case bot.ConclusionStartupFailure:
		says += "could not begin (startup failure)"
	case bot.ConclusionNone, bot.ConclusionSuccess, bot.ConclusionCancelled, bot.ConclusionSkipped, bot.ConclusionNeutral:
		return runFailure(run.Conclusion)
	default:
		says += "ended as " + quote(string(job.Conclusion)) + ", which slipway takes for a failure"
	}
	return says + inStep(job)
}

// inStep names the step in which a job went wrong, if it is known.
func inStep(job bot.Job) string {
	if job.FailedStep == "" {
		return ""
	}
	return ", in step " + quote(job.FailedStep)
}

// runFailure says how a run failed in which no job failed.
func runFailure(c bot.Conclusion) string {
	switch c {
	case bot.ConclusionTimedOut:
		return "the workflow run timed out at GitHub"
	case bot.ConclusionActionRequired:
		return "the workflow run did not begin: GitHub wants somebody to approve it first (action required)"
	case bot.ConclusionNeutral:
		return "the workflow run ended as neutral, which says neither that it went well nor that it failed"
	case bot.ConclusionStale:
		return "GitHub gave the workflow run up as stale, since it was not over in time"
	case bot.ConclusionStartupFailure:
		return "the workflow run could not begin (startup failure), so none of its jobs did"
	case bot.ConclusionFailure, bot.ConclusionNone, bot.ConclusionSuccess, bot.ConclusionCancelled, bot.ConclusionSkipped:
		return "the workflow run failed"
	}
	return "the workflow run ended as " + quote(string(c)) + ", which slipway takes for a failure"
}

// mendOf is what would help, where the conclusion alone tells.
func mendOf(run bot.Run, workflow string) string {
	switch run.Conclusion { //nolint:exhaustive // of the others the log tells
	case bot.ConclusionStartupFailure:
		return "The page of the run says why; mostly " + workflow + ", or a workflow that it calls, has a fault. Mend that, then deploy again."
	case bot.ConclusionActionRequired:
		return "The page of the run says what GitHub asks for. See to that, then deploy again."
	}
	return ""
}

// stoppedThere says what may have stopped a run that nobody asked slipway to stop.
// GitHub shows a job that exceeded its time limit as cancelled.
func stoppedThere(run bot.Run) string {
	what := "the run was cancelled at GitHub after it had begun"
	if job, found := run.StoppedJob(); found {
		what = "job " + quote(job.Name) + " was cancelled at GitHub after it had begun" + inStep(job)
	}
	return what + ", and nobody asked slipway for that: a person cancelled it there, the job ran into its own time limit (timeout-minutes), or a newer run of the same concurrency group took its place"
}

// waitedFor names what a run waits for.
func waitedFor(what bot.RunStatus) string {
	switch what {
	case bot.RunHeld:
		return "a review at GitHub"
	case bot.RunPending:
		return "another run of its concurrency group at GitHub"
	case bot.RunWaiting, bot.RunInProgress, bot.RunCompleted:
	}
	return "a runner"
}

// mendWait is what would help against a wait.
func mendWait(what bot.RunStatus) string {
	switch what {
	case bot.RunHeld:
		return "Have somebody review it on the page of the run next time; if reviews take longer than that, raise timeout in slipway.yaml."
	case bot.RunPending:
		return "Look at GitHub which run of the group was in the way, then deploy again."
	case bot.RunWaiting, bot.RunInProgress, bot.RunCompleted:
	}
	return "Look at GitHub whether a runner is online that fits runs-on in the workflow, then deploy again."
}
