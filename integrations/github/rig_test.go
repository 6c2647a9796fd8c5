package github_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/engine"
	"github.com/slipwayhq/slipway/bot/people"
	"github.com/slipwayhq/slipway/bot/planner"
	"github.com/slipwayhq/slipway/bot/reconciler"
	"github.com/slipwayhq/slipway/integrations/contract"
	"github.com/slipwayhq/slipway/integrations/github"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
	"github.com/slipwayhq/slipway/integrations/github/githubsim/openapi"
)

var (
	_ planner.Resolver     = (*github.Client)(nil)
	_ planner.Branches     = (*github.Client)(nil)
	_ planner.Workflows    = (*github.Client)(nil)
	_ planner.Reader       = (*github.Client)(nil)
	_ planner.Reviewed     = (*github.Client)(nil)
	_ planner.Environments = (*github.Client)(nil)
	_ reconciler.Runs      = (*github.Client)(nil)
	_ reconciler.Others    = (*github.Client)(nil)
	_ engine.Runner        = (*github.Client)(nil)
	_ engine.Runs          = (*github.Client)(nil)
	_ engine.Deployments   = (*github.Client)(nil)
	_ people.Teams         = (*github.Client)(nil)
)

const (
	repoName = "acme/api"
	runKey   = "api-142.k3v9x2mq"
	// dispatchPath is a path pattern of faults and counts.
	dispatchPath = "*/dispatches"
)

const deployYAML = `
name: Deploy
run-name: ${{ inputs.release_id }} to ${{ inputs.environment }}
on:
  workflow_dispatch:
    inputs:
      release_id: {required: true}
      sha: {required: true}
      environment: {default: staging}
jobs:
  build:
    steps:
      - {name: Compile, run: make}
      - {name: Test, run: make test}
  release:
    name: Roll out
    steps:
      - {name: Release, run: ./release}
`

// rig is a simulated GitHub on a real port and a client that is pointed at it.
// main has a first commit with the workflow.
type rig struct {
	*githubsim.Server
	client *github.Client
	repo   *githubsim.Repo
	url    string
	first  string // the first commit on main
}

func newRig(tb testing.TB, o githubsim.Options) rig {
	tb.Helper()
	o.Contract = description(tb)
	sim := githubsim.New(o)
	server := httptest.NewServer(sim)
	tb.Cleanup(func() {
		server.Close()
		sim.Close()
		for _, violation := range sim.Violations() {
			tb.Error(violation) // of this test, or of one beside it
		}
	})
	repo := sim.Repo(repoName)
	first := repo.WriteFile("main", ".github/workflows/deploy.yml", deployYAML)
	return rig{sim, newClient(tb, server.URL), repo, server.URL, first}
}

func newClient(tb testing.TB, url string) *github.Client {
	tb.Helper()
	client, err := github.New(github.Options{Token: githubsim.DefaultToken, APIURL: url}, quiet())
	if err != nil {
		tb.Fatal(err)
	}
	return client
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func withTimeout(tb testing.TB, d time.Duration) context.Context {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), d)
	tb.Cleanup(cancel)
	return ctx
}

// description is what GitHub says of its API. Without it the tests run all the same.
func description(tb testing.TB) githubsim.Contract {
	tb.Helper()
	path, found := contract.Lookup(tb, contract.GitHubDescription)
	if !found {
		return nil
	}
	described, err := openapi.Load(path)
	check(tb, err)
	return described
}

func check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func wantKind(tb testing.TB, err error, kind bot.ErrorKind) {
	tb.Helper()
	if err == nil || bot.KindOf(err) != kind {
		tb.Errorf("error = %v (%s), want kind %s", err, bot.KindOf(err), kind)
	}
}

func wantCount(tb testing.TB, r rig, method, path string, want int) {
	tb.Helper()
	if got := r.Count(method, path); got != want {
		tb.Errorf("%d requests %s %s, want %d: %v", got, method, path, want, r.Counts())
	}
}

func request() bot.DispatchRequest {
	return bot.DispatchRequest{
		Repo: repoName, Workflow: "deploy.yml", Ref: "main",
		Inputs: map[string]string{"release_id": runKey, "sha": "abc", "environment": "staging"},
	}
}

// dispatch starts a run and returns its id.
func (r rig) dispatch(tb testing.TB) int64 {
	tb.Helper()
	run, err := r.client.Dispatch(tb.Context(), request(), nil)
	check(tb, err)
	return run.ID
}
