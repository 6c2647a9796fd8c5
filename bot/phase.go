package bot

import "slices"

// Phase is where a release stands. The phases and the ways between them are
// drawn in package lifecycle.
type Phase string

// The phases of a release, in the order in which a good one passes them, then
// the ends.
const (
	// Requested: the plan is being worked out.
	Requested Phase = "requested"
	// AwaitingApproval: a yes is missing, an approver's or, for a rollback, the
	// requester's own.
	AwaitingApproval Phase = "awaiting_approval"
	// Queued: waits for the target's slot.
	Queued Phase = "queued"
	// Dispatching: holds the slot; the plan is checked again and the workflow
	// started.
	Dispatching Phase = "dispatching"
	// Running: the workflow's run is under way.
	Running Phase = "running"
	// Verifying: the run succeeded and the service's health is watched.
	Verifying Phase = "verifying"
	// Unknown: nobody can say whether the workflow was started, or how its run
	// went. It is no end: it holds the slot until a person answers or the run
	// is found.
	Unknown Phase = "unknown"

	// Succeeded: the run succeeded and nothing spoke against the service's
	// health.
	Succeeded Phase = "succeeded"
	// Failed: the run failed, or could not be started.
	Failed Phase = "failed"
	// Unhealthy: the run succeeded and the service was not well afterwards.
	Unhealthy Phase = "unhealthy"
	// Cancelled: a person stopped it, here or at the code host.
	Cancelled Phase = "cancelled"
	// Rejected: an approver said no, or a gate refused it.
	Rejected Phase = "rejected"
	// Expired: the yes that it waited for did not come in time.
	Expired Phase = "expired"
	// Superseded: something newer took its place.
	Superseded Phase = "superseded"
)

// Phases lists every phase.
func Phases() []Phase {
	return []Phase{
		Requested, AwaitingApproval, Queued, Dispatching, Running, Verifying, Unknown,
		Succeeded, Failed, Unhealthy, Cancelled, Rejected, Expired, Superseded,
	}
}

// Known says whether p is a phase of this version of slipway. A record of a
// newer version may hold another, and is then left alone.
func (p Phase) Known() bool { return slices.Contains(Phases(), p) }

// Ended says whether p is an end. An ended release never moves.
func (p Phase) Ended() bool {
	switch p {
	case Succeeded, Failed, Unhealthy, Cancelled, Rejected, Expired, Superseded:
		return true
	case Requested, AwaitingApproval, Queued, Dispatching, Running, Verifying, Unknown:
		return false
	}
	return false
}

// RunIsOver says whether the run of a release in p is over, as far as the release
// itself goes: whoever starts it again does so past slipway.
func (p Phase) RunIsOver() bool { return p == Verifying || p.Ended() }

// HoldsSlot says whether a release in p is the one under way on its target.
func (p Phase) HoldsSlot() bool {
	switch p {
	case Dispatching, Running, Verifying, Unknown:
		return true
	case Requested, AwaitingApproval, Queued,
		Succeeded, Failed, Unhealthy, Cancelled, Rejected, Expired, Superseded:
		return false
	}
	return false
}

// BeforeStart says whether nothing of a release in p was started yet.
func (p Phase) BeforeStart() bool {
	switch p {
	case Requested, AwaitingApproval, Queued:
		return true
	case Dispatching, Running, Verifying, Unknown,
		Succeeded, Failed, Unhealthy, Cancelled, Rejected, Expired, Superseded:
		return false
	}
	return false
}

// Waits says whether a release in p waits, with a plan that people were shown, for
// a yes or for its turn.
func (p Phase) Waits() bool { return p.BeforeStart() && p != Requested }

// MayRun says whether the run of a release in p may be under way.
func (p Phase) MayRun() bool {
	switch p {
	case Running, Unknown:
		return true
	case Requested, AwaitingApproval, Queued, Dispatching, Verifying,
		Succeeded, Failed, Unhealthy, Cancelled, Rejected, Expired, Superseded:
		return false
	}
	return false
}

// RanWell says whether the run of a release in p went well, whatever its service's
// health.
func (p Phase) RanWell() bool {
	switch p {
	case Verifying, Succeeded, Unhealthy:
		return true
	case Requested, AwaitingApproval, Queued, Dispatching, Running, Unknown,
		Failed, Cancelled, Rejected, Expired, Superseded:
		return false
	}
	return false
}

// AsksApproval says whether approvers, or a rollback's requester, are asked for a
// yes to its plan.
func (r Release) AsksApproval() bool { return r.Phase == AwaitingApproval && r.Plan != nil }

// AwaitsConfirmation says whether its requester is asked, before anybody else.
func (r Release) AwaitsConfirmation() bool { return r.Phase == AwaitingApproval && r.Unconfirmed() }

// Uncertain says whether nobody can tell whether its workflow was started.
func (r Release) Uncertain() bool { return r.Phase == Unknown && r.Run.ID == 0 }

// CountsDown says whether a rollback that goes by itself can still be stopped.
func (r Release) CountsDown() bool {
	return r.Watch.Countdown.Runs() && (r.Phase == Verifying || r.WatchesOn())
}

// CanBeStopped says whether something of it is left to stop.
func (r Release) CanBeStopped() bool {
	return !r.Ended() && r.Phase != Verifying && !r.Uncertain()
}
