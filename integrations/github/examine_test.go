package github_test

import (
	"testing"
	"time"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

// TestActionsOff: whether GitHub Actions is switched off is found out, and nothing is started
// by that, however the repository and its workflow stand.
func TestActionsOff(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		prepare func(r rig)
		off     bool
	}{
		"on":                        {func(rig) {}, false},
		"off":                       {func(r rig) { r.Repo(repoName).SetActions(false) }, true},
		"a workflow is disabled":    {func(r rig) { r.Repo(repoName).SetWorkflowState("deploy.yml", "disabled_manually") }, false},
		"it is archived":            {func(r rig) { r.Repo(repoName).SetArchived(true) }, false},
		"it is hidden":              {func(r rig) { r.Repo(repoName).SetHidden(true) }, false},
		"nothing may be started":    {func(r rig) { r.Limit(githubsim.DefaultToken, "actions", "read") }, false},
		"GitHub is away":            {func(r rig) { r.AddFault(githubsim.Fault{Status: 502, Count: -1}) }, false},
		"it answers with something": {func(r rig) { r.AddFault(githubsim.Fault{Status: 403, Body: "no", Count: -1}) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, githubsim.Options{})
			tt.prepare(r)
			if off := r.client.ActionsOff(t.Context(), repoName, "deploy.yml"); off != tt.off {
				t.Errorf("Actions is off: %t", off)
			}
			if runs := r.Runs(); len(runs) > 0 {
				t.Errorf("it has started %+v", runs)
			}
		})
	}
	r := newRig(t, githubsim.Options{})
	if r.client.ActionsOff(t.Context(), "../x", "deploy.yml") || r.client.ActionsOff(t.Context(), repoName, "../deploy.yml") || len(r.Requests()) > 0 {
		t.Errorf("a name that is none is asked for: %+v", r.Requests())
	}
}

// TestTokenEnd: when the token lapses is read where GitHub tells it.
func TestTokenEnd(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	state, err := r.client.Repository(t.Context(), repoName)
	check(t, err)
	if !state.TokenEnds.IsZero() {
		t.Errorf("it lapses at %s, of which nobody told", state.TokenEnds)
	}
	end := time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)
	r.SetTokenEnd(end)
	if state, err = r.client.Repository(t.Context(), repoName); err != nil || !state.TokenEnds.Equal(end) {
		t.Errorf("it lapses at %s, %v; want %s", state.TokenEnds, err, end)
	}
}
