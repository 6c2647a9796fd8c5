package openapi_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/integrations/contract"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
	"github.com/slipwayhq/slipway/integrations/github/githubsim/openapi"
)

const deployYAML = `on:
  workflow_dispatch:
    inputs:
      sha: {required: true}
jobs:
  deploy:
    steps: [{run: make deploy}]
`

// rig is a simulated GitHub that is held to the description, and go-github pointed
// at it.
type rig struct {
	*githubsim.Server
	gh *github.Client
}

func newRig(tb testing.TB) rig {
	tb.Helper()
	description, err := openapi.Load(contract.Path(tb, contract.GitHubDescription))
	check(tb, err)
	sim := githubsim.New(githubsim.Options{Contract: description})
	server := httptest.NewServer(sim)
	tb.Cleanup(func() {
		server.Close()
		sim.Close()
	})
	gh := github.NewClient(nil).WithAuthToken(githubsim.DefaultToken)
	gh.BaseURL, err = url.Parse(server.URL + "/")
	check(tb, err)
	return rig{sim, gh}
}

func check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// wantViolation fails unless err is the answer that names a violation.
func wantViolation(tb testing.TB, name string, err error, says string) {
	tb.Helper()
	if err == nil || !strings.Contains(err.Error(), "500 contract: ") || !strings.Contains(err.Error(), says) {
		tb.Errorf("%s: error = %v, want a violation with %q in it", name, err, says)
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Repo("acme/api").WriteFile("main", ".github/workflows/deploy.yml", deployYAML)
	const dispatches = "repos/acme/api/actions/workflows/deploy.yml/dispatches"
	for name, test := range map[string]struct {
		method, path string
		body         any
		want         string
	}{
		"misspelt key":    {"POST", dispatches, map[string]any{"ref": "main", "return_run_detail": true}, "unknown key body.return_run_detail"},
		"missing key":     {"POST", dispatches, map[string]any{}, `"ref" is missing`},
		"wrong type":      {"POST", dispatches, map[string]any{"ref": 1}, "request"},
		"body not wanted": {"POST", "repos/acme/api/actions/runs/1/cancel", map[string]any{"a": 1}, "request"},
		"unknown query":   {"GET", "repos/acme/api/actions/runs?state=queued", nil, `unknown query parameter "state"`},
		"bad query":       {"GET", "repos/acme/api/actions/runs?status=bogus", nil, "status"},
		"unknown path":    {"GET", "repos/acme/api/labels", nil, "not an operation"},
	} {
		req, err := r.gh.NewRequest(test.method, test.path, test.body)
		check(t, err)
		_, err = r.gh.Do(t.Context(), req, nil)
		wantViolation(t, name, err, test.want)
	}
	r.AddFault(githubsim.Fault{Status: http.StatusBadGateway})
	_, _, err := r.gh.Git.ListMatchingRefs(t.Context(), "acme", "api", // GitHub pages no refs
		&github.ReferenceListOptions{Ref: "heads/", ListOptions: github.ListOptions{PerPage: 5}})
	wantViolation(t, "pages of refs", err, "unknown query parameter")
	if n := len(r.Violations()); n != 8 {
		t.Errorf("%d violations, want 8", n)
	}
}

func TestWatchesAnswersToo(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	repo := r.Repo("acme/api")
	repo.WriteFile("main", "a", "a")
	repo.SetCheck("main", githubsim.CheckSpec{Name: "unit", Conclusion: "exploded"})
	_, _, err := r.gh.Checks.ListCheckRunsForRef(t.Context(), "acme", "api", "main", nil)
	wantViolation(t, "an answer", err, "conclusion")
	if n := len(r.Violations()); n != 1 {
		t.Errorf("%d violations, want 1", n)
	}
}

// TestAnAnswerThatFittedOnce is known again by all that is described of it, and by no
// less.
func TestAnAnswerThatFittedOnce(t *testing.T) {
	t.Parallel()
	d, err := openapi.Load(contract.Path(t, contract.GitHubDescription))
	check(t, err)
	json := http.Header{"Content-Type": {"application/json; charset=utf-8"}}
	fits := githubsim.Answered{Status: http.StatusOK, Header: json, Body: []byte(`{"total_count":0,"jobs":[]}`)}
	odd := []byte(`{"total_count":"0","jobs":[]}`)
	const list = "/repos/acme/api/actions/runs/7/jobs"
	for range 2 {
		for _, test := range []struct {
			path  string
			given githubsim.Answered
			fits  bool
		}{
			{list, fits, true},
			{list + "/", fits, false},
			{"/repos/acme/api/actions/runs/7", fits, false},
			{list, githubsim.Answered{Status: http.StatusCreated, Header: json, Body: fits.Body}, false},
			{list, githubsim.Answered{Status: http.StatusOK, Header: http.Header{"Content-Type": {"text/html"}}, Body: odd}, true}, // of which nothing is said
			{list, githubsim.Answered{Status: http.StatusOK, Header: json, Body: odd}, false},
		} {
			at := githubsim.Asked{HTTP: httptest.NewRequest(http.MethodGet, test.path, http.NoBody), Path: test.path}
			if err := d.CheckAnswer(t.Context(), at, test.given); (err == nil) != test.fits {
				t.Errorf("%s answers %d %s: %v", test.path, test.given.Status, test.given.Body, err)
			}
		}
	}
}

func TestLoadNamesItsFault(t *testing.T) {
	t.Parallel()
	if _, err := openapi.Load("nowhere.json"); err == nil || !strings.Contains(err.Error(), "nowhere.json") {
		t.Errorf("error = %v", err)
	}
}
