package github_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

const callingYAML = `
on: {workflow_dispatch: {inputs: {release_id: {}, sha: {}, environment: {}}}}
run-name: ${{ inputs.release_id }}
jobs:
  build:
    steps:
      - uses: actions/checkout@v4
      - uses: actions/cache@0123456789abcdef0123456789abcdef01234567
      - uses: ./.github/actions/compile/
      - uses: docker://alpine:3
      - uses: docker://alpine@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
      - uses: "./../outside"
      - run: make
  deploy:
    uses: ./.github/workflows/roll-out.yml
    with: {environment: x}
  shared: {uses: acme/shared/.github/workflows/notify.yml@v1}
`

func calling(t *testing.T, files map[string]string) (rig, bot.WorkflowFile) {
	t.Helper()
	r := newRig(t, githubsim.Options{})
	files[".github/workflows/deploy.yml"] = callingYAML
	r.repo.Commit("main", githubsim.CommitSpec{Message: "Call others", Files: files})
	file, err := r.client.Workflow(t.Context(), repoName, "deploy.yml", "main", "")
	check(t, err)
	return r, file
}

// TestCalled follows what a workflow calls to its end: workflows that call others,
// actions made of steps, and actions that run what lies beside them.
func TestCalled(t *testing.T) {
	t.Parallel()
	r, file := calling(t, map[string]string{
		".github/workflows/roll-out.yml":      "on: workflow_call\njobs: {again: {uses: ./.github/workflows/roll-out.yml}, last: {uses: ./.github/workflows/last.yaml}}",
		".github/workflows/last.yaml":         "on: workflow_call\njobs: {x: {steps: [{uses: ./.github/actions/script}, {uses: acme/tool@main}]}}",
		".github/actions/compile/action.yaml": "runs: {using: composite, steps: [{uses: ./tools/node}, {run: make}]}",
		".github/actions/script/action.yml":   "runs: {using: composite, steps: [{run: '$GITHUB_ACTION_PATH/go.sh'}]}",
		".github/actions/script/go.sh":        "echo",
		"tools/node/action.yml":               "runs: {using: node20, main: dist/index.js}",
		"tools/node/dist/index.js":            "x()",
	})
	got, err := r.client.Called(t.Context(), repoName, "main", file.Calls)
	check(t, err)
	var paths []string
	for _, f := range got.Files {
		paths = append(paths, f.Path)
		if len(f.Blob) != 40 {
			t.Errorf("%s has the blob %q", f.Path, f.Blob)
		}
	}
	want := []string{
		".github/actions/compile/action.yaml", ".github/actions/script/action.yml", ".github/actions/script/go.sh",
		".github/workflows/last.yaml", ".github/workflows/roll-out.yml", "tools/node/action.yml", "tools/node/dist",
	}
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	elsewhere := []string{"./../outside", "acme/shared/.github/workflows/notify.yml@v1", "acme/tool@main", "actions/checkout@v4", "docker://alpine:3"}
	if diff := cmp.Diff(elsewhere, got.Elsewhere); diff != "" {
		t.Errorf("elsewhere (-want +got):\n%s", diff)
	}
	if len(got.Missing) > 0 {
		t.Errorf("missing %v", got.Missing)
	}

	// A change anywhere within is one, and what is read at a SHA is read once.
	for _, path := range []string{".github/workflows/last.yaml", ".github/actions/script/go.sh", "tools/node/dist/index.js"} {
		r.repo.WriteFile("main", path, "on: workflow_call\n# changed\nruns: {using: composite}\njobs: {x: {steps: [{uses: ./.github/actions/script}]}}")
		changed, err := r.client.Called(t.Context(), repoName, "main", file.Calls)
		check(t, err)
		if changed.Same(got) {
			t.Errorf("%s was changed, and nobody notices", path)
		}
		got = changed
	}
	at := r.repo.SHA("main")
	first, err := r.client.Called(t.Context(), repoName, at, file.Calls)
	check(t, err)
	r.ClearRequests()
	again, err := r.client.Called(t.Context(), repoName, at, file.Calls)
	check(t, err)
	if diff := cmp.Diff(first, again); diff != "" || !first.Same(got) {
		t.Errorf("at a SHA (-first +again):\n%s", diff)
	}
	wantCount(t, r, "", "", 0)
}

// TestCalledCosts: one request for each called file, and of a commit, which never
// changes, only once.
func TestCalledCosts(t *testing.T) {
	t.Parallel()
	r, file := calling(t, map[string]string{
		".github/workflows/roll-out.yml":     "on: workflow_call\njobs: {x: {steps: [{run: make}]}}",
		".github/actions/compile/action.yml": "runs: {using: composite, steps: [{run: make}]}",
	})
	r.ClearRequests()
	_, err := r.client.Called(t.Context(), repoName, "main", file.Calls)
	check(t, err)
	wantCount(t, r, "", "", 2)
	r.ClearRequests()
	for range 2 {
		_, err = r.client.Called(t.Context(), repoName, r.repo.SHA("main"), file.Calls)
		check(t, err)
	}
	wantCount(t, r, "", "", 2)
}

func TestCalledThatIsNotThere(t *testing.T) {
	t.Parallel()
	r, file := calling(t, map[string]string{})
	got, err := r.client.Called(t.Context(), repoName, "main", file.Calls)
	check(t, err)
	if diff := cmp.Diff([]string{".github/actions/compile", ".github/workflows/roll-out.yml"}, got.Missing); diff != "" || len(got.Files) > 0 {
		t.Errorf("missing (-want +got):\n%s", diff)
	}
	r.AddFault(githubsim.Fault{Status: 502, Count: -1}.On("GET", "*/contents/*"))
	_, err = r.client.Called(withTimeout(t, 1e9), repoName, "main", file.Calls)
	wantKind(t, err, bot.Unavailable)
}

// TestCalledBounds: what cannot be understood, or has no end, is no plan.
func TestCalledBounds(t *testing.T) {
	t.Parallel()
	r, file := calling(t, map[string]string{".github/workflows/roll-out.yml": "on: [workflow_call\njobs: {"})
	_, err := r.client.Called(t.Context(), repoName, "main", file.Calls)
	wantKind(t, err, bot.Invalid)
	if says, _ := bot.ForPeople(err); !strings.Contains(says, "roll-out.yml") {
		t.Errorf("it does not say which: %s", says)
	}
	var jobs strings.Builder
	for i := range 60 {
		fmt.Fprintf(&jobs, "  j%d: {uses: ./.github/workflows/w%d.yml}\n", i, i)
	}
	r.repo.WriteFile("main", ".github/workflows/deploy.yml", "on: workflow_dispatch\njobs:\n"+jobs.String())
	file, err = r.client.Workflow(t.Context(), repoName, "deploy.yml", "main", "")
	check(t, err)
	_, err = r.client.Called(t.Context(), repoName, "main", file.Calls)
	wantKind(t, err, bot.Invalid)
	_, err = r.client.Called(t.Context(), repoName, "../x", file.Calls)
	wantKind(t, err, bot.Invalid)
}
