package github_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

func TestChecks(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	for context, state := range map[string]string{"ci/a": "success", "ci/b": "pending", "ci/c": "error", "ci/d": "failure"} {
		r.repo.SetStatus("main", githubsim.StatusSpec{Context: context, State: state})
	}
	for name, conclusion := range map[string]string{
		"ok": "success", "neutral": "neutral", "skipped": "skipped", "bad": "failure", "odd": "timed_out", "running": "",
	} {
		r.repo.AddCheck("main", githubsim.CheckSpec{Name: name, Conclusion: conclusion})
	}
	for suite, conclusions := range [][]string{{"failure", "success"}, {"success"}} { // run again, and of another workflow
		for _, conclusion := range conclusions {
			r.repo.AddCheck("main", githubsim.CheckSpec{Name: "flaky", Conclusion: conclusion, Suite: int64(70 + suite)})
		}
	}
	got, err := r.client.Checks(t.Context(), bot.ChecksQuery{Repo: repoName, SHA: r.first})
	check(t, err)
	want := bot.Checks{
		Passed: 5, Pending: []string{"ci/b", "running"}, Failed: []string{"bad", "ci/c", "ci/d", "odd"}, Complete: true,
		Known: []string{"bad", "ci/a", "ci/b", "ci/c", "ci/d", "flaky", "neutral", "odd", "ok", "running", "skipped"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("checks (-want +got):\n%s", diff)
	}
	wantCount(t, r, "", "", 3)
}

// Of one name each suite counts, and the worst of them: neither a newer one that
// went well nor one that was skipped hides a failure.
func TestChecksFailClosedAcrossSuites(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		older, newer string
		want         bot.Checks
	}{
		"failed and green":    {"failure", "success", bot.Checks{Failed: []string{"Build"}}},
		"green and failed":    {"success", "failure", bot.Checks{Failed: []string{"Build"}}},
		"failed and skipped":  {"failure", "skipped", bot.Checks{Failed: []string{"Build"}}},
		"failed and pending":  {"failure", "", bot.Checks{Failed: []string{"Build"}}},
		"pending and green":   {"", "success", bot.Checks{Pending: []string{"Build"}}},
		"pending and skipped": {"", "skipped", bot.Checks{Pending: []string{"Build"}}},
		"cancelled and green": {"cancelled", "success", bot.Checks{Failed: []string{"Build"}}},
		"green and skipped":   {"success", "skipped", bot.Checks{Passed: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, asked := range [][]string{nil, {"Build"}} {
				r := newRig(t, githubsim.Options{})
				r.repo.AddCheck("main", githubsim.CheckSpec{Name: "Build", Conclusion: tt.older})
				r.repo.AddCheck("main", githubsim.CheckSpec{Name: "Build", Conclusion: tt.newer})
				got, err := r.client.Checks(t.Context(), bot.ChecksQuery{Repo: repoName, SHA: r.first, Names: asked})
				check(t, err)
				want := tt.want
				want.Known, want.Complete = []string{"Build"}, true
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("asked for %v (-want +got):\n%s", asked, diff)
				}
			}
		})
	}
}

// A job of a workflow that slipway starts is no check of the commit, where it was
// dispatched, by whomever. The same file run by a push is CI.
func TestOurOwnRunIsNoCheck(t *testing.T) {
	t.Parallel()
	for _, lag := range []time.Duration{0, time.Hour} { // a run may be listed late
		for state, move := range map[string]func(r rig, id int64){
			"queued":  func(rig, int64) {},
			"running": func(r rig, id int64) { check(t, r.StartJob(id, "")) },
			"failed":  func(r rig, id int64) { check(t, r.FinishJob(id, "", "failure", "")) },
			"again": func(r rig, id int64) {
				check(t, r.FinishRun(id, "failure"))
				check(t, r.Rerun(id))
			},
		} {
			for event, counts := range map[string]bool{"workflow_dispatch": false, "push": true, "pull_request": true, "schedule": true} {
				t.Run(fmt.Sprintf("%s by %s, listed after %s", state, event, lag), func(t *testing.T) {
					t.Parallel()
					r := newRig(t, githubsim.Options{Lag: lag})
					r.repo.AddCheck("main", githubsim.CheckSpec{Name: "unit", Conclusion: "success"})
					id, err := r.repo.Trigger("deploy.yml", "main", event)
					check(t, err)
					move(r, id)
					got, err := r.client.Checks(t.Context(), bot.ChecksQuery{Repo: repoName, SHA: r.first, Started: []string{"deploy.yml"}})
					check(t, err)
					if green := len(got.Failed)+len(got.Pending) == 0; green == counts || !got.Complete || got.Passed != 1 {
						t.Errorf("checks = %+v", got)
					}
				})
			}
		}
	}
}

// What another workflow does that somebody started by hand is a check as any
// other, and so is our own where slipway does not start it.
func TestADispatchedRunOfAnotherWorkflowCounts(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	check(t, r.FinishJob(r.dispatch(t), "", "failure", ""))
	got, err := r.client.Checks(t.Context(), bot.ChecksQuery{Repo: repoName, SHA: r.first, Started: []string{"release.yml"}})
	check(t, err)
	if len(got.Failed) == 0 {
		t.Errorf("checks = %+v", got)
	}
}

// A named check is asked for by its name: however many there are, it is found.
// Where it has not reported, those that have are named.
func TestNamedChecks(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	r.repo.AddCheck("main", githubsim.CheckSpec{Name: "build", Conclusion: "failure"})
	for i := range 600 {
		r.repo.AddCheck("main", githubsim.CheckSpec{Name: fmt.Sprintf("c%d", i), Conclusion: "success"})
	}
	r.repo.SetStatus("main", githubsim.StatusSpec{Context: "ci/a", State: "success"})
	got, err := r.client.Checks(t.Context(), bot.ChecksQuery{Repo: repoName, SHA: r.first, Names: []string{"build", "ci/a"}})
	check(t, err)
	want := bot.Checks{Passed: 1, Failed: []string{"build"}, Known: []string{"build", "ci/a"}, Complete: true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("checks (-want +got):\n%s", diff)
	}
	wantCount(t, r, "", "", 4) // statuses, dispatched runs, and one each name

	few := newRig(t, githubsim.Options{})
	few.repo.AddCheck("main", githubsim.CheckSpec{Name: "build", Conclusion: "success"})
	got, err = few.client.Checks(t.Context(), bot.ChecksQuery{Repo: repoName, SHA: few.first, Names: []string{"CI / build"}})
	check(t, err)
	if diff := cmp.Diff(bot.Checks{Passed: 1, Known: []string{"build"}, Complete: true}, got); diff != "" {
		t.Errorf("checks (-want +got):\n%s", diff)
	}
}

// What GitHub does not let a token read is said as GitHub says it.
func TestChecksThatMayNotBeRead(t *testing.T) {
	t.Parallel()
	for words, mend := range map[string]string{
		"Resource not accessible by personal access token": "A fine-grained personal token cannot read the checks",
		"Resource not accessible by integration":           "Grant it to the GitHub App",
	} {
		r := newRig(t, githubsim.Options{})
		fault := refusing(words, "checks=read")
		fault.Count = -1
		r.AddFault(fault.On("GET", "*/check-runs"))
		got, err := r.client.Checks(t.Context(), bot.ChecksQuery{Repo: repoName, SHA: r.first})
		check(t, err)
		if got.Complete || !strings.Contains(got.Problem, words) || !strings.Contains(got.Problem, "checks=read") || !strings.Contains(got.Mend, mend) {
			t.Errorf("checks = %+v", got)
		}
	}
}

func TestChecksArePaged(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	for i := range 250 {
		r.repo.SetStatus("main", githubsim.StatusSpec{Context: fmt.Sprintf("s%d", i), State: "success"})
	}
	got, err := r.client.Checks(t.Context(), bot.ChecksQuery{Repo: repoName, SHA: r.first})
	check(t, err)
	if got.Passed != 250 || !got.Complete || got.Failed != nil {
		t.Errorf("passed %d, complete %t", got.Passed, got.Complete)
	}
	wantCount(t, r, "GET", "*/status", 3)
	for i := range 501 {
		r.repo.AddCheck("main", githubsim.CheckSpec{Name: fmt.Sprintf("c%d", i), Conclusion: "success"})
	}
	got, err = r.client.Checks(t.Context(), bot.ChecksQuery{Repo: repoName, SHA: r.first})
	check(t, err)
	if got.Complete {
		t.Error("pages were cut, and the answer is complete")
	}
}

func TestChecksAreIncompleteWhenHalfIsMissing(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	r.repo.SetStatus("main", githubsim.StatusSpec{Context: "ci", State: "success"})
	r.AddFault(githubsim.Fault{Status: http.StatusForbidden, Count: -1}.On("GET", "*/check-runs"))
	got, err := r.client.Checks(t.Context(), bot.ChecksQuery{Repo: repoName, SHA: r.first})
	check(t, err)
	if got.Complete || got.Passed != 1 {
		t.Errorf("checks = %+v", got)
	}
	r.AddFault(githubsim.Fault{Status: http.StatusForbidden, Count: -1}.On("GET", "*/status"))
	_, err = r.client.Checks(t.Context(), bot.ChecksQuery{Repo: repoName, SHA: r.first})
	wantKind(t, err, bot.Denied)
}

func TestWorkflow(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	r.repo.WriteFile("main", ".github/workflows/plain.yaml", "on: push\njobs: {}\n")
	r.repo.WriteFile("main", ".github/workflows/broken.yml", "on: [push\n  x: {")
	r.repo.SetBranch("release/1", r.first)
	want := bot.WorkflowFile{
		Inputs: []bot.WorkflowInput{
			{Name: "environment", Type: bot.InputText, Default: new("staging")},
			{Name: "release_id", Type: bot.InputText, Required: true},
			{Name: "sha", Type: bot.InputText, Required: true},
		},
		Jobs:         []string{"build", "Roll out"},
		Dispatchable: true, RunName: "${{ inputs.release_id }} to ${{ inputs.environment }}", Host: bot.CodeHost{NamesRuns: true, MaxInputs: 25},
	}
	for _, ref := range []string{"main", "release/1", r.first} {
		got, err := r.client.Workflow(t.Context(), repoName, "deploy.yml", ref, "")
		check(t, err)
		want.Ref = ref
		want.Blob = got.Blob
		if diff := cmp.Diff(want, got); diff != "" || len(got.Blob) != 40 {
			t.Errorf("workflow at %q (-want +got):\n%s", ref, diff)
		}
	}
	got, err := r.client.Workflow(t.Context(), repoName, "plain.yaml", "main", "")
	check(t, err)
	if got.Dispatchable || got.RunName != "" || got.Inputs != nil {
		t.Errorf("plain = %+v", got)
	}
	got, err = r.client.Workflow(t.Context(), repoName, "broken.yml", "main", "")
	wantKind(t, err, bot.Invalid)
	if len(got.Blob) != 40 {
		t.Errorf("broken = %+v", got)
	}
	for _, ref := range []string{"main", "nope"} {
		_, err = r.client.Workflow(t.Context(), repoName, "nope.yml", ref, "")
		wantKind(t, err, bot.NotFound)
		if says, mend := bot.ForPeople(err); !strings.Contains(says, ".github/workflows/nope.yml") || mend == "" {
			t.Errorf("says %q, mend %q", says, mend)
		}
	}
	for _, body := range []string{`[]`, `{"type":"symlink"}`, `{"type":"file","encoding":"none","size":2000000}`, `{"type":"file","encoding":"base64","content":"!"}`} {
		r.AddFault(githubsim.Fault{Status: http.StatusOK, Body: body}.On("GET", "*/contents/*"))
		_, err = r.client.Workflow(t.Context(), repoName, "deploy.yml", "main", "")
		wantKind(t, err, bot.Invalid)
	}
	_, err = r.client.Workflow(t.Context(), "acme/nope", "deploy.yml", "main", "")
	wantKind(t, err, bot.NotFound)
}

// What was read at a commit is not read again: it cannot be another file.
func TestWorkflowAtACommitIsReadOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	for range 3 {
		at, err := r.client.Workflow(t.Context(), repoName, "deploy.yml", "main", r.first)
		check(t, err)
		if at.Ref != "main" || len(at.Blob) != 40 || !at.Dispatchable {
			t.Errorf("workflow = %+v", at)
		}
	}
	wantCount(t, r, "GET", "*/contents/*", 1)
	next := r.repo.WriteFile("main", ".github/workflows/deploy.yml", "on: push\n")
	now, err := r.client.Workflow(t.Context(), repoName, "deploy.yml", "main", next)
	check(t, err)
	if now.Dispatchable {
		t.Errorf("workflow = %+v", now)
	}
	_, err = r.client.Workflow(t.Context(), repoName, "nope.yml", "main", next)
	if says, _ := bot.ForPeople(err); !strings.Contains(says, "nope.yml on main of acme/api") {
		t.Errorf("says %q", says)
	}
}

// The name of the default branch is asked for now and then.
func TestDefaultBranchIsAskedForOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	for range 3 {
		name, err := r.client.DefaultBranch(t.Context(), repoName)
		check(t, err)
		if name != "main" {
			t.Errorf("the default branch is %q", name)
		}
	}
	wantCount(t, r, "", "", 1)
}

func TestDeployments(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	record := bot.DeploymentRecord{
		Repo: repoName, SHA: r.first, Environment: "production", Production: true, Release: "api-7", Kind: bot.Deploy,
		State: bot.DeploymentRunning, LogURL: "https://github.com/acme/api/actions/runs/1", Says: strings.Repeat("long words ", 40),
	}
	id, err := r.client.RecordDeployment(t.Context(), record)
	check(t, err)
	again, err := r.client.RecordDeployment(t.Context(), record) // the first answer was lost
	check(t, err)
	other := record
	other.Release, other.Kind = "api-8", bot.Rollback
	otherID, err := r.client.RecordDeployment(t.Context(), other)
	check(t, err)
	record.ID, record.State, record.LogURL = id, bot.DeploymentGone, "not a URL"
	_, err = r.client.RecordDeployment(t.Context(), record)
	check(t, err)
	if id == 0 || again != id || otherID == id {
		t.Errorf("ids are %d, %d and %d", id, again, otherID)
	}
	got := r.repo.Deployments()
	want := []githubsim.DeploymentInfo{
		{ID: id, SHA: r.first, Environment: "production", States: []string{"in_progress", "in_progress", "inactive"}},
		{ID: otherID, SHA: r.first, Environment: "production", States: []string{"in_progress"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("deployments (-want +got):\n%s", diff)
	}
	wantCount(t, r, "POST", "*/deployments", 2)
	created := slices.IndexFunc(r.Requests(), func(q githubsim.Request) bool { return q.Method == http.MethodPost })
	body := r.Requests()[created].Body
	for _, part := range []string{`"auto_merge":false`, `"required_contexts":[]`, `"production_environment":true`, `"release":"api-7"`, `"service":"api"`} {
		if !strings.Contains(body, part) {
			t.Errorf("the request lacks %s: %s", part, body)
		}
	}
	record.ID = 999
	_, err = r.client.RecordDeployment(t.Context(), record)
	wantKind(t, err, bot.NotFound)
}
