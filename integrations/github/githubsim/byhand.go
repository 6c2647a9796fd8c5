package githubsim

import (
	"cmp"
	"errors"
	"fmt"
)

// StartByHand makes a run of a workflow file at a branch as somebody does on the
// Actions page, who fills the inputs in.
func (h *Repo) StartByHand(who, file, branch string, given map[string]any) (runID int64, err error) {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	d, at, err := h.definition(file, branch)
	if err != nil {
		return 0, err
	}
	if !d.dispatchable {
		return 0, fmt.Errorf("%s has no workflow_dispatch trigger", file)
	}
	inputs, complaint := d.accept(given)
	if complaint != "" {
		return 0, errors.New(complaint)
	}
	started, err := h.s.startRun(h.r, at.workflow, d, runSpec{branch, at.sha, "workflow_dispatch", who, inputs})
	if err != nil {
		return 0, err
	}
	return started.id, nil
}

// Trigger makes a run of a workflow file at a branch as an event does, such as
// push. It is moved by hand or by the workflow's script, as one that was
// dispatched.
func (h *Repo) Trigger(file, branch, event string) (runID int64, err error) {
	return h.triggerBy(actor, file, branch, event)
}

// triggerBy is Trigger by an account.
func (h *Repo) triggerBy(who, file, branch, event string) (runID int64, err error) {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	d, at, err := h.definition(file, branch)
	if err != nil {
		return 0, err
	}
	started, err := h.s.startRun(h.r, at.workflow, d, runSpec{ref: branch, sha: at.sha, event: event, actor: who})
	if err != nil {
		return 0, err
	}
	return started.id, nil
}

// workflowAt is a workflow at a commit.
type workflowAt struct {
	workflow *workflow
	sha      string
}

// definition reads a workflow at the tip of a branch.
func (h *Repo) definition(file, branch string) (*definition, workflowAt, error) {
	sha, isRef := h.r.refSHA(branch)
	if !isRef {
		return nil, workflowAt{}, errNoCommit
	}
	w := h.r.findWorkflow(file)
	if w == nil {
		return nil, workflowAt{}, fmt.Errorf("no workflow %s", file)
	}
	d, err := readWorkflow(h.r.commits[sha].files[w.path])
	return d, workflowAt{w, sha}, err
}

// rerunBy is Rerun by an account, which need not be the one that started the run.
func (s *Server) rerunBy(who string, runID int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.finished(runID)
	if err != nil {
		return err
	}
	r.starter = cmp.Or(who, r.actor)
	s.rerun(r, nil)
	return nil
}
