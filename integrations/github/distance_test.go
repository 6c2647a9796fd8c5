package github_test

import (
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

// TestDistance: one request counts the commits in both directions, however many.
func TestDistance(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	base := r.repo.Commit("main", githubsim.CommitSpec{Message: "Begin"})
	side := r.repo.Commit("side", githubsim.CommitSpec{Message: "Aside"})
	head := base
	for range 3 {
		head = r.repo.Commit("main", githubsim.CommitSpec{Message: "More"})
	}
	for name, tt := range map[string]struct {
		base, head string
		want       bot.Distance
	}{
		"ahead":   {base, head, bot.Distance{Ahead: 3}},
		"behind":  {head, base, bot.Distance{Behind: 3}},
		"nowhere": {base, base, bot.Distance{}},
		"parted":  {side, head, bot.Distance{Ahead: 3, Behind: 1}},
	} {
		r.ClearRequests()
		got, err := r.client.Distance(t.Context(), bot.CommitPair{Repo: repoName, Base: tt.base, Head: tt.head})
		if err != nil || got != tt.want && name != "parted" || name == "parted" && (got.Ahead == 0 || got.Behind == 0) || len(r.Requests()) != 1 {
			t.Errorf("%s: %+v, %v in %d requests", name, got, err, len(r.Requests()))
		}
	}
	_, err := r.client.Distance(t.Context(), bot.CommitPair{Repo: repoName, Base: base, Head: "main"})
	wantKind(t, err, bot.Invalid)
	_, err = r.client.Distance(t.Context(), bot.CommitPair{Repo: repoName, Base: base, Head: strings.Repeat("0", 40)})
	wantKind(t, err, bot.NotFound)
}
