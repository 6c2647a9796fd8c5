package github_test

import (
	"net/http"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

// TestNewestRuns: what was started again is seen, and asking again costs nothing
// as long as nothing has changed.
func TestNewestRuns(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	id := r.dispatch(t)
	check(t, r.FinishRun(id, "success"))
	list := func() bot.Run {
		runs, err := r.client.NewestRuns(t.Context(), repoName, "deploy.yml")
		check(t, err)
		if len(runs) != 1 || runs[0].Run.ID != id || runs[0].Repo != repoName {
			t.Fatalf("NewestRuns = %+v, want the run %d", runs, id)
		}
		return runs[0].Run
	}
	list()
	if run := list(); run.Attempt != 1 || run.Conclusion != bot.ConclusionSuccess {
		t.Errorf("asked again it is %+v", run)
	}
	check(t, r.Rerun(id))
	if run := list(); run.Attempt != 2 || run.Status != bot.RunWaiting {
		t.Errorf("started again it is %+v", run)
	}
	var answers []int
	for _, q := range r.Requests() {
		if q.Method == http.MethodGet {
			answers = append(answers, q.Status)
		}
	}
	if want := []int{200, 304, 200}; len(answers) != 3 || answers[0] != want[0] || answers[1] != want[1] || answers[2] != want[2] {
		t.Errorf("answers %v, want %v", answers, want)
	}
	_, err := r.client.NewestRuns(t.Context(), repoName, "../other.yml")
	wantKind(t, err, bot.Invalid)
	_, err = r.client.NewestRuns(t.Context(), repoName, "gone.yml")
	wantKind(t, err, bot.NotFound)
}
