package githubsim

import (
	"fmt"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

// Environments (docs: "Managing environments for deployment"): a job that names
// one waits until its rules let it go, and is a deployment of its own at GitHub.

// EnvironmentSpec says by which rules jobs may use an environment.
type EnvironmentSpec struct {
	// Reviewers are accounts, of which one must approve.
	Reviewers []string `json:"reviewers"`
	// PreventSelf keeps whoever started the run from approving it.
	PreventSelf bool `json:"prevent_self"`
	// Wait is how long a job is held in any case.
	Wait Duration `json:"wait"`
	// Branches are patterns of which one must match the run's ref; any if empty.
	Branches []string `json:"branches"`
}

type environment struct {
	EnvironmentSpec
	id int64
	at time.Time
}

func (e environment) holds() bool { return len(e.Reviewers) > 0 || e.Wait > 0 }

func (e environment) admits(ref string) bool {
	return len(e.Branches) == 0 || slices.ContainsFunc(e.Branches, func(pattern string) bool {
		fits, err := path.Match(pattern, ref)
		return err == nil && fits
	})
}

// runReview is one answer to a run that an environment held.
type runReview struct {
	environment, by, state, comment string
}

// SetEnvironment makes an environment, or gives it other rules.
func (h *Repo) SetEnvironment(name string, spec EnvironmentSpec) {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	known := h.r.environments[name]
	if known == nil {
		known = &environment{id: h.s.nextID(), at: h.s.now()}
		h.r.environments[name] = known
	}
	known.EnvironmentSpec = spec
}

// ReviewRun approves or refuses what a run waits for in an environment, as one of
// its reviewers does on GitHub's page.
func (s *Server) ReviewRun(id int64, by, state, comment string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.running(id)
	if err != nil {
		return err
	}
	held := r.heldIn()
	if len(held) == 0 {
		return fmt.Errorf("run %d waits for nobody", id)
	}
	for _, name := range held {
		if !s.mayReview(r, name, by) {
			return fmt.Errorf("%s is no reviewer of %s", by, name)
		}
		s.review(r, runReview{name, by, state, comment})
	}
	return nil
}

func (s *Server) mayReview(r *run, name, by string) bool {
	e := r.repo.environments[name]
	return e != nil && slices.Contains(e.Reviewers, by) && (!e.PreventSelf || by != r.actor)
}

// heldIn names the environments whose rules hold a job of the run.
func (r *run) heldIn() []string {
	names := map[string]bool{}
	for _, j := range r.currentJobs() {
		if j.status == "waiting" && j.environment != "" {
			names[j.environment] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// holdNext looks, when a job may be next, whether the rules of its environment
// hold it or refuse it.
func (s *Server) holdNext(r *run) {
	for _, j := range r.currentJobs() {
		if j.status == completed {
			continue
		}
		e := r.repo.environments[j.environment]
		if e == nil || j.status != "queued" || r.released[j.environment] {
			return
		}
		switch {
		case !e.admits(r.branch):
			j.skipSteps(s.now())
			s.endJob(r, j, "failure")
			s.complete(r, "failure")
		case e.holds():
			s.hold(r, j)
			s.waitOut(r, j.environment, time.Duration(e.Wait))
		}
		return
	}
}

func (s *Server) hold(r *run, j *job) {
	j.status, j.started = "waiting", time.Time{}
	r.status, r.updated = "waiting", s.now()
	s.emitJob(r, j, "waiting")
}

// waitOut ends the time for which an environment holds a job, where nobody has to
// approve it.
func (s *Server) waitOut(r *run, name string, wait time.Duration) {
	if len(r.repo.environments[name].Reviewers) > 0 {
		return
	}
	id, attempt := r.id, r.attempt
	s.work.Go(func() {
		if !s.pause(wait) {
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if r, err := s.running(id); err == nil && r.attempt == attempt {
			s.release(r, name)
		}
	})
}

func (s *Server) review(r *run, answer runReview) {
	r.reviews = append(r.reviews, answer)
	if answer.state == "approved" {
		s.release(r, answer.environment)
		return
	}
	for _, j := range r.currentJobs() {
		if j.status == "waiting" && j.environment == answer.environment {
			j.skipSteps(s.now())
			s.endJob(r, j, "failure")
		}
	}
	s.complete(r, "failure")
}

// release lets the jobs go that an environment holds.
func (s *Server) release(r *run, name string) {
	r.released[name] = true
	for _, j := range r.currentJobs() {
		if j.status == "waiting" && j.environment == name {
			j.status, r.status, r.updated = "queued", "queued", s.now()
			s.emitJob(r, j, "queued")
		}
	}
}

// skipSteps ends the steps of a job that never began.
func (j *job) skipSteps(now time.Time) {
	for _, st := range j.steps {
		st.finish("skipped", now)
	}
}

func (s *Server) listPending(c *call) answer {
	r := s.runOf(c)
	if r == nil {
		return notFound()
	}
	list := []object{}
	for _, name := range r.heldIn() {
		list = append(list, s.pendingJSON(r, name, s.login(c)))
	}
	return ok(list)
}

func (s *Server) pendingJSON(r *run, name, by string) object {
	e := r.repo.environments[name]
	reviewers := []object{}
	for _, login := range e.Reviewers {
		reviewers = append(reviewers, object{"type": "User", "reviewer": userJSON(login)})
	}
	return object{
		"environment": r.repo.environmentName(name), "wait_timer": int(time.Duration(e.Wait).Minutes()),
		"wait_timer_started_at": stamp(r.updated), "current_user_can_approve": s.mayReview(r, name, by), "reviewers": reviewers,
	}
}

func (r *repository) environmentName(name string) object {
	e := r.environments[name]
	return object{
		"id": e.id, "node_id": nodeID("Environment", e.id), "name": name,
		"url": r.api() + "/environments/" + name, "html_url": r.html() + "/deployments/activity_log?environments_filter=" + name,
	}
}

// postReview answers "Review pending deployments for a workflow run": only whoever
// is a reviewer may.
func (s *Server) postReview(c *call) answer {
	r := s.runOf(c)
	if r == nil {
		return notFound()
	}
	var req struct {
		IDs     []int64 `json:"environment_ids"`
		State   string  `json:"state"`
		Comment string  `json:"comment"`
	}
	if err := c.decode(&req); err != nil {
		return fail(http.StatusBadRequest, "Problems parsing JSON")
	}
	made := []object{}
	for _, name := range r.heldIn() {
		switch {
		case !slices.Contains(req.IDs, r.repo.environments[name].id):
			continue
		case !s.mayReview(r, name, s.login(c)):
			return unprocessable("User is not authorized to review this deployment")
		}
		s.review(r, runReview{name, s.login(c), req.State, req.Comment})
		made = append(made, r.repo.deploymentJSON(&deployment{
			deploymentRequest: deploymentRequest{Ref: r.branch, Task: "deploy", Payload: []byte("{}"), Environment: name, Production: new(bool)},
			id:                s.nextID(), by: actor, sha: r.sha, at: s.now(),
		}))
	}
	return ok(made)
}

func (s *Server) listApprovals(c *call) answer {
	r := s.runOf(c)
	if r == nil {
		return notFound()
	}
	list := []object{}
	for _, one := range r.reviews {
		where := r.repo.environmentName(one.environment)
		where["created_at"], where["updated_at"] = stamp(r.created), stamp(r.updated)
		list = append(list, object{"environments": []object{where}, "state": one.state, "user": userJSON(one.by), "comment": one.comment})
	}
	return ok(list)
}

func (s *Server) listEnvironments(c *call) answer {
	list := []object{}
	for _, name := range slices.Sorted(maps.Keys(c.repo.environments)) {
		list = append(list, c.repo.environmentJSON(name))
	}
	return linked(c, ok(object{"total_count": len(list), "environments": window(list, pageOf(c.query))}), len(list))
}

func (s *Server) getEnvironment(c *call) answer {
	name := strings.ReplaceAll(c.vars["environment_name"], "%2F", "/")
	if c.repo.environments[name] == nil {
		return notFound()
	}
	return ok(c.repo.environmentJSON(name))
}

func (r *repository) environmentJSON(name string) object {
	e, o := r.environments[name], r.environmentName(name)
	rules := []object{}
	if e.Wait > 0 {
		rules = append(rules, object{"id": e.id + 1, "node_id": nodeID("Gate", e.id+1), "type": "wait_timer", "wait_timer": int(time.Duration(e.Wait).Minutes())})
	}
	if len(e.Reviewers) > 0 {
		reviewers := []object{}
		for _, login := range e.Reviewers {
			reviewers = append(reviewers, object{"type": "User", "reviewer": userJSON(login)})
		}
		rules = append(rules, object{"id": e.id + 2, "node_id": nodeID("Gate", e.id+2), "type": "required_reviewers", "prevent_self_review": e.PreventSelf, "reviewers": reviewers})
	}
	o["deployment_branch_policy"] = nil
	if len(e.Branches) > 0 {
		rules = append(rules, object{"id": e.id + 3, "node_id": nodeID("Gate", e.id+3), "type": "branch_policy"})
		o["deployment_branch_policy"] = object{"protected_branches": false, "custom_branch_policies": true}
	}
	o["created_at"], o["updated_at"], o["protection_rules"] = stamp(e.at), stamp(e.at), rules
	return o
}

// SetEnvironments makes the environments of these names be those that there are,
// without rules.
func (h *Repo) SetEnvironments(names ...string) {
	h.s.mu.Lock()
	clear(h.r.environments)
	h.s.mu.Unlock()
	for _, name := range names {
		h.SetEnvironment(name, EnvironmentSpec{})
	}
}
