package bot

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// WorkflowFile is a workflow's file at one commit.
type WorkflowFile struct {
	Blob string // the blob's SHA
	Ref  string // the branch it was read from
	// Inputs are what workflow_dispatch declares, in the order of their names.
	Inputs []WorkflowInput
	// Jobs are the names that the code host shows its jobs by, in their order; none
	// where that depends on an expression or on a workflow that it calls.
	Jobs []string
	// Calls are what it hands its work on to.
	Calls Calls
	// Groups are the concurrency groups of the workflow and of its jobs.
	Groups []Group
	// Dispatchable says that the file has the workflow_dispatch trigger.
	Dispatchable bool
	// RunName is what the file says of the name of its runs, with the
	// expressions in it; empty: nothing.
	RunName string
	// Uses are the inputs that its jobs name anywhere, and Checkouts what each of its
	// checkouts takes: a ref, with the expressions in it, or "" for the one that the
	// run is on.
	Uses      []string
	Checkouts []string
	Host      CodeHost
}

// WorkflowInput is one input that a workflow declares.
type WorkflowInput struct {
	Name     string
	Type     InputType
	Required bool
	// Default is sent in place of what is not; nil: there is none.
	Default *string
	Options []string // of a choice
}

// Fits says whether the code host takes a value for the input. environments are those of
// the repository; their names know no upper and lower case.
func (in WorkflowInput) Fits(value string, environments []string) bool {
	switch in.Type {
	case InputChoice:
		return slices.Contains(in.Options, value)
	case InputBoolean:
		return value == "true" || value == "false"
	case InputNumber:
		_, err := strconv.ParseFloat(value, 64)
		return err == nil
	case InputEnvironment:
		return slices.ContainsFunc(environments, func(name string) bool { return strings.EqualFold(name, value) })
	case InputText:
	}
	return true
}

// InputType is what a workflow takes as an input's value.
type InputType string

// What a workflow takes as an input's value. A type that is not among them takes
// any text.
const (
	InputText        InputType = "string"
	InputChoice      InputType = "choice"
	InputBoolean     InputType = "boolean"
	InputNumber      InputType = "number"
	InputEnvironment InputType = "environment" // of the repository
)

// CodeHost is what the code host can do, which depends on its version.
type CodeHost struct {
	// NamesRuns says that it answers a dispatch with the run that it made of it.
	NamesRuns bool
	// MaxInputs is how many inputs a workflow may declare there.
	MaxInputs int
}

// Comparison is what lies between a commit and a branch, asked for before it is
// known where the branch ends.
type Comparison struct {
	// Head is the commit that was compared; empty: too little is known, and nothing
	// of the rest holds.
	Head    string
	Changes Changes
	Files   ChangedFiles
}

// ChecksQuery is which checks of a commit are looked at.
type ChecksQuery struct {
	Repo string
	SHA  string
	// Names are those that are asked for; none: all of them.
	Names []string
	// Started are the workflow files that slipway starts in the repository. Their
	// jobs are no checks, where somebody started them.
	Started []string
}

// VerdictQuery is the check of a commit that is asked for what it judges.
type VerdictQuery struct {
	Repo, SHA, Name string
	// Since is when the judged release was started: what had ended before is about
	// another one of the same commit. Zero: nothing is known of that, and all counts.
	Since time.Time
}

// CheckVerdict is what a check says of what it looked at.
type CheckVerdict string

// What a check says. Of several of one name the worst counts, in this order.
const (
	CheckSilent  CheckVerdict = ""        // it has not reported
	CheckOpen    CheckVerdict = "open"    // it ended without a verdict: cancelled, skipped, neutral, given up
	CheckGood    CheckVerdict = "good"    // it speaks for the release
	CheckPending CheckVerdict = "pending" // it is still at work
	CheckBad     CheckVerdict = "bad"     // it speaks against the release
)

// DispatchRequest is the one request that starts a workflow.
type DispatchRequest struct {
	Repo     string
	Workflow string
	Ref      string // a branch or tag; the code host takes no SHA
	Inputs   map[string]string
}

// RunQuery is how a run is looked for.
type RunQuery struct {
	Repo     string
	Workflow string
	Ref      string
	RunKey   string
	Since    time.Time // when the release was created
	// ID is the run that somebody named, 0 for none: it is read instead of
	// listed, and must be this release's all the same. What its name says of a
	// commit or an environment must be SHA and Environment; Elsewhere are the
	// service's other environments.
	ID          int64
	SHA         string
	Environment string
	Elsewhere   []string
}

// RunQuery is how the release's own run is looked for.
func (r Release) RunQuery() RunQuery {
	return RunQuery{
		Repo: r.Plan.Repo, Workflow: r.Plan.Workflow, Ref: r.Plan.WorkflowRef,
		RunKey: r.RunKey, Since: r.RequestedAt,
	}
}

// ListedRun is a run as a list shows it, with the run key in its name.
type ListedRun struct {
	RunKey string
	Repo   string
	Run    Run
	By     string // the account that started its last attempt
	Event  string // what started it, in the code host's word
}

// CancelManner is how firmly a run is stopped.
type CancelManner string

// How firmly a run is stopped.
const (
	CancelGently CancelManner = "gently" // jobs may clean up after themselves
	CancelForce  CancelManner = "force"  // also jobs that refuse to stop
)

// DeploymentRecord is what the code host keeps of a release for itself.
type DeploymentRecord struct {
	Repo        string
	ID          int64 // 0: find it by Release, or create it
	New         bool  // nobody can have created it before, so it need not be looked for
	SHA         string
	Environment string
	Release     string
	Kind        Kind
	State       DeploymentState
	Production  bool // the environment is one that users see
	LogURL      string
	Says        string // what does not fit into 140 characters is cut
	// Facts are written once, when the record is made.
	Facts DeploymentFacts
	// End is written with the state of a release that has ended.
	End DeploymentEnd
	// Provenance and Creator are what is known of who made a record that was
	// read.
	Provenance Provenance
	Creator    string
}

// Provenance says how far a record is to be believed that the code host keeps:
// whoever may write such records can write one that looks like slipway's.
type Provenance string

// How far a record is to be believed.
const (
	Signed   Provenance = "signed"   // slipway's account made it, and one of its keys signed it
	Unsigned Provenance = "unsigned" // slipway's account made it
	Foreign  Provenance = "foreign"  // somebody else made it
)

// DeploymentFacts are what a release can be remembered by when the store has
// lost it. Whoever may read the repository can read them.
type DeploymentFacts struct {
	RunKey      string
	RunID       int64
	Requester   Actor
	Reason      string // at most MaxKeptReason characters are kept
	Ref         string
	Subject     string // of the commit
	URL         string // where the code host shows the commit
	Blob        string // of the workflow file
	Reversal    Reversal
	Emergency   bool
	RequestedAt time.Time
	StartedAt   time.Time
}

// MaxKeptReason is how much of a reason the code host's own record keeps.
const MaxKeptReason = 500

// DeploymentEnd is how a release ended. Its Phase is empty while it has not.
type DeploymentEnd struct {
	Phase   Phase
	Verdict Verdict
	Healthy bool
	At      time.Time
	Says    string // slipway's own account, as far as it was kept
}

// Refused is what the code host said when it would not do something, and what
// would mend it.
type Refused struct{ Says, Mend string }
