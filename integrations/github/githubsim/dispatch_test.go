package githubsim_test

import (
	"fmt"
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

func TestDispatchGivesTheRun(t *testing.T) {
	t.Parallel()
	r, repo := seeded(t, githubsim.Options{})
	in := map[string]any{"release_id": "api-1.abc", "sha": "x", "environment": "production"}
	a, resp, err := r.dispatch(t.Context(), "deploy.yml", dispatchBody{Ref: "main", Inputs: in, Details: true})
	check(t, err)
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("status = %d, want 200", resp.StatusCode)
	}
	run, _, err := r.gh.Actions.GetWorkflowRunByID(t.Context(), "acme", "api", a.ID)
	check(t, err)
	if run.GetDisplayTitle() != "api-1.abc to production" || run.GetHeadSHA() != repo.SHA("main") || run.GetStatus() != "queued" {
		t.Errorf("run = %q at %s, %s", run.GetDisplayTitle(), run.GetHeadSHA(), run.GetStatus())
	}
	if a.HTMLURL != run.GetHTMLURL() || a.RunURL != run.GetURL() {
		t.Errorf("details = %+v, run %s %s", a, run.GetHTMLURL(), run.GetURL())
	}
	if diff := cmp.Diff(map[string]int{"api-1.abc": 1}, r.Dispatches()); diff != "" {
		t.Errorf("dispatches (-want +got):\n%s", diff)
	}
}

func TestDispatchWithoutDetails(t *testing.T) {
	t.Parallel()
	r, repo := seeded(t, githubsim.Options{OldServer: true})
	in := map[string]any{"release_id": "api-2", "sha": "x"}
	_, _, err := r.dispatch(t.Context(), "deploy.yml", dispatchBody{Ref: "main", Inputs: in, Details: true})
	wantStatus(t, err, 422, "Invalid request.\n\n\"return_run_details\" is not a permitted key.")
	repo.Tag("v1", "main")
	resp, err := r.gh.Actions.CreateWorkflowDispatchEventByFileName(t.Context(), "acme", "api", "deploy.yml",
		github.CreateWorkflowDispatchEventRequest{Ref: "v1", Inputs: in})
	check(t, err)
	if resp.StatusCode != http.StatusNoContent || len(r.Runs()) != 1 {
		t.Errorf("status %d, %d runs", resp.StatusCode, len(r.Runs()))
	}
	r.SetOldServer(false)
	r.startRun(t, "api-3")
}

func TestDispatchIsRefused(t *testing.T) {
	t.Parallel()
	r, repo := seeded(t, githubsim.Options{})
	repo.WriteFile("main", ".github/workflows/push.yml", "on: [push]\njobs: {}\n")
	repo.WriteFile("main", ".github/workflows/broken.yml", "on: {workflow_dispatch: [\n")
	repo.WriteFile("only-here", ".github/workflows/new.yml", "on: workflow_dispatch\n")
	with := func(more map[string]any) map[string]any {
		in := map[string]any{"release_id": "r", "sha": "x"}
		maps.Copy(in, more)
		return in
	}
	for name, test := range map[string]struct {
		file, ref string
		inputs    map[string]any
		status    int
		message   string
	}{
		"a SHA is no ref":       {"deploy.yml", repo.SHA("main"), with(nil), 422, "No ref found for: " + repo.SHA("main")},
		"unknown branch":        {"deploy.yml", "gone", with(nil), 422, "No ref found for: gone"},
		"unknown workflow":      {"gone.yml", "main", with(nil), 404, "Not Found"},
		"not on default branch": {"new.yml", "only-here", nil, 404, "Not Found"},
		"no trigger":            {"push.yml", "main", nil, 422, "Workflow does not have 'workflow_dispatch' trigger"},
		"broken file":           {"broken.yml", "main", nil, 422, ""},
		"missing input":         {"deploy.yml", "main", map[string]any{"sha": "x"}, 422, "Required input 'release_id' not provided"},
		"undeclared input":      {"deploy.yml", "main", with(map[string]any{"tier": "web"}), 422, `Unexpected inputs provided: ["tier"]`},
		"no such choice": {
			"deploy.yml", "main", with(map[string]any{"environment": "moon"}), 422,
			"Provided value 'moon' for input 'environment' not in the list of allowed values",
		},
		"no boolean": {"deploy.yml", "main", with(map[string]any{"dry": "maybe"}), 422, ""},
		"no number":  {"deploy.yml", "main", with(map[string]any{"replicas": "many"}), 422, ""},
	} {
		_, _, err := r.dispatch(t.Context(), test.file, dispatchBody{Ref: test.ref, Inputs: test.inputs})
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantStatus(t, err, test.status, test.message)
		})
	}
	if n := len(r.Runs()); n != 0 {
		t.Errorf("%d runs were made", n)
	}
}

func TestDispatchTakesAtMost25Inputs(t *testing.T) {
	t.Parallel()
	r := newBareRig(t, githubsim.Options{})
	r.Repo("acme/api").WriteFile("main", ".github/workflows/deploy.yml", deployYAML)
	in := map[string]any{}
	for i := range 26 {
		in[fmt.Sprint("i", i)] = "x"
	}
	_, _, err := r.dispatch(t.Context(), "deploy.yml", dispatchBody{Ref: "main", Inputs: in})
	wantStatus(t, err, 422, "Invalid request.\n\nNo more than 25 properties are allowed; 26 were supplied.")
}

func TestWorkflows(t *testing.T) {
	t.Parallel()
	r, repo := seeded(t, githubsim.Options{})
	repo.WriteFile("main", ".github/workflows/nightly.yml", "on: {schedule: []}\n")
	all, _, err := r.gh.Actions.ListWorkflows(t.Context(), "acme", "api", nil)
	check(t, err)
	if all.GetTotalCount() != 2 || all.Workflows[0].GetName() != "Deploy" {
		t.Errorf("workflows = %v", all.Workflows)
	}
	byFile, _, err := r.gh.Actions.GetWorkflowByFileName(t.Context(), "acme", "api", "deploy.yml")
	check(t, err)
	byID, _, err := r.gh.Actions.GetWorkflowByID(t.Context(), "acme", "api", byFile.GetID())
	check(t, err)
	if byID.GetPath() != ".github/workflows/deploy.yml" {
		t.Errorf("path = %s", byID.GetPath())
	}
	repo.Commit("main", githubsim.CommitSpec{Deleted: []string{byID.GetPath()}})
	_, _, err = r.gh.Actions.GetWorkflowByFileName(t.Context(), "acme", "api", "deploy.yml")
	wantStatus(t, err, 404, "")
	repo.SetBranch("main", "")
	_, _, err = r.gh.Actions.GetWorkflowByID(t.Context(), "acme", "api", byFile.GetID())
	wantStatus(t, err, 404, "")
}

func TestRunsAreListedAfterTheLag(t *testing.T) {
	t.Parallel()
	r, _ := seeded(t, githubsim.Options{Lag: time.Hour})
	before := time.Now().Add(-2 * time.Minute).UTC().Format(time.RFC3339)
	first, second := r.startRun(t, "api-1"), r.startRun(t, "api-2")
	list := func(o *github.ListWorkflowRunsOptions) []int64 {
		runs, _, err := r.gh.Actions.ListWorkflowRunsByFileName(t.Context(), "acme", "api", "deploy.yml", o)
		check(t, err)
		all, _, err := r.gh.Actions.ListRepositoryWorkflowRuns(t.Context(), "acme", "api", o)
		check(t, err)
		ids := []int64{}
		for i, run := range runs.WorkflowRuns {
			if all.WorkflowRuns[i].GetID() != run.GetID() {
				t.Errorf("the repository's list differs at %d", i)
			}
			ids = append(ids, run.GetID())
		}
		return ids
	}
	if got := list(nil); len(got) != 0 {
		t.Errorf("listed in the lag: %v", got)
	}
	r.SetLag(0)
	check(t, r.FinishRun(first, "failure"))
	for name, test := range map[string]struct {
		opts github.ListWorkflowRunsOptions
		want []int64
	}{
		"all":           {github.ListWorkflowRunsOptions{}, []int64{second, first}},
		"page":          {github.ListWorkflowRunsOptions{ListOptions: github.ListOptions{PerPage: 1, Page: 2}}, []int64{first}},
		"event, branch": {github.ListWorkflowRunsOptions{Event: "workflow_dispatch", Branch: "main"}, []int64{second, first}},
		"other branch":  {github.ListWorkflowRunsOptions{Branch: "x"}, []int64{}},
		"status":        {github.ListWorkflowRunsOptions{Status: "queued"}, []int64{second}},
		"conclusion":    {github.ListWorkflowRunsOptions{Status: "failure"}, []int64{first}},
		"created":       {github.ListWorkflowRunsOptions{Created: ">=" + before}, []int64{second, first}},
		"range":         {github.ListWorkflowRunsOptions{Created: before + "..*"}, []int64{second, first}},
		"too old":       {github.ListWorkflowRunsOptions{Created: "<" + before}, []int64{}},
	} {
		if diff := cmp.Diff(test.want, list(&test.opts)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
