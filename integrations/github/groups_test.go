package github_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

func TestGroupsOfAWorkflow(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	for text, want := range map[string][]bot.Group{
		"concurrency: deploy": {{Name: "deploy"}},
		"concurrency: {group: 'a-${{ inputs.x }}', cancel-in-progress: false}": {{Name: "a-${{ inputs.x }}"}},
		"concurrency: {group: a, cancel-in-progress: true}":                    {{Name: "a", Cancels: true}},
		"concurrency: {group: a, cancel-in-progress: '${{ inputs.x }}'}":       {{Name: "a", Cancels: true}},
		"concurrency: {group: a, queue: max}":                                  {{Name: "a", InLine: true}},
		"jobs: {x: {concurrency: one}, y: {}, z: {concurrency: {group: two}}}": {{Name: "one"}, {Name: "two"}},
		"concurrency: [a]": nil,
		"name: none":       nil,
	} {
		r.repo.WriteFile("main", ".github/workflows/deploy.yml", "on: workflow_dispatch\n"+text)
		got, err := r.client.Workflow(t.Context(), repoName, "deploy.yml", "main", "")
		check(t, err)
		if diff := cmp.Diff(want, got.Groups); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}
