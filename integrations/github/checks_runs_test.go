package github_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

const ciYAML = `
name: CI
on: [push, pull_request, workflow_dispatch]
jobs:
  lint: {steps: [{run: make lint}]}
  test: {needs: lint, steps: [{run: make test}]}
  ship: {needs: [lint, test], steps: [{run: make package}]}
`

// TestCIThatIsNotOverIsNotGreen: GitHub makes the check run of a job when its turn
// comes. In between all check runs of a commit are green though its CI has hardly
// begun; and what never began leaves none at all.
func TestCIThatIsNotOverIsNotGreen(t *testing.T) {
	t.Parallel()
	ends := func(names ...string) func(*testing.T, rig, int64) {
		return func(t *testing.T, r rig, id int64) {
			t.Helper()
			for _, name := range names {
				check(t, r.FinishJob(id, name, "success", ""))
			}
		}
	}
	waits := func(status string) func(*testing.T, rig, int64) {
		return func(t *testing.T, r rig, id int64) { t.Helper(); check(t, r.WaitRun(id, status)) }
	}
	concludes := func(conclusion string) func(*testing.T, rig, int64) {
		return func(t *testing.T, r rig, id int64) { t.Helper(); check(t, r.FinishRun(id, conclusion)) }
	}
	neverBegan := func(conclusion string) func(*testing.T, rig, int64) {
		return func(t *testing.T, r rig, id int64) {
			t.Helper()
			check(t, r.WaitRun(id, "pending"))
			check(t, r.FinishRun(id, conclusion))
		}
	}
	pending, failed := bot.Checks{Pending: []string{"CI"}}, bot.Checks{Failed: []string{"CI"}}
	for name, tt := range map[string]struct {
		event string
		then  func(*testing.T, rig, int64)
		want  bot.Checks
	}{
		"its first job is queued":              {"push", ends(), bot.Checks{Pending: []string{"lint"}}},
		"between two jobs":                     {"push", ends("lint"), bot.Checks{Pending: []string{"test"}}},
		"all jobs but one, of a pull request":  {"pull_request", ends("lint", "test"), bot.Checks{Pending: []string{"ship"}}},
		"all jobs are over, and it not yet":    {"push", ends("lint", "test", "ship"), pending},
		"by hand, too":                         {"workflow_dispatch", ends("lint", "test", "ship"), pending},
		"it waits for its concurrency group":   {"push", waits("pending"), pending},
		"it waits, as GitHub may say one day":  {"push", waits("contemplating"), bot.Checks{Pending: []string{"lint"}}},
		"it went well":                         {"push", concludes("success"), bot.Checks{}},
		"it is neutral":                        {"push", concludes("neutral"), bot.Checks{}},
		"it could not begin":                   {"push", concludes("startup_failure"), failed},
		"nobody let it begin":                  {"pull_request", neverBegan("action_required"), failed},
		"GitHub gave it up":                    {"push", neverBegan("stale"), failed},
		"it ended in a word that nobody knows": {"push", neverBegan("exploded"), failed},
		"a newer push took its place":          {"push", neverBegan("cancelled"), failed},
		"a newer one by a bot took its place":  {"issue_comment", neverBegan("cancelled"), bot.Checks{}},
		"there was nothing to do":              {"push", neverBegan("skipped"), bot.Checks{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, githubsim.Options{})
			sha := r.repo.WriteFile("main", ".github/workflows/ci.yml", ciYAML)
			r.repo.AddCheck("main", githubsim.CheckSpec{Name: "coverage", Conclusion: "success"})
			id, err := r.repo.Trigger("ci.yml", "main", tt.event)
			check(t, err)
			tt.then(t, r, id)
			got, err := r.client.Checks(t.Context(), bot.ChecksQuery{Repo: repoName, SHA: sha, Started: []string{"deploy.yml"}})
			check(t, err)
			if !slices.Equal(got.Pending, tt.want.Pending) || !slices.Equal(got.Failed, tt.want.Failed) || !got.Complete {
				t.Errorf("checks = %+v, want %+v", got, tt.want)
			}
			named, err := r.client.Checks(t.Context(), bot.ChecksQuery{Repo: repoName, SHA: sha, Names: []string{"coverage"}, Started: []string{"deploy.yml"}})
			check(t, err)
			if diff := cmp.Diff(bot.Checks{Passed: 1, Known: []string{"coverage"}, Complete: true}, named); diff != "" {
				t.Errorf("a check that is named (-want +got):\n%s", diff)
			}
		})
	}
}
