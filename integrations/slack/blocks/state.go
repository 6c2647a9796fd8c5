package blocks

import (
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// headline is the first line of everything about a release.
func headline(r bot.Release) markup {
	return join(" ", mark(r), bold(servicesName(r)), code(r.ID, nameMax), kindOf(r), skipped(r))
}

// kindOf says what a release is for, where it is no plain deploy.
func kindOf(r bot.Release) markup {
	if r.Kind == bot.Deploy {
		return ""
	}
	if r.Kind == bot.Adopt && !r.Ended() {
		return "(to be recorded as live)"
	}
	return "(" + kindWord(r.Kind) + ")"
}

// state says where a release stands, what happens next and who can do it.
func state(r bot.Release, whom asked) markup {
	if r.Kind == bot.Batch {
		return batchState(r)
	}
	switch r.Phase {
	case bot.Requested:
		return "Working out the plan."
	case bot.AwaitingApproval:
		return awaiting(r, whom)
	case bot.Queued:
		if r.Part.Awaits != bot.AwaitNone {
			return held(r)
		}
		return queued(r.Place)
	case bot.Dispatching:
		return starting(r)
	case bot.Running:
		return join(" ", atWork(r), usually(r), cancelling(r), unseen(r))
	case bot.Verifying:
		if r.CountsDown() {
			return countdown(r)
		}
		return join(" ", join(" ", "Deployed. Watching its health", until(r.Watch.EndsAt))+".", notCancelled(r))
	case bot.Unknown:
		return uncertain(r)
	case bot.Succeeded, bot.Failed, bot.Unhealthy, bot.Cancelled, bot.Rejected, bot.Expired, bot.Superseded:
		return ending(r)
	}
	return ""
}

// atWork says what a run does that is not over; who can help where it is held is
// for the code host to say.
func atWork(r bot.Release) markup {
	wait, waited := r.RunWaits()
	long := markup("")
	if waited > 0 {
		long = "It has waited for " + took(waited) + " by now."
	}
	switch wait.For {
	case bot.RunWaiting:
		return join(" ", "The workflow waits for a runner at GitHub.", long)
	case bot.RunPending:
		return join(" ", "The workflow waits at GitHub until another run of its concurrency group is over.", long)
	case bot.RunHeld:
		return join(" ", "The workflow waits at GitHub, whose environment asks for a review or lets time pass first: "+link(r.Run.URL, "look at the run")+".", long)
	case bot.RunInProgress, bot.RunCompleted:
	}
	if r.Kind == bot.Rollback {
		return "Rolling back: the workflow is running."
	}
	return "Deploying: the workflow is running."
}

func starting(r bot.Release) markup {
	if r.Kind == bot.Adopt {
		return "Being recorded; nothing is started."
	}
	says := markup("Starting the workflow.")
	if r.Dispatch.State == bot.Searching {
		says = "GitHub was asked to start the workflow. Looking for the run."
	}
	if by := r.Dispatch.NeverRan; by.ID != "" && r.Dispatch.State == bot.Searching {
		says = join(" ", named(by), "says that the workflow was not started; looking for its run for a few seconds more, before it is sent again.")
		if !r.Cancel.AskedAt.IsZero() {
			says = join(" ", named(by), "says that the workflow was not started; looking for its run for a few seconds more.")
		}
	}
	if r.Dispatch.State == bot.NotSent && r.Dispatch.Problem != "" {
		says = "The workflow is not started yet, it is tried again: " + esc(r.Dispatch.Problem, reasonMax)
	}
	return join(" ", says, cancelling(r))
}

func cancelling(r bot.Release) markup {
	c := r.Cancel
	if c.AskedAt.IsZero() {
		return ""
	}
	switch c.Cause {
	case bot.ByPerson:
		says := "Being cancelled, as " + named(c.By) + " asked"
		if why := quoted(c.Reason); why != "" {
			return says + ": " + why
		}
		return says + "."
	case bot.ByTimeout:
		return "Being cancelled: it took longer than its time limit."
	case bot.ByRollback:
		return join(" ", "Being cancelled for the rollback", code(c.For, nameMax)) + "."
	case bot.ByMismatch:
		return "Being cancelled: the run is not what was approved."
	}
	return "Being cancelled."
}

// notCancelled says that a wish to cancel came too late.
func notCancelled(r bot.Release) markup {
	late := r.Cancel.Cause == bot.ByPerson || r.Cancel.Cause == bot.ByTimeout
	if !late || r.Run.Conclusion != bot.ConclusionSuccess {
		return ""
	}
	return "Its run was over before it could be cancelled."
}

func uncertain(r bot.Release) markup {
	problem := sentence(r.Dispatch.Problem)
	if r.Run.ID != 0 {
		return join(" ", "How the run went is not known.", problem, cancelling(r),
			link(r.Run.URL, "Look at the run")+". slipway reads it again every minute; nothing else can go out here until then.",
			"If it is gone for good, press _Cancel_: that ends the release.")
	}
	runs := markup("GitHub's list of runs")
	if r.Plan != nil {
		runs = link(repoURL(r.Plan.Commit)+"/actions/workflows/"+r.Plan.Workflow, runs)
	}
	return join(" ", "Nobody knows whether the workflow ran.", problem, cancelling(r),
		"Approvers: look for", code(r.RunKey, nameMax), "in", runs+", then press the button that fits. Nothing else can go out here until then.")
}

// unseen says why the run cannot be followed.
func unseen(r bot.Release) markup {
	if r.Dispatch.Problem == "" {
		return ""
	}
	return "slipway cannot see how far it is: " + sentence(r.Dispatch.Problem)
}

func until(t time.Time) markup {
	if token := clock(t); token != "" {
		return "until " + token
	}
	return ""
}
