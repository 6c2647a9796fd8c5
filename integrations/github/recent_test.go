package github_test

import (
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

func TestRecentRuns(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	first := r.dispatch(t)
	check(t, r.FinishRun(first, "success"))
	runs, err := r.client.RecentRuns(t.Context(), repoName, "deploy.yml")
	check(t, err)
	if len(runs) != 1 || runs[0].Run.ID != first || runs[0].Repo != repoName || runs[0].Run.Conclusion != bot.ConclusionSuccess {
		t.Fatalf("RecentRuns = %+v, want the run %d", runs, first)
	}
	if _, isKey := bot.ReleaseIDOf(runs[0].RunKey); !isKey {
		t.Errorf("its run key is %q", runs[0].RunKey)
	}
	_, err = r.client.RecentRuns(t.Context(), repoName, "../other.yml")
	wantKind(t, err, bot.Invalid)
}
