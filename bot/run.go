package bot

import (
	"slices"
	"strings"
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
	// Listed says that Jobs are all that the code host lists of the attempt; it
	// may list none.
	Listed bool
}

// MaxJobs is how many jobs of a run are kept.
const MaxJobs = 50

// RunStatus is how far a run or a job has come.
type RunStatus string

// How far a run has come.
const (
	RunWaiting    RunStatus = "waiting"     // for a runner
	RunPending    RunStatus = "pending"     // for another run of its concurrency group to end
	RunHeld       RunStatus = "held"        // by the code host's own rules, for a person or a timer
	RunInProgress RunStatus = "in_progress" // working
	RunCompleted  RunStatus = "completed"   // over
)

// Conclusion is how a run or a job ended.
type Conclusion string

// How a run ended. A word that is none of these counts as failure, and is kept
// as the code host said it.
const (
	ConclusionNone           Conclusion = "" // not over
	ConclusionSuccess        Conclusion = "success"
	ConclusionFailure        Conclusion = "failure"
	ConclusionCancelled      Conclusion = "cancelled"
	ConclusionSkipped        Conclusion = "skipped"
	ConclusionTimedOut       Conclusion = "timed_out"
	ConclusionActionRequired Conclusion = "action_required" // somebody must let it begin
	ConclusionNeutral        Conclusion = "neutral"         // neither good nor bad
	ConclusionStale          Conclusion = "stale"           // the code host gave it up
	ConclusionStartupFailure Conclusion = "startup_failure" // it could not begin
)

// Failed says that a run or job is over and went wrong. One that was cancelled or
// skipped, or that is neutral, did neither that nor succeed.
func (c Conclusion) Failed() bool {
	switch c {
	case ConclusionNone, ConclusionSuccess, ConclusionCancelled, ConclusionSkipped, ConclusionNeutral:
		return false
	case ConclusionFailure, ConclusionTimedOut, ConclusionActionRequired, ConclusionStale, ConclusionStartupFailure:
		return true
	}
	return true
}

// Job is one job of a run.
type Job struct {
	Name        string
	Status      RunStatus
	Conclusion  Conclusion
	FailedStep  string // the first step that failed, or in which the job was stopped
	URL         string
	StartedAt   time.Time // of one that has not begun: since when it waits
	CompletedAt time.Time
	// NeverBegan says that the code host shows that nothing of it was carried
	// out. It is not said where that cannot be told.
	NeverBegan bool
}

// Idle says that the job is over and that nothing of it was carried out.
func (j Job) Idle() bool { return j.NeverBegan && (j.Status == RunCompleted || j.Status == "") }

// known says that all jobs of a run are known, and that nothing was carried out
// beside them: of a run that was run again earlier attempts may have done
// anything.
func (r Run) known() bool {
	return r.Status == RunCompleted && r.Attempt <= 1 && len(r.Jobs) < MaxJobs && (r.Listed || len(r.Jobs) > 0)
}

// DidNothing says that the run is over and that nothing of it was carried out,
// which is only so where all of its jobs are known. A run that ended well has
// had some.
func (r Run) DidNothing() bool {
	if r.Status == RunCompleted && r.Attempt <= 1 && r.Conclusion == ConclusionStartupFailure && len(r.Jobs) == 0 {
		return true // the code host makes no jobs of it
	}
	if !r.known() || len(r.Jobs) == 0 && r.Conclusion == ConclusionSuccess {
		return false
	}
	return len(r.Jobs) == 0 || idle(r.Jobs)
}

// JobsNamed are the jobs that a name in the workflow stands for: the job itself,
// those of its matrix, "deploy (eu)", and those of a workflow that it calls,
// "deploy / roll out". A job of a called workflow is also known by its own name.
func (r Run) JobsNamed(name string) []Job {
	var jobs []Job
	for _, j := range r.Jobs {
		of := append(strings.Split(j.Name, " / "), j.Name)
		if slices.ContainsFunc(of, func(part string) bool { return part == name || strings.HasPrefix(part, name+" (") }) {
			jobs = append(jobs, j)
		}
	}
	return jobs
}

// SkippedJobs are the names of the jobs that a run that is over left out.
func (r Run) SkippedJobs() []string {
	var names []string
	for _, j := range r.Jobs {
		if j.Conclusion == ConclusionSkipped {
			names = append(names, j.Name)
		}
	}
	return names
}

// FailedJob returns the first job that failed, and false if none did.
func (r Run) FailedJob() (Job, bool) {
	for _, j := range r.Jobs {
		if j.Conclusion.Failed() {
			return j, true
		}
	}
	return Job{}, false
}

// StoppedJob returns the first job that was cancelled after it had begun, and
// false if none was.
func (r Run) StoppedJob() (Job, bool) {
	for _, j := range r.Jobs {
		if j.Conclusion == ConclusionCancelled && !j.NeverBegan {
			return j, true
		}
	}
	return Job{}, false
}

// Wait is what a run that is not over waits for.
type Wait struct {
	For   RunStatus // RunWaiting, RunPending or RunHeld; empty: it is at work, or over
	Since time.Time // zero: not known
	Job   string    // the job that waits; empty: the run itself
}

// Waits says what the run waits for while none of its jobs is at work. One that
// has begun and of which no job has is about to.
func (r Run) Waits() Wait {
	begun := slices.ContainsFunc(r.Jobs, func(j Job) bool { return j.Status == RunCompleted || j.Status == RunInProgress })
	if r.Status == RunCompleted || r.Status == RunInProgress && !begun {
		return Wait{}
	}
	var wait Wait
	for _, j := range r.Jobs {
		switch j.Status {
		case RunInProgress:
			return Wait{}
		case RunWaiting, RunPending, RunHeld:
			if wait.For == "" || wait.For != RunHeld && j.Status == RunHeld { // a person can do something about that one
				wait = Wait{For: j.Status, Since: j.StartedAt, Job: j.Name}
			}
		case RunCompleted:
		}
	}
	if wait.For == "" && r.Status != RunInProgress && r.Status != "" {
		return Wait{For: r.Status, Since: r.StartedAt}
	}
	return wait
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
