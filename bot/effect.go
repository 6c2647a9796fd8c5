package bot

import (
	"strconv"
	"time"
)

// Effect is what slipway must do because of what happened to a release. What
// does not stand in its fields it takes from the release as it was saved.
//
// Each is carried out at least once, and safe to carry out again, but for
// SendDispatch: only the process that stored the intent may do it, and only as the
// very next step. Two with the same key are one: what is asked for twice is done
// once.
//
//sumtype:decl
type Effect interface{ key() string }

// EffectKey is the name of what is to be done, and what tells it from others of
// its kind.
func EffectKey(e Effect) string {
	if e == nil {
		return ""
	}
	return e.key()
}

// SameEffect says whether two effects are one.
func SameEffect(a, b Effect) bool { return EffectKey(a) == EffectKey(b) }

// IsA says whether an effect is of a kind.
func IsA[E Effect](e Effect) bool {
	_, is := e.(E)
	return is
}

// The effects that bring a release to its start.
type (
	// Resolve works the plan out and judges it; Resolved.
	Resolve struct{}
	// TakeSlot asks for the target's slot; SlotTaken or SlotBusy.
	TakeSlot struct{}
	// LookAtBranch counts what the branch has that the release does not bring;
	// BranchSeen.
	LookAtBranch struct{}
	// LookAtLive looks whether something else is live by now than what the plan is
	// compared with; LiveMoved.
	LookAtLive struct{}
	// Refresh works the plan of a waiting release out again; Refreshed.
	Refresh struct{}
	// Replace posts Replaced to the release that this one starts over.
	Replace struct{}
	// AskYield posts YieldAsked to the release that holds the slot.
	AskYield struct{}
	// Recheck works the plan out again; Rechecked.
	Recheck struct{}
	// SendDispatch starts the workflow; DispatchAccepted, DispatchListed,
	// DispatchRefused, DispatchNotSent or DispatchUncertain.
	SendDispatch struct{}
)

// The effects that follow a run and what came of it.
type (
	// FindRun looks for the run by its run key, or reads the one that somebody
	// named; RunFound, RunNotListed, RunIsAnothers or RunKeyless.
	FindRun struct{ Named int64 } // 0: nobody named one
	// ReadRun reads the run and its jobs; RunSeen or RunGone.
	ReadRun struct{}
	// PollRun reads only as much of them as shows whether there is news, since
	// nothing hints at any; RunSeen or RunGone.
	PollRun struct{}
	// ReadRerun reads a run that was started again after it was over; RunSeen or
	// RunGone.
	ReadRerun struct{}
	// CompareWorkflow reads the workflow file at the run's head; no event if
	// it is the approved one, else WorkflowChanged.
	CompareWorkflow struct{}
	// CancelRun asks the code host to stop the run.
	CancelRun struct{}
	// ForceCancelRun asks again, with force.
	ForceCancelRun struct{}
	// AskProbes asks every probe once; Sampled.
	AskProbes struct{}
	// RollBack asks for the rollback of an unhealthy release that goes by itself.
	RollBack struct{}
	// RecordDeployment creates the code host's own record of the release and
	// sets its state; DeploymentRecorded.
	RecordDeployment struct{ State DeploymentState }
	// RetireDeployment marks the code host's record of the superseded release
	// inactive.
	RetireDeployment struct{}
	// TakeBack marks the release that a rollback has taken back and quarantines
	// its commit.
	TakeBack struct{}
	// LookBeside notes that the requester looked at what was done past slipway.
	LookBeside struct{}
	// EndQuarantine lets the commit of a release that was taken back come again.
	EndQuarantine struct{}
)

// The effects by which a batch and its members speak to each other. Member is the
// id of the one that is spoken to.
type (
	// BeginMembers makes the releases of a batch; MembersSeen.
	BeginMembers struct{}
	// ReadMembers reads them; MembersSeen.
	ReadMembers struct{}
	// LetMemberAsk posts MayAsk.
	LetMemberAsk struct{ Member string }
	// LetMemberGo posts LetGo.
	LetMemberGo struct{ Member string }
	// StopMember posts Stopped, or CancelAsked where a person cancelled the batch.
	StopMember struct{ Member string }
	// Report posts MemberMoved to the release's batch. It says where the release
	// stands, so that each move is a report of its own.
	Report struct {
		Phase   Phase
		Awaits  Await
		Healthy bool
		At      time.Time
	}
)

// The effects that speak to people.
type (
	// Tell answers one person privately.
	Tell struct {
		To  Person
		Why Told
	}
	// Say writes into the card's thread.
	Say struct{ News News }
	// Alert speaks out loud where what needs a person is said.
	Alert struct{ News News }
)

// LaterEffect is an effect that a later version asked for, as it is stored. This one
// keeps it and leaves it to that one.
type LaterEffect struct{ Stored string }

// DeploymentState is how the code host's own record of a release stands.
type DeploymentState string

// The states of such a record.
const (
	DeploymentRunning DeploymentState = "in_progress"
	DeploymentSuccess DeploymentState = "success"
	DeploymentFailure DeploymentState = "failure"
	DeploymentGone    DeploymentState = "inactive"
)

// Pending is an effect that is still to be carried out.
type Pending struct {
	Effect Effect
	Tries  int
	Since  time.Time // when it was first asked for
	Due    time.Time // not before
}

func (Resolve) key() string            { return "resolve" }
func (TakeSlot) key() string           { return "take_slot" }
func (LookAtBranch) key() string       { return "look_at_branch" }
func (LookAtLive) key() string         { return "look_at_live" }
func (Refresh) key() string            { return "refresh" }
func (Replace) key() string            { return "replace" }
func (AskYield) key() string           { return "ask_yield" }
func (Recheck) key() string            { return "recheck" }
func (SendDispatch) key() string       { return "send_dispatch" }
func (ReadRun) key() string            { return "read_run" }
func (PollRun) key() string            { return "poll_run" }
func (ReadRerun) key() string          { return "read_rerun" }
func (CompareWorkflow) key() string    { return "compare_workflow" }
func (CancelRun) key() string          { return "cancel_run" }
func (ForceCancelRun) key() string     { return "force_cancel_run" }
func (AskProbes) key() string          { return "ask_probes" }
func (RollBack) key() string           { return "roll_back" }
func (e RecordDeployment) key() string { return "record_deployment " + string(e.State) }
func (RetireDeployment) key() string   { return "retire_deployment" }
func (TakeBack) key() string           { return "take_back" }
func (EndQuarantine) key() string      { return "end_quarantine" }
func (LookBeside) key() string         { return "look_beside" }
func (BeginMembers) key() string       { return "begin_members" }
func (ReadMembers) key() string        { return "read_members" }
func (e LetMemberAsk) key() string     { return "let_member_ask " + e.Member }
func (e LetMemberGo) key() string      { return "let_member_go " + e.Member }
func (e StopMember) key() string       { return "stop_member " + e.Member }
func (e Tell) key() string             { return "tell " + string(e.Why) + " " + e.To.ID }
func (e Say) key() string              { return "say " + NewsKey(e.News) }
func (e Alert) key() string            { return "alert " + NewsKey(e.News) }

func (e LaterEffect) key() string { return "later " + e.Stored }

func (e FindRun) key() string {
	if e.Named == 0 {
		return "find_run"
	}
	return "find_run " + strconv.FormatInt(e.Named, 10)
}

func (e Report) key() string {
	key := "report " + string(e.Phase)
	if e.Awaits != AwaitNone {
		key += "_" + string(e.Awaits)
	}
	if e.Healthy {
		key += "_healthy"
	}
	return joinKey(key, e.At)
}

// joinKey tells by a time what may rightly happen twice.
func joinKey(key string, at time.Time) string {
	if at.IsZero() {
		return key
	}
	return key + "_" + strconv.FormatInt(at.UnixMilli(), 10)
}
