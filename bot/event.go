package bot

import "time"

// Event is what happened to a release: something a person did, something the
// code host told, the outcome of an effect, or that time has passed.
//
// A release's inbox holds the events of people and webhooks; they are stored
// before they are acknowledged. Outcomes of effects never lie in the inbox:
// whoever carried the effect out hands them to lifecycle.Next at once.
//
//sumtype:decl
type Event interface{ event() }

// The events that people and webhooks bring; these may lie in an inbox. A
// Standing is never stored with them: it is found out when the event is taken
// from the inbox, so that what counts is what is true by then.
type (
	// Confirmed means: the requester of a rollback has seen what goes and said yes.
	// Digest is the seal of what they have seen; empty: an older version took it.
	Confirmed struct {
		By     Person
		Digest string
	}
	// Approved means: By said yes to the plan with the seal Digest.
	Approved struct {
		By       Person
		Digest   string
		Standing Standing
	}
	// Declined means: By said no.
	Declined struct {
		By       Person
		Reason   string
		Standing Standing
	}
	// PointAcknowledged means: By says that a point of the readiness report was seen
	// to.
	PointAcknowledged struct {
		By       Person
		Point    string
		Standing Standing
	}
	// Withdrawn means: By takes their yes back.
	Withdrawn struct{ By Person }
	// CancelAsked means: By wants the release to stop. Batch is the batch that By
	// cancelled, and which passes that on to its members; empty: it is said to
	// the release itself.
	CancelAsked struct {
		By       Person
		Reason   string
		Batch    string
		Standing Standing
	}
	// YieldAsked means: the rollback For wants the slot.
	YieldAsked struct {
		For string
		By  Person
	}
	// Replaced means: By asked for the release For, which takes this one's place.
	Replaced struct {
		For string
		By  Person
	}
	// Hinted means: the code host has news of the run; go and read. Attempt is
	// which attempt of the run it is about, 0 if it did not say.
	Hinted struct{ Attempt int }
	// VersionSeen means: the version whose entry in a history this is was seen live
	// once more or, with Gone, is not there any more.
	VersionSeen struct{ Gone bool }
	// RanAsserted means: By says that the uncertain dispatch did arrive. RunID may
	// be 0; then the run is looked for.
	RanAsserted struct {
		By       Person
		RunID    int64
		Standing Standing
	}
	// NeverRanAsserted means: By says that the uncertain dispatch did not arrive and
	// may be sent again.
	NeverRanAsserted struct {
		By       Person
		Standing Standing
	}
	// SignedOff means: By has looked at an emergency afterwards and answers for
	// it too.
	SignedOff struct {
		By       Person
		Standing Standing
	}
	// LooksGood means: By says that the service is well, where nothing that
	// slipway saw itself says so.
	LooksGood struct {
		By       Person
		Standing Standing
	}
	// CountdownStopped means: By wants no rollback to go by itself.
	CountdownStopped struct {
		By       Person
		Standing Standing
	}
	// WatchLonger means: By wants the service to be watched for another window before
	// anything is done.
	WatchLonger struct {
		By       Person
		Standing Standing
	}
	// EndQuarantineAsked means: By wants the quarantine of the commit of a release that
	// was taken back to end.
	EndQuarantineAsked struct {
		By       Person
		Reason   string
		Standing Standing
	}
)

// The events by which a batch and its members speak to each other.
type (
	// MemberMoved means: a release of the batch has moved; go and read.
	MemberMoved struct{}
	// MayAsk means: the batch says that all of it may go as far as rules decide,
	// so that approvers can be asked.
	MayAsk struct{}
	// LetGo means: the batch says that it is the release's turn.
	LetGo struct{}
	// Stopped means: the batch goes no further, and Cause says why.
	Stopped struct{ Cause string }
)

// The outcomes of effects, and the clock.
type (
	// Ticked means: the time the release asked to be woken at has come.
	Ticked struct{}
	// Interrupted means: whoever held the release vanished between storing the
	// intent to dispatch and writing down what came of it.
	Interrupted struct{}
	// Resolved means: the plan was worked out and judged.
	Resolved struct {
		Plan     Plan
		Decision Decision
		Place    Place // where it would stand in the queue, for a preview
	}
	// Rechecked means: the plan was worked out again right before the dispatch.
	Rechecked struct {
		Plan     Plan
		Decision Decision
		Lost     []Withdrawal // the yeses that do not count any more
		Void     []string     // what it is compared with changed so that no yes counts, one line each
	}
	// LiveMoved means: something else is live by now than what the plan of a waiting
	// release is compared with.
	LiveMoved struct{}
	// Refreshed means: the plan of a waiting release was worked out again.
	Refreshed struct {
		Plan     Plan
		Decision Decision
		Void     []string // as for Rechecked
		// Hopeless are the gates that refuse and that no waiting helps.
		Hopeless []Gate
	}
	// BranchSeen means: the branch that the release was asked for by was looked
	// at, and has as many commits by now that the release does not bring.
	BranchSeen struct{ Newer int }
	// MembersSeen means: the releases of the batch were read, the first time as
	// they were made.
	MembersSeen struct{ Members []BatchMember }
	// SlotTaken means: the release is now the one under way on its target.
	SlotTaken struct{}
	// SlotBusy means: another release is.
	SlotBusy struct{ Place Place }
	// RerunFound means: an earlier release's run, which somebody started again at
	// the code host, goes on, and the target is not free until it is over.
	RerunFound struct{ Rerun Rerun }
	// DispatchAccepted means: the code host started the workflow and said which run.
	DispatchAccepted struct{ Run Run }
	// DispatchListed means: the code host accepted the dispatch without naming the
	// run, which must be looked for.
	DispatchListed struct{}
	// DispatchRefused means: the code host answered that it will not start it.
	// Nothing ran.
	DispatchRefused struct{ Says, Mend string }
	// DispatchNotSent means: the request did not leave. Nothing ran. Again says
	// when it is worth another try; 0: after the usual pause.
	DispatchNotSent struct {
		Says  string
		Again time.Duration
	}
	// DispatchUncertain means: the request may have arrived.
	DispatchUncertain struct{ Says string }
	// RunFound means: the release's run was found by its run key.
	RunFound struct{ Run Run }
	// RunNotListed means: it was looked for and is not listed, at least not yet.
	RunNotListed struct{}
	// RunIsAnothers means: the run that somebody named is not this release's, and
	// Says why.
	RunIsAnothers struct{ Says string }
	// RunKeyless means: the run that somebody named may be this release's, and
	// nothing shows it: its name has no run key, and need not have one.
	RunKeyless struct{ Run Run }
	// RunSeen means: the run was read.
	RunSeen struct{ Run Run }
	// RunGone means: the run does not exist any more.
	RunGone struct{}
	// WorkflowChanged means: at the commit from which the run was made the workflow
	// file is not the one that was approved.
	WorkflowChanged struct{ Blob string }
	// Sampled means: the probes were asked, and what the watch now comes to. Before it
	// has begun that is nothing.
	Sampled struct {
		Samples []Sample
		Before  []Baseline // what was found out of the time before
		Gap     Gap        // in which nobody looked, right before this look; zero: none
		Judgement
		// Recovered says that since the countdown began nothing was as bad any more.
		Recovered bool
		Back      Back // where it is unhealthy and could go back by itself
	}
	// Displaced means: something else is live by now than the release whose service is
	// watched for longer.
	Displaced struct{ By string } // the release that is
	// DeploymentRecorded means: the code host keeps its own record of the release.
	DeploymentRecorded struct{ ID int64 }
	// EffectFailed means: an effect could not be carried out. Final says that trying
	// again cannot help.
	EffectFailed struct {
		Effect Effect
		Says   string
		Mend   string
		Final  bool
		Since  time.Time // when it was first asked for
		Next   time.Time // when it is tried again, or would be
	}
)

func (Confirmed) event()          {}
func (Approved) event()           {}
func (Declined) event()           {}
func (PointAcknowledged) event()  {}
func (Withdrawn) event()          {}
func (CancelAsked) event()        {}
func (YieldAsked) event()         {}
func (Replaced) event()           {}
func (Hinted) event()             {}
func (VersionSeen) event()        {}
func (RanAsserted) event()        {}
func (NeverRanAsserted) event()   {}
func (SignedOff) event()          {}
func (LooksGood) event()          {}
func (EndQuarantineAsked) event() {}
func (CountdownStopped) event()   {}
func (WatchLonger) event()        {}
func (MemberMoved) event()        {}
func (MayAsk) event()             {}
func (LetGo) event()              {}
func (Stopped) event()            {}
func (Ticked) event()             {}
func (Interrupted) event()        {}
func (Resolved) event()           {}
func (Rechecked) event()          {}
func (LiveMoved) event()          {}
func (Refreshed) event()          {}
func (BranchSeen) event()         {}
func (MembersSeen) event()        {}
func (SlotTaken) event()          {}
func (SlotBusy) event()           {}
func (RerunFound) event()         {}
func (DispatchAccepted) event()   {}
func (DispatchListed) event()     {}
func (DispatchRefused) event()    {}
func (DispatchNotSent) event()    {}
func (DispatchUncertain) event()  {}
func (RunFound) event()           {}
func (RunNotListed) event()       {}
func (RunIsAnothers) event()      {}
func (RunKeyless) event()         {}
func (RunSeen) event()            {}
func (RunGone) event()            {}
func (WorkflowChanged) event()    {}
func (Sampled) event()            {}
func (Displaced) event()          {}
func (DeploymentRecorded) event() {}
func (EffectFailed) event()       {}
