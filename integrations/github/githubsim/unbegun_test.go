package githubsim_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

// TestWhatNeverBegan: of a run that could not begin GitHub shows no jobs, and of one
// that ended before its turn those that had not begun are skipped, or cancelled where
// the run was.
func TestWhatNeverBegan(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		begun      string // the job that had begun; empty: none
		conclusion string
		want       []string
	}{
		"it could not begin":            {"", "startup_failure", nil},
		"cancelled while it waited":     {"", "cancelled", []string{"build completed cancelled", "Roll out completed cancelled"}},
		"given up while it waited":      {"", "stale", []string{"build completed skipped", "Roll out completed skipped"}},
		"failed after the first":        {"build", "failure", []string{"build completed failure", "Roll out completed skipped"}},
		"timed out in the first":        {"build", "timed_out", []string{"build completed timed_out", "Roll out completed skipped"}},
		"cancelled in the first":        {"build", "cancelled", []string{"build completed cancelled", "Roll out completed cancelled"}},
		"a word that nobody has so far": {"build", "eaten", []string{"build completed failure", "Roll out completed skipped"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, _ := seeded(t, githubsim.Options{})
			id := r.startRun(t, "api-1")
			if test.begun != "" {
				check(t, r.StartJob(id, test.begun))
			}
			check(t, r.FinishRun(id, test.conclusion))
			if diff := cmp.Diff(test.want, r.jobs(t, id, "")); diff != "" {
				t.Errorf("jobs (-want +got):\n%s", diff)
			}
		})
	}
}

// TestWhatWaits: a run that waits for its group has no jobs yet, and one that nobody
// works at ends as soon as it is cancelled, however long GitHub takes for others.
func TestWhatWaits(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{CancelDelay: time.Hour})
	r.Repo("acme/api").WriteFile("main", ".github/workflows/deploy.yml", grouped("deploy"))
	first := r.startRun(t, "api-1")
	check(t, r.StartJob(first, ""))
	second := r.startRun(t, "api-2")
	if jobs := r.jobs(t, second, ""); jobs != nil {
		t.Errorf("a run that waits for its group has the jobs %v", jobs)
	}
	check(t, r.WaitRun(second, "pending")) // said again, it is no other
	_, err := r.gh.Actions.CancelWorkflowRunByID(t.Context(), "acme", "api", second)
	wantAccepted(t, err)
	_, err = r.gh.Actions.CancelWorkflowRunByID(t.Context(), "acme", "api", first)
	wantAccepted(t, err)
	if diff := cmp.Diff([]string{"in_progress", "completed cancelled"}, states(r)); diff != "" {
		t.Errorf("runs (-want +got):\n%s", diff)
	}
}

// TestTheLineIsBounded: with queue: max a hundred runs wait, and the next one is
// cancelled.
func TestTheLineIsBounded(t *testing.T) {
	t.Parallel()
	r := newBareRig(t, githubsim.Options{})
	repo := r.Repo("acme/api")
	repo.WriteFile("main", ".github/workflows/deploy.yml", grouped("{group: deploy, queue: max}"))
	for range 102 {
		_, err := repo.Trigger("deploy.yml", "main", "push")
		check(t, err)
	}
	counts := map[string]int{}
	for _, state := range states(r) {
		counts[state]++
	}
	if diff := cmp.Diff(map[string]int{"queued": 1, "pending": 100, "completed cancelled": 1}, counts); diff != "" {
		t.Errorf("runs (-want +got):\n%s", diff)
	}
}

// TestClosedAtGitHub: what its owners have shut is refused in GitHub's words, and can
// still be read.
func TestClosedAtGitHub(t *testing.T) {
	t.Parallel()
	r, repo := seeded(t, githubsim.Options{})
	start := func() error {
		_, _, err := r.dispatch(t.Context(), "deploy.yml", dispatchBody{Ref: "main", Inputs: map[string]any{"release_id": "r", "sha": "x"}})
		return err
	}
	repo.SetWorkflowState("deploy.yml", "disabled_manually")
	wantStatus(t, start(), 422, "Cannot trigger a 'workflow_dispatch' on a disabled workflow")
	repo.SetWorkflowState("deploy.yml", "active")
	repo.SetActions(false)
	wantStatus(t, start(), 403, "Actions has been disabled for this repository.")
	repo.SetActions(true)
	repo.SetArchived(true)
	wantStatus(t, start(), 403, "Repository was archived so is read-only.")
	_, _, err := r.gh.Repositories.Get(t.Context(), "acme", "api")
	check(t, err)
	repo.SetArchived(false)
	check(t, start())
}

// TestInputsOfTheTypeEnvironment: they are one of the repository's environments.
func TestInputsOfTheTypeEnvironment(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	repo := r.Repo("acme/api")
	repo.WriteFile("main", ".github/workflows/deploy.yml", "on: {workflow_dispatch: {inputs: {where: {type: environment}}}}\njobs: {deploy: {steps: [{run: ./deploy}]}}\n")
	repo.SetEnvironments("staging")
	for where, status := range map[string]int{"staging": 0, "moon": 422} {
		_, _, err := r.dispatch(t.Context(), "deploy.yml", dispatchBody{Ref: "main", Inputs: map[string]any{"where": where}})
		if status == 0 {
			check(t, err)
			continue
		}
		wantStatus(t, err, status, "Provided value 'moon' for input 'where' not in the list of allowed values")
	}
}

// TestTokensOfAnApp: one is good for an hour, belongs to no person, and is not given
// for what was signed by a clock that runs ahead.
func TestTokensOfAnApp(t *testing.T) {
	t.Parallel()
	now := time.Now()
	r, _ := seeded(t, githubsim.Options{Now: func() time.Time { return now }})
	key := newKey(t)
	r.SetApp(1, &key.PublicKey)
	signed := jwt(t, key, "RS256", "1", 5*time.Minute)
	made, _, err := clientFor(t, r.url, signed).Apps.CreateInstallationToken(t.Context(), 7, nil)
	check(t, err)
	app := clientFor(t, r.url, made.GetToken())
	_, _, err = app.Users.Get(t.Context(), "")
	wantStatus(t, err, 403, "Resource not accessible by integration")
	_, _, err = app.Repositories.Get(t.Context(), "acme", "api")
	check(t, err)
	now = now.Add(61 * time.Minute)
	_, _, err = app.Repositories.Get(t.Context(), "acme", "api")
	wantStatus(t, err, 401, "Bad credentials")
	now = now.Add(-65 * time.Minute) // what was signed is of the future by now
	_, _, err = clientFor(t, r.url, signed).Apps.CreateInstallationToken(t.Context(), 7, nil)
	wantStatus(t, err, 401, "A JSON web token could not be decoded")
}
