package githubsim_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

func TestRepositoryAndRefs(t *testing.T) {
	t.Parallel()
	r, repo := seeded(t, githubsim.Options{})
	ctx := t.Context()
	tip := repo.SHA("main")
	topic := repo.Commit("feature/a#b", githubsim.CommitSpec{Message: "Topic"})
	repo.Tag("v1.0", "main")

	got, _, err := r.gh.Repositories.Get(ctx, "acme", "api")
	check(t, err)
	if got.GetDefaultBranch() != "main" || got.GetFullName() != "acme/api" {
		t.Errorf("repository = %s, default %s", got.GetFullName(), got.GetDefaultBranch())
	}
	branch, _, err := r.gh.Repositories.GetBranch(ctx, "acme", "api", "feature/a#b", 0)
	check(t, err)
	if branch.GetCommit().GetSHA() != topic {
		t.Errorf("branch tip = %s, want %s", branch.GetCommit().GetSHA(), topic)
	}
	ref, _, err := r.gh.Git.GetRef(ctx, "acme", "api", "tags/v1.0")
	check(t, err)
	if ref.GetObject().GetSHA() != tip {
		t.Errorf("tag = %s, want %s", ref.GetObject().GetSHA(), tip)
	}
	refs, _, err := r.gh.Git.ListMatchingRefs(ctx, "acme", "api", &github.ReferenceListOptions{Ref: "heads/fea"})
	check(t, err)
	if len(refs) != 1 || refs[0].GetRef() != "refs/heads/feature/a#b" {
		t.Errorf("matching refs = %v", refs)
	}
	_, _, err = r.gh.Repositories.Get(ctx, "acme", "nothing")
	wantStatus(t, err, 404, "Not Found")
	_, _, err = r.gh.Git.GetRef(ctx, "acme", "api", "heads/nothing")
	wantStatus(t, err, 404, "Not Found")
}

func TestCommitIsFoundByEveryName(t *testing.T) {
	t.Parallel()
	r, repo := seeded(t, githubsim.Options{})
	repo.Commit("feature/x", githubsim.CommitSpec{Message: "X", Login: "-", Name: "Ann", Email: "ann@example.com"})
	repo.Tag("v1", "main")
	for name, want := range map[string]string{
		"main": repo.SHA("main"), "v1": repo.SHA("main"), "heads/main": repo.SHA("main"),
		"feature/x": repo.SHA("feature/x"), repo.SHA("main"): repo.SHA("main"), repo.SHA("main")[:8]: repo.SHA("main"),
	} {
		got, _, err := r.gh.Repositories.GetCommit(t.Context(), "acme", "api", name, nil)
		check(t, err)
		if got.GetSHA() != want {
			t.Errorf("GetCommit(%s) = %s, want %s", name, got.GetSHA(), want)
		}
		sha, _, err := r.gh.Repositories.GetCommitSHA1(t.Context(), "acme", "api", name, "")
		check(t, err)
		if sha != want {
			t.Errorf("GetCommitSHA1(%s) = %s, want %s", name, sha, want)
		}
	}
	_, _, err := r.gh.Repositories.GetCommit(t.Context(), "acme", "api", "nope", nil)
	wantStatus(t, err, 422, "No commit found for SHA: nope")
	_, resp, err := r.gh.Repositories.GetCommitSHA1(t.Context(), "acme", "api", "main", repo.SHA("main"))
	if resp == nil || resp.StatusCode != http.StatusNotModified {
		t.Errorf("GetCommitSHA1 of a known SHA: %v, want 304", err)
	}
	unowned, _, err := r.gh.Repositories.GetCommit(t.Context(), "acme", "api", "feature/x", nil)
	check(t, err)
	if unowned.Author != nil || unowned.GetCommit().GetAuthor().GetName() != "Ann" {
		t.Errorf("author = %v, commit author = %v", unowned.Author, unowned.GetCommit().GetAuthor())
	}
}

func TestSHAsAreDeterministicAndBlobsAreGits(t *testing.T) {
	t.Parallel()
	a, repoA := seeded(t, githubsim.Options{})
	_, repoB := seeded(t, githubsim.Options{})
	if repoA.SHA("main") != repoB.SHA("main") {
		t.Errorf("SHAs differ: %s and %s", repoA.SHA("main"), repoB.SHA("main"))
	}
	repoA.WriteFile("main", "docs/hello.txt", "hello\n")
	file, _, _, err := a.gh.Repositories.GetContents(t.Context(), "acme", "api", "docs/hello.txt",
		&github.RepositoryContentGetOptions{Ref: "main"})
	check(t, err)
	text, err := file.GetContent()
	check(t, err)
	// echo hello | git hash-object --stdin
	if want := "ce013625030ba8dba906f756967f9e9ca394464a"; file.GetSHA() != want || text != "hello\n" {
		t.Errorf("content = %q, sha %s, want %s", text, file.GetSHA(), want)
	}
	_, _, _, err = a.gh.Repositories.GetContents(t.Context(), "acme", "api", "docs/hello.txt",
		&github.RepositoryContentGetOptions{Ref: "gone"})
	wantStatus(t, err, 404, "No commit found for the ref gone")
}

func TestCompare(t *testing.T) {
	t.Parallel()
	r, repo := seeded(t, githubsim.Options{})
	base := repo.SHA("main")
	repo.WriteFile("topic/1", "b.txt", "b\n")
	repo.WriteFile("main", "a.txt", "one\ntwo\n")
	head := repo.WriteFile("main", "a.txt", "one\nthree\nfour\n")
	for name, test := range map[string]struct {
		base, head, status string
		ahead, behind      int
	}{
		"ahead":     {base, head, "ahead", 2, 0},
		"behind":    {head, base, "behind", 0, 2},
		"diverged":  {"topic/1", "main", "diverged", 2, 1},
		"identical": {"main", head, "identical", 0, 0},
	} {
		got, _, err := r.gh.Repositories.CompareCommits(t.Context(), "acme", "api", test.base, test.head, nil)
		check(t, err)
		if got.GetStatus() != test.status || got.GetAheadBy() != test.ahead || got.GetBehindBy() != test.behind {
			t.Errorf("%s: %s, %d ahead, %d behind", name, got.GetStatus(), got.GetAheadBy(), got.GetBehindBy())
		}
		if len(got.Commits) != test.ahead {
			t.Errorf("%s: %d commits, want %d", name, len(got.Commits), test.ahead)
		}
	}
	got, _, err := r.gh.Repositories.CompareCommits(t.Context(), "acme", "api", base, head, nil)
	check(t, err)
	if got.Commits[1].GetSHA() != head {
		t.Errorf("last commit = %s, want the newest", got.Commits[1].GetSHA())
	}
	if len(got.Files) != 1 || got.Files[0].GetFilename() != "a.txt" || got.Files[0].GetAdditions() != 3 {
		t.Errorf("files = %v", got.Files)
	}
	_, _, err = r.gh.Repositories.CompareCommits(t.Context(), "acme", "api", base, "gone", nil)
	wantStatus(t, err, 404, "Not Found")
}

func TestCompareIsCutAndPaged(t *testing.T) {
	t.Parallel()
	r, repo := seeded(t, githubsim.Options{})
	base := repo.SHA("main")
	for i := range 260 {
		repo.Commit("main", githubsim.CommitSpec{Message: fmt.Sprint("Change ", i)})
	}
	got, _, err := r.gh.Repositories.CompareCommits(t.Context(), "acme", "api", base, "main", nil)
	check(t, err)
	if len(got.Commits) != 250 || got.GetTotalCommits() != 260 || got.Commits[249].GetSHA() != repo.SHA("main") {
		t.Errorf("%d of %d commits", len(got.Commits), got.GetTotalCommits())
	}
	var subjects []string
	opts := &github.ListOptions{PerPage: 100}
	for {
		page, resp, err := r.gh.Repositories.CompareCommits(t.Context(), "acme", "api", base, "main", opts)
		check(t, err)
		for _, c := range page.Commits {
			subjects = append(subjects, c.GetCommit().GetMessage())
		}
		if resp.NextPage == 0 {
			break
		}
		opts.Page = resp.NextPage
	}
	if len(subjects) != 260 || subjects[0] != "Change 0" || subjects[259] != "Change 259" {
		t.Errorf("%d commits by pages", len(subjects))
	}
}

func TestMergeAndPullRequests(t *testing.T) {
	t.Parallel()
	r, repo := seeded(t, githubsim.Options{})
	base := repo.SHA("main")
	repo.WriteFile("topic", "topic.txt", "t\n")
	repo.WriteFile("main", "other.txt", "o\n")
	merge := repo.Commit("main", githubsim.CommitSpec{
		Message: "Merge pull request #7 from acme/topic", Merge: "topic", Login: "anna",
		Pull: &githubsim.PullSpec{Number: 7, Title: "Add topic", Login: "bert", Branch: "topic"},
	})
	got, _, err := r.gh.Repositories.GetCommit(t.Context(), "acme", "api", merge, nil)
	check(t, err)
	if len(got.Parents) != 2 || got.GetAuthor().GetLogin() != "anna" {
		t.Errorf("%d parents, author %s", len(got.Parents), got.GetAuthor().GetLogin())
	}
	between, _, err := r.gh.Repositories.CompareCommits(t.Context(), "acme", "api", base, merge, nil)
	check(t, err)
	if between.GetAheadBy() != 3 || len(between.Files) != 2 {
		t.Errorf("ahead by %d with %d files, want 3 and 2", between.GetAheadBy(), len(between.Files))
	}
	pulls, _, err := r.gh.PullRequests.ListPullRequestsWithCommit(t.Context(), "acme", "api", merge, nil)
	check(t, err)
	if len(pulls) != 1 || pulls[0].GetNumber() != 7 || pulls[0].GetUser().GetLogin() != "bert" {
		t.Errorf("pulls = %v", pulls)
	}
	none, _, err := r.gh.PullRequests.ListPullRequestsWithCommit(t.Context(), "acme", "api", base, nil)
	check(t, err)
	if len(none) != 0 {
		t.Errorf("pulls of the base = %v", none)
	}
}

func TestStatusesAndChecks(t *testing.T) {
	t.Parallel()
	r, repo := seeded(t, githubsim.Options{})
	ctx := t.Context()
	state := func() string {
		got, _, err := r.gh.Repositories.GetCombinedStatus(ctx, "acme", "api", "main", nil)
		check(t, err)
		return got.GetState()
	}
	got := []string{state()}
	for _, st := range []githubsim.StatusSpec{
		{Context: "lint", State: "success"},
		{Context: "test", State: "pending"},
		{Context: "test", State: "failure"},
		{Context: "test", State: "success", TargetURL: "https://ci.example.com/1"},
	} {
		repo.SetStatus("main", st)
		got = append(got, state())
	}
	if diff := cmp.Diff([]string{"pending", "success", "pending", "failure", "success"}, got); diff != "" {
		t.Errorf("combined states (-want +got):\n%s", diff)
	}

	repo.SetCheck("main", githubsim.CheckSpec{Name: "unit"})
	repo.SetCheck("main", githubsim.CheckSpec{Name: "unit", Conclusion: "failure"})
	repo.AddCheck("main", githubsim.CheckSpec{Name: "unit", Conclusion: "success"})
	repo.SetCheck("main", githubsim.CheckSpec{Name: "slow", Status: "queued"})
	for _, conclusion := range []string{"failure", "success"} { // run again in the same suite
		repo.AddCheck("main", githubsim.CheckSpec{Name: "again", Conclusion: conclusion, Suite: 7})
	}
	opts := &github.ListCheckRunsOptions{ListOptions: github.ListOptions{PerPage: 2}}
	var runs []string
	for {
		page, resp, err := r.gh.Checks.ListCheckRunsForRef(ctx, "acme", "api", "main", opts)
		check(t, err)
		for _, c := range page.CheckRuns {
			runs = append(runs, strings.TrimSpace(c.GetName()+" "+c.GetStatus()+" "+c.GetConclusion()))
		}
		if resp.NextPage == 0 {
			break
		}
		opts.Page = resp.NextPage
	}
	want := []string{"again completed success", "slow queued", "unit completed success", "unit completed failure"}
	if diff := cmp.Diff(want, runs); diff != "" {
		t.Errorf("check runs (-want +got):\n%s", diff)
	}
	all, _, err := r.gh.Checks.ListCheckRunsForRef(ctx, "acme", "api", "main", &github.ListCheckRunsOptions{Filter: new("all")})
	check(t, err)
	if len(all.CheckRuns) != len(want)+1 {
		t.Errorf("%d check runs in all, want %d", len(all.CheckRuns), len(want)+1)
	}
	_, _, err = r.gh.Checks.ListCheckRunsForRef(ctx, "acme", "api", "gone", nil)
	wantStatus(t, err, 422, "No commit found for SHA: gone")
}

func TestETagSparesTheLimit(t *testing.T) {
	t.Parallel()
	r, _ := seeded(t, githubsim.Options{RateLimit: 2})
	get := func(tag string) *github.Response {
		req, err := r.gh.NewRequest(http.MethodGet, "repos/acme/api", nil)
		check(t, err)
		if tag != "" {
			req.Header.Set("If-None-Match", tag)
		}
		resp, _ := r.gh.Do(t.Context(), req, nil)
		return resp
	}
	first := get("")
	for range 5 {
		again := get(first.Header.Get("ETag"))
		if again.StatusCode != http.StatusNotModified || again.Rate.Remaining != 1 {
			t.Fatalf("status %d, %d remaining", again.StatusCode, again.Rate.Remaining)
		}
	}
	get("")
	_, _, err := r.gh.Repositories.Get(t.Context(), "acme", "api")
	if _, ok := errors.AsType[*github.RateLimitError](err); !ok {
		t.Errorf("beyond the limit: %v", err)
	}
	limits, _, err := r.gh.RateLimit.Get(t.Context())
	check(t, err)
	if limits.Core.Remaining != 0 || limits.Core.Limit != 2 {
		t.Errorf("rate limit = %v", limits.Core)
	}
	r.SetRateLimit(100, 100, time.Hour)
	if resp := get(""); resp != nil && resp.StatusCode == http.StatusOK && resp.Rate.Limit != 100 {
		t.Errorf("limit = %d, want 100", resp.Rate.Limit)
	}
}
