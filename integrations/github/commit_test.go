package github_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

// The requests of one rig are counted, so nothing here is parallel.
func TestCommitIsResolvedByEveryName(t *testing.T) {
	r := newRig(t, githubsim.Options{})
	tip := r.repo.Commit("main", githubsim.CommitSpec{
		Message: "Cache sessions (#88)\n\nLong story.", Login: "anna-gh", Name: "Anna",
		Date: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC),
	})
	feature := r.repo.Commit("feature/a+b#1%", githubsim.CommitSpec{Message: "Try"})
	r.repo.Commit("dead", githubsim.CommitSpec{Message: "hex name"})
	r.repo.Tag("v1.2.0", r.first)
	r.repo.Tag("stable", r.first)
	r.repo.Tag("main", r.first) // as a branch is called
	r.repo.SetBranch("v9", tip)
	r.repo.Join(tip, githubsim.PullSpec{Number: 88, Head: feature})
	r.repo.Join(feature, githubsim.PullSpec{Number: 89, Open: true})
	r.repo.Join(feature, githubsim.PullSpec{Number: 90, Closed: true})

	tests := []struct {
		name, ref, sha, branch string
		requests               int
	}{
		{"branch", "main", tip, "main", 1},
		{"branch with hostile letters", "feature/a+b#1%", feature, "feature/a+b#1%", 1},
		{"branch by its full name", "refs/heads/main", tip, "main", 1},
		{"branch that looks like a version", "v9", tip, "v9", 2},
		{"branch that looks like a SHA", "dead", r.repo.SHA("dead"), "dead", 3},
		{"tag that looks like a version", "v1.2.0", r.first, "v1.2.0", 2},
		{"tag", "stable", r.first, "stable", 2},
		{"tag by its full name", "refs/tags/main", r.first, "main", 1},
		{"full SHA", tip, tip, "", 1},
		{"full SHA in capitals", strings.ToUpper(tip), tip, "", 1},
		{"short SHA", tip[:9], tip, "", 3},
		{"pull request that was merged", "#88", tip, "", 2},
		{"pull request that is open", "#89", feature, "", 2},
		{"pull request that was closed", "#90", feature, "", 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r.ClearRequests()
			commit, branch, err := r.client.Commit(t.Context(), repoName, tt.ref)
			check(t, err)
			if commit.SHA != tt.sha || branch != tt.branch {
				t.Errorf("Commit(%q) = %s, %q, want %s, %q", tt.ref, commit.SHA, branch, tt.sha, tt.branch)
			}
			wantCount(t, r, "", "", tt.requests)
		})
	}

	commit, _, err := r.client.Commit(t.Context(), repoName, "main")
	check(t, err)
	want := bot.Commit{
		SHA: tip, Subject: "Cache sessions (#88)", Author: "Anna", Login: "anna-gh", PR: 88, TipOf: "main",
		At: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC), URL: "https://github.com/acme/api/commit/" + tip,
	}
	if diff := cmp.Diff(want, commit); diff != "" {
		t.Errorf("commit (-want +got):\n%s", diff)
	}
}

func TestCommitOfTheDefaultBranch(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	r.repo.SetBranch("trunk", "main")
	tip := r.repo.Commit("trunk", githubsim.CommitSpec{Message: "On trunk"})
	r.repo.SetDefaultBranch("trunk")
	for i := range 2 {
		r.ClearRequests()
		commit, branch, err := r.client.Commit(t.Context(), repoName, "")
		check(t, err)
		if commit.SHA != tip || branch != "trunk" {
			t.Errorf("Commit = %s, %q, want %s on trunk", commit.SHA, branch, tip)
		}
		wantCount(t, r, "", "", 2-i) // side by side: the list and the name
		wantCount(t, r, "", "*/commits", 1-i)
		wantCount(t, r, "", "*HEAD*", 0)
	}
	r.repo.SetDefaultBranch("main")
	r.repo.SetBranch("trunk", "")
	commit, branch, err := r.client.Commit(t.Context(), repoName, "")
	check(t, err)
	if commit.SHA != r.first || branch != "main" {
		t.Errorf("after the default branch was renamed: %s, %q", commit.SHA, branch)
	}
}

func TestCommitSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	r.repo.SetBranch("release/next", "main")
	r.repo.Tag("v1.10.0", "main")
	tests := []struct{ name, repo, ref, says, mend string }{
		{"mistyped branch", repoName, "mian", "acme/api has no branch or tag `mian`", "Did you mean `main`?"},
		{"mistyped long branch", repoName, "release/nxet", "no branch or tag", "Did you mean `release/next`?"},
		{"mistyped tag", repoName, "v1.10.1", "no branch or tag", "Did you mean `v1.10.0`?"},
		{"nothing near", repoName, "zzz", "no branch or tag `zzz`", "Give a branch"},
		{"unknown SHA", repoName, strings.Repeat("0", 40), "has no commit", "was pushed"},
		{"unknown short SHA", repoName, "0000000", "no single commit", "more characters"},
		{"unknown pull request", repoName, "#4711", "no pull request #4711 in acme/api", ""},
		{"unknown repository", "acme/nope", "main", "no repository acme/nope", "may see it"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, _, err := r.client.Commit(t.Context(), tt.repo, tt.ref)
			wantKind(t, err, bot.NotFound)
			says, mend := bot.ForPeople(err)
			if !strings.Contains(says, tt.says) || !strings.Contains(mend, tt.mend) {
				t.Errorf("says %q, mend %q; want %q, %q", says, mend, tt.says, tt.mend)
			}
		})
	}
}

func TestAmbiguousShortSHASaysSo(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	r.AddFault(githubsim.Fault{Count: 3, Status: http.StatusUnprocessableEntity, Body: `{"message":"Short SHA is ambiguous"}`}.On("GET", "*/commits/*"))
	_, _, err := r.client.Commit(t.Context(), repoName, "abcd")
	wantKind(t, err, bot.NotFound)
	if says, _ := bot.ForPeople(err); !strings.Contains(says, "fits more than one commit") {
		t.Errorf("says %q", says)
	}
}

// A ref is what somebody typed, and must never become another path.
func TestPromise11_HostileNamesSendNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	refs := []string{
		"../../../user", "a/../b", "..", ".", "a//b", "/main", "main/", "a b", "a\nb", "a\x00b", "a?b", "a*b", "a[b", `a\b`,
		"a^b", "a~1", "a:b", "@", "a@{1}", "x.lock", ".x", "a/.b", "x.", "-x", "http://evil.example", strings.Repeat("a", 300), "\xff\xfe",
	}
	for _, ref := range refs {
		_, _, err := r.client.Commit(t.Context(), repoName, ref)
		wantKind(t, err, bot.Invalid)
		_, err = r.client.Workflow(t.Context(), repoName, "deploy.yml", ref, "")
		wantKind(t, err, bot.Invalid)
		_, err = r.client.Dispatch(t.Context(), bot.DispatchRequest{Repo: repoName, Workflow: "deploy.yml", Ref: ref}, nil)
		wantKind(t, err, bot.Invalid)
	}
	for _, repo := range []string{"", "acme", "acme/", "/api", "acme/..", "../api", "acme/api/x", "acme/a?b", "acme/a%2fb", "a\nb/c"} {
		_, _, err := r.client.Commit(t.Context(), repo, "main")
		wantKind(t, err, bot.Invalid)
	}
	for _, file := range []string{"", "deploy", "../x.yml", "a/b.yml", "..", "x.yml?y", ".github/workflows/deploy.yml"} {
		_, err := r.client.Workflow(t.Context(), repoName, file, "main", "")
		wantKind(t, err, bot.Invalid)
	}
	for _, sha := range []string{"", "main", strings.Repeat("g", 40), "abc"} {
		_, err := r.client.Checks(t.Context(), bot.ChecksQuery{Repo: repoName, SHA: sha})
		wantKind(t, err, bot.Invalid)
		_, _, err = r.client.Changes(t.Context(), repoName, r.first, sha)
		wantKind(t, err, bot.Invalid)
	}
	wantCount(t, r, "", "", 0)
}

// The requests of one rig are counted, so nothing here is parallel.
func TestChanges(t *testing.T) {
	r := newRig(t, githubsim.Options{})
	var shas []string
	for i := range 40 {
		message := fmt.Sprintf("Change %d", i)
		if i == 39 {
			message = "Merge pull request #412 from acme/topic\n\nA topic"
		}
		shas = append(shas, r.repo.Commit("main", githubsim.CommitSpec{Message: message}))
	}
	r.repo.SetBranch("side", shas[9])
	side := r.repo.Commit("side", githubsim.CommitSpec{Message: "Aside"})
	tip := shas[39]

	// The first of two refusals spares the other request if it has not left yet.
	const eitherWay = -1
	tests := []struct {
		name, base, head string
		want             bot.Changes
		newest           string
		requests         int
	}{
		{"forward", shas[4], tip, bot.Changes{Direction: bot.Forward, Total: 35, Authors: []string{"octocat"}}, tip, 2},
		{"backward", tip, shas[36], bot.Changes{Direction: bot.Backward, Total: 3, Removed: 3, Authors: []string{"octocat"}}, tip, 2},
		{"sideways", tip, side, bot.Changes{Direction: bot.Sideways, Total: 1, Removed: 30, Authors: []string{"octocat"}}, side, 2},
		{"same", tip, tip, bot.Changes{Direction: bot.Same}, "", 0},
		{"unrelated", strings.Repeat("0", 40), tip, bot.Changes{Direction: bot.Unrelated}, "", eitherWay},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r.ClearRequests()
			got, _, err := r.client.Changes(t.Context(), repoName, tt.base, tt.head)
			check(t, err)
			if len(got.Commits) != min(tt.want.Total, bot.MaxChanges) {
				t.Errorf("%d commits are listed of %d", len(got.Commits), tt.want.Total)
			}
			if len(got.Commits) > 0 && got.Commits[0].SHA != tt.newest {
				t.Errorf("the first commit is %v, want %s", got.Commits[0], tt.newest)
			}
			if (got.URL != "") != (tt.want.Total > 0) {
				t.Errorf("URL = %q", got.URL)
			}
			got.Commits, got.URL = nil, ""
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
			if tt.requests != eitherWay {
				wantCount(t, r, "", "", tt.requests)
			}
		})
	}
	got, _, err := r.client.Changes(t.Context(), repoName, shas[38], tip)
	check(t, err)
	if got.Commits[0].PR != 412 || got.Commits[0].Subject != "Merge pull request #412 from acme/topic" {
		t.Errorf("merge commit = %+v", got.Commits[0])
	}
}
