package lifecycle

import (
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// How long a release waits for what. These bounds keep promise 6: no release is
// "running" for ever.
const (
	// ResolveWithin is how long a plan may take to be worked out while the code
	// host does not answer.
	ResolveWithin = 10 * time.Minute
	// tellAfter is how long a plan may take before its requester is told that
	// slipway waits for the code host.
	tellAfter = 10 * time.Second
	// blindAfter is how long a run may go unread before there is an alert.
	blindAfter = 2 * time.Minute
	// confirmWithin is how long a rollback waits for its requester.
	confirmWithin = 30 * time.Minute
	// queueWithin is how long a release waits for the slot.
	queueWithin = 24 * time.Hour
	// dispatchWithin is how long starting the workflow is retried, as long as it is
	// certain that nothing was started.
	dispatchWithin = 10 * time.Minute
	// lookOnceMoreFor is how long the run is looked for after a person said that there
	// is none, before the workflow is started again.
	lookOnceMoreFor = 10 * time.Second
	// forceAfter and unknownAfter count from the wish to cancel.
	forceAfter   = 2 * time.Minute
	unknownAfter = 10 * time.Minute

	// rerunWithin is how long a run that was started again is followed.
	rerunWithin = 36 * 24 * time.Hour

	queueRetry    = time.Minute
	dispatchRetry = 10 * time.Second
	searchEvery   = 3 * time.Second
	unknownEvery  = time.Minute
	remindEvery   = 30 * time.Minute
	// remindOften is the number of half-hourly reminders, a day's worth; after those
	// there is one a day.
	remindOften = 48
	// maxReminders is after how many there are no more, two weeks' worth of days:
	// whoever has not answered by then reads it on the board.
	maxReminders = 14 * remindOften
)

// wakeAt is when the release must be looked at again if nothing happens; zero: never.
// It is computed from the release alone, so that no step can forget a timer.
func wakeAt(r bot.Release) time.Time {
	if r.Kind == bot.Batch {
		return batchWake(r)
	}
	switch r.Phase {
	case bot.Requested:
		return bot.LaterOf(r.WakeAt, r.RequestedAt.Add(ResolveWithin))
	case bot.AwaitingApproval:
		return waitsUntil(approvalWake(r), r)
	case bot.Queued:
		if r.Part.Awaits != bot.AwaitNone { // its batch wakes it
			return waitsUntil(r.Since().Add(queueWithin), r)
		}
		if r.Plan != nil && r.Plan.Rerun != nil { // nobody wakes it when that is over
			return bot.LaterOf(r.WakeAt, r.Since().Add(r.Pace.Poll))
		}
		return bot.LaterOf(r.WakeAt, r.Since().Add(queueRetry))
	case bot.Dispatching:
		return dispatchingWake(r)
	case bot.Running:
		return runningWake(r)
	case bot.Verifying:
		return r.Watch.NextAt
	case bot.Unknown:
		return bot.LaterOf(r.WakeAt, r.Since().Add(unknownEvery))
	case bot.Succeeded, bot.Failed, bot.Unhealthy, bot.Cancelled, bot.Rejected, bot.Expired, bot.Superseded:
		return sooner(rerunWake(r), watchOnWake(r))
	}
	return time.Time{}
}

// watchOnWake is when the service of an ended release that is watched for longer is
// looked at next; zero: it is not watched.
func watchOnWake(r bot.Release) time.Time {
	if !r.WatchesOn() {
		return time.Time{}
	}
	return r.Watch.NextAt
}

// rerunWake is when a run that was started again is read next; zero: it need not be
// read. A run lasts 35 days at most.
func rerunWake(r bot.Release) time.Time {
	if began := r.Rerun.StartedAt; !r.RerunGoes() || !began.IsZero() && r.Rerun.ReadAt.Sub(began) > rerunWithin {
		return time.Time{}
	}
	return r.Rerun.ReadAt.Add(max(r.Pace.Poll, time.Second))
}

// approvalWait is how long the release waits for the missing approval.
func approvalWait(r bot.Release) time.Duration {
	if r.Unconfirmed() {
		return confirmWithin
	}
	return r.Plan.Settings.Approvals.Expires
}

// approvalWake is when the wait for approval ends, or when a reminder or an escalation
// is due before that.
func approvalWake(r bot.Release) time.Time {
	wake := r.Since().Add(approvalWait(r))
	if r.Unconfirmed() {
		return wake
	}
	rule := r.Plan.Settings.Approvals
	if rule.Remind > 0 && !r.Reminded {
		wake = bot.EarlierOf(wake, r.Since().Add(rule.Remind))
	}
	for _, i := range toEscalate(r) {
		wake = bot.EarlierOf(wake, r.Since().Add(rule.Sets[i].EscalateAfter))
	}
	return wake
}

func dispatchingWake(r bot.Release) time.Time {
	if r.Dispatch.State == bot.Searching {
		return bot.LaterOf(r.WakeAt, r.Dispatch.At.Add(searchEvery))
	}
	if r.Dispatch.State == bot.NotSent && r.Dispatch.Attempt > 0 {
		return r.WakeAt // whoever tried said when to try again
	}
	return bot.LaterOf(r.WakeAt, r.Since().Add(dispatchRetry))
}

func runningWake(r bot.Release) time.Time {
	wake := r.Run.ReadAt.Add(r.Pace.Poll)
	if r.Cancel.AskedAt.IsZero() {
		return bot.EarlierOf(wake, r.FirstRan().Add(r.Plan.Settings.Timeout))
	}
	if !r.Cancel.Forced {
		wake = bot.EarlierOf(wake, r.Cancel.AskedAt.Add(forceAfter))
	}
	return bot.EarlierOf(wake, r.Cancel.AskedAt.Add(unknownAfter))
}

// sooner is the earlier of two times; a zero time means never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
