package githubsim_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

const guardedYAML = `
name: Deploy
on: {workflow_dispatch: {inputs: {release_id: {}, sha: {}}}}
jobs:
  build: {steps: [{run: make}]}
  deploy:
    environment: {name: "production"}
    steps: [{run: ./deploy}]
`

// guarded is a run whose first job is over and whose second names production,
// which has the given rules.
func guarded(t *testing.T, spec githubsim.EnvironmentSpec) (rig, int64) {
	t.Helper()
	r := newRig(t, githubsim.Options{})
	repo := r.Repo("acme/api")
	repo.WriteFile("main", ".github/workflows/deploy.yml", guardedYAML)
	repo.SetEnvironment("production", spec)
	id := r.startRun(t, "api-1")
	check(t, r.FinishJob(id, "build", "success", ""))
	return r, id
}

type pendingDeployment struct {
	Environment struct {
		ID int64 `json:"id"`
	} `json:"environment"`
}

func (r rig) pending(t *testing.T, run int64) []pendingDeployment {
	t.Helper()
	req, err := r.gh.NewRequest(http.MethodGet, "repos/acme/api/actions/runs/"+itoa(run)+"/pending_deployments", nil)
	check(t, err)
	var list []pendingDeployment
	_, err = r.gh.Do(t.Context(), req, &list)
	check(t, err)
	return list
}

func (r rig) answer(t *testing.T, run int64, state string) error {
	t.Helper()
	list := r.pending(t, run)
	if len(list) != 1 {
		t.Fatalf("it waits for %v", list)
	}
	_, _, err := r.gh.Actions.PendingDeployments(t.Context(), "acme", "api", run, &github.PendingDeploymentsRequest{
		EnvironmentIDs: []int64{list[0].Environment.ID}, State: state, Comment: "so be it",
	})
	return err
}

func TestEnvironmentWithReviewers(t *testing.T) {
	t.Parallel()
	r, id := guarded(t, githubsim.EnvironmentSpec{Reviewers: []string{"anna-gh", "slipway-sim"}})
	if got := r.state(t, id); got != "waiting " {
		t.Errorf("a run that waits for a review is %s", got)
	}
	if err := r.FinishJob(id, "deploy", "success", ""); err == nil {
		t.Error("a job that is held was carried out")
	}
	if r.ReviewRun(id, "ben-gh", "approved", "") == nil {
		t.Error("somebody who is no reviewer approved it")
	}
	check(t, r.answer(t, id, "approved"))
	check(t, r.FinishJob(id, "deploy", "success", ""))
	req, err := r.gh.NewRequest(http.MethodGet, "repos/acme/api/actions/runs/"+itoa(id)+"/approvals", nil)
	check(t, err)
	var approvals []struct {
		State   string `json:"state"`
		Comment string `json:"comment"`
	}
	_, err = r.gh.Do(t.Context(), req, &approvals)
	check(t, err)
	if len(approvals) != 1 || approvals[0].State != "approved" || approvals[0].Comment != "so be it" {
		t.Errorf("approvals = %+v", approvals)
	}
	env, _, err := r.gh.Repositories.GetEnvironment(t.Context(), "acme", "api", "production")
	check(t, err)
	if len(env.ProtectionRules) != 1 || len(env.ProtectionRules[0].Reviewers) != 2 {
		t.Errorf("environment = %v", env)
	}
}

func TestEnvironmentRefused(t *testing.T) {
	t.Parallel()
	r, id := guarded(t, githubsim.EnvironmentSpec{Reviewers: []string{"anna-gh"}})
	wantStatus(t, r.answer(t, id, "approved"), 422, "User is not authorized to review this deployment")
	check(t, r.ReviewRun(id, "anna-gh", "rejected", "not today"))
	if got := r.state(t, id); got != "completed failure" {
		t.Errorf("a refused run = %s", got)
	}
	r, id = guarded(t, githubsim.EnvironmentSpec{Branches: []string{"release/*"}})
	if got := r.state(t, id); got != "completed failure" {
		t.Errorf("a run from a branch that may not = %s", got)
	}
	r, id = guarded(t, githubsim.EnvironmentSpec{Reviewers: []string{"slipway-sim"}, PreventSelf: true})
	wantStatus(t, r.answer(t, id, "approved"), 422, "")
}

func TestEnvironmentWithTimer(t *testing.T) {
	t.Parallel()
	r, id := guarded(t, githubsim.EnvironmentSpec{Wait: githubsim.Duration(time.Second), Branches: []string{"main"}})
	if got := r.state(t, id); got != "waiting " {
		t.Errorf("a run that waits = %s", got)
	}
	eventually(t, "the time is over", func() bool { return r.FinishJob(id, "deploy", "success", "") == nil })
	list, _, err := r.gh.Repositories.ListEnvironments(t.Context(), "acme", "api", nil)
	check(t, err)
	if list.GetTotalCount() != 1 || len(list.Environments[0].ProtectionRules) != 2 {
		t.Errorf("environments = %v", list)
	}
}

// TestEnvironmentInAScript: a script waits for the review too.
func TestEnvironmentInAScript(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	repo := r.Repo("acme/api")
	repo.WriteFile("main", ".github/workflows/deploy.yml", guardedYAML)
	repo.SetEnvironment("production", githubsim.EnvironmentSpec{Reviewers: []string{"anna-gh"}})
	repo.SetScript("deploy.yml", githubsim.Script{Jobs: []githubsim.JobScript{{Name: "deploy", Environment: "production"}}})
	id := r.startRun(t, "api-1")
	eventually(t, "it waits", func() bool { return r.state(t, id) == "waiting " })
	check(t, r.ReviewRun(id, "anna-gh", "approved", ""))
	eventually(t, "it goes on", func() bool { return r.state(t, id) == "completed success" })
}
