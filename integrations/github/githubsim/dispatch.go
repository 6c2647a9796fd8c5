package githubsim

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"
)

const (
	maxInputs      = 25    // since 2025-12
	maxInputsOld   = 10    // before that
	maxInputLength = 65535 // characters of all inputs
	// oldVersion is what an old server says that it is.
	oldVersion = "3.19.4"
)

// maxInputs is how many inputs a workflow may have.
func (s *Server) maxInputs() int {
	if s.oldServer {
		return maxInputsOld
	}
	return maxInputs
}

// dispatch is a dispatch that was carried out.
type dispatch struct {
	inputs map[string]string
	runID  int64
}

// dispatchRequest is the body of a workflow_dispatch.
type dispatchRequest struct {
	Ref     string         `json:"ref"`
	Inputs  map[string]any `json:"inputs"`
	Details *bool          `json:"return_run_details"`
}

func unprocessable(message string) answer { return fail(http.StatusUnprocessableEntity, message) }

// dispatch checks a workflow_dispatch as GitHub does and makes its run.
func (s *Server) dispatch(c *call) answer {
	var req dispatchRequest
	if err := c.decode(&req); err != nil {
		return fail(http.StatusBadRequest, "Problems parsing JSON")
	}
	if a, bad := s.malformed(c, req); bad {
		return a
	}
	r := c.repo
	w := r.findWorkflow(c.vars["workflow"])
	if w == nil {
		return notFound()
	}
	if a, refused := r.notStarted(w); refused {
		return a
	}
	sha, isRef := r.refSHA(req.Ref)
	if !isRef { // a SHA is no ref here
		return unprocessable("No ref found for: " + req.Ref)
	}
	d, err := readWorkflow(r.commits[sha].files[w.path])
	if err != nil {
		return unprocessable("Failed to parse workflow: " + err.Error())
	}
	if most := s.maxInputs(); len(d.inputs) > most {
		return unprocessable(fmt.Sprintf("Failed to parse workflow: you may only define up to %d `inputs` for a `workflow_dispatch` event", most))
	}
	d.environments = slices.Collect(maps.Keys(r.environments))
	if !d.dispatchable {
		return unprocessable("Workflow does not have 'workflow_dispatch' trigger")
	}
	inputs, complaint := d.accept(req.Inputs)
	if complaint != "" {
		return unprocessable(complaint)
	}
	started, err := s.startRun(r, w, d, runSpec{req.Ref, sha, "workflow_dispatch", s.login(c), inputs})
	if err != nil {
		return unprocessable("Failed to parse workflow: " + err.Error())
	}
	if req.Details == nil || !*req.Details {
		return noContent()
	}
	return ok(object{
		"workflow_run_id": started.id,
		"run_url":         started.api(),
		"html_url":        started.html(),
	})
}

// malformed refuses what GitHub refuses before it looks at the repository.
func (s *Server) malformed(c *call, req dispatchRequest) (answer, bool) {
	const invalid = "Invalid request.\n\n"
	switch {
	case s.oldServer && req.Details != nil:
		return unprocessable(invalid + `"return_run_details" is not a permitted key.`), true
	case req.Ref == "":
		return unprocessable(invalid + `"ref" wasn't supplied.`), true
	case len(req.Inputs) > s.maxInputs():
		return unprocessable(fmt.Sprintf("%sNo more than %d properties are allowed; %d were supplied.", invalid, s.maxInputs(), len(req.Inputs))), true
	case len(c.body) > maxInputLength:
		return unprocessable("inputs are too large."), true
	}
	return answer{}, false
}

// runSpec is where a run starts, by what event and with what.
type runSpec struct {
	ref, sha, event, actor string
	inputs                 map[string]string
}

// startRun makes a run, says so by webhook, and lets it begin, or wait for its
// concurrency group.
func (s *Server) startRun(r *repository, w *workflow, d *definition, spec runSpec) (*run, error) {
	script := r.scriptOf(w)
	now := s.now()
	started := &run{
		id: s.nextID(), number: 1, attempt: 1, repo: r, workflow: w,
		name: cmp.Or(d.Name, w.path), event: spec.event, branch: spec.ref, sha: spec.sha, actor: spec.actor,
		status: "queued", created: now, started: now, updated: now, inputs: spec.inputs, plans: d.jobs,
	}
	for _, other := range s.runs {
		if other.workflow == w {
			started.number++
		}
	}
	known := started.contexts(d)
	started.title = cmp.Or(d.title(known), started.name)
	var err error
	if started.group, err = d.groupOf(known); err != nil {
		return nil, err
	}
	if len(script.Jobs) > 0 {
		started.plans = script.plans()
	}
	started.plans = slices.Clone(started.plans)
	for i := range started.plans {
		started.plans[i].environment = expand(started.plans[i].environment, known)
	}
	s.runs = append(s.runs, started)
	if spec.event == "workflow_dispatch" {
		s.dispatched = append(s.dispatched, dispatch{spec.inputs, started.id})
	}
	s.emitRun(started, "requested")
	s.admit(started)
	return started, nil
}

// SetOldServer makes dispatch refuse (or know) return_run_details.
func (s *Server) SetOldServer(old bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.oldServer = old
}

// beginAttempt makes the jobs of the run's current attempt.
func (s *Server) beginAttempt(r *run) {
	r.released = map[string]bool{}
	for _, plan := range r.plans {
		j := &job{
			id: s.nextID(), attempt: r.attempt, key: plan.key, needs: plan.needs, name: plan.name, environment: plan.environment, status: "queued", created: s.now(),
		}
		for _, name := range plan.steps {
			j.addStep(name)
		}
		r.jobs = append(r.jobs, j)
		s.emitJob(r, j, "queued")
	}
	s.holdNext(r)
}

// Rerun starts a finished run again, as a person does on GitHub's page: same
// run, same SHA and inputs, next attempt. GitHub sends no workflow_run
// "requested" for it.
func (s *Server) Rerun(runID int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.finished(runID)
	if err != nil {
		return err
	}
	s.rerun(r, nil)
	return nil
}

// finished finds a run that is over.
func (s *Server) finished(runID int64) (*run, error) {
	r, err := s.findRun(runID)
	if err == nil && r.status != completed {
		err = fmt.Errorf("run %d is not completed", runID)
	}
	return r, err
}

// RerunFailed starts only those jobs of a finished run again that did not
// succeed; the others stand in the next attempt as they ended.
func (s *Server) RerunFailed(runID int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.finished(runID)
	if err != nil {
		return err
	}
	s.rerun(r, slices.DeleteFunc(r.currentJobs(), func(j *job) bool { return j.conclusion != "success" }))
	return nil
}

// FailAndRerun ends a run as failed and starts it again before any answer can
// show that it had ended.
func (s *Server) FailAndRerun(runID int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.running(runID)
	if err != nil {
		return err
	}
	s.complete(r, "failure")
	s.rerun(r, nil)
	return nil
}

// rerun begins the next attempt; kept are the jobs that are not run again.
func (s *Server) rerun(r *run, kept []*job) {
	r.attempts = append(r.attempts, r.snapshot())
	r.attempt++
	r.status, r.conclusion, r.cancelled = "queued", "", false
	r.started, r.updated = s.now(), s.now()
	s.admit(r)
	for _, j := range r.currentJobs() {
		for _, old := range kept {
			if old.name == j.name {
				id := j.id
				*j = *old
				j.id, j.attempt = id, r.attempt
			}
		}
	}
}

// snapshot keeps an attempt as it ended.
func (r *run) snapshot() *run {
	kept := *r
	kept.attempts = nil
	kept.jobs = slices.Clone(r.jobs)
	return &kept
}

// RunInfo is what a test wants to know of a run.
type RunInfo struct {
	ID         int64             `json:"id"`
	Title      string            `json:"title"`
	Repo       string            `json:"repo"`
	Workflow   string            `json:"workflow"`
	HeadSHA    string            `json:"head_sha"`
	Ref        string            `json:"ref"`
	Inputs     map[string]string `json:"inputs"`
	Status     string            `json:"status"`
	Conclusion string            `json:"conclusion"`
	Attempt    int               `json:"attempt"`
	Jobs       []JobInfo         `json:"jobs"`
	Created    time.Time         `json:"created"`
}

// JobInfo is what a test wants to know of a job.
type JobInfo struct {
	ID         int64  `json:"id"`
	Name       string `json:"name"`
	Status     string `json:"status"`
	Conclusion string `json:"conclusion"`
}

// Runs gives all runs, oldest first, whether listed already or not.
func (s *Server) Runs() []RunInfo {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := []RunInfo{}
	for _, r := range s.runs {
		info := RunInfo{
			ID: r.id, Title: r.title, Repo: r.repo.fullName(), Workflow: r.workflow.path, HeadSHA: r.sha,
			Ref: r.branch, Inputs: r.inputs, Status: r.status, Conclusion: r.conclusion, Attempt: r.attempt, Created: r.created,
		}
		for _, j := range r.currentJobs() {
			info.Jobs = append(info.Jobs, JobInfo{j.id, j.name, j.status, j.conclusion})
		}
		all = append(all, info)
	}
	return all
}
