package bot

import (
	"slices"
	"time"
)

// Run is the workflow run of a release as the code host last told it.
type Run struct {
	ID         int64 // 0: not known
	URL        string
	Attempt    int // counts from 1; more than 1: somebody ran it again
	Status     RunStatus
	Conclusion Conclusion
	HeadSHA    string // the tip of the workflow's branch when the run was made
	StartedAt  time.Time
	UpdatedAt  time.Time
	ReadAt     time.Time // when slipway last read it
	Jobs       []Job     // at most MaxJobs
}

// MaxJobs is how many jobs of a run are kept.
const MaxJobs = 50

// RunStatus is how far a run or a job has come.
type RunStatus string

// How far a run has come.
const (
	RunWaiting    RunStatus = "waiting"     // for a runner, or for another run to end
	RunHeld       RunStatus = "held"        // by the code host's own rules, for a person or a timer
	RunInProgress RunStatus = "in_progress" // working
	RunCompleted  RunStatus = "completed"   // over
)

// Conclusion is how a run or a job ended.
type Conclusion string

// How a run ended. Whatever the code host says beyond these counts as failure.
const (
	ConclusionNone      Conclusion = "" // not over
	ConclusionSuccess   Conclusion = "success"
	ConclusionFailure   Conclusion = "failure"
	ConclusionCancelled Conclusion = "cancelled"
	ConclusionSkipped   Conclusion = "skipped"
)

// Job is one job of a run.
type Job struct {
	Name        string
	Status      RunStatus
	Conclusion  Conclusion
	FailedStep  string // the first step that failed
	URL         string
	StartedAt   time.Time
	CompletedAt time.Time
	// NeverBegan says that the code host shows that nothing of it was carried
	// out. It is not said where that cannot be told.
	NeverBegan bool
}

// DidNothing says that the run is over and that nothing of it was carried out,
// which is only so where all of its jobs are known.
func (r Run) DidNothing() bool {
	if r.Status != RunCompleted || r.Attempt > 1 || len(r.Jobs) == 0 || len(r.Jobs) >= MaxJobs {
		return false
	}
	return !slices.ContainsFunc(r.Jobs, func(j Job) bool { return !j.NeverBegan })
}

// FailedJob returns the first job that failed, and false if none did.
func (r Run) FailedJob() (Job, bool) {
	for _, j := range r.Jobs {
		if j.Conclusion == ConclusionFailure {
			return j, true
		}
	}
	return Job{}, false
}

// Older says whether r tells an earlier state of the run than than. Answers
// arrive in any order, and what is over stays so; short of that a run goes to
// and fro between working and being held, and only the times tell.
func (r Run) Older(than Run) bool {
	if r.Attempt != than.Attempt {
		return r.Attempt < than.Attempt
	}
	if over := r.Status == RunCompleted; over != (than.Status == RunCompleted) {
		return !over
	}
	return r.UpdatedAt.Before(than.UpdatedAt)
}
