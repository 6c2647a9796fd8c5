package githubsim

import "net/http"

// What its owners have closed: a repository that is archived, hidden, or has GitHub
// Actions switched off, and a workflow that is disabled.

// SetArchived archives a repository: it can be read, and nothing else.
func (h *Repo) SetArchived(archived bool) {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	h.r.archived = archived
}

// SetHidden takes a repository away from every token, as when it is deleted, or the
// token's access to it is: GitHub then answers 404 to whatever is asked of it.
func (h *Repo) SetHidden(hidden bool) {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	h.r.hidden = hidden
}

// seen is a repository, nil if there is none or it is hidden.
func (s *Server) seen(name string) *repository {
	if r := s.repos[name]; r != nil && !r.hidden {
		return r
	}
	return nil
}

// SetActions switches GitHub Actions on or off.
func (h *Repo) SetActions(on bool) {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	h.r.actionsOff = !on
}

// SetWorkflowState says how a workflow file stands: active, or disabled_manually,
// disabled_inactivity and the like.
func (h *Repo) SetWorkflowState(file, state string) {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	if w := h.r.findWorkflow(file); w != nil {
		w.state = state
	}
}

// closed is the refusal of a request that the state of a repository does not
// allow.
func (c *call) closed() (answer, bool) {
	if c.repo.archived && c.method != http.MethodGet {
		return fail(http.StatusForbidden, "Repository was archived so is read-only."), true
	}
	return answer{}, false
}

// notStarted is the refusal to start a workflow that is not to run.
func (r *repository) notStarted(w *workflow) (answer, bool) {
	switch {
	case r.actionsOff:
		return fail(http.StatusForbidden, "Actions has been disabled for this repository."), true
	case w.state != active:
		return unprocessable("Cannot trigger a 'workflow_dispatch' on a disabled workflow"), true
	}
	return answer{}, false
}
