package github_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

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
	r.repo.AddCheck("main", githubsim.CheckSpec{Name: "flaky", Conclusion: "failure"})
	r.repo.AddCheck("main", githubsim.CheckSpec{Name: "flaky", Conclusion: "success"})
	got, err := r.client.Checks(t.Context(), repoName, r.first)
	check(t, err)
	want := bot.Checks{
		Passed: 5, Pending: []string{"ci/b", "running"}, Failed: []string{"bad", "ci/c", "ci/d", "odd"}, Complete: true,
		Known: []string{"bad", "ci/a", "ci/b", "ci/c", "ci/d", "flaky", "neutral", "odd", "ok", "running", "skipped"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("checks (-want +got):\n%s", diff)
	}
	wantCount(t, r, "", "", 2)
}

func TestChecksArePaged(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	for i := range 250 {
		r.repo.SetStatus("main", githubsim.StatusSpec{Context: fmt.Sprintf("s%d", i), State: "success"})
	}
	got, err := r.client.Checks(t.Context(), repoName, r.first)
	check(t, err)
	if got.Passed != 250 || !got.Complete || got.Failed != nil {
		t.Errorf("passed %d, complete %t", got.Passed, got.Complete)
	}
	wantCount(t, r, "GET", "*/status", 3)
	for i := range 501 {
		r.repo.AddCheck("main", githubsim.CheckSpec{Name: fmt.Sprintf("c%d", i), Conclusion: "success"})
	}
	got, err = r.client.Checks(t.Context(), repoName, r.first)
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
	got, err := r.client.Checks(t.Context(), repoName, r.first)
	check(t, err)
	if got.Complete || got.Passed != 1 {
		t.Errorf("checks = %+v", got)
	}
	r.AddFault(githubsim.Fault{Status: http.StatusForbidden, Count: -1}.On("GET", "*/status"))
	_, err = r.client.Checks(t.Context(), repoName, r.first)
	wantKind(t, err, bot.Denied)
}

func TestWorkflow(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	r.repo.WriteFile("main", ".github/workflows/plain.yaml", "on: push\njobs: {}\n")
	r.repo.WriteFile("main", ".github/workflows/broken.yml", "on: [push\n  x: {")
	r.repo.SetBranch("release/1", r.first)
	want := bot.WorkflowFile{Ref: "main", Inputs: []string{"environment", "release_id", "sha"}, Dispatchable: true, ShowsKey: true}
	for _, ref := range []string{"main", "release/1", r.first, ""} {
		got, err := r.client.Workflow(t.Context(), repoName, "deploy.yml", ref)
		check(t, err)
		want.Ref = ref
		if ref == "" {
			want.Ref = "main"
		}
		want.Blob = got.Blob
		if diff := cmp.Diff(want, got); diff != "" || len(got.Blob) != 40 {
			t.Errorf("workflow at %q (-want +got):\n%s", ref, diff)
		}
	}
	got, err := r.client.Workflow(t.Context(), repoName, "plain.yaml", "main")
	check(t, err)
	if got.Dispatchable || got.ShowsKey || got.Inputs != nil {
		t.Errorf("plain = %+v", got)
	}
	got, err = r.client.Workflow(t.Context(), repoName, "broken.yml", "main")
	wantKind(t, err, bot.Invalid)
	if len(got.Blob) != 40 {
		t.Errorf("broken = %+v", got)
	}
	for _, ref := range []string{"", "main", "nope"} {
		_, err = r.client.Workflow(t.Context(), repoName, "nope.yml", ref)
		wantKind(t, err, bot.NotFound)
		if says, mend := bot.ForPeople(err); !strings.Contains(says, ".github/workflows/nope.yml") || mend == "" {
			t.Errorf("says %q, mend %q", says, mend)
		}
	}
	for _, body := range []string{`[]`, `{"type":"symlink"}`, `{"type":"file","encoding":"none","size":2000000}`, `{"type":"file","encoding":"base64","content":"!"}`} {
		r.AddFault(githubsim.Fault{Status: http.StatusOK, Body: body}.On("GET", "*/contents/*"))
		_, err = r.client.Workflow(t.Context(), repoName, "deploy.yml", "main")
		wantKind(t, err, bot.Invalid)
	}
	_, err = r.client.Workflow(t.Context(), "acme/nope", "deploy.yml", "")
	wantKind(t, err, bot.NotFound)
}

// The default branch's name is asked for once a minute, and beside the file.
func TestWorkflowOfTheDefaultBranchIsOneRound(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	for range 3 {
		_, err := r.client.Workflow(t.Context(), repoName, "deploy.yml", "")
		check(t, err)
	}
	wantCount(t, r, "GET", "/repos/acme/api", 1)
	wantCount(t, r, "GET", "*/contents/*", 3)
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
