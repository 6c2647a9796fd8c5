package bot

import "time"

// Effect is what slipway must do because of what happened to a release. It
// takes everything it needs from the release as it was saved, so Kind, Note
// and To also identify it: the same effect asked for twice is done once.
type Effect struct {
	Kind EffectKind
	Note string // which text or state, for the kinds that say so
	To   Person // whom a Tell speaks to
}

// EffectKind is what must be done.
type EffectKind string

// The effects. Each is carried out at least once, and safe to carry out again,
// but for SendDispatch: only the process that stored the intent may do it, and
// only as the very next step.
const (
	// Resolve works the plan out and judges it; Resolved.
	Resolve EffectKind = "resolve"
	// BeginMembers makes the releases of a batch; MembersSeen.
	BeginMembers EffectKind = "begin_members"
	// ReadMembers reads them; MembersSeen.
	ReadMembers EffectKind = "read_members"
	// LetMemberAsk posts MayAsk to the member whose id is the note.
	LetMemberAsk EffectKind = "let_member_ask"
	// LetMemberGo posts LetGo to the member whose id is the note.
	LetMemberGo EffectKind = "let_member_go"
	// StopMember posts Stopped to the member whose id is the note, or CancelAsked
	// where a person cancelled the batch.
	StopMember EffectKind = "stop_member"
	// Report posts MemberMoved to the release's batch; Note says where the release
	// stands, so that each move is a report of its own.
	Report EffectKind = "report"
	// TakeSlot asks for the target's slot; SlotTaken or SlotBusy.
	TakeSlot EffectKind = "take_slot"
	// LookAtBranch counts what the branch has that the release does not bring;
	// BranchSeen.
	LookAtBranch EffectKind = "look_at_branch"
	// LookAtLive looks whether something else is live by now than what the plan is
	// compared with; LiveMoved.
	LookAtLive EffectKind = "look_at_live"
	// Refresh works the plan of a waiting release out anew; Refreshed.
	Refresh EffectKind = "refresh"
	// Replace posts Replaced to the release that this one starts over.
	Replace EffectKind = "replace"
	// AskYield posts YieldAsked to the release that holds the slot.
	AskYield EffectKind = "ask_yield"
	// Recheck works the plan out again; Rechecked.
	Recheck EffectKind = "recheck"
	// SendDispatch starts the workflow; DispatchAccepted, DispatchListed,
	// DispatchRefused, DispatchNotSent or DispatchUncertain.
	SendDispatch EffectKind = "send_dispatch"
	// FindRun looks for the run by its run key, or reads the one whose number is
	// the note; RunFound, RunNotListed or RunIsAnothers.
	FindRun EffectKind = "find_run"
	// ReadRun reads the run and its jobs, or, with NotePoll, only as much of
	// them as shows whether there is news; RunSeen or RunGone.
	ReadRun EffectKind = "read_run"
	// CompareWorkflow reads the workflow file at the run's head; no event if
	// it is the approved one, else WorkflowChanged.
	CompareWorkflow EffectKind = "compare_workflow"
	// CancelRun asks the code host to stop the run.
	CancelRun EffectKind = "cancel_run"
	// ForceCancelRun asks again, with force.
	ForceCancelRun EffectKind = "force_cancel_run"
	// AskProbes asks every probe once; Sampled.
	AskProbes EffectKind = "ask_probes"
	// RecordDeployment creates the code host's own record of the release and
	// sets its state to Note; DeploymentRecorded.
	RecordDeployment EffectKind = "record_deployment"
	// RetireDeployment marks the code host's record of the superseded release
	// inactive.
	RetireDeployment EffectKind = "retire_deployment"
	// TakeBack marks the release that a rollback has taken back and quarantines
	// its commit.
	TakeBack EffectKind = "take_back"
	// EndQuarantine lets the commit of a release that was taken back come again.
	EndQuarantine EffectKind = "end_quarantine"
	// Tell answers one person privately; Note says what.
	Tell EffectKind = "tell"
	// Say writes into the card's thread; Note says what.
	Say EffectKind = "say"
	// Alert speaks out loud where what needs a person is said; Note says what.
	Alert EffectKind = "alert"
)

// What a Tell says.
const (
	TellPreview       = "preview"        // what a deploy would do
	TellConfirm       = "confirm"        // the rollback's plan, with its button
	TellRefused       = "refused"        // why it may not go
	TellFailed        = "failed"         // why the plan could not be worked out
	TellOldCard       = "old_card"       // the plan was changed since
	TellTooLate       = "too_late"       // the release has moved on
	TellNotCancelled  = "not_cancelled"  // its run was over before it could be cancelled
	TellMayNot        = "may_not"        // their word does not count here
	TellMayNotCancel  = "may_not_cancel" // nor do these
	TellMayNotSettle  = "may_not_settle"
	TellMayNotJudge   = "may_not_judge"
	TellOpenPoints    = "open_points"     // something is to be seen to first
	TellNothingToTake = "nothing_to_take" // they have given no yes
	TellUnread        = "unread"          // it could not be found out whether it does
	TellNotMissing    = "not_missing"     // what they may approve is approved
	TellAlready       = "already"         // they said yes before
	TellAdopted       = "adopted"         // the live commit is recorded
	TellConfirmedOnce = "confirmed_once"  // only the requester confirms
	TellWaiting       = "waiting"         // the code host does not answer yet
	TellMayNotSignOff = "may_not_sign_off"
	TellNotGone       = "not_gone"  // an emergency is signed off afterwards
	TellStopped       = "stopped"   // a rule refuses what was approved
	TellReplaced      = "replaced"  // a newer one took its place
	TellNoPardon      = "no_pardon" // they may not end a quarantine here
)

// What a Say or an Alert says.
const (
	NoteFailed    = "failed"
	NoteUnhealthy = "unhealthy"
	NoteHealth    = "health"
	NoteUnknown   = "unknown"
	NoteMismatch  = "mismatch"
	NotePlan      = "plan_changed"
	NoteRerun     = "rerun"
	NoteRerunOver = "rerun_over"
	NotePoll      = "poll" // of a ReadRun: nothing hints at news
	// NoteApprovalDue reminds those who are asked for approval; NoteEscalated
	// asks further groups, and the place of the set follows.
	NoteApprovalDue = "approval_due"
	NoteEscalated   = "escalated_"
	// NoteWithdrawn is that somebody took their yes back; the time follows, since
	// they may do so more than once.
	NoteWithdrawn = "withdrawn_"
	// NoteLost is that somebody's yes does not count any more; the time follows.
	NoteLost     = "lost_"
	NotePardoned = "pardoned"
	NoteEnded    = "ended" // with a call to the requester
	NoteBatch    = "batch" // it stopped half way
	NoteBlind    = "blind" // the run cannot be followed
	// NoteEmergency is followed by the rules that were passed.
	NoteEmergency = "emergency_"
	NoteSignedOff = "signed_off"
	// NoteReview is followed by the number of the reminder.
	NoteReview = "review_"
	// NoteReminder is followed by a number, so that each reminder is a message
	// of its own.
	NoteReminder = "unknown_reminder_"
	// NoteItRan, NoteSendAgain and NoteNeverRan are what a person said about an
	// uncertain dispatch; the number of the dispatch follows.
	NoteItRan     = "it_ran_"
	NoteSendAgain = "send_again_"
	NoteNeverRan  = "never_ran_"
	// NoteRanAfterAll is that a run was found of which they said that it never
	// was.
	NoteRanAfterAll = "ran_after_all_"
)

// States of the code host's own record, the Note of a RecordDeployment.
const (
	DeploymentRunning = "in_progress"
	DeploymentSuccess = "success"
	DeploymentFailure = "failure"
	DeploymentGone    = "inactive"
)

// Pending is an effect that is still to be carried out.
type Pending struct {
	Effect Effect
	Tries  int
	Since  time.Time // when it was first asked for
	Due    time.Time // not before
}
