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
	// Post puts a letter into a release's inbox and makes the release due,
	// without shortening a lease. A repeated key changes nothing.
	Post(ctx context.Context, letter bot.Letter) (bot.Posted, error)
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

// Lives tells one life of the store from the next.
type Lives interface {
	// Epoch identifies the life of the store that is being spoken to, and says
	// how long ago it began as far as slipway noticed. It changes when the
	// store is restarted or fails over, after which acknowledged writes may be
	// missing. id is empty where the store cannot tell, and age is
	// bot.NoneDue for the first life that slipway ever saw.
	Epoch(ctx context.Context) (id string, age time.Duration, err error)
	// Life is the id alone. It writes nothing.
	Life(ctx context.Context) (id string, err error)
	// Doubt makes a life that looks like the first one count like any other.
	Doubt(ctx context.Context, id string) error
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
	// Quarantines lists the commits that must not come back to a target by
	// themselves, the last one first.
	Quarantines(ctx context.Context, target bot.Target) ([]bot.Quarantine, error)
	// EndQuarantine ends the quarantine of a commit on a target, if it began at
	// since or before. Doing it again changes nothing.
	EndQuarantine(ctx context.Context, target bot.Target, sha string, since time.Time) error
	// RememberRun lets a run's webhooks find their release.
	RememberRun(ctx context.Context, runID int64, release string) error
}

// Locks keeps what people closed.
type Locks interface {
	// Locks reads all locks that have not run out.
	Locks(ctx context.Context) ([]bot.Lock, error)
	// SetLock makes a lock; somebody else's only where the wish says so.
	SetLock(ctx context.Context, w bot.LockWish) (bot.LockChange, error)
	// EndLock ends a lock; somebody else's only where the wish says so.
	EndLock(ctx context.Context, w bot.UnlockWish) (bot.LockChange, error)
	// StaleLocks are the locks without an end that are older than age, each once
	// within that time, whichever replica asks.
	StaleLocks(ctx context.Context, age time.Duration) ([]bot.Lock, error)
}

// Accounts tells who is there.
type Accounts interface {
	// FullMember says whether an account is that of a full member of the team, by
	// what is at most a minute old. An error means that it could not be found out.
	FullMember(ctx context.Context, id string) (bool, error)
}

// Records reads what is known.
type Records interface {
	// Release reads one release; kind bot.NotFound if there is none.
	Release(ctx context.Context, id string) (bot.Release, error)
	// History lists the last releases of a target whose run started, newest
	// first, at most limit.
	History(ctx context.Context, target bot.Target, limit int) ([]bot.Past, error)
	// Unfinished lists the ids of all releases that have not ended.
	Unfinished(ctx context.Context) ([]string, error)
	// Targets reads the state of the targets, in their order, in as few round
	// trips as can be.
	Targets(ctx context.Context, targets []bot.Target) ([]bot.TargetState, error)
}

// Cards remembers which messages stand where and which cards are out of date.
type Cards interface {
	// DirtyCards takes at most limit cards whose release changed since they
	// were shown, each for the length of the lease, ends first, and says how
	// long it is until the next falls due (bot.NoneDue: none known).
	DirtyCards(ctx context.Context, lease time.Duration, limit int) (cards []bot.DirtyCard, next time.Duration, err error)
	// CardsWoken returns a channel that is sent to when cards may have become out
	// of date. A missed wake-up only costs time.
	CardsWoken(ctx context.Context) <-chan struct{}
	// Shown says that a card shows the release as of revision; it stays dirty
	// if the release changed since, and falls due again after pause.
	Shown(ctx context.Context, card bot.DirtyCard, pause time.Duration) error
	// Message returns what is known of a message, and stores the intent to
	// post it if it is neither posted nor being posted.
	Message(ctx context.Context, key bot.MessageKey) (bot.MessageState, error)
	// MessageFailed says that whoever stored the intent is no longer at it. The
	// message may stand all the same: the next to try looks for it first.
	MessageFailed(ctx context.Context, key bot.MessageKey, intent time.Time) error
	// MessagePosted records where a message stands.
	MessagePosted(ctx context.Context, key bot.MessageKey, ref bot.MessageRef) error
}

// Losses keeps what became of messages that are not to be had any more.
type Losses interface {
	// MessageGone forgets where a message stands that is not to be had any more,
	// and why, so that it is posted anew; a card becomes out of date by it.
	// again is false when that has happened too often.
	MessageGone(ctx context.Context, key bot.MessageKey, ref bot.MessageRef, why string) (again bool, err error)
	// CardsUnderWay tells where the cards stand of the releases that have not
	// ended, by release.
	CardsUnderWay(ctx context.Context) (map[string]bot.MessageRef, error)
}

// Replies keeps where private answers go.
type Replies interface {
	// TakeReply returns where to answer a release's requester. The URL in it
	// is empty once it is used up or too old.
	TakeReply(ctx context.Context, release string) (bot.Reply, error)
	// EditBudget takes one edit out of the workspace's budget, and returns how
	// long to wait if there is none left. An urgent edit may use the reserve.
	EditBudget(ctx context.Context, urgency bot.Urgency) (wait time.Duration, err error)
}

// Resolver reads what a plan is made of.
type Resolver interface {
	// Commit resolves a branch, tag, full or unambiguous short SHA; an empty
	// ref is the default branch. branch is the branch or tag it was named by,
	// empty for a SHA. NotFound says the nearest name that exists, if any.
	Commit(ctx context.Context, repo, ref string) (commit bot.Commit, branch string, err error)
	// Changes lists what lies between two commits, and the files that differ, with
	// every commit that is listed of those that bring them.
	Changes(ctx context.Context, repo, base, head string) (bot.Changes, bot.ChangedFiles, error)
	// Lineage says on which of the branches that match the patterns a commit
	// is; without patterns the default branch is asked.
	Lineage(ctx context.Context, repo string, commit bot.Commit, patterns []string) (bot.Lineage, error)
	// Checks reads the statuses and check runs of a commit. Of one name the
	// newest run of each suite counts, and of these the worst. Where a name that
	// is asked for has not reported, Known holds all that have.
	Checks(ctx context.Context, q bot.ChecksQuery) (bot.Checks, error)
	// Workflow reads the workflow file of a branch or tag, at the commit sha of it if
	// one is given. Of a file that is there and cannot be understood the blob is
	// returned beside the error.
	Workflow(ctx context.Context, repo, file, ref, sha string) (bot.WorkflowFile, error)
}

// Branches reads what is asked of a branch before it is known where it ends.
type Branches interface {
	// DefaultBranch is the name of a repository's default branch.
	DefaultBranch(ctx context.Context, repo string) (string, error)
	// ChangesTo compares a commit with a branch, tag or SHA, where one request
	// suffices for that; an empty branch is the default branch.
	ChangesTo(ctx context.Context, repo, base, branch string) (bot.Comparison, error)
}

// Reader reads files of a repository.
type Reader interface {
	// Files reads files at commits, all at once, and returns them in their
	// order. It does not fail: what could not be read says why.
	Files(ctx context.Context, repo string, wanted []bot.FileAt) []bot.RepoFile
	// FilesOf lists the files that a commit changed.
	FilesOf(ctx context.Context, repo, sha string) (bot.ChangedFiles, error)
	// Called reads what a workflow calls at a branch or commit, to its end.
	Called(ctx context.Context, repo, ref string, calls bot.Calls) (bot.Called, error)
}

// Environments knows the environments that the code host itself keeps.
type Environments interface {
	// Environments lists the names of those of a repository.
	Environments(ctx context.Context, repo string) ([]string, error)
}

// Reviewed knows what was looked at before it was merged.
type Reviewed interface {
	// Reviews tells of each commit that would go whether it was looked at. Where
	// the code host refuses to tell it says so; an error passes.
	Reviews(ctx context.Context, q bot.ReviewsQuery) (bot.Reviews, error)
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
	// ReadRun reads a run with its jobs; kind bot.NotFound if it is gone.
	ReadRun(ctx context.Context, repo string, id int64) (bot.Run, error)
	// CancelRun asks the code host to stop a run, in the given manner. A run
	// that is over already is no error.
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
	// RecentRuns lists the newest runs of a workflow that show a run key,
	// newest first.
	RecentRuns(ctx context.Context, repo, workflow string) ([]bot.ListedRun, error)
	// NewestRuns lists the newest runs of a workflow that were dispatched, newest
	// first, those without a run key too. Asking again costs little as long as
	// nothing has changed.
	NewestRuns(ctx context.Context, repo, workflow string) ([]bot.ListedRun, error)
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

// ChatGroups reads who is in a group of the chat.
type ChatGroups interface {
	// GroupMembers lists the accounts in a group, all of them or none.
	GroupMembers(ctx context.Context, group string) ([]string, error)
}

// Teams reads who is in a team at the code host.
type Teams interface {
	// TeamMembers lists the accounts in a team, "acme/sre", all of them or none.
	TeamMembers(ctx context.Context, team string) ([]string, error)
}

// Chat shows messages.
type Chat interface {
	// Post posts a message once. The key travels with it. leave is asked right
	// before it is sent, and with an error it is not.
	Post(ctx context.Context, m bot.Message, leave func(context.Context) error) (bot.MessageRef, error)
	// Edit makes a posted message show what m says, if it may still leave. Kind
	// bot.Gone: that message is not to be had any more.
	Edit(ctx context.Context, ref bot.MessageRef, m bot.Message, leave func(context.Context) error) error
	// Find looks for a message whose posting was not confirmed; kind
	// bot.NotFound if it is not there. It was posted at since or later.
	Find(ctx context.Context, m bot.Message, since time.Time) (bot.MessageRef, error)
	// Tell answers one person privately.
	Tell(ctx context.Context, to bot.Reply, a bot.Answer) error
}

// Sight looks at what the chat shows.
type Sight interface {
	// Stands says whether a message is still to be seen.
	Stands(ctx context.Context, ref bot.MessageRef) (bool, error)
	// LookAtAlerts notes as a trouble if nothing can be said in the alerts
	// channel, and that it is over if something can.
	LookAtAlerts(ctx context.Context) error
}
