package githubsim_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/integrations/contract"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
	"github.com/slipwayhq/slipway/integrations/github/githubsim/openapi"
)

const deployYAML = `
name: Deploy
run-name: ${{ inputs.release_id }} to ${{ inputs.environment }}
on:
  workflow_dispatch:
    inputs:
      release_id: {required: true}
      sha: {required: true}
      environment: {type: choice, options: [staging, production], default: staging}
      dry: {type: boolean, default: false}
      replicas: {type: number}
jobs:
  build:
    steps:
      - uses: actions/checkout@v4
      - name: Compile
        run: make
  deploy:
    name: Roll out
    steps:
      - {name: Migrate, run: ./migrate}
      - {name: Release, run: ./release}
`

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

// rig is a simulator on a real port, with the contract on where it is to be had, and
// go-github pointed at it.
type rig struct {
	*githubsim.Server
	gh  *github.Client
	url string
}

func newRig(tb testing.TB, o githubsim.Options) rig {
	tb.Helper()
	o.Contract = description(tb)
	return newBareRig(tb, o)
}

// newBareRig is a rig without the contract, for requests that break it.
func newBareRig(tb testing.TB, o githubsim.Options) rig {
	tb.Helper()
	sim := githubsim.New(o)
	ts := httptest.NewServer(sim)
	tb.Cleanup(func() {
		ts.Close()
		sim.Close()
	})
	return rig{sim, clientFor(tb, ts.URL, githubsim.DefaultToken), ts.URL}
}

func clientFor(tb testing.TB, base, token string) *github.Client {
	tb.Helper()
	gh := github.NewClient(nil).WithAuthToken(token)
	u, err := url.Parse(base + "/")
	check(tb, err)
	gh.BaseURL = u
	return gh
}

// seeded is a rig with acme/api, whose main branch holds the deploy workflow.
func seeded(tb testing.TB, o githubsim.Options) (rig, *githubsim.Repo) {
	tb.Helper()
	r := newRig(tb, o)
	repo := r.Repo("acme/api")
	repo.WriteFile("main", ".github/workflows/deploy.yml", deployYAML)
	return r, repo
}

func check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// wantStatus fails unless err is GitHub's error with this status and message.
func wantStatus(tb testing.TB, err error, status int, message string) {
	tb.Helper()
	e, ok := errors.AsType[*github.ErrorResponse](err)
	if !ok {
		tb.Fatalf("error = %v, want status %d", err, status)
	}
	if e.Response.StatusCode != status || (message != "" && e.Message != message) {
		tb.Errorf("error = %d %q, want %d %q", e.Response.StatusCode, e.Message, status, message)
	}
}

// eventually waits until a condition holds.
func eventually(tb testing.TB, what string, holds func() bool) {
	tb.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for !holds() {
		if time.Now().After(deadline) {
			tb.Fatalf("not in time: %s", what)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// dispatchBody is what a client sends that wants to know the run.
type dispatchBody struct {
	Ref     string         `json:"ref"`
	Inputs  map[string]any `json:"inputs,omitempty"`
	Details bool           `json:"return_run_details,omitempty"`
}

type dispatchAnswer struct {
	ID      int64  `json:"workflow_run_id"`
	RunURL  string `json:"run_url"`
	HTMLURL string `json:"html_url"`
}

// dispatch posts a workflow_dispatch the way go-github v62 has no method for.
func (r rig) dispatch(ctx context.Context, file string, body dispatchBody) (dispatchAnswer, *github.Response, error) {
	var a dispatchAnswer
	req, err := r.gh.NewRequest(http.MethodPost, "repos/acme/api/actions/workflows/"+file+"/dispatches", body)
	if err != nil {
		return a, nil, err
	}
	resp, err := r.gh.Do(ctx, req, &a)
	return a, resp, err
}

// startRun dispatches a good run and gives its id.
func (r rig) startRun(tb testing.TB, release string) int64 {
	tb.Helper()
	a, _, err := r.dispatch(tb.Context(), "deploy.yml", dispatchBody{
		Ref: "main", Inputs: map[string]any{"release_id": release, "sha": "x"}, Details: true,
	})
	check(tb, err)
	return a.ID
}
