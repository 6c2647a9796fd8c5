package bot

import (
	"slices"
	"strings"
	"time"
)

// Run is a release's workflow run, as the code host last described it.
type Run struct {
	ID         int64 // 0: unknown
	URL        string
	Attempt    int // counts from 1; more than 1: it was started again
	Status     RunStatus
	Conclusion Conclusion
	HeadSHA    string // the tip of the workflow's branch when the run was created
	StartedAt  time.Time
	UpdatedAt  time.Time
	ReadAt     time.Time // when slipway last read it
	Jobs       []Job     // at most MaxJobs
	// Listed says whether Jobs are all that the code host lists for the attempt, which
	// may be none.
	Listed bool
}

// MaxJobs is how many jobs of a run are kept.
const MaxJobs = 50

// RunStatus is how far a run or a job has come.
type RunStatus string

// The statuses.
const (
	RunWaiting    RunStatus = "waiting"     // for a runner
	RunPending    RunStatus = "pending"     // for another run of its concurrency group to end
	RunHeld       RunStatus = "held"        // held by the code host's own rules, for a person or a timer
	RunInProgress RunStatus = "in_progress" // working
	RunCompleted  RunStatus = "completed"   // over
)

// Conclusion is how a run or a job ended.
type Conclusion string

// The conclusions. Any other word counts as a failure, and is kept as the code host
// said it.
const (
	ConclusionNone           Conclusion = "" // not over
	ConclusionSuccess        Conclusion = "success"
	ConclusionFailure        Conclusion = "failure"
	ConclusionCancelled      Conclusion = "cancelled"
	ConclusionSkipped        Conclusion = "skipped"
	ConclusionTimedOut       Conclusion = "timed_out"
	ConclusionActionRequired Conclusion = "action_required" // somebody must allow it to begin
	ConclusionNeutral        Conclusion = "neutral"         // neither good nor bad
	ConclusionStale          Conclusion = "stale"           // the code host abandoned it
	ConclusionStartupFailure Conclusion = "startup_failure" // it could not begin
)

// Failed says whether a run or job ended in failure. One that was cancelled or skipped,
// or that is neutral, neither failed nor succeeded.
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
	FailedStep  string // the first step that failed, or that was running when the job was stopped
	URL         string
	StartedAt   time.Time // for a job that has not begun: since when it waits
	CompletedAt time.Time
	// NeverBegan is set if the code host shows that nothing of it was carried out, not
	// if that cannot be told.
	NeverBegan bool
}

// idle says whether the job is over and nothing of it was carried out.
func (j Job) idle() bool { return j.NeverBegan && (j.Status == RunCompleted || j.Status == "") }

// known says whether all jobs of a run are known, and nothing else was carried out. If
// a run was started again, its earlier attempts may have done anything.
func (r Run) known() bool {
	return r.Status == RunCompleted && r.Attempt <= 1 && len(r.Jobs) < MaxJobs && (r.Listed || len(r.Jobs) > 0)
}

// DidNothing says whether the run is over and nothing of it was carried out, which can
// be told only if all of its jobs are known. A run that succeeded has carried something
// out.
func (r Run) DidNothing() bool {
	if r.Status == RunCompleted && r.Attempt <= 1 && r.Conclusion == ConclusionStartupFailure && len(r.Jobs) == 0 {
		return true // such a run has no jobs
	}
	if !r.known() || len(r.Jobs) == 0 && r.Conclusion == ConclusionSuccess {
		return false
	}
	return len(r.Jobs) == 0 || idle(r.Jobs)
}

// JobsNamed lists the jobs that a job's name in the workflow stands for: the job
// itself, those of its matrix, "deploy (eu)", and those of a workflow that it calls,
// "deploy / roll out". A job of a called workflow is also found by its own name.
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

// SkippedJobs names the jobs that an ended run skipped.
func (r Run) SkippedJobs() []string {
	var names []string
	for _, j := range r.Jobs {
		if j.Conclusion == ConclusionSkipped {
			names = append(names, j.Name)
		}
	}
	return names
}

// FailedJob returns the first job that failed; false: none did.
func (r Run) FailedJob() (Job, bool) {
	for _, j := range r.Jobs {
		if j.Conclusion.Failed() {
			return j, true
		}
	}
	return Job{}, false
}

// StoppedJob returns the first job that was cancelled after it had begun; false: none
// was.
func (r Run) StoppedJob() (Job, bool) {
	for _, j := range r.Jobs {
		if j.Conclusion == ConclusionCancelled && !j.NeverBegan {
			return j, true
		}
	}
	return Job{}, false
}

// Wait is what an unfinished run waits for.
type Wait struct {
	For   RunStatus // RunWaiting, RunPending or RunHeld; empty: it is working, or over
	Since time.Time // zero: not known
	Job   string    // the job that waits; empty: the run itself
}

// Waits says what the run waits for while none of its jobs is working. If the run has
// begun and none of its jobs has, one is about to.
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
			if wait.For == "" || wait.For != RunHeld && j.Status == RunHeld { // this is the one that a person can do something about
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

// Older says whether r describes an earlier state of the run than than. Answers arrive
// in any order. A run that is over stays over; before that it may alternate between
// working and being held, and only the times tell.
func (r Run) Older(than Run) bool {
	if r.Attempt != than.Attempt {
		return r.Attempt < than.Attempt
	}
	if over := r.Status == RunCompleted; over != (than.Status == RunCompleted) {
		return !over
	}
	return r.UpdatedAt.Before(than.UpdatedAt)
}
