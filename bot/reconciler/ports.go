package reconciler

import (
	"context"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// Ports joins the reconciler to the world.
type Ports struct {
	Clock       Clock
	Epochs      Epochs
	Comparisons Comparisons
	Numbers     Numbers
	Doubts      Doubts
	Besides     Besides
	Histories   Histories
	Aside       Aside
	Releases    Releases
	Inbox       Inbox
	Runs        Runs
	Owners      Owners
	People      People
	Voice       Voice
	Versions    Versions
	Others      Others
}

// Clock tells the store's time, by which everything that is stored goes. The machines of
// several replicas may differ by minutes.
type Clock interface {
	Now(ctx context.Context) (time.Time, error)
}

// Epochs tells one epoch of the store from the next. An epoch begins when the store may
// have lost acknowledged writes.
type Epochs interface {
	// Epoch identifies the epoch of the store, and says how long ago it began as far as
	// slipway noticed. It changes when the store is restarted or fails over. id is
	// empty where the store cannot tell, and age is bot.NoneDue for the first epoch
	// that slipway ever saw.
	Epoch(ctx context.Context) (id string, age time.Duration, err error)
	// EpochID is the id alone. It writes nothing.
	EpochID(ctx context.Context) (id string, err error)
	// Doubt makes an epoch that looks like the first one count like any other.
	Doubt(ctx context.Context, id string) error
}

// Comparisons records for all replicas which sources were compared in which epoch.
type Comparisons interface {
	Compared(ctx context.Context, source, epoch string) (bool, error)
	NoteCompared(ctx context.Context, source, epoch string) error
}

// Numbers counts the ids of releases.
type Numbers interface {
	// LastNumber is the last number that a service gave to a release, as far as
	// the store knows.
	LastNumber(ctx context.Context, service string) (int64, error)
	// SkipIDs makes sure that no new release of the service gets an id up to
	// the highest, and returns the last number that counts as given.
	SkipIDs(ctx context.Context, highest string) (last int64, err error)
}

// Doubts keeps what slipway does not understand.
type Doubts interface {
	// Doubts reads all of them, also those that somebody has looked at.
	Doubts(ctx context.Context) ([]bot.Doubt, error)
	// Raise stores a doubt. One about the same thing and of the same time stays
	// as it is, looked at or not.
	Raise(ctx context.Context, d bot.Doubt) error
	// Look records that somebody looked at a doubt, and says whether they were the
	// first and the doubt was still the same.
	Look(ctx context.Context, d bot.Doubt, look bot.Look) (bool, error)
	// Lift ends a doubt.
	Lift(ctx context.Context, d bot.Doubt) error
}

// Besides keeps what was done past slipway.
type Besides interface {
	// WatchedSince is since when a source is watched, and what time it is by the same
	// clock: the same, if it was not watched before.
	WatchedSince(ctx context.Context, source string) (since, now time.Time, err error)
	// BesideTold says whether something was told already, and NoteBesideTold notes
	// that it was.
	BesideTold(ctx context.Context, what string) (bool, error)
	NoteBesideTold(ctx context.Context, what string) error
	// Create enters it, once a key.
	Create(ctx context.Context, draft bot.Draft) (bot.Created, error)
}

// Histories knows what came to a target.
type Histories interface {
	// History lists the last releases of a target whose run started, newest first,
	// at most limit.
	History(ctx context.Context, target bot.Target, limit int) ([]bot.Past, error)
}

// Aside holds the releases that were put aside.
type Aside interface {
	// Resume makes a release due again that was put aside.
	Resume(ctx context.Context, release string) error
	// LeavePlace takes the slot of a target and its place in the queue from a release
	// that nobody can work on.
	LeavePlace(ctx context.Context, target bot.Target, release string) error
}

// Releases reads what is remembered.
type Releases interface {
	// Release reads one release; kind bot.NotFound if there is none.
	Release(ctx context.Context, id string) (bot.Release, error)
	// Unfinished lists the ids of all releases that have not ended.
	Unfinished(ctx context.Context) ([]string, error)
}

// Inbox takes events for releases.
type Inbox interface {
	// Post puts an event into a release's inbox and makes the release due. A repeated
	// key changes nothing.
	Post(ctx context.Context, event bot.InboxEvent) (bot.Posted, error)
}

// Runs reads what ran at the code host.
type Runs interface {
	// FindRun looks for the run by its run key; kind bot.NotFound if it is not
	// listed.
	FindRun(ctx context.Context, q bot.RunQuery) (bot.Run, error)
	// ReadRun reads a run with its jobs; kind bot.NotFound if it is gone.
	ReadRun(ctx context.Context, repo string, id int64) (bot.Run, error)
	// RecentRuns lists the newest runs of a workflow that show a run key,
	// newest first.
	RecentRuns(ctx context.Context, repo, workflow string) ([]bot.ListedRun, error)
	// NewestRuns lists the newest runs of a workflow, newest first, whatever started
	// them and with or without a run key. Asking again costs little as long as nothing
	// has changed.
	NewestRuns(ctx context.Context, repo, workflow string) ([]bot.ListedRun, error)
}

// Owners knows which run belongs to which release.
type Owners interface {
	// ReleaseOfRun returns the id of the release that a run belongs to, and false
	// if none is known.
	ReleaseOfRun(ctx context.Context, runID int64) (string, bool, error)
}

// People knows who may do what.
type People interface {
	// HasLeft says whether somebody is no full member of the team any more. If that
	// cannot be found out, unread says so.
	HasLeft(ctx context.Context, who bot.Person) (left bool, unread []string)
	// GroupsWith sorts groups by whether somebody is in them, and of which it could
	// not be found out.
	GroupsWith(ctx context.Context, groups []string, who bot.Person) (in, unread []string)
}

// Voice posts what was found.
type Voice interface {
	// PostOnce posts a message unless it stands already, and returns where it
	// stands and whether it was posted just now.
	PostOnce(ctx context.Context, m bot.Message) (ref bot.MessageRef, posted bool, err error)
	// PostTogether posts messages for one channel, each once; many as one. Kind
	// bot.Limited: some of them are to come again.
	PostTogether(ctx context.Context, all []bot.Message) error
	// Revise updates the message about some doubts, if it was ever posted. One that was
	// deleted is posted again as long as a doubt is open.
	Revise(ctx context.Context, m bot.Message) error
}

// Versions asks services which version of them is live.
type Versions interface {
	// Version is what a probe is answered; false: it could not be told.
	Version(ctx context.Context, q bot.Question) (string, bool)
}

// Others reads what others deployed.
type Others interface {
	// ForeignDeployments lists the newest deployments of a repository that slipway did
	// not make, newest first. Asking again costs little as long as nothing has changed.
	ForeignDeployments(ctx context.Context, repo string) ([]bot.ForeignDeployment, error)
	// DeploymentCourse reads how far one has come; kind bot.NotFound if it is gone.
	DeploymentCourse(ctx context.Context, repo string, id int64) (bot.DeploymentCourse, error)
}
