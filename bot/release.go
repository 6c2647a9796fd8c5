package bot

import (
	"slices"
	"time"
)

// Kind is what a release is for.
type Kind string

// The kinds of release.
const (
	// Deploy puts a commit on a target.
	Deploy Kind = "deploy"
	// Rollback takes a release back by putting an earlier commit on its target.
	Rollback Kind = "rollback"
	// Adopt records a commit that is already live; nothing is started.
	Adopt Kind = "adopt"
	// Preview answers what a deploy would do, and does nothing.
	Preview Kind = "preview"
	// Batch is several releases that go together, in an order. It starts no
	// workflow itself: each of its members is a release of its own.
	Batch Kind = "batch"
)

// Known says whether k is a kind of this version of slipway. A record of a newer
// version may be of another, and is then left alone.
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
	// RunKey marks the release's run at the code host: the id, a dot and
	// eight random characters. It is what keeps an emptied or older store from
	// adopting a stranger's run.
	RunKey string
	Kind   Kind
	Target Target
	Phase  Phase

	Requester   Actor
	RequestedAt time.Time
	Ref         string // as typed; empty: the default branch
	Reason      string
	Again       bool // it is to go even if its commit is live already
	// Seen says that its requester has looked at what was done past slipway.
	Seen   bool
	Origin Origin
	Pace   Pace
	// Beside is what was done past slipway, where this is only its entry in the
	// history.
	Beside Beside

	Plan      *Plan // nil until it is resolved
	Decision  Decision
	Approvals []Approval
	Withdrawn []Withdrawal // the yeses that were taken back
	// Reminded says that those who are asked were reminded since the release
	// last began to wait for them.
	Reminded bool
	// Escalated are the sets of approvals that are open to further groups, by
	// their place in the plan's rule.
	Escalated []int
	// Acknowledged are the points of the readiness report that were seen to.
	Acknowledged []Acknowledgement
	// Asked says that its requester is asked whether it may go, although something
	// was done past slipway.
	Asked bool
	// Confirmed says that the requester has seen the plan and said yes; only
	// rollbacks need it, and what its requester is asked about.
	Confirmed bool
	// Overtaken says that something else is live by now than what the plan is
	// compared with. It is worked out again, and no yes is taken until it is.
	Overtaken bool
	// Delta says what changed in the plan when it voided the approvals, one
	// line a change.
	Delta []string

	Emergency Emergency

	// Reversal is, for a rollback, what it takes back and what it goes to; for a
	// batch, which batch it takes back, if any.
	Reversal Reversal

	// Part says which batch the release goes with, and Members, for a batch,
	// what goes with it, in the order in which it goes.
	Part    Part
	Members []BatchMember

	// Source is the release whose commit is promoted, in another environment.
	Source string
	// Replaces is the release that this one starts over with newer commits.
	Replaces string
	// Branch is what became of the branch while the release waited.
	Branch BranchState

	Place    Place
	Dispatch Dispatch
	// Claims are the runs that people said are the release's while nobody knew,
	// the last of each person.
	Claims []RunClaim
	Run    Run
	// Rerun is the run once more, where somebody started it again at the code host
	// after it was over: its last attempt. The release stays as it ended.
	Rerun   Run
	Cancel  Cancel
	Watch   Watch
	Verdict Verdict
	// Healthy says that the release may be a rollback's target: it is well, and
	// where it passed rules as an emergency somebody has signed that off.
	Healthy bool
	// Vouched is who said that it looks good, where nothing that slipway saw
	// itself says so.
	Vouched Person
	// Opinions are what people say of the verdict afterwards.
	Opinions []Opinion

	Ending  Ending
	Moments []Moment
	// TakenBackBy is the rollback that took this release back; an ended
	// release does not move, this mark is set on it.
	TakenBackBy string
	// QuarantineEnd says who ended the quarantine of its commit, and why.
	QuarantineEnd QuarantineEnd

	// DeploymentID is the code host's own record of this release, 0 if there
	// is none yet.
	DeploymentID int64
	// Unrecorded says why the code host did not take its own record of this
	// release, and what would help; empty: it did, or was not asked yet.
	Unrecorded Refused
	// Recovered says that it was put back from the code host's own record.
	Recovered bool
	// Carded says that the release is shown in the channel.
	Carded bool
	// WakeAt is when the release wants a Ticked event; zero: never.
	WakeAt time.Time
	// Outbox holds the effects that are still to be carried out.
	Outbox []Pending
}

// Origin is where a release was asked for.
type Origin struct {
	Channel string // where the command was typed
	Thread  string // the thread it was typed in, if any
	Source  Source
}

// Source is the way a request came in.
type Source string

// The ways a request comes in.
const (
	FromCommand Source = "command" // a slash command
	FromMention Source = "mention" // @slipway ...
	FromClick   Source = "button"  // a click
	FromShell   Source = "shell"   // slipway rollback
	FromRule    Source = "rule"    // slipway itself
)

// Pace is how patient slipway is with the code host, as it was configured when
// the release began.
type Pace struct {
	Settle time.Duration // how long after the intent to start it a run may stay unlisted
	Poll   time.Duration // how often an unfinished run is read
}

// MayLeave is for how long after its intent was stored the request that starts
// the workflow may still leave. The settle time counts from the intent too, so
// at least half of it remains for the run to be listed.
func (p Pace) MayLeave() time.Duration { return min(p.Settle/2, 10*time.Second) }

// Reversal is what a rollback takes back and what it goes back to. Both may be
// empty on a rollback whose target is still to be chosen.
type Reversal struct {
	Back  string // the id of the release that is taken back
	To    string // the id of the release whose commit comes back
	ToSHA string // the commit, when a person named one
}

// BranchState is what became of the branch that a release was asked for by.
type BranchState struct {
	Newer    int       // how many commits are on it by now that do not go along
	LookedAt time.Time // when it was last looked at; zero: never
}

// Place is where a queued release stands.
type Place struct {
	Ahead  int    // how many wait before it
	Holder string // the release that holds the slot
	// Wait is about how long it will take until its turn, in whole minutes; 0
	// where too little is known to say.
	Wait time.Duration
}

// Cancel is a wish to stop the run.
type Cancel struct {
	AskedAt time.Time // zero: nobody asked
	By      Person
	Reason  string // in their words
	Cause   CancelCause
	// For is the rollback that wants the slot.
	For    string
	Forced bool // the code host was asked a second time, with force
	// Wait is what the run waited for by then; nothing: it was at work.
	Wait Wait
}

// CancelCause is why a run is cancelled.
type CancelCause string

// Why a run is cancelled.
const (
	ByPerson   CancelCause = "person"   // somebody pressed Cancel
	ByTimeout  CancelCause = "timeout"  // it took longer than it may
	ByRollback CancelCause = "rollback" // a rollback takes its place
	ByMismatch CancelCause = "mismatch" // the run is not what was approved
)

// Ending is why a release ended as it did.
type Ending struct {
	By     Person // who ended it, if a person did
	Reason string // the person's words
	// Cause is slipway's own account, one sentence.
	Cause string
	// Mend is what would help, one sentence; may be empty.
	Mend string
}

// QuarantineEnd is that a commit which was taken back may come again.
type QuarantineEnd struct {
	By     Person
	Reason string
	At     time.Time // zero: nobody said so
}

// Moment is when a release entered a phase.
type Moment struct {
	Phase Phase
	At    time.Time
}

// MaxMoments is how many moments of a release are kept. Only one that is asked
// about and started again many times has as many.
const MaxMoments = 100

// Since returns when the release entered the phase it is in, or when it was
// requested if that is not recorded.
func (r Release) Since() time.Time {
	if n := len(r.Moments); n > 0 {
		return r.Moments[n-1].At
	}
	return r.RequestedAt
}

// StartedAt is when the release began to run or, until it does, to be started;
// zero if it never did. Of several attempts it is the last one's.
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

// FirstRan is when the release first began to run; until it does, since when it
// stands as it is.
func (r Release) FirstRan() time.Time {
	return FirstSet(r.FirstIn(Running), r.Since())
}

// FirstIn is when the release first came into a phase; zero: it never did, as far
// as that is recorded.
func (r Release) FirstIn(p Phase) time.Time {
	if i := slices.IndexFunc(r.Moments, func(m Moment) bool { return m.Phase == p }); i >= 0 {
		return r.Moments[i].At
	}
	return time.Time{}
}

// LastIn is when it last did.
func (r Release) LastIn(p Phase) time.Time {
	for _, m := range slices.Backward(r.Moments) {
		if m.Phase == p {
			return m.At
		}
	}
	return time.Time{}
}

// Took is how long the release took from its start to its end, in whole
// milliseconds, and 0 if it was never started or is not over. Recording what is
// live takes no time.
func (r Release) Took() time.Duration {
	start := r.StartedAt()
	if start.IsZero() || !r.Ended() || r.Kind == Adopt {
		return 0
	}
	return max(0, r.Since().Truncate(time.Millisecond).Sub(start.Truncate(time.Millisecond)))
}

// SHA is the commit that the release puts on its target, empty until it is
// resolved.
func (r Release) SHA() string {
	if r.Plan == nil {
		return ""
	}
	return r.Plan.Commit.SHA
}

// Shown is the release without what no card shows: the motor's own notes, which
// change with every look at a run that goes on as before.
func (r Release) Shown() Release {
	r.Outbox = nil
	_, waited := r.RunWaits()
	r.Run.ReadAt, r.Run.UpdatedAt = time.Time{}.Add(waited), time.Time{}
	r.Rerun.ReadAt, r.Rerun.UpdatedAt = time.Time{}, time.Time{}
	r.Watch.Samples = r.Watch.After() // what was seen before the release is only compared with
	r.Watch.NextAt, r.WakeAt, r.Branch.LookedAt = time.Time{}, time.Time{}, time.Time{}
	return r
}

// RunWaits says what the release's run waits for while none of its jobs is at work,
// and for how long it has, as of when it was read: in steps that grow, so that
// its card need not be written again each time.
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

// Well says that a release has gone well, as far as can be told: its health was
// good, or is not watched, or somebody vouched for it; earlier versions kept of
// the latter only that it is healthy. Of what was adopted slipway saw nothing
// itself.
func (r Release) Well() bool {
	open := r.Verdict == Inconclusive || r.Verdict == Watching
	seen := r.Kind != Adopt && (!open || r.Healthy)
	return r.Phase.EndedWell() && r.Verdict != NotHealthy && (seen || r.Vouched.ID != "")
}

// Unclear says that nobody knows whether what is live is well, so that somebody
// may say that it looks good.
func (r Release) Unclear() bool {
	return r.Phase.EndedWell() && r.Kind != Batch && r.Kind != Preview && r.TakenBackBy == "" && r.Verdict != NotHealthy && !r.Well()
}

// Started says whether the release's workflow run began, so that the target
// may run its commit, wholly or in part.
func (r Release) Started() bool { return r.Run.ID != 0 || r.Kind == Adopt && r.Phase.EndedWell() }
