package github_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

func TestFilesOf(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	r.repo.Commit("main", githubsim.CommitSpec{Files: map[string]string{"api/main.go": "package main\n"}})
	tip := r.repo.Commit("main", githubsim.CommitSpec{Files: map[string]string{"api/main.go": "package main // v2\n", "web/index.html": "hello\n"}})
	got, err := r.client.FilesOf(t.Context(), repoName, tip)
	if err != nil {
		t.Fatal(err)
	}
	want := bot.ChangedFiles{Files: []bot.ChangedFile{
		{Path: "api/main.go", Change: bot.FileModified}, {Path: "web/index.html", Change: bot.FileAdded},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if _, err := r.client.FilesOf(t.Context(), repoName, strings.Repeat("0", 40)); err == nil {
		t.Error("a commit that does not exist has files")
	}
	if _, err := r.client.FilesOf(t.Context(), repoName, "../../x"); err == nil {
		t.Error("what is no commit has files")
	}
}
