package github_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

// The requests of the rig are counted, so nothing here is parallel.
func TestFiles(t *testing.T) {
	r := newRig(t, githubsim.Options{})
	old := r.repo.Commit("main", githubsim.CommitSpec{Files: map[string]string{"go.mod": "go 1.25\n"}})
	tip := r.repo.Commit("main", githubsim.CommitSpec{Files: map[string]string{
		"go.mod": "go 1.26\n", "odd/a ?#%:b.env": "KEY=1\n", "big.lock": strings.Repeat("x", 1<<20+1), "photo": "\xff\xfe",
	}})
	wanted := []bot.FileAt{
		{SHA: old, Path: "go.mod"},
		{SHA: tip, Path: "go.mod"},
		{SHA: tip, Path: "odd/a ?#%:b.env"},
		{SHA: old, Path: "odd/a ?#%:b.env"},
		{SHA: tip, Path: "big.lock"},
		{SHA: tip, Path: "photo"},
	}
	r.ClearRequests()
	got := r.client.Files(t.Context(), repoName, wanted)
	want := []bot.RepoFile{
		{Text: "go 1.25\n"},
		{Text: "go 1.26\n"},
		{Text: "KEY=1\n"},
		{Missing: true},
		{Problem: "could not be read: it is larger than 1 MB"},
		{Problem: "could not be read: it is not text"},
	}
	for i := range want {
		want[i].FileAt = wanted[i]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	wantCount(t, r, "GET", "*/contents/*", len(wanted))
}

func TestFilesSayWhyTheyCouldNotBeRead(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	r.AddFault(githubsim.Fault{Count: -1, Status: http.StatusForbidden, Body: `{"message":"Forbidden"}`}.On("GET", "*/contents/*"))
	got := r.client.Files(t.Context(), repoName, []bot.FileAt{{SHA: r.first, Path: "go.mod"}})
	if !strings.HasPrefix(got[0].Problem, "could not be read: GitHub refused: Forbidden") || got[0].Missing {
		t.Errorf("file = %+v", got[0])
	}
}

// A path comes from a commit or the configuration, and must never become
// another one.
func TestPromise11_HostilePathsSendNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	for _, path := range []string{"", "..", "a/../b", "/etc", "a//b", "a/", "./a", "a\nb", "a\x00b", `a\b`, "\xff", strings.Repeat("a", 5000)} {
		got := r.client.Files(t.Context(), repoName, []bot.FileAt{{SHA: r.first, Path: path}})
		if got[0].Problem == "" {
			t.Errorf("%q was read: %+v", path, got[0])
		}
	}
	if got := r.client.Files(t.Context(), repoName, []bot.FileAt{{SHA: "main", Path: "go.mod"}}); got[0].Problem == "" {
		t.Errorf("a branch was taken for a commit: %+v", got[0])
	}
	wantCount(t, r, "", "", 0)
}

func TestChangesListsTheFilesThatDiffer(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	base := r.repo.Commit("main", githubsim.CommitSpec{Files: map[string]string{"stays": "1", "turns": "1", "goes": "1"}})
	head := r.repo.Commit("main", githubsim.CommitSpec{Files: map[string]string{"comes": "1", "turns": "2"}, Deleted: []string{"goes"}})
	r.repo.SetBranch("side", base)
	side := r.repo.Commit("side", githubsim.CommitSpec{Files: map[string]string{"comes": "2", "aside": "1"}})
	var many []string
	files := map[string]string{}
	for i := range 301 {
		many = append(many, "many/"+strings.Repeat("x", i+1))
		files[many[i]] = "1"
	}
	crowd := r.repo.Commit("crowd", githubsim.CommitSpec{Files: files})

	a, m, d := bot.FileAdded, bot.FileModified, bot.FileRemoved
	tests := []struct {
		name, base, head string
		want             []bot.ChangedFile
	}{
		{"forward", base, head, []bot.ChangedFile{{Path: "comes", Change: a}, {Path: "goes", Change: d}, {Path: "turns", Change: m}}},
		{"backward", head, base, []bot.ChangedFile{{Path: "comes", Change: d}, {Path: "goes", Change: a}, {Path: "turns", Change: m}}},
		{"sideways", head, side, []bot.ChangedFile{{Path: "aside", Change: a}, {Path: "comes", Change: m}, {Path: "goes", Change: a}, {Path: "turns", Change: m}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, got, err := r.client.Changes(t.Context(), repoName, tt.base, tt.head)
			check(t, err)
			if diff := cmp.Diff(bot.ChangedFiles{Files: tt.want, Brought: got.Brought}, got); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
	_, got, err := r.client.Changes(t.Context(), repoName, head, crowd)
	check(t, err)
	if !got.Cut || len(got.Files) != 300 {
		t.Errorf("of 301 files %d are listed, cut: %v", len(got.Files), got.Cut)
	}
}
