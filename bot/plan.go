package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Plan is all that a release will do, resolved to immutable facts. The first
// group of fields is what its digest covers; the rest is shown and may change
// without voiding an approval.
type Plan struct {
	Target       Target
	Repo         string // "acme/api"
	Workflow     string // the file's name: "deploy.yml"
	WorkflowRef  string // the branch whose workflow file is run
	WorkflowBlob string // the file's blob SHA
	Called       Called // what the workflow runs beside its own file
	// Inputs are sent to the workflow, beside the run key that goes by the
	// name KeyInput.
	Inputs   map[string]string
	KeyInput string
	Settings Settings

	// Production says that the target is where customers are, so that a press is
	// asked about once more. What goes does not depend on it.
	Production bool

	Commit    Commit
	Branch    string // the branch or tag that the commit was named by; empty for a SHA
	Lineage   Lineage
	Changes   Changes
	Readiness Readiness
	Checks    Checks
	Reviews   Reviews
	// Current is what is live now, and for a rollback what it takes back; nil:
	// nothing known.
	Current *Past
	// Perhaps came after Current and is not known to have come for certain; nil:
	// Current is live for certain.
	Perhaps *Past
	// Rerun is a run of an earlier release that somebody started again at the code
	// host and that goes on, so that this one must wait; nil: none.
	Rerun *Rerun
	// Beside is what was done past slipway since the release Since and that nobody
	// has looked at, newest first.
	Beside     []Beside
	Since      string
	RollbackTo *Past // where a rollback would go; nil: nowhere
	// Unproven says why a rollback needs the approvals of a deploy, one sentence a
	// reason; empty: it does not.
	Unproven []string
	// Undone is what a rollback from the commit to RollbackTo would leave as it
	// is; nil: nothing was compared.
	Undone *Undone
	// Comebacks are commits in quarantine that it would bring back with others.
	Comebacks []Comeback
	// Usual is about how long a release of the target takes, from its start to
	// its end; 0 where too little is known to say.
	Usual      time.Duration
	ResolvedAt time.Time
	// Looks is how often the plan was worked out again while the release waited.
	Looks int
}

// Seal names the plan as it is shown: what would be carried out, and what it was
// compared with. A yes is to one seal.
func (p Plan) Seal() string {
	if p.Looks == 0 {
		return p.Digest()
	}
	return p.Digest() + "-" + strconv.Itoa(p.Looks)
}

// Settings are a target's own effective settings.
type Settings struct {
	Approvals ApprovalRule
	// Checks says which checks of the commit must be green: all of them, none,
	// or the named ones.
	Checks  CheckRule
	Timeout time.Duration // how long the run may take
	// DeployJob is the job of the workflow that deploys; empty: none was named.
	DeployJob string
	Health    HealthRule
	// Rules are those that decide who may deploy, when and what.
	Rules Rules
}

// CheckRule says which checks must be green.
type CheckRule struct {
	None  bool
	Names []string // empty, and not None: all of them
}

// Commit is one commit of a repository.
type Commit struct {
	SHA     string
	Subject string // the message's first line
	Author  string // the name in the commit
	Login   string // the author's account at the code host, if it has one
	At      time.Time
	URL     string
	PR      int // the pull request that brought it, 0 if unknown
	// Verified says that the code host found its signature good.
	Verified bool
	// TipOf is the branch that it was named by, whose tip it was then; empty
	// for one that was named by a tag or its SHA.
	TipOf string
	// Reverts is what its message says that it reverts: SHAs of commits, and pull
	// requests as "acme/api#12" or "#12".
	Reverts []string
}

// Direction is how a commit lies to the one that is live.
type Direction string

// The directions.
const (
	Forward   Direction = "forward"   // newer
	Backward  Direction = "backward"  // older: a rollback in all but name
	Sideways  Direction = "sideways"  // on another line
	Same      Direction = "same"      // the very commit
	Unrelated Direction = "unrelated" // the code host finds nothing to compare: no common history, or one of the two is gone
)

// Changes is what lies between the live commit and the release's.
type Changes struct {
	Direction Direction // empty: nothing live is known to compare with
	Total     int       // commits; may be more than are listed
	Removed   int       // commits that are live and not in the release's commit
	Commits   []Commit  // newest first, at most MaxChanges
	URL       string    // where the code host shows the comparison
	// Authors are the accounts at the code host of those who wrote the commits,
	// at most MaxAuthors, each once.
	Authors []string
	// Unnamed counts the commits whose author is not among Authors.
	Unnamed int
	// Verified counts the commits whose signature the code host found good. Of
	// what is not listed nothing is known, so it is not counted.
	Verified int
	Touch    Touch // whether files of the service are among what differs
	// Looked is of how many of the newest commits the files were looked at;
	// Commits then holds those that touch the service. 0: of none.
	Looked int
}

// MaxAuthors is how many authors of a change list are kept.
const MaxAuthors = 100

// Touch says whether what differs concerns the service, where it shares its
// repository with others.
type Touch string

// Whether what differs concerns the service.
const (
	TouchAll     Touch = ""        // the whole repository is the service's
	TouchOwn     Touch = "own"     // some of its files differ
	TouchNone    Touch = "none"    // none of its files differs
	TouchUnknown Touch = "unknown" // not all files could be listed; taken for own
)

// MaxChanges is how many commits of a change list are kept.
const MaxChanges = 30

// Checks is what the code host says of a commit.
type Checks struct {
	Passed  int
	Pending []string
	Failed  []string
	// Known holds the name of every check that was seen, so that a named one
	// that is missing can be told from a green one.
	Known []string
	// Complete is false when the answer could not be had in full; such a
	// commit is not green. Problem and Mend say why, and what helps.
	Complete bool
	Problem  string
	Mend     string
}

const (
	// WayBackDepth is how many entries of a target's history are looked through for one to
	// go back to: all that are usually kept, since runs past slipway are among them, and
	// each push may start one.
	WayBackDepth = 1000
	// HistoryShown is how many of them are shown to people.
	HistoryShown = 20
)

// Past is what is kept of a release for those that come after it.
type Past struct {
	Release     string
	Kind        Kind
	SHA         string
	Phase       Phase
	Healthy     bool
	Vouched     Person // who said that it looks good; nobody if empty
	Watched     bool
	Quarantined bool
	Requester   Actor
	Reason      string
	At          time.Time // when it ended, or when it began if it has not
	Deployment  int64     // the code host's own record of it
	TakenBackBy string
	Emergency   bool          // it passed rules as an emergency
	SignedOff   Person        // who signed that off; nobody yet if empty
	Took        time.Duration // from its start to its end; 0 if it is not over
	Arrival     Arrival       // whether its commit came; see Came
	Recovered   bool          // it was put back from the code host's own record
	Again       Again         // its run was started again since
	Beside      Beside        // what was done past slipway, where it is only the entry of that
}

// Digest names all that the plan will carry out, as a hex SHA-256. Two plans
// with one digest do the same. Every part is written with its length, so that
// no choice of names and values can make two plans look alike.
func (p Plan) Digest() string {
	h := sha256.New()
	for _, part := range p.digested() {
		fmt.Fprintf(h, "%d:%s;", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func (p Plan) digested() []string {
	parts := []string{
		"v1", p.Target.Service, p.Target.Environment, p.Repo, p.Commit.SHA,
		p.Workflow, p.WorkflowRef, p.WorkflowBlob, p.KeyInput, strconv.Itoa(len(p.Inputs)),
	}
	for _, name := range slices.Sorted(maps.Keys(p.Inputs)) {
		parts = append(parts, name, p.Inputs[name])
	}
	return append(append(parts, p.Settings.digested()...), p.Called.digested()...)
}

func (s Settings) digested() []string {
	set := s.Approvals.first()
	parts := []string{
		strconv.Itoa(set.Count), strings.Join(set.From, ","),
		s.Approvals.Expires.String(), strconv.FormatBool(set.Self),
		strconv.FormatBool(s.Checks.None), strings.Join(s.Checks.Names, "\n"), s.Timeout.String(),
	}
	parts = append(parts, s.Health.digested()...)
	parts = append(append(parts, s.Rules.digested()...), s.Approvals.digested()...)
	if s.DeployJob != "" { // a plan that knows nothing of it keeps its digest
		parts = append(parts, "deploy job", s.DeployJob)
	}
	return append(parts, s.Health.digestedSince()...)
}

// Differences says in words what p would carry out otherwise than old, one
// line a difference. It is empty exactly when both have the same digest.
func (p Plan) Differences(old Plan) []string {
	var lines []string
	say := func(what, before, after string) {
		if before != after {
			lines = append(lines, fmt.Sprintf("%s: %s, was %s", what, after, before))
		}
	}
	say("commit", ShortSHA(old.Commit.SHA), ShortSHA(p.Commit.SHA))
	say("repository", old.Repo, p.Repo)
	say("workflow", old.Workflow+" on "+old.WorkflowRef, p.Workflow+" on "+p.WorkflowRef)
	if old.Workflow == p.Workflow && old.WorkflowRef == p.WorkflowRef && old.WorkflowBlob != p.WorkflowBlob {
		lines = append(lines, "the workflow file "+p.Workflow+" was changed")
	}
	lines = append(lines, p.Called.differences(old.Called)...)
	lines = append(lines, inputDifferences(old, p)...)
	if !slices.Equal(old.Settings.digested(), p.Settings.digested()) {
		lines = append(lines, "the settings of "+p.Target.String()+" in slipway.yaml were changed")
	}
	if len(lines) == 0 && p.Digest() != old.Digest() {
		lines = append(lines, "the target was changed")
	}
	return lines
}

func inputDifferences(old, now Plan) []string {
	var lines []string
	names := maps.Clone(old.Inputs)
	if names == nil {
		names = map[string]string{}
	}
	maps.Copy(names, now.Inputs)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		before, had := old.Inputs[name]
		after, has := now.Inputs[name]
		if before != after || had != has {
			lines = append(lines, fmt.Sprintf("input %s: %q, was %q", name, after, before))
		}
	}
	if old.KeyInput != now.KeyInput {
		lines = append(lines, fmt.Sprintf("the run key is sent as %q, was %q", now.KeyInput, old.KeyInput))
	}
	return lines
}
