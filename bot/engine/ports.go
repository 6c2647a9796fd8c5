package engine

import (
	"context"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// The ports: what the motor needs of the world. Each names the little that is
// used; cmd joins them to the adapters. No driver's type appears in them. All
// errors are, or wrap, a *bot.Error where its kind matters.

// Intake stores what people and webhooks bring, before it is acknowledged.
type Intake interface {
	// Create makes a release of the draft, due at once. A repeated key, or an
	// identical draft that is still current, returns the release that exists.
	Create(ctx context.Context, draft bot.Draft) (bot.Created, error)
	// Post puts an event into a release's inbox and makes the release due,
	// without shortening a lease. A repeated key changes nothing.
	Post(ctx context.Context, event bot.InboxEvent) (bot.Posted, error)
}

// Work hands out the releases that are due and saves what became of them.
type Work interface {
	// Claim takes at most limit releases that are due, each for the length of
	// the lease, and says how long it is until the next one falls due by the
	// store's clock (bot.NoneDue: none known).
	Claim(ctx context.Context, lease time.Duration, limit int) (claims []bot.Claim, next time.Duration, err error)
	// Move saves a release and returns the store's time. Kind bot.Stale: the
	// phase or the fence no longer match, and nothing was saved.
	Move(ctx context.Context, move bot.Move) (now time.Time, err error)
	// Woken returns a channel that is sent to when something may have become
	// due. A missed wake-up only costs time: Claim is also called now and then.
	Woken(ctx context.Context) <-chan struct{}
	// Renew makes the leases of a holder last for the given time from now, and
	// returns those that are lost: somebody else holds the release by now. An
	// error says nothing about the others.
	Renew(ctx context.Context, leases []bot.Lease, lease time.Duration) (lost []bot.Lease, err error)
}

// Slots gives each target's slot to one release at a time.
type Slots interface {
	// TakeSlot gives the slot to the release if it is free and the release is
	// the first of the queue, and else queues it: first in first out,
	// rollbacks first. taken is also true when it held the slot already.
	TakeSlot(ctx context.Context, r bot.Release) (taken bool, place bot.Place, err error)
	// TakeBack marks the release back as taken back by by and quarantines its
	// commit on its target. Doing it again changes nothing.
	TakeBack(ctx context.Context, back, by string, at time.Time) error
	// EndQuarantine ends the quarantine of a commit on a target, if it began at
	// since or before. Doing it again changes nothing.
	EndQuarantine(ctx context.Context, target bot.Target, sha string, since time.Time) error
	// RememberRun lets a run's webhooks find their release.
	RememberRun(ctx context.Context, runID int64, release string) error
}

// People knows who is whom and whose word counts.
type People interface {
	// Standing finds out whether somebody's word on a release counts, by
	// slipway.yaml as it is now.
	Standing(ctx context.Context, r bot.Release, who bot.Who, by bot.Person) bot.Standing
}

// Records reads what is known.
type Records interface {
	// Release reads one release; kind bot.NotFound if there is none.
	Release(ctx context.Context, id string) (bot.Release, error)
	// Targets reads the state of the targets, in their order, in as few round
	// trips as can be.
	Targets(ctx context.Context, targets []bot.Target) ([]bot.TargetState, error)
	// History lists the last releases of a target whose run started, newest
	// first, at most limit.
	History(ctx context.Context, target bot.Target, limit int) ([]bot.Past, error)
}

// Planner works out what a release would do, and judges it.
type Planner interface {
	// Resolve works the plan out and judges it.
	Resolve(ctx context.Context, r bot.Release, now time.Time) (bot.Event, error)
	// Recheck works it out again right before the dispatch, for the commit that was
	// approved.
	Recheck(ctx context.Context, r bot.Release, now time.Time) (bot.Event, error)
	// Refresh works the plan of a waiting release out again, as far as it depends on
	// what is live.
	Refresh(ctx context.Context, r bot.Release, now time.Time) (bot.Event, error)
	// Wait estimates how long it takes until a place's turn; 0: nobody knows.
	Wait(ctx context.Context, t bot.Target, place bot.Place, now time.Time) time.Duration
}

// Lookout looks at what goes on while a release waits.
type Lookout interface {
	// LookAtBranch counts the commits that came to the release's branch.
	LookAtBranch(ctx context.Context, r bot.Release) (bot.Event, error)
	// LookAtLive tells if something else is live by now than what the plan is
	// compared with; nil: nothing is to be told.
	LookAtLive(ctx context.Context, r bot.Release) (bot.Event, error)
}

// Workflows knows the workflow file that a run was made from.
type Workflows interface {
	// CompareWorkflow tells if it is not the approved one; nil: it is.
	CompareWorkflow(ctx context.Context, r bot.Release) (bot.Event, error)
	// ShowsKey says whether the file at a commit names its runs by the run key.
	ShowsKey(ctx context.Context, r bot.Release, sha string) (bool, error)
}

// Runner starts workflows and follows their runs.
type Runner interface {
	// Dispatch sends the one request that starts the workflow, and never
	// repeats it. A run without ID: accepted, but the run was not named.
	// bot.Invalid, Denied, NotFound, Limited: answered with a refusal, nothing
	// ran. NeverSent: nothing left. Anything else: uncertain. leave is asked when
	// all else is ready, and with an error the request is not sent.
	Dispatch(ctx context.Context, d bot.DispatchRequest, leave func(context.Context) error) (bot.Run, error)
	// FindRun looks for the run by its run key; kind bot.NotFound if it is not
	// listed.
	FindRun(ctx context.Context, q bot.RunQuery) (bot.Run, error)
	// ReadRun reads a run with its jobs; kind bot.NotFound if it is gone, bot.Gone
	// if the code host does not even show its repository any more.
	ReadRun(ctx context.Context, repo string, id int64) (bot.Run, error)
	// CancelRun asks the code host to stop a run, in the given manner. A run
	// that is over already is no error; else the kinds of ReadRun.
	CancelRun(ctx context.Context, repo string, id int64, how bot.CancelManner) error
}

// Runs reads what the code host has of runs.
type Runs interface {
	// PollRun reads a run that is known already, for as little as shows whether
	// there is news; kind bot.NotFound if it is gone.
	PollRun(ctx context.Context, repo string, known bot.Run) (bot.Run, error)
	// HintedRun reads a run that is known already and of which there is news: its
	// jobs, and the rest where they do not tell it; kind bot.NotFound if it is gone.
	HintedRun(ctx context.Context, repo string, known bot.Run) (bot.Run, error)
	// NamedRun reads the run that a query names, listed or not. Kind
	// bot.Invalid: it cannot be the one that is looked for. Its run key is that
	// of the query, or empty where its name shows none.
	NamedRun(ctx context.Context, q bot.RunQuery) (bot.ListedRun, error)
}

// Owners knows which run belongs to which release.
type Owners interface {
	// ReleaseOfRun returns the id of the release that a run belongs to, and false
	// if none is known.
	ReleaseOfRun(ctx context.Context, runID int64) (string, bool, error)
}

// Deployments keeps the code host's own records of releases.
type Deployments interface {
	// RecordDeployment finds or creates the record of a release and sets its
	// state; it returns the record's id.
	RecordDeployment(ctx context.Context, d bot.DeploymentRecord) (int64, error)
}

// Watcher looks at a service after its release.
type Watcher interface {
	// Look asks the probes that are due and judges the watch with their answers. It
	// never fails, since no answer is a sample too.
	Look(ctx context.Context, r bot.Release, now time.Time) bot.Sampled
}

// Announcer speaks to people.
type Announcer interface {
	// Tell answers one person privately.
	Tell(ctx context.Context, r bot.Release, effect bot.Tell) error
	// Say writes into the thread of the release's card.
	Say(ctx context.Context, r bot.Release, news bot.News, now time.Time) error
	// Alert speaks out loud where what needs a person is said.
	Alert(ctx context.Context, r bot.Release, news bot.News, now time.Time) error
}

// Notifier tells others what came of a release.
type Notifier interface {
	// Route finds out who is told of an outcome; nil if nobody is.
	Route(ctx context.Context, r bot.Release, n bot.Notify) (bot.Event, error)
	// Deliver tells one of them, or finds out for whom that one stands.
	Deliver(ctx context.Context, r bot.Release, d bot.Deliver, now time.Time) (bot.Event, error)
}

// Doubts keeps what is not understood.
type Doubts interface {
	// Raise stores a doubt. One about the same thing and of the same time stays
	// as it is, looked at or not.
	Raise(ctx context.Context, d bot.Doubt) error
}

// Caution keeps from starting what may be under way already.
type Caution interface {
	// NotYet says why a dispatch must wait, and until when; without words: it need
	// not.
	NotYet(ctx context.Context, r bot.Release) bot.DispatchNotSent
	// LookedBeside notes that the requester of a release looked at what its plan says
	// was done past slipway.
	LookedBeside(ctx context.Context, r bot.Release) error
}

// Aside keeps count of the panics that a release met in a row.
type Aside interface {
	// Stumble gives a release back that met a panic, due after wait, and says how
	// many it has met in a row. From limit on it is due only when something
	// arrives for it. Kind bot.Stale: somebody else holds it by now.
	Stumble(ctx context.Context, release string, fence int64, wait time.Duration, limit int) (times int, err error)
}
