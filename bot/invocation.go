package bot

import "time"

// Invocation is a command as somebody typed it.
type Invocation struct {
	// Verb is which command it was typed as: "deploy", "rollback" or "status"
	// for a slash command; empty for a mention, where Text begins with it.
	Verb   string
	Text   string
	By     Person
	Guest  bool // not a full member of the team
	Source Source
	// Shell is from which shell it came, as "HOST by ACCOUNT"; empty elsewhere.
	Shell string
	// Zone is where their clock is, as package time names it: times that they
	// type are meant so. Empty: UTC.
	Zone string
	// Key is the request's own id, which repeats carry too.
	Key   string
	Reply Reply
}

// Action is what somebody can do with one click.
type Action string

// The actions.
const (
	ActApprove     Action = "approve"
	ActReject      Action = "reject" // Reason comes from a form
	ActCancel      Action = "cancel"
	ActConfirm     Action = "confirm"
	ActRollback    Action = "rollback"
	ActItRan       Action = "it_ran"
	ActWhichRun    Action = "which_run" // Value, the run's number, comes from a form
	ActSendAgain   Action = "send_again"
	ActLooksGood   Action = "looks_good"
	ActSignOff     Action = "sign_off"
	ActAcknowledge Action = "settle" // a point of the readiness report was seen to
	ActCancelBack  Action = "cancel_and_roll_back"
	ActStartOver   Action = "start_over" // with the newest commit of the branch
	ActBatchBack   Action = "roll_batch_back"
	ActChoose      Action = "choose_release" // opens the list of releases to go back to
	ActStop        Action = "stop_countdown"
	ActBackNow     Action = "roll_back_now"
	ActLonger      Action = "watch_longer"
	ActWasRight    Action = "verdict_right"
	ActFalseAlarm  Action = "verdict_false"
	ActMissed      Action = "verdict_missed"
	ActLooked      Action = "looked" // Release is a service and Value what was looked at
)

// Click is an action that somebody chose, with what the form behind it asked them.
type Click struct {
	Action  Action
	Release string
	// Value is what the click carries beside the release: the plan digest to
	// approve, or the release to go back to.
	Value  string
	Reason string
	By     Person
	Guest  bool
	Key    string
	Reply  Reply
}

// Submission is a form that somebody sent.
type Submission struct {
	Entry  Entry
	By     Person
	Guest  bool // not a full member of the team
	Source Source
	// Key is the request's own id, which repeats carry too.
	Key   string
	Reply Reply
}

// Field is a field of a form.
type Field string

// The fields of which it may be said that something is wrong with them.
const (
	FieldTarget Field = "target"
	FieldRef    Field = "ref"
	FieldReason Field = "reason"
)

// FieldFault is what is wrong at a field of a form, in whole sentences.
type FieldFault struct {
	Field Field
	Says  string
}

// Entry is what was entered in a form. It is a value, and never read as words.
//
//sumtype:decl
type Entry interface{ entry() }

type (
	// DeployEntry asks for a deploy. Ref is empty where it was left out.
	DeployEntry struct {
		Target      Target
		Ref, Reason string
	}
	// TargetEntry asks what a target can be taken back to.
	TargetEntry struct{ Target Target }
	// RollbackEntry asks for a rollback to a release.
	RollbackEntry struct {
		Target     Target
		To, Reason string
	}
	// IncidentEntry asks what changed about a moment.
	IncidentEntry struct{ At time.Time }
)

func (DeployEntry) entry()   {}
func (TargetEntry) entry()   {}
func (RollbackEntry) entry() {}
func (IncidentEntry) entry() {}
