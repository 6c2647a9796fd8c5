package githubsim_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

// jobs lists a run's jobs as "name status conclusion [failed step]".
func (r rig) jobs(tb testing.TB, run int64, filter string) []string {
	tb.Helper()
	got, _, err := r.gh.Actions.ListWorkflowJobs(tb.Context(), "acme", "api", run, &github.ListWorkflowJobsOptions{Filter: filter})
	check(tb, err)
	var list []string
	for _, j := range got.Jobs {
		failed := ""
		for _, st := range j.Steps {
			if st.GetConclusion() == "failure" {
				failed = " [" + st.GetName() + "]"
			}
		}
		list = append(list, j.GetName()+" "+j.GetStatus()+" "+j.GetConclusion()+failed)
	}
	return list
}

func (r rig) state(tb testing.TB, run int64) string {
	tb.Helper()
	got, _, err := r.gh.Actions.GetWorkflowRunByID(tb.Context(), "acme", "api", run)
	check(tb, err)
	return got.GetStatus() + " " + got.GetConclusion()
}

func TestRunIsMovedByHand(t *testing.T) {
	t.Parallel()
	r, _ := seeded(t, githubsim.Options{})
	id := r.startRun(t, "api-1")
	if diff := cmp.Diff([]string{"build queued ", "Roll out queued "}, r.jobs(t, id, "")); diff != "" {
		t.Errorf("jobs of a new run (-want +got):\n%s", diff)
	}
	check(t, r.StartJob(id, ""))
	check(t, r.FinishJob(id, "build", "success", ""))
	check(t, r.FinishJob(id, "Roll out", "failure", "Migrate"))
	want := []string{"build completed success", "Roll out completed failure [Migrate]"}
	if diff := cmp.Diff(want, r.jobs(t, id, "")); diff != "" {
		t.Errorf("jobs (-want +got):\n%s", diff)
	}
	check(t, r.FinishRun(id, "failure"))
	if got := r.state(t, id); got != "completed failure" {
		t.Errorf("run = %s", got)
	}
	for name, err := range map[string]error{
		"start a finished run":  r.StartRun(id),
		"finish a finished run": r.FinishRun(id, "success"),
		"a job of a gone run":   r.FinishJob(1, "", "success", ""),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestRerunIsANewAttempt(t *testing.T) {
	t.Parallel()
	r, _ := seeded(t, githubsim.Options{})
	id := r.startRun(t, "api-1")
	check(t, r.StartRun(id))
	check(t, r.FinishRun(id, "startup_failure")) // a conclusion that the description does not list
	check(t, r.Rerun(id))
	run, _, err := r.gh.Actions.GetWorkflowRunByID(t.Context(), "acme", "api", id)
	check(t, err)
	first, _, err := r.gh.Actions.GetWorkflowRunAttempt(t.Context(), "acme", "api", id, 1, nil)
	check(t, err)
	if run.GetRunAttempt() != 2 || run.GetStatus() != "queued" || first.GetConclusion() != "startup_failure" {
		t.Errorf("attempt %d %s, first %s", run.GetRunAttempt(), run.GetStatus(), first.GetConclusion())
	}
	if latest, all := r.jobs(t, id, "latest"), r.jobs(t, id, "all"); len(latest) != 2 || len(all) != 2 {
		t.Errorf("%d latest jobs, %d in all; want none of the run that could not begin", len(latest), len(all))
	}
	if r.Rerun(id) == nil {
		t.Error("an unfinished run was started again")
	}
}

func TestScriptPlaysTheRun(t *testing.T) {
	t.Parallel()
	r, repo := seeded(t, githubsim.Options{Speed: 100})
	second := githubsim.Duration(time.Second)
	repo.SetScript("deploy.yml", githubsim.Script{Queue: second, Jobs: []githubsim.JobScript{
		{Name: "build", Steps: []githubsim.StepScript{{Name: "Compile", Takes: second}}},
		{Name: "deploy", Steps: []githubsim.StepScript{
			{Name: "Migrate", Takes: second, Conclusion: "failure"}, {Name: "Release", Takes: second},
		}},
		{Name: "notify"},
	}})
	id := r.startRun(t, "api-1")
	eventually(t, "the run ends", func() bool { return r.state(t, id) == "completed failure" })
	want := []string{"build completed success", "deploy completed failure [Migrate]", "notify completed skipped"}
	if diff := cmp.Diff(want, r.jobs(t, id, "")); diff != "" {
		t.Errorf("jobs (-want +got):\n%s", diff)
	}
	r.SetSpeed(0.001)
	slow := r.startRun(t, "api-2")
	_, err := r.gh.Actions.CancelWorkflowRunByID(t.Context(), "acme", "api", slow)
	wantAccepted(t, err)
	if got := r.state(t, slow); got != "completed cancelled" {
		t.Errorf("cancelled run = %s", got)
	}
}

func wantAccepted(tb testing.TB, err error) {
	tb.Helper()
	if _, ok := errors.AsType[*github.AcceptedError](err); !ok {
		tb.Fatalf("error = %v, want 202", err)
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	r, _ := seeded(t, githubsim.Options{CancelDelay: -1})
	id := r.startRun(t, "api-1")
	check(t, r.StartJob(id, "build"))
	_, err := r.gh.Actions.CancelWorkflowRunByID(t.Context(), "acme", "api", id)
	wantAccepted(t, err)
	if got := r.state(t, id); got != "in_progress " {
		t.Errorf("a stuck run = %s", got)
	}
	force := func(run int64) error {
		req, err := r.gh.NewRequest("POST", "repos/acme/api/actions/runs/"+itoa(run)+"/force-cancel", nil)
		check(t, err)
		_, err = r.gh.Do(t.Context(), req, nil)
		return err
	}
	wantAccepted(t, force(id))
	if got := r.state(t, id); got != "completed cancelled" {
		t.Errorf("a force-cancelled run = %s", got)
	}
	wantStatus(t, force(id), 409, "Cannot cancel a workflow run that is completed.")
	_, err = r.gh.Actions.CancelWorkflowRunByID(t.Context(), "acme", "api", id)
	wantStatus(t, err, 409, "")

	r.SetCancelDelay(20 * time.Millisecond)
	late := r.startRun(t, "api-2")
	_, err = r.gh.Actions.CancelWorkflowRunByID(t.Context(), "acme", "api", late)
	wantAccepted(t, err)
	eventually(t, "the run is cancelled", func() bool { return r.state(t, late) == "completed cancelled" })
	_, _, err = r.gh.Actions.GetWorkflowRunByID(t.Context(), "acme", "api", 1)
	wantStatus(t, err, 404, "Not Found")
}
