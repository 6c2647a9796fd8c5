package githubsim

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// maxDescription is GitHub's limit on a deployment status' description.
const maxDescription = 140

// deployment is a GitHub Deployment.
type deployment struct {
	deploymentRequest
	id       int64
	by       string
	sha      string
	at       time.Time
	statuses []*deploymentStatus
}

type deploymentRequest struct {
	Ref         string          `json:"ref"`
	Task        string          `json:"task"`
	AutoMerge   *bool           `json:"auto_merge"`
	Contexts    *[]string       `json:"required_contexts"`
	Payload     json.RawMessage `json:"payload"`
	Environment string          `json:"environment"`
	Description string          `json:"description"`
	Transient   bool            `json:"transient_environment"`
	Production  *bool           `json:"production_environment"`
}

type deploymentStatus struct {
	statusRequest
	id int64
	by string
	at time.Time
}

type statusRequest struct {
	State        string `json:"state"`
	TargetURL    string `json:"target_url"`
	LogURL       string `json:"log_url"`
	Description  string `json:"description"`
	Environment  string `json:"environment"`
	URL          string `json:"environment_url"`
	AutoInactive *bool  `json:"auto_inactive"`
}

func (s *Server) createDeployment(c *call) answer {
	var req deploymentRequest
	if err := c.decode(&req); err != nil {
		return fail(http.StatusBadRequest, "Problems parsing JSON")
	}
	r := c.repo
	at := r.resolve(req.Ref)
	if at == nil {
		return unprocessable("No ref found for: " + req.Ref)
	}
	if merged := s.autoMerge(r, req, at); merged {
		return reply(http.StatusAccepted, object{"message": "Auto-merged " + r.defaultBranch + " into " + req.Ref + " on deployment."})
	}
	if !r.contextsGreen(at, req.Contexts) {
		return fail(http.StatusConflict, "Conflict: Commit status checks failed for "+req.Ref+".")
	}
	req.Task = cmp.Or(req.Task, "deploy")
	req.Environment = cmp.Or(req.Environment, "production")
	if req.Production == nil {
		production := req.Environment == "production"
		req.Production = &production
	}
	if len(req.Payload) == 0 {
		req.Payload = json.RawMessage(`{}`)
	}
	d := &deployment{deploymentRequest: req, id: s.nextID(), by: s.login(c), sha: at.sha, at: s.now()}
	r.deployments = append(r.deployments, d)
	s.emit("deployment", "created", r, object{"deployment": r.deploymentJSON(d)})
	return reply(http.StatusCreated, r.deploymentJSON(d))
}

// autoMerge merges the default branch into a branch that is behind it; then no
// deployment is made. It is on unless the request says otherwise.
func (s *Server) autoMerge(r *repository, req deploymentRequest, at *commit) bool {
	tip := r.commits[r.branches[r.defaultBranch]]
	if _, isBranch := r.branches[req.Ref]; !isBranch || tip == nil || (req.AutoMerge != nil && !*req.AutoMerge) {
		return false
	}
	if r.ancestors(at)[tip.sha] {
		return false
	}
	merged := r.newCommit(req.Ref, CommitSpec{
		Message: "Merge " + r.defaultBranch + " into " + req.Ref, Merge: r.defaultBranch, Date: s.now(),
	})
	r.branches[req.Ref] = merged.sha
	return true
}

// contextsGreen checks required_contexts: left out means all statuses there are,
// an empty list means none.
func (r *repository) contextsGreen(at *commit, required *[]string) bool {
	states := map[string]string{}
	var all []string
	for _, st := range r.statusesOf(at.sha) {
		states[st.Context] = st.State
		all = append(all, st.Context)
	}
	if required != nil {
		all = *required
	}
	return !slices.ContainsFunc(all, func(context string) bool { return states[context] != "success" })
}

func (s *Server) listDeployments(c *call) answer {
	list := []object{}
	for _, d := range slices.Backward(c.repo.deployments) {
		if fits(c, "sha", d.sha) && fits(c, "ref", d.Ref) && fits(c, "task", d.Task) && fits(c, "environment", d.Environment) {
			list = append(list, c.repo.deploymentJSON(d))
		}
	}
	return linked(c, ok(window(list, pageOf(c.query))), len(list))
}

func (c *call) deployment() *deployment {
	for _, d := range c.repo.deployments {
		if strconv.FormatInt(d.id, 10) == c.vars["deployment"] {
			return d
		}
	}
	return nil
}

func (s *Server) getDeployment(c *call) answer {
	d := c.deployment()
	if d == nil {
		return notFound()
	}
	return ok(c.repo.deploymentJSON(d))
}

func (s *Server) listDeploymentStatuses(c *call) answer {
	d := c.deployment()
	if d == nil {
		return notFound()
	}
	list := []object{}
	for _, st := range slices.Backward(d.statuses) {
		list = append(list, c.repo.deploymentStatusJSON(d, st))
	}
	return linked(c, ok(window(list, pageOf(c.query))), len(list))
}

func (s *Server) createDeploymentStatus(c *call) answer {
	d := c.deployment()
	if d == nil {
		return notFound()
	}
	var req statusRequest
	if err := c.decode(&req); err != nil {
		return fail(http.StatusBadRequest, "Problems parsing JSON")
	}
	if len(req.Description) > maxDescription {
		return unprocessable("Validation Failed: description is too long (maximum is 140 characters)")
	}
	st := s.addDeploymentStatus(c.repo, d, s.login(c), req)
	if req.State == "success" && (req.AutoInactive == nil || *req.AutoInactive) {
		s.retirePrior(c.repo, d)
	}
	return reply(http.StatusCreated, c.repo.deploymentStatusJSON(d, st))
}

func (s *Server) addDeploymentStatus(r *repository, d *deployment, by string, req statusRequest) *deploymentStatus {
	req.Environment = cmp.Or(req.Environment, d.Environment)
	req.LogURL = cmp.Or(req.LogURL, req.TargetURL)
	d.Environment = req.Environment
	st := &deploymentStatus{req, s.nextID(), by, s.now()}
	d.statuses = append(d.statuses, st)
	s.emit("deployment_status", "created", r, object{
		"deployment_status": r.deploymentStatusJSON(d, st), "deployment": r.deploymentJSON(d),
	})
	return st
}

// retirePrior is auto_inactive: earlier successful deployments of the same
// environment become inactive, but never a production or transient one.
func (s *Server) retirePrior(r *repository, newest *deployment) {
	for _, d := range r.deployments {
		if d.id >= newest.id || d.Environment != newest.Environment || d.Transient || *d.Production || len(d.statuses) == 0 {
			continue
		}
		if d.statuses[len(d.statuses)-1].State == "success" {
			s.addDeploymentStatus(r, d, newest.by, statusRequest{State: "inactive"})
		}
	}
}

func (r *repository) deploymentJSON(d *deployment) object {
	api := r.api() + "/deployments/" + itoa(d.id)
	updated := d.at
	if n := len(d.statuses); n > 0 {
		updated = d.statuses[n-1].at
	}
	return object{
		"id": d.id, "node_id": nodeID("Deployment", d.id), "url": api, "sha": d.sha, "ref": d.Ref, "task": d.Task,
		"payload": d.Payload, "original_environment": d.Environment, "environment": d.Environment,
		"description": orNull(d.Description), "creator": userJSON(d.by), "created_at": stamp(d.at), "updated_at": stamp(updated),
		"statuses_url": api + "/statuses", "repository_url": r.api(),
		"transient_environment": d.Transient, "production_environment": *d.Production,
	}
}

func (r *repository) deploymentStatusJSON(d *deployment, st *deploymentStatus) object {
	api := r.api() + "/deployments/" + itoa(d.id)
	return object{
		"id": st.id, "node_id": nodeID("DeploymentStatus", st.id), "url": api + "/statuses/" + itoa(st.id),
		"state": st.State, "creator": userJSON(st.by), "description": st.Description, "environment": st.Environment,
		"target_url": st.LogURL, "log_url": st.LogURL, "environment_url": st.URL,
		"created_at": stamp(st.at), "updated_at": stamp(st.at), "deployment_url": api, "repository_url": r.api(),
	}
}

// DeploymentInfo is what a test wants to know of a deployment.
type DeploymentInfo struct {
	ID          int64    `json:"id"`
	SHA         string   `json:"sha"`
	Environment string   `json:"environment"`
	States      []string `json:"states"`
}

// Deployments gives the repository's deployments with the states they went
// through, oldest first.
func (h *Repo) Deployments() []DeploymentInfo {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	all := []DeploymentInfo{}
	for _, d := range h.r.deployments {
		info := DeploymentInfo{ID: d.id, SHA: d.sha, Environment: d.Environment}
		for _, st := range d.statuses {
			info.States = append(info.States, st.State)
		}
		all = append(all, info)
	}
	return all
}
