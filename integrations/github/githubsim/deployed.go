package githubsim

import "errors"

// Deployments that nobody asks for by the API: GitHub makes one for each job that names an
// environment when the job begins (docs: "Managing environments for deployment"), and
// others make theirs.

// actionsBot is who makes what GitHub makes for a job.
const actionsBot = "github-actions[bot]"

// deployJob keeps the deployment of a job with an environment.
func (s *Server) deployJob(r *run, j *job, state string) {
	if j.environment == "" {
		return
	}
	if j.deployment == nil {
		j.deployment = s.deployed(r.repo, actionsBot, j.environment, r.branch, r.sha)
	}
	switch state {
	case "in_progress", "success":
	default:
		state = "failure"
	}
	s.addDeploymentStatus(r.repo, j.deployment, actionsBot, statusRequest{State: state, LogURL: r.html() + "/job/" + itoa(j.id)})
}

func (s *Server) deployed(r *repository, by, environment, ref, sha string) *deployment {
	production := environment == "production"
	d := &deployment{
		deploymentRequest: deploymentRequest{Ref: ref, Task: "deploy", Payload: []byte("{}"), Environment: environment, Production: &production},
		id:                s.nextID(), by: by, sha: sha, at: s.now(),
	}
	r.deployments = append(r.deployments, d)
	s.emit("deployment", "created", r, object{"deployment": r.deploymentJSON(d)})
	return d
}

// Deploy makes a deployment of a branch, tag or commit as another account does, which
// says in turn that it is in these states; log is where its log is, and may be empty.
func (h *Repo) Deploy(who, environment, ref, log string, states ...string) error {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	at := h.r.resolve(ref)
	if at == nil {
		return errors.New("no ref " + ref)
	}
	d := h.s.deployed(h.r, who, environment, ref, at.sha)
	for _, state := range states {
		h.s.addDeploymentStatus(h.r, d, who, statusRequest{State: state, LogURL: log})
	}
	return nil
}
