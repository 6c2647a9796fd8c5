package github_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

// The requests of one rig are counted, so nothing here is parallel.
func TestLineage(t *testing.T) {
	r := newRig(t, githubsim.Options{})
	second := r.repo.Commit("main", githubsim.CommitSpec{Message: "Second"})
	r.repo.SetBranch("release/1", r.first)
	onRelease := r.repo.Commit("release/1", githubsim.CommitSpec{Message: "Fix the old one"})
	topic := r.repo.Commit("topic", githubsim.CommitSpec{Message: "Half done"})
	r.repo.SetBranch("main-2", topic) // begins as main does
	// A tag must not be taken for a branch.
	r.repo.Tag("release/2", topic)
	tests := []struct {
		name, sha string
		patterns  []string
		want      bot.Lineage
		requests  int
	}{
		{"the default branch's tip", second, nil, bot.Lineage{On: "main", Asked: []string{"main"}}, 2},
		{"further back", r.first, nil, bot.Lineage{On: "main", Asked: []string{"main"}}, 2},
		{"on another line", topic, nil, bot.Lineage{Asked: []string{"main"}}, 2},
		{"a glob", onRelease, []string{"main", "release/*"}, bot.Lineage{On: "release/1", Asked: []string{"main", "release/1"}}, 3},
		{"neither name nor glob", topic, []string{"main", "release/*"}, bot.Lineage{Asked: []string{"main", "release/1"}}, 4},
		{"a tag is no branch", topic, []string{"release/2"}, bot.Lineage{}, 2},
		{"no such branch", topic, []string{"prod"}, bot.Lineage{}, 2},
		{"one star is one level", onRelease, []string{"*"}, bot.Lineage{Asked: []string{"topic", "main-2", "main"}}, 4},
	}
	got, err := r.client.Lineage(t.Context(), repoName, bot.Commit{SHA: r.first}, nil)
	if diff := cmp.Diff(tests[1].want, got); diff != "" || err != nil {
		t.Errorf("where the default branch is not known yet: %v (-want +got):\n%s", err, diff)
	}
	if _, err := r.client.DefaultBranch(t.Context(), repoName); err != nil { // knows the default branch now
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r.ClearRequests()
			got, err := r.client.Lineage(t.Context(), repoName, bot.Commit{SHA: tt.sha}, tt.patterns)
			check(t, err)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Lineage (-want +got):\n%s", diff)
			}
			wantCount(t, r, "", "", tt.requests)
		})
	}
}

// A commit that was just named by a branch costs no request, whichever way the
// branch was named; one that a tag of the same name was mistaken for does.
func TestLineageOfWhatWasNamed(t *testing.T) {
	r := newRig(t, githubsim.Options{})
	for _, ref := range []string{"", "main", "refs/heads/main", "release/3"} {
		r.repo.SetBranch("release/3", "main")
		commit, _, err := r.client.Commit(t.Context(), repoName, ref)
		check(t, err)
		r.client.DefaultBranch(t.Context(), repoName) //nolint:errcheck // only so that the default branch is known
		r.ClearRequests()
		got, err := r.client.Lineage(t.Context(), repoName, commit, []string{"main", "release/*"})
		check(t, err)
		if got.On != commit.TipOf || got.On == "" {
			t.Errorf("%q: %+v, tip of %q", ref, got, commit.TipOf)
		}
		wantCount(t, r, "", "", 0)
	}
	topic := r.repo.Commit("topic", githubsim.CommitSpec{Message: "Half done"})
	r.repo.Tag("release/4", topic)
	commit, _, err := r.client.Commit(t.Context(), repoName, "release/4")
	check(t, err)
	if got, err := r.client.Lineage(t.Context(), repoName, commit, []string{"release/4"}); err != nil || got.On != "" {
		t.Errorf("a tag passed for a branch: %+v, %v", got, err)
	}
}

// TestLineageBesideATag has GitHub take a name for a tag.
func TestLineageBesideATag(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	topic := r.repo.Commit("topic", githubsim.CommitSpec{Message: "Half done"})
	body := fmt.Sprintf(`{"status":"identical","base_commit":{"sha":%q},"ahead_by":0,"behind_by":0}`, topic)
	r.AddFault(githubsim.Fault{Count: 1, Status: http.StatusOK, Body: body}.On("GET", "*/compare/main...*"))
	got, err := r.client.Lineage(t.Context(), repoName, bot.Commit{SHA: topic}, []string{"main"})
	check(t, err)
	if got.On != "" {
		t.Errorf("a commit that a tag names counts as on the branch: %+v", got)
	}
}

func TestLineageOfManyBranches(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	for i := range 12 {
		r.repo.SetBranch(fmt.Sprintf("release/%02d", i), r.first)
	}
	topic := r.repo.Commit("topic", githubsim.CommitSpec{Message: "Half done"})
	got, err := r.client.Lineage(t.Context(), repoName, bot.Commit{SHA: topic}, []string{"release/*"})
	check(t, err)
	if got.On != "" || len(got.Asked) != 8 || got.Asked[0] != "release/11" || got.Left != 4 {
		t.Errorf("Lineage = %+v", got)
	}
}

// TestLineageThatCannotBeTold: what GitHub finds nothing to compare by may be
// gone, or hidden; that is no answer. What another branch says counts.
func TestLineageThatCannotBeTold(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	gone := strings.Repeat("0", 40)
	for _, patterns := range [][]string{nil, {"main"}, {"ma*"}} {
		got, err := r.client.Lineage(t.Context(), repoName, bot.Commit{SHA: gone}, patterns)
		check(t, err)
		want := bot.Lineage{Asked: []string{"main"}, Untold: []string{"main"}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", patterns, diff)
		}
	}
	r.repo.SetBranch("release/1", r.first)
	r.AddFault(githubsim.Fault{Count: -1, Status: http.StatusNotFound}.On("GET", "*/compare/*"))
	got, err := r.client.Lineage(t.Context(), repoName, bot.Commit{SHA: r.first}, []string{"main", "release/*"})
	check(t, err)
	if got.On != "release/1" {
		t.Errorf("what another branch says is lost: %+v", got)
	}
	for _, q := range r.Requests() {
		if strings.Contains(q.Path, "HEAD") {
			t.Errorf("%s: GitHub documents no such name", q.Path)
		}
	}
}

func TestLineageThatCannotBeRead(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	topic := r.repo.Commit("topic", githubsim.CommitSpec{Message: "Half done"})
	r.AddFault(githubsim.Fault{Count: 20, Status: http.StatusBadGateway}.On("GET", "*/compare/*"))
	_, err := r.client.Lineage(t.Context(), repoName, bot.Commit{SHA: topic}, nil)
	wantKind(t, err, bot.Unavailable)
	_, err = r.client.Lineage(t.Context(), repoName, bot.Commit{SHA: "main"}, nil)
	wantKind(t, err, bot.Invalid)
}
