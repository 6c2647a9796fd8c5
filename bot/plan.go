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

// Plan is all that a release will do, resolved to immutable facts. The first group of
// fields is what its digest covers; the rest is for display and may change without
// voiding an approval.
type Plan struct {
	Target       Target
	Repo         string // "acme/api"
	Workflow     string // the file's name: "deploy.yml"
	WorkflowRef  string // the branch whose workflow file is run
	WorkflowBlob string // the file's blob SHA
	Called       Called // what the workflow calls outside its own file
	// Inputs are sent to the workflow, and with them the run key under the name
	// KeyInput.
	Inputs   map[string]string
	KeyInput string
	Settings Settings

	// Production says whether the target is what customers use, so that whoever starts
	// something there is asked to confirm. It does not affect what is carried out.
	Production bool

	Commit    Commit
	Branch    string // the branch or tag that was typed; empty: a SHA was
	Lineage   Lineage
	Changes   Changes
	Readiness Readiness
	Checks    Checks
	Reviews   Reviews
	// Current is what is live or, for a rollback, what it takes back; nil: nothing is
	// known.
	Current *Past
	// Perhaps came after Current and may have gone live; nil: Current is live for
	// certain.
	Perhaps *Past
	// Rerun is a run of an earlier release that somebody started again at the code
	// host, and for which this release must wait; nil: there is none.
	Rerun *Rerun
	// Beside is what was done without slipway after the release Since and was not
	// acknowledged yet, newest first.
	Beside     []Beside
	Since      string
	RollbackTo *Past // where a rollback would go; nil: nowhere
	// Unproven says why a rollback needs the same approvals as a deploy, one sentence
	// for each reason; empty: it does not.
	Unproven []string
	// Undone is what a rollback from the commit to RollbackTo would not undo; nil:
	// nothing was compared.
	Undone *Undone
	// Comebacks are quarantined commits that it would bring back along with others.
	Comebacks []Comeback
	// Usual is roughly how long a release to the target takes, from start to end; 0:
	// too little is known.
	Usual      time.Duration
	ResolvedAt time.Time
	// Looks counts how often the plan was worked out again while the release waited.
	Looks int
}

// Seal identifies the plan as it is shown: what it would carry out, and what that was
// compared with. An approval is for one seal.
func (p Plan) Seal() string {
	if p.Looks == 0 {
		return p.Digest()
	}
	return p.Digest() + "-" + strconv.Itoa(p.Looks)
}

// Settings are a target's own effective settings.
type Settings struct {
	Approvals ApprovalRule
	// Checks says which checks of the commit must have passed.
	Checks  CheckRule
	Timeout time.Duration // how long the run may take
	// DeployJob is the job of the workflow that deploys; empty: it was not named.
	DeployJob string
	Health    HealthRule
	// Rules decide who may deploy what, and when.
	Rules Rules
}

// CheckRule says which checks must have passed.
type CheckRule struct {
	None  bool
	Names []string // empty without None: all of them
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
	// Verified says whether the code host found its signature valid.
	Verified bool
	// TipOf is the branch by which it was requested and whose tip it was; empty: it was
	// requested by a tag or its SHA.
	TipOf string
	// Reverts is what it reverts according to its message: SHAs of commits, and pull
	// requests as "acme/api#12" or "#12".
	Reverts []string
}

// Direction is where a commit lies relative to the live one.
type Direction string

// The directions.
const (
	Forward   Direction = "forward"   // newer
	Backward  Direction = "backward"  // older: a rollback in all but name
	Sideways  Direction = "sideways"  // on another branch
	Same      Direction = "same"      // the same commit
	Unrelated Direction = "unrelated" // not comparable: there is no common history, or one of the commits is gone
)

// Changes is what lies between the live commit and the release's.
type Changes struct {
	Direction Direction // empty: no live commit is known
	Total     int       // how many commits; may exceed those listed
	Removed   int       // how many live commits are not in the release's commit
	Commits   []Commit  // newest first, at most MaxChanges
	URL       string    // where the code host shows the comparison
	// Authors are the commit authors' accounts at the code host, each once, at most
	// MaxAuthors.
	Authors []string
	// Unnamed counts the commits by others than Authors.
	Unnamed int
	// Verified counts the listed commits whose signature the code host found valid.
	Verified int
	Touch    Touch // whether the changed files include the service's
	// Looked is how many of the newest commits had their files listed; Commits then
	// holds those that touch the service. 0: none had.
	Looked int
}

// MaxAuthors is how many authors are listed in Changes.
const MaxAuthors = 100

// Touch says whether a change concerns the service, in a repository that it shares with
// others.
type Touch string

// The values of Touch.
const (
	TouchAll     Touch = ""        // the whole repository belongs to the service
	TouchOwn     Touch = "own"     // some of its files differ
	TouchNone    Touch = "none"    // none of its files differs
	TouchUnknown Touch = "unknown" // not all files could be listed; treated as own
)

// MaxChanges is how many commits are listed in Changes.
const MaxChanges = 30

// Checks is what the code host says about a commit's checks.
type Checks struct {
	Passed  int
	Pending []string
	Failed  []string
	// Known is the name of every check that was found, so that a required check that is
	// missing can be told from one that passed.
	Known []string
	// Complete is false if the answer was not complete; such a commit does not pass.
	// Problem and Mend say why, and what helps.
	Complete bool
	Problem  string
	Mend     string
}

const (
	// WayBackDepth is how many entries of a target's history are searched for a release
	// to go back to: all that are usually kept, with those of what was done past slipway
	// and those that are kept beyond the last thousand.
	WayBackDepth = 1200
	// HistoryShown is how many entries of the history people are shown.
	HistoryShown = 20
)

// Past is a finished release as later ones need it.
type Past struct {
	Release     string
	Kind        Kind
	SHA         string
	Phase       Phase
	Healthy     bool
	Vouched     Person // who said that it looks good; empty: nobody
	Watched     bool
	Quarantined bool
	Requester   Actor
	Reason      string
	At          time.Time // when it ended or, if it has not, when it began
	Deployment  int64     // the code host's own record of it
	TakenBackBy string
	Emergency   bool          // it passed rules as an emergency
	SignedOff   Person        // who signed that off; empty: nobody yet
	Took        time.Duration // from its start to its end; 0 if it is not over
	Arrival     Arrival       // whether its commit went live; see Came
	Recovered   bool          // it was put back from the code host's own record
	Again       Again         // its run, if it was started again since
	Beside      Beside        // what was done without slipway, if this is only its entry
}

// Digest is a hex SHA-256 of all that the plan will carry out: two plans with the same
// digest do the same. Every part is hashed with its length, so that no choice of names
// and values makes different plans look the same.
func (p Plan) Digest() string {
	var text []byte
	for _, part := range p.digested() {
		text = append(strconv.AppendInt(text, int64(len(part)), 10), ':')
		text = append(append(text, part...), ';')
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
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
	if s.DeployJob != "" { // a plan without it keeps its digest
		parts = append(parts, "deploy job", s.DeployJob)
	}
	return append(parts, s.Health.digestedSince()...)
}

// Differences lists, in words, what p would carry out differently from old. It is empty
// exactly when both have the same digest.
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
