package githubsim_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/integrations/contract"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

func TestContractRefuses(t *testing.T) {
	t.Parallel()
	own, err := githubsim.NewContract(contract.Path(t, contract.GitHubDescription))
	check(t, err)
	r := newBareRig(t, githubsim.Options{Contract: own})
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
		"unknown path":    {"GET", "repos/acme/api/pulls", nil, "not an operation"},
	} {
		req, err := r.gh.NewRequest(test.method, test.path, test.body)
		check(t, err)
		_, err = r.gh.Do(t.Context(), req, nil)
		wantStatus(t, err, http.StatusInternalServerError, "")
		if err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q in it", name, err, test.want)
		}
	}
	r.AddFault(githubsim.Fault{Status: http.StatusBadGateway})
	_, _, err = r.gh.Git.ListMatchingRefs(t.Context(), "acme", "api", // GitHub pages no refs
		&github.ReferenceListOptions{Ref: "heads/", ListOptions: github.ListOptions{PerPage: 5}})
	wantStatus(t, err, http.StatusInternalServerError, "")
	if n := len(r.Violations()); n != 8 {
		t.Errorf("%d violations, want 8", n)
	}
}

func TestContractWatchesAnswersToo(t *testing.T) {
	t.Parallel()
	own, err := githubsim.NewContract(contract.Path(t, contract.GitHubDescription))
	check(t, err)
	r := newBareRig(t, githubsim.Options{Contract: own})
	repo := r.Repo("acme/api")
	repo.WriteFile("main", "a", "a")
	repo.SetCheck("main", githubsim.CheckSpec{Name: "unit", Conclusion: "exploded"})
	_, _, err = r.gh.Checks.ListCheckRunsForRef(t.Context(), "acme", "api", "main", nil)
	wantStatus(t, err, http.StatusInternalServerError, "")
	if n := len(own.Violations()); n != 1 {
		t.Errorf("%d violations, want 1", n)
	}
}

func TestNewContractNamesItsFault(t *testing.T) {
	t.Parallel()
	if _, err := githubsim.NewContract("nowhere.json"); err == nil || !strings.Contains(err.Error(), "nowhere.json") {
		t.Errorf("error = %v", err)
	}
}
