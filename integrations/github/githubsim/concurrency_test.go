package githubsim_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

// grouped is a workflow in the group that the text says.
func grouped(concurrency string) string {
	return `
name: Deploy
run-name: ${{ inputs.release_id }}
on: {workflow_dispatch: {inputs: {release_id: {}, sha: {}, service: {default: api}}}}
concurrency: ` + concurrency + `
jobs:
  deploy: {steps: [{run: ./deploy}]}
`
}

// states are those of the runs, the oldest first.
func states(r rig) []string {
	var all []string
	for _, run := range r.Runs() {
		all = append(all, strings.TrimSpace(run.Status+" "+run.Conclusion))
	}
	return all
}

// TestConcurrencyGroups: of a group one run works and one waits; what becomes of
// the others is as GitHub says.
func TestConcurrencyGroups(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		concurrency string
		want, after []string // with three runs, and after the first is over
	}{
		"one waits": {
			"deploy",
			[]string{"in_progress", "completed cancelled", "pending"},
			[]string{"completed success", "completed cancelled", "queued"},
		},
		"all wait in line": {
			"{group: deploy, queue: max}",
			[]string{"in_progress", "pending", "pending"},
			[]string{"completed success", "queued", "pending"},
		},
		"the one that works is cancelled": {
			"{group: deploy, cancel-in-progress: true}",
			[]string{"completed cancelled", "completed cancelled", "queued"},
			nil,
		},
		"capitals make no difference": {
			"Deploy-${{ inputs.service }}",
			[]string{"in_progress", "completed cancelled", "pending"},
			[]string{"completed success", "completed cancelled", "queued"},
		},
		"groups of their own": {
			"deploy-${{ inputs.release_id }}",
			[]string{"in_progress", "queued", "queued"},
			[]string{"completed success", "queued", "queued"},
		},
		"none": {"''", []string{"in_progress", "queued", "queued"}, []string{"completed success", "queued", "queued"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, githubsim.Options{})
			r.Repo("acme/api").WriteFile("main", ".github/workflows/deploy.yml", grouped(test.concurrency))
			first := r.startRun(t, "api-1")
			check(t, r.StartJob(first, ""))
			r.startRun(t, "api-2")
			r.startRun(t, "api-3")
			eventually(t, fmt.Sprintf("%v", test.want), func() bool { return cmp.Equal(test.want, states(r)) })
			if test.after == nil {
				return
			}
			if waiting := r.Runs()[2]; waiting.Status == "pending" && (len(waiting.Jobs) > 0 || r.StartRun(waiting.ID) == nil) {
				t.Errorf("a run that waits for its group has begun: %+v", waiting)
			}
			check(t, r.FinishRun(first, "success"))
			if diff := cmp.Diff(test.after, states(r)); diff != "" {
				t.Errorf("after the first (-want +got):\n%s", diff)
			}
		})
	}
}

// TestConcurrencyAgain: a run that is started again waits for its group too, and
// groups of different repositories do not know each other.
func TestConcurrencyAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	for _, name := range []string{"acme/api", "acme/web"} {
		r.Repo(name).WriteFile("main", ".github/workflows/deploy.yml", grouped("deploy"))
	}
	first := r.startRun(t, "api-1")
	check(t, r.FinishRun(first, "success"))
	second := r.startRun(t, "api-2")
	check(t, r.StartJob(second, ""))
	check(t, r.Rerun(first))
	if got := r.state(t, first); got != "pending " {
		t.Errorf("started again beside another: %s", got)
	}
	check(t, r.FinishRun(second, "success"))
	check(t, r.StartJob(first, ""))
}

// TestListingsLag: a list may show a run as it was, while the run itself is shown
// as it is.
func TestListingsLag(t *testing.T) {
	t.Parallel()
	now := time.Now()
	r, _ := seeded(t, githubsim.Options{Now: func() time.Time { return now }})
	id := r.startRun(t, "api-1")
	check(t, r.StartJob(id, "build"))
	r.SetStale(time.Minute)
	now = now.Add(2 * time.Minute)
	check(t, r.FinishRun(id, "success"))
	listed, _, err := r.gh.Actions.ListRepositoryWorkflowRuns(t.Context(), "acme", "api", nil)
	check(t, err)
	if got := listed.WorkflowRuns[0].GetStatus(); got != "in_progress" {
		t.Errorf("the list shows it %s already", got)
	}
	if got := r.state(t, id); got != "completed success" {
		t.Errorf("the run itself is %s", got)
	}
	now = now.Add(2 * time.Minute)
	listed, _, err = r.gh.Actions.ListRepositoryWorkflowRuns(t.Context(), "acme", "api", nil)
	check(t, err)
	if got := listed.WorkflowRuns[0].GetStatus(); got != "completed" {
		t.Errorf("the list still shows it %s", got)
	}
}
