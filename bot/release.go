package bot

import (
	"slices"
	"time"
)

// Kind is the purpose of a release.
type Kind string

// The kinds of release.
const (
	// Deploy puts a commit on a target.
	Deploy Kind = "deploy"
	// Rollback undoes a release by putting an earlier commit on its target.
	Rollback Kind = "rollback"
	// Adopt records a commit that is already live, and starts nothing.
	Adopt Kind = "adopt"
	// Preview shows what a deploy would do, and starts nothing.
	Preview Kind = "preview"
	// Batch is several releases that go together, in an order. It starts no workflow
	// itself: each member is a release of its own.
	Batch Kind = "batch"
)

// Known says whether this version of slipway knows k. A newer version's record may have
// another kind; such a release is left alone.
func (k Kind) Known() bool {
	switch k {
	case Deploy, Rollback, Adopt, Preview, Batch:
		return true
	}
	return false
}

// Release is one attempt to put one commit of a service on a target, with all
// that slipway knows of it. Only lifecycle.Next changes one.
type Release struct {
	// ID is short and speakable: "api-142".
	ID string
	// RunKey identifies the release's run at the code host: the id, a dot and eight
	// random characters. Because of it an emptied or older store cannot adopt another
	// release's run.
	RunKey string
	Kind   Kind
	Target Target
	Phase  Phase

	Requester   Actor
	RequestedAt time.Time
	Ref         string // as typed; empty: the default branch
	Reason      string
	Again       bool // it is to start even if its commit is live already
	// Seen says whether its requester has acknowledged what was done without slipway.
	Seen   bool
	Origin Origin
	Pace   Pace
	// Beside is what was done without slipway, if this release is only its entry in the
	// history.
	Beside Beside

	Plan      *Plan // nil until it is worked out
	Decision  Decision
	Approvals []Approval
	Withdrawn []Withdrawal // approvals that were withdrawn
	// Reminded says whether those who are asked were reminded since the release last
	// began to wait for them.
	Reminded bool
	// Escalated lists the sets of approvals for which further groups may now approve,
	// by their index in the plan's rule.
	Escalated []int
	// Acknowledged are the points of the readiness report that were acknowledged.
	Acknowledged []Acknowledgement
	// Asked is set while its requester is asked whether it may start although something
	// was done without slipway.
	Asked bool
	// Confirmed says whether the requester has seen the plan and confirmed it. Needed
	// for rollbacks, and where the requester is Asked.
	Confirmed bool
	// Overtaken is set if what is live is no longer what the plan was compared with.
	// The plan is then worked out again, and no approval is accepted until it is.
	Overtaken bool
	// Delta lists, one line each, the changes to the plan that voided its approvals.
	Delta []string

	Emergency Emergency

	// Reversal is, for a rollback, what it takes back and what it goes back to; for a
	// batch, the batch that it takes back, if any.
	Reversal Reversal

	// Part is the batch that the release belongs to. Members are, for a batch, its
	// releases in the order in which they go.
	Part    Part
	Members []BatchMember

	// Source is the release in another environment whose commit is promoted.
	Source string
	// Replaces is the release that this one restarts with newer commits.
	Replaces string
	// Branch is how the branch moved on while the release waited.
	Branch BranchState

	Place    Place
	Dispatch Dispatch
	// Claims are the runs that people said belong to the release while that was
	// unknown, the last claim of each person.
	Claims []RunClaim
	Run    Run
	// Rerun is the last attempt of a run that somebody started again at the code host
	// after it was over. The release stays as it ended.
	Rerun   Run
	Cancel  Cancel
	Watch   Watch
	Verdict Verdict
	// Healthy says whether a rollback may go back to this release: it is well, and if
	// it passed rules as an emergency, that was signed off.
	Healthy bool
	// Vouched is who said that it looks good, if nothing that slipway saw says so.
	Vouched Person
	// Opinions are what people say about the verdict afterwards.
	Opinions []Opinion

	Ending  Ending
	Moments []Moment
	// TakenBackBy is the rollback that took this release back. An ended release does
	// not move; it only gets this mark.
	TakenBackBy string
	// QuarantineEnd says who ended the quarantine of its commit, and why.
	QuarantineEnd QuarantineEnd

	// DeploymentID is the code host's own record of this release; 0: there is none yet.
	DeploymentID int64
	// Unrecorded is why the code host did not accept a record of this release, and what
	// would help; empty: it did, or was not asked yet.
	Unrecorded Refused
	// Recovered is set if it was restored from the code host's record.
	Recovered bool
	// Carded says whether the release has a card in the channel.
	Carded bool
	// WakeAt is when the release needs a Ticked event; zero: never.
	WakeAt time.Time
	// Outbox holds the effects that are not carried out yet.
	Outbox []Pending
}

// Origin is where a release was requested.
type Origin struct {
	Channel string // where the command was typed
	Thread  string // the thread it was typed in, if any
	Source  Source
}

// Source is the way in which a request came in.
type Source string

// The sources.
const (
	FromCommand Source = "command" // a slash command
	FromMention Source = "mention" // @slipway ...
	FromClick   Source = "button"  // a click
	FromShell   Source = "shell"   // a command line, such as slipway rollback
	FromRule    Source = "rule"    // a rule that slipway follows by itself
)

// Pace is how patiently slipway treats the code host, as configured when the release
// began.
type Pace struct {
	Settle time.Duration // how long a run may stay unlisted after the intent to start it
	Poll   time.Duration // how often an unfinished run is read
}

// MayLeave is how long after its intent was stored the request that starts the workflow
// may still be sent. The settle time counts from the intent too, so at least half of it
// remains for the run to be listed.
func (p Pace) MayLeave() time.Duration { return min(p.Settle/2, 10*time.Second) }

// Reversal is what a rollback takes back and what it goes back to. Both may be empty
// until the target of the rollback is chosen.
type Reversal struct {
	Back  string // the id of the release to take back
	To    string // the id of the release to go back to
	ToSHA string // the commit, if a person named one
}

// BranchState is how the branch moved on that a release was requested by.
type BranchState struct {
	Newer    int       // how many newer commits it has that do not go along
	LookedAt time.Time // when that was last checked; zero: never
}

// Place is a queued release's place in the queue.
type Place struct {
	Ahead  int    // how many wait ahead of it
	Holder string // the release that holds the slot
	// Wait is roughly how long it will take until its turn, in whole minutes; 0: too
	// little is known.
	Wait time.Duration
}

// Cancel is a request to stop the run.
type Cancel struct {
	AskedAt time.Time // zero: nobody asked
	By      Person
	Reason  string // in that person's words
	Cause   CancelCause
	// For is the rollback that needs the slot.
	For    string
	Forced bool // the code host was asked again, to force it
	// Wait is what the run was waiting for at that time; zero: it was working.
	Wait Wait
}

// CancelCause is why a run is cancelled.
type CancelCause string

// The causes.
const (
	ByPerson   CancelCause = "person"   // somebody pressed Cancel
	ByTimeout  CancelCause = "timeout"  // it exceeded its timeout
	ByRollback CancelCause = "rollback" // a rollback takes its place
	ByMismatch CancelCause = "mismatch" // the run is not what was approved
)

// Ending is why a release ended as it did.
type Ending struct {
	By     Person // who ended it, if a person did
	Reason string // the person's words
	// Cause is slipway's own explanation, one sentence.
	Cause string
	// Mend is what would help, one sentence; may be empty.
	Mend string
}

// QuarantineEnd is the end of a quarantine: a commit that was taken back may return.
type QuarantineEnd struct {
	By     Person
	Reason string
	At     time.Time // zero: it has not ended
}

// Moment is when a release entered a phase.
type Moment struct {
	Phase Phase
	At    time.Time
}

// MaxMoments is how many moments of a release are kept. Only a release that is
// uncertain and restarted many times has as many.
const MaxMoments = 100

// Since is when the release entered its phase or, if that is not recorded, when it was
// requested.
func (r Release) Since() time.Time {
	if n := len(r.Moments); n > 0 {
		return r.Moments[n-1].At
	}
	return r.RequestedAt
}

// StartedAt is when the last attempt to run the release began or, until one does, when
// it began to be started; zero: never.
func (r Release) StartedAt() time.Time {
	var at time.Time
	runs := false
	for _, m := range r.Moments {
		switch {
		case m.Phase.Starts():
			at, runs = m.At, false
		case m.Phase.Runs() && !runs:
			at, runs = m.At, true
		}
	}
	return at
}

// FirstRan is when the release first began to run or, until it does, when it entered
// its phase.
func (r Release) FirstRan() time.Time {
	return FirstSet(r.FirstIn(Running), r.Since())
}

// FirstIn is when the release first entered a phase; zero: never, as far as that is
// recorded.
func (r Release) FirstIn(p Phase) time.Time {
	if i := slices.IndexFunc(r.Moments, func(m Moment) bool { return m.Phase == p }); i >= 0 {
		return r.Moments[i].At
	}
	return time.Time{}
}

// LastIn is when the release last entered a phase.
func (r Release) LastIn(p Phase) time.Time {
	for _, m := range slices.Backward(r.Moments) {
		if m.Phase == p {
			return m.At
		}
	}
	return time.Time{}
}

// Took is how long the release took from start to end, in whole milliseconds; 0: it was
// never started, is not over, or only recorded what is live.
func (r Release) Took() time.Duration {
	start := r.StartedAt()
	if start.IsZero() || !r.Ended() || r.Kind == Adopt {
		return 0
	}
	return max(0, r.Since().Truncate(time.Millisecond).Sub(start.Truncate(time.Millisecond)))
}

// SHA is the commit that the release puts on its target; empty until it is known.
func (r Release) SHA() string {
	if r.Plan == nil {
		return ""
	}
	return r.Plan.Commit.SHA
}

// Shown is the release without what no card shows: internal notes of the motor, which
// change with every look at a run.
func (r Release) Shown() Release {
	r.Outbox = nil
	_, waited := r.RunWaits()
	r.Run.ReadAt, r.Run.UpdatedAt = time.Time{}.Add(waited), time.Time{}
	r.Rerun.ReadAt, r.Rerun.UpdatedAt = time.Time{}, time.Time{}
	r.Watch.Samples = r.Watch.After() // samples from before the release are only for comparison
	r.Watch.NextAt, r.WakeAt, r.Branch.LookedAt = time.Time{}, time.Time{}, time.Time{}
	return r
}

// RunWaits says what the release's run waits for while none of its jobs is working, and
// for how long it had when it was read. The time is in growing steps, so that the card
// is not edited all the time.
func (r Release) RunWaits() (Wait, time.Duration) {
	if !r.Phase.Runs() {
		return Wait{}, 0
	}
	wait := r.Run.Waits()
	if wait.For == "" {
		return wait, 0
	}
	if wait.Since.Before(r.Since()) {
		wait.Since = r.Since()
	}
	waited := max(0, r.Run.ReadAt.Sub(wait.Since))
	switch {
	case waited < 10*time.Minute:
		return wait, waited.Truncate(time.Minute)
	case waited < time.Hour:
		return wait, waited.Truncate(5 * time.Minute)
	}
	return wait, waited.Truncate(30 * time.Minute)
}

// Ended says whether the release has ended.
func (r Release) Ended() bool { return r.Phase.Ended() }

// Well says whether a release went well, as far as can be told: its health was good, or
// is not watched, or somebody vouched for it (earlier versions recorded the last only
// in Healthy). Of an adopted release slipway saw nothing itself.
func (r Release) Well() bool {
	open := r.Verdict == Inconclusive || r.Verdict == Watching
	seen := r.Kind != Adopt && (!open || r.Healthy)
	return r.Phase.EndedWell() && r.Verdict != NotHealthy && (seen || r.Vouched.ID != "")
}

// Unclear says whether nobody knows if what is live is well, so that somebody may say
// that it looks good.
func (r Release) Unclear() bool {
	return r.Phase.EndedWell() && r.Kind != Batch && r.Kind != Preview && r.TakenBackBy == "" && r.Verdict != NotHealthy && !r.Well()
}

// Started says whether the release's run began, so that the target may run its commit,
// wholly or in part.
func (r Release) Started() bool { return r.Run.ID != 0 || r.Kind == Adopt && r.Phase.EndedWell() }
