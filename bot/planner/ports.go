package planner

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
)

// Ports joins the planner to the world.
type Ports struct {
	Records      Records
	Quarantines  Quarantines
	Locks        Locks
	Resolver     Resolver
	Branches     Branches
	Workflows    Workflows
	Reader       Reader
	Environments Environments
	Reviewed     Reviewed
	People       People
	Reruns       Reruns
	Distances    Distances
	World        World
}

// World tells how things are outside.
type World interface {
	// Glance looks at one probe once. It does not fail: what could not be found out is
	// told as that.
	Glance(ctx context.Context, q bot.Question) bot.Glance
}

// Records reads what was released before.
type Records interface {
	// Release reads one release; kind bot.NotFound if there is none.
	Release(ctx context.Context, id string) (bot.Release, error)
	// History lists the last releases of a target whose run started, newest
	// first, at most limit.
	History(ctx context.Context, target bot.Target, limit int) ([]bot.Past, error)
	// Targets reads the state of the targets, in their order, in as few round
	// trips as can be.
	Targets(ctx context.Context, targets []bot.Target) ([]bot.TargetState, error)
}

// Quarantines knows what was taken back.
type Quarantines interface {
	// Quarantines lists the commits that must not come back to a target by
	// themselves, the last one first.
	Quarantines(ctx context.Context, target bot.Target) ([]bot.Quarantine, error)
}

// Locks knows what people closed.
type Locks interface {
	// Locks reads all locks that have not run out.
	Locks(ctx context.Context) ([]bot.Lock, error)
}

// Workflows reads the files that a run is made of.
type Workflows interface {
	// Workflow reads the workflow file of a branch or tag, at the commit sha of it if
	// one is given. Of a file that is there and cannot be understood the blob is
	// returned beside the error.
	Workflow(ctx context.Context, repo, file, ref, sha string) (bot.WorkflowFile, error)
	// Called reads what a workflow calls at a branch or commit, to its end.
	Called(ctx context.Context, repo, ref string, calls bot.Calls) (bot.Called, error)
}

// People knows who may ask, and whose yes counts.
type People interface {
	// RequesterLeft says that it is known of a requester that they are not a full
	// member of the team any more.
	RequesterLeft(ctx context.Context, who bot.Person) bool
	// GroupsWith sorts groups by whether somebody is in them, and of which it could
	// not be found out.
	GroupsWith(ctx context.Context, groups []string, who bot.Person) (in, unread []string)
	// LostYeses returns those whose yes does not count any more, with the reason.
	LostYeses(ctx context.Context, r bot.Release) ([]bot.Withdrawal, error)
}

// Reruns notices runs that somebody started again past slipway.
type Reruns interface {
	// StartedAgain lists the newest runs of a workflow that were started again after
	// their release was over, and lets each release know that does not yet.
	StartedAgain(ctx context.Context, repo, workflow string) ([]bot.SeenRerun, error)
	// Beside is what was done to a target past slipway and that nobody has looked at,
	// newest first, as far as StartedAgain has found it, and the release since which
	// it was.
	Beside(ctx context.Context, t bot.Target) (since string, done []bot.Beside, err error)
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

// Distances knows how far commits lie apart.
type Distances interface {
	// Distance counts the commits between two, without listing them.
	Distance(ctx context.Context, b bot.CommitPair) (bot.Distance, error)
}
