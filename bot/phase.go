package bot

import "slices"

// Phase is where a release stands. Package lifecycle has the diagram of the phases.
type Phase string

// The phases of a release: first those of one that goes well, in order, then the ends.
const (
	// Requested: the plan is being worked out.
	Requested Phase = "requested"
	// AwaitingApproval: approvals are missing, or the requester has not confirmed yet.
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
	// Unknown: nobody can tell whether the workflow was started, or how its run went.
	// This is not an end: the release holds the slot until a person answers or the run
	// is found.
	Unknown Phase = "unknown"

	// Succeeded: the run succeeded, and nothing showed that the service was not well.
	Succeeded Phase = "succeeded"
	// Failed: the run failed, or could not be started.
	Failed Phase = "failed"
	// Unhealthy: the run succeeded and the service was not well afterwards.
	Unhealthy Phase = "unhealthy"
	// Cancelled: somebody stopped it, here or at the code host.
	Cancelled Phase = "cancelled"
	// Rejected: an approver or a gate refused it.
	Rejected Phase = "rejected"
	// Expired: the approval that it waited for did not come in time.
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

// Known says whether this version of slipway knows p. A newer version's record may have
// another phase; such a release is left alone.
func (p Phase) Known() bool { return slices.Contains(Phases(), p) }

// answers are a phase's answers to those questions below to which several phases answer
// yes.
type answers struct{ beforeStart, waits, holdsSlot, mayRun, runIsOver, ranWell, ended bool }

// answers is the table of the phases. A newer version's phase answers no to everything.
func (p Phase) answers() answers {
	switch p {
	case Requested:
		return answers{beforeStart: true}
	case AwaitingApproval, Queued:
		return answers{beforeStart: true, waits: true}
	case Dispatching:
		return answers{holdsSlot: true}
	case Running, Unknown:
		return answers{holdsSlot: true, mayRun: true}
	case Verifying:
		return answers{holdsSlot: true, runIsOver: true, ranWell: true}
	case Succeeded, Unhealthy:
		return answers{runIsOver: true, ranWell: true, ended: true}
	case Failed, Cancelled, Rejected, Expired, Superseded:
		return answers{runIsOver: true, ended: true}
	}
	return answers{}
}

// Ended says whether p is an end. An ended release never moves.
func (p Phase) Ended() bool { return p.answers().ended }

// EndedWell says whether a release in p ended with its run successful and nothing
// against its service's health.
func (p Phase) EndedWell() bool { return p == Succeeded }

// EndedBadly says whether a release in p ended in any other way.
func (p Phase) EndedBadly() bool { return p.Ended() && !p.EndedWell() }

// RunIsOver says whether the run of a release in p is over. If somebody starts it again
// after that, the release does not move.
func (p Phase) RunIsOver() bool { return p.answers().runIsOver }

// HoldsSlot says whether a release in p is the one under way on its target.
func (p Phase) HoldsSlot() bool { return p.answers().holdsSlot }

// BeforeStart says whether nothing of a release in p was started yet.
func (p Phase) BeforeStart() bool { return p.answers().beforeStart }

// BeingPlanned says whether the plan of a release in p is still being worked out.
func (p Phase) BeingPlanned() bool { return p == Requested }

// Waits says whether a release in p, with a plan that people have seen, waits for
// approval or for its turn.
func (p Phase) Waits() bool { return p.answers().waits }

// InQueue says whether a release in p waits for its turn.
func (p Phase) InQueue() bool { return p == Queued }

// Starts says whether the workflow of a release in p is being started.
func (p Phase) Starts() bool { return p == Dispatching }

// Runs says whether the run of a release in p is known and not over.
func (p Phase) Runs() bool { return p == Running }

// MayRun says whether the run of a release in p may be under way.
func (p Phase) MayRun() bool { return p.answers().mayRun }

// RanWell says whether the run of a release in p succeeded, whatever the service's
// health.
func (p Phase) RanWell() bool { return p.answers().ranWell }

// BeingWatched says whether the service's health is being watched in p.
func (p Phase) BeingWatched() bool { return p == Verifying }

// NeedsAnswer says whether nobody can tell what became of a release in p until its run
// is found or a person answers.
func (p Phase) NeedsAnswer() bool { return p == Unknown }

// AsksApproval says whether approvers are asked to approve its plan, or its requester
// to confirm it.
func (r Release) AsksApproval() bool { return r.Phase == AwaitingApproval && r.Plan != nil }

// AwaitsConfirmation says whether its requester is asked to confirm it, which comes
// first.
func (r Release) AwaitsConfirmation() bool { return r.Phase == AwaitingApproval && r.Unconfirmed() }

// Uncertain says whether nobody can tell whether its workflow was started.
func (r Release) Uncertain() bool { return r.Phase.NeedsAnswer() && r.Run.ID == 0 }

// CountsDown says whether an automatic rollback of it can still be stopped.
func (r Release) CountsDown() bool {
	return r.Watch.Countdown.Runs() && (r.Phase.BeingWatched() || r.WatchesOn())
}

// CanBeStopped says whether there is anything left to stop.
func (r Release) CanBeStopped() bool {
	return !r.Ended() && !r.Phase.BeingWatched() && !r.Uncertain()
}
