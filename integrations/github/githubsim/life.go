package githubsim

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// The life of a run, moved by hand. Each move is refused once the run is
// completed, so that a script and a cancellation cannot fight over it.

// findRun finds a run by id.
func (s *Server) findRun(id int64) (*run, error) {
	for _, r := range s.runs {
		if r.id == id {
			return r, nil
		}
	}
	return nil, fmt.Errorf("no run %d", id)
}

// running finds a run that is not completed.
func (s *Server) running(id int64) (*run, error) {
	r, err := s.findRun(id)
	if err != nil {
		return nil, err
	}
	if r.status == completed {
		return nil, fmt.Errorf("run %d is completed", id)
	}
	return r, nil
}

// StartRun moves a run to in_progress.
func (s *Server) StartRun(id int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.running(id)
	if err != nil {
		return err
	}
	if r.status == "pending" {
		return fmt.Errorf("run %d waits for its concurrency group", id)
	}
	s.start(r)
	return nil
}

func (s *Server) start(r *run) {
	if r.status == "in_progress" || len(r.heldIn()) > 0 {
		return
	}
	r.status, r.updated = "in_progress", s.now()
	s.emitRun(r, "in_progress")
}

// StartJob moves a job of a run's current attempt to in_progress, and the run
// too. An empty name means the first job that has not started.
func (s *Server) StartJob(id int64, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, j, err := s.freeJob(id, name)
	if err != nil {
		return err
	}
	s.startJob(r, j)
	return nil
}

var errHeld = errors.New("the rules of its environment hold the job")

// isHeld says whether the rules of an environment hold a job. One that a test
// holds by hand begins when the test says so.
func (s *Server) isHeld(r *run, j *job) bool {
	return j.status == "waiting" && r.repo.environments[j.environment] != nil && !r.released[j.environment]
}

func (s *Server) startJob(r *run, j *job) {
	s.start(r)
	if j.status == "in_progress" {
		return
	}
	j.status, j.started = "in_progress", s.now()
	r.updated = s.now()
	s.emitJob(r, j, "in_progress")
	s.deployJob(r, j, "in_progress")
}

// HoldJob has the protection rules of an environment hold a job, and with it
// the run, until the job is started or finished.
func (s *Server) HoldJob(id int64, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, j, err := s.openJob(id, name)
	if err != nil {
		return err
	}
	s.hold(r, j)
	return nil
}

// WaitRun has a run wait that no runner has taken yet: queued for a runner,
// requested (just made), waiting for the rules of an environment, or pending for
// another run of its concurrency group. GitHub makes the jobs of a pending run
// only when its turn comes.
func (s *Server) WaitRun(id int64, status string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.running(id)
	if err != nil {
		return err
	}
	if r.begun() {
		return fmt.Errorf("a job of run %d has begun", id)
	}
	r.status, r.updated = status, s.now()
	if status == "waiting" {
		for _, j := range r.currentJobs() {
			j.status = "waiting"
		}
	}
	return nil
}

// begun says that a runner took the job.
func (j *job) begun() bool { return !j.started.IsZero() }

// begun says that a runner took a job of the newest attempt.
func (r *run) begun() bool {
	return slices.ContainsFunc(r.currentJobs(), (*job).begun)
}

// openJob finds an unfinished job by name, or the first one for an empty name.
func (s *Server) openJob(id int64, name string) (*run, *job, error) {
	r, err := s.running(id)
	if err != nil {
		return nil, nil, err
	}
	for _, j := range r.currentJobs() {
		if j.status != completed && (name == "" || j.name == name) {
			return r, j, nil
		}
	}
	return nil, nil, fmt.Errorf("run %d has no unfinished job %q", id, name)
}

// freeJob finds an unfinished job that no rule of its environment holds.
func (s *Server) freeJob(id int64, name string) (*run, *job, error) {
	r, j, err := s.openJob(id, name)
	if err == nil && s.isHeld(r, j) {
		err = errHeld
	}
	return r, j, err
}

// FinishJob ends a job, starting it first if need be. With a failed step, the
// steps before it succeed and those after it are skipped; a step the job does
// not have is added. A job that is skipped never began, and neither did one that
// waits for a review and then succeeds no more: the review was refused.
func (s *Server) FinishJob(id int64, name, conclusion, failedStep string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, j, err := s.freeJob(id, name)
	if err != nil {
		return err
	}
	if conclusion != "skipped" && (j.status != "waiting" || conclusion == "success") {
		s.startJob(r, j)
		j.finishSteps(failedStep, conclusion, s.now())
	}
	s.endJob(r, j, conclusion)
	s.holdNext(r)
	return nil
}

func (j *job) finishSteps(failed, conclusion string, now time.Time) {
	known := slices.ContainsFunc(j.steps, func(st *step) bool { return st.name == failed })
	if failed != "" && !known {
		j.addStep(failed)
	}
	result := "success"
	for _, st := range j.steps {
		switch {
		case st.name == failed:
			st.finish("failure", now)
			result = "skipped"
		case st.status != completed && (conclusion == "cancelled" || conclusion == "timed_out") && result == "success":
			st.finish("cancelled", now)
			result = "skipped"
		case st.status != completed:
			st.finish(result, now)
		}
	}
}

func (st *step) finish(conclusion string, now time.Time) {
	if st.started.IsZero() {
		st.started = now
	}
	st.status, st.conclusion, st.ended = completed, conclusion, now
}

func (s *Server) endJob(r *run, j *job, conclusion string) {
	j.status, j.conclusion, j.ended = completed, conclusion, s.now()
	r.updated = s.now()
	s.emitJob(r, j, completed)
	if j.begun() {
		s.deployJob(r, j, j.conclusion)
	}
}

// FinishRun ends a run. Jobs that are still open end with it. Where all went well
// they are carried out first; else those that had begun end alike, and the
// others never begin: cancelled where the run was, else skipped. A run that
// could not begin at all has no jobs. Any conclusion is taken, also one that
// GitHub has not invented yet.
func (s *Server) FinishRun(id int64, conclusion string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.running(id)
	if err != nil {
		return err
	}
	s.complete(r, conclusion)
	return nil
}

func (s *Server) complete(r *run, conclusion string) {
	if noJobs := r.status == "pending" || conclusion == "startup_failure"; noJobs && !r.begun() {
		r.jobs = slices.DeleteFunc(r.jobs, func(j *job) bool { return j.attempt == r.attempt })
	}
	if first := r.currentJobs(); r.status == "in_progress" && conclusion == "failure" && !r.begun() && len(first) > 0 {
		s.startJob(r, first[0]) // what makes a run fail that is at work is a job
	}
	for _, j := range r.currentJobs() {
		if j.status == completed {
			continue
		}
		if conclusion == "success" {
			s.startJob(r, j)
		}
		if j.begun() {
			j.finishSteps("", conclusion, s.now())
		}
		s.endJob(r, j, j.endsWith(conclusion))
	}
	r.status, r.conclusion, r.updated = completed, conclusion, s.now()
	s.emitRun(r, completed)
	s.handOn(r)
}

// endsWith gives the conclusion of a job whose run ends.
func (j *job) endsWith(conclusion string) string {
	switch {
	case conclusion == "success", conclusion == "cancelled":
		return conclusion
	case !j.begun():
		return "skipped"
	case conclusion == "timed_out":
		return conclusion
	}
	return "failure"
}

// cancel ends a run after the cancel delay; never, if that is negative. One that
// nobody works at yet ends at once.
func (s *Server) cancel(r *run) {
	if r.cancelled || s.cancelDelay < 0 {
		return
	}
	r.cancelled = true
	if s.cancelDelay == 0 || !r.begun() {
		s.complete(r, "cancelled")
		return
	}
	id, attempt, delay := r.id, r.attempt, s.cancelDelay
	s.work.Go(func() {
		if !s.pause(delay) {
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if r, err := s.running(id); err == nil && r.attempt == attempt {
			s.complete(r, "cancelled")
		}
	})
}
