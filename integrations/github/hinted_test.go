package github_test

import (
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

// A hint costs one request as long as a job goes on, and two in the end.
func TestHintedRun(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	known, err := r.client.Dispatch(t.Context(), request(), nil)
	check(t, err)
	read := func(status bot.RunStatus, cost int) {
		t.Helper()
		r.ClearRequests()
		known, err = r.client.HintedRun(t.Context(), repoName, known)
		check(t, err)
		if known.Status != status || known.HeadSHA != r.first || len(known.Jobs) != 2 {
			t.Errorf("run = %+v, want %s", known, status)
		}
		wantCount(t, r, "", "", cost)
	}
	read(bot.RunWaiting, 1)
	check(t, r.StartJob(known.ID, "build"))
	read(bot.RunInProgress, 1)
	check(t, r.FinishJob(known.ID, "build", "success", ""))
	read(bot.RunInProgress, 1)
	check(t, r.HoldJob(known.ID, "Roll out"))
	read(bot.RunHeld, 1)
	check(t, r.FinishJob(known.ID, "Roll out", "success", ""))
	read(bot.RunInProgress, 2)
	check(t, r.FinishRun(known.ID, "success"))
	read(bot.RunCompleted, 2)
	check(t, r.Rerun(known.ID))
	read(bot.RunWaiting, 2)
	if known.Attempt != 2 {
		t.Errorf("attempt %d", known.Attempt)
	}
	known = bot.Run{ID: known.ID}
	read(bot.RunWaiting, 2)
	check(t, r.DeleteRun(known.ID))
	_, err = r.client.HintedRun(t.Context(), repoName, known)
	wantKind(t, err, bot.NotFound)
}

// One request compares with a branch before it is known where that ends, if the tip
// is ahead; else nothing is known.
func TestChangesTo(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	tip := r.repo.Commit("main", githubsim.CommitSpec{Message: "More", Files: map[string]string{"a.txt": "a"}})
	side := r.repo.Commit("side", githubsim.CommitSpec{Message: "Aside"})
	r.repo.Commit("main", githubsim.CommitSpec{Message: "Most", Files: map[string]string{"b.txt": "b"}})
	most := r.repo.SHA("main")
	for _, tt := range []struct {
		base, branch, head string
		commits, files     int
	}{
		{r.first, "main", most, 2, 2},
		{tip, "main", most, 1, 1},
		{most, "main", most, 0, 0},
		{r.first, most, most, 2, 2},
		{most, tip, "", 0, 0},
		{side, "main", "", 0, 0},
		{r.first, "nope", "", 0, 0},
		{r.first, "", "", 0, 0},
		{"main", "main", "", 0, 0},
	} {
		got, err := r.client.ChangesTo(t.Context(), repoName, tt.base, tt.branch)
		check(t, err)
		if got.Head != tt.head || len(got.Changes.Commits) != tt.commits || len(got.Files.Files) != tt.files {
			t.Errorf("%s to %q = %+v", tt.base, tt.branch, got)
		}
		if got.Head == "" {
			continue
		}
		changes, files, err := r.client.Changes(t.Context(), repoName, tt.base, most)
		check(t, err)
		if changes.Total != got.Changes.Total || changes.URL != "" && changes.URL != got.Changes.URL || changes.Direction != got.Changes.Direction || len(files.Files) != len(got.Files.Files) {
			t.Errorf("%s to %q = %+v, and by the SHA %+v", tt.base, tt.branch, got.Changes, changes)
		}
	}
	_, err := r.client.DefaultBranch(t.Context(), repoName)
	check(t, err)
	if got, err := r.client.ChangesTo(t.Context(), repoName, r.first, ""); err != nil || got.Head != most {
		t.Errorf("to the default branch: %+v, %v", got, err)
	}
}

// A workflow file that did not change since a commit at which it was read is not
// read again at a later one.
func TestWorkflowThatDidNotChangeIsNotReadAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	read := func(sha string) bot.WorkflowFile {
		file, err := r.client.Workflow(t.Context(), repoName, "deploy.yml", "main", sha)
		check(t, err)
		return file
	}
	first := read(r.first)
	next := r.repo.Commit("main", githubsim.CommitSpec{Files: map[string]string{"a.txt": "a"}})
	_, err := r.client.ChangesTo(t.Context(), repoName, r.first, "main")
	check(t, err)
	if same := read(next); same.Blob != first.Blob {
		t.Errorf("the file is %s, and was %s", same.Blob, first.Blob)
	}
	wantCount(t, r, "GET", "*/contents/*", 1)
	other := r.repo.WriteFile("main", ".github/workflows/deploy.yml", "on: workflow_dispatch\n")
	_, err = r.client.ChangesTo(t.Context(), repoName, next, "main")
	check(t, err)
	if changed := read(other); changed.Blob == first.Blob {
		t.Error("another file passes for the one before")
	}
	wantCount(t, r, "GET", "*/contents/*", 2)
}
