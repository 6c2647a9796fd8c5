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

// answers are what a phase answers to the questions below that several phases
// answer alike.
type answers struct{ beforeStart, waits, holdsSlot, mayRun, runIsOver, ranWell, ended bool }

// answers is the table of the phases. A phase of a newer version answers no to
// everything.
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

// EndedWell says whether a release in p ended with its run gone well and nothing
// against its service's health.
func (p Phase) EndedWell() bool { return p == Succeeded }

// EndedBadly says whether a release in p ended otherwise.
func (p Phase) EndedBadly() bool { return p.Ended() && !p.EndedWell() }

// RunIsOver says whether the run of a release in p is over, as far as the release
// itself goes: whoever starts it again does so past slipway.
func (p Phase) RunIsOver() bool { return p.answers().runIsOver }

// HoldsSlot says whether a release in p is the one under way on its target.
func (p Phase) HoldsSlot() bool { return p.answers().holdsSlot }

// BeforeStart says whether nothing of a release in p was started yet.
func (p Phase) BeforeStart() bool { return p.answers().beforeStart }

// BeingPlanned says whether the plan of a release in p is still being worked out.
func (p Phase) BeingPlanned() bool { return p == Requested }

// Waits says whether a release in p waits, with a plan that people were shown, for
// a yes or for its turn.
func (p Phase) Waits() bool { return p.answers().waits }

// InQueue says whether a release in p waits for its turn.
func (p Phase) InQueue() bool { return p == Queued }

// Starts says whether the workflow of a release in p is being started.
func (p Phase) Starts() bool { return p == Dispatching }

// Runs says whether the run of a release in p is known, and not over.
func (p Phase) Runs() bool { return p == Running }

// MayRun says whether the run of a release in p may be under way.
func (p Phase) MayRun() bool { return p.answers().mayRun }

// RanWell says whether the run of a release in p went well, whatever its service's
// health.
func (p Phase) RanWell() bool { return p.answers().ranWell }

// BeingWatched says whether the service's health is being watched in p.
func (p Phase) BeingWatched() bool { return p == Verifying }

// NeedsAnswer says whether nobody can tell what became of a release in p before
// its run is found or a person answers.
func (p Phase) NeedsAnswer() bool { return p == Unknown }

// AsksApproval says whether approvers, or a rollback's requester, are asked for a
// yes to its plan.
func (r Release) AsksApproval() bool { return r.Phase == AwaitingApproval && r.Plan != nil }

// AwaitsConfirmation says whether its requester is asked, before anybody else.
func (r Release) AwaitsConfirmation() bool { return r.Phase == AwaitingApproval && r.Unconfirmed() }

// Uncertain says whether nobody can tell whether its workflow was started.
func (r Release) Uncertain() bool { return r.Phase.NeedsAnswer() && r.Run.ID == 0 }

// CountsDown says whether a rollback that goes by itself can still be stopped.
func (r Release) CountsDown() bool {
	return r.Watch.Countdown.Runs() && (r.Phase.BeingWatched() || r.WatchesOn())
}

// CanBeStopped says whether something of it is left to stop.
func (r Release) CanBeStopped() bool {
	return !r.Ended() && !r.Phase.BeingWatched() && !r.Uncertain()
}
