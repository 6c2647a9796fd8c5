package github_test

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

func TestReadRun(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	id := r.dispatch(t)
	ignoreTimes := cmpopts.IgnoreTypes(time.Time{})
	ignoreURLs := cmpopts.IgnoreFields(bot.Job{}, "URL")
	read := func() bot.Run {
		run, err := r.client.ReadRun(t.Context(), repoName, id)
		check(t, err)
		return run
	}
	want := bot.Run{
		ID: id, URL: fmt.Sprintf("https://github.com/acme/api/actions/runs/%d", id), Attempt: 1, HeadSHA: r.first, Status: bot.RunWaiting, Listed: true,
		Jobs: []bot.Job{{Name: "build", Status: bot.RunWaiting, NeverBegan: true}, {Name: "Roll out", Status: bot.RunWaiting, NeverBegan: true}},
	}
	if diff := gocmp.Diff(want, read(), ignoreTimes, ignoreURLs); diff != "" {
		t.Errorf("queued (-want +got):\n%s", diff)
	}
	check(t, r.FinishJob(id, "build", "failure", "Test"))
	want.Status = bot.RunInProgress
	want.Jobs[0] = bot.Job{Name: "build", Status: bot.RunCompleted, Conclusion: bot.ConclusionFailure, FailedStep: "Test"}
	if diff := gocmp.Diff(want, read(), ignoreTimes, ignoreURLs); diff != "" {
		t.Errorf("one job failed (-want +got):\n%s", diff)
	}
	check(t, r.HoldJob(id, "Roll out"))
	want.Status, want.Jobs[1].Status = bot.RunHeld, bot.RunHeld
	if diff := gocmp.Diff(want, read(), ignoreTimes, ignoreURLs); diff != "" {
		t.Errorf("the other is held (-want +got):\n%s", diff)
	}
	check(t, r.FinishRun(id, "startup_failure"))
	want.Status, want.Conclusion = bot.RunCompleted, bot.ConclusionStartupFailure
	want.Jobs[1] = bot.Job{Name: "Roll out", Status: bot.RunCompleted, Conclusion: bot.ConclusionSkipped, NeverBegan: true}
	if diff := gocmp.Diff(want, read(), ignoreTimes, ignoreURLs); diff != "" {
		t.Errorf("over (-want +got):\n%s", diff)
	}
	check(t, r.Rerun(id))
	if run := read(); run.Attempt != 2 || run.Status != bot.RunWaiting || run.Conclusion != bot.ConclusionNone || len(run.Jobs) != 2 {
		t.Errorf("run again = %+v", run)
	}
	_, err := r.client.ReadRun(t.Context(), repoName, id+1000)
	wantKind(t, err, bot.NotFound)
}

// TestPromise8_WhatNeverBegan: a job that no runner took has changed nothing,
// however it ended, and one that a runner took may have.
func TestPromise8_WhatNeverBegan(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		move func(rig, int64) error
		want bool
	}{
		"cancelled while it waited":   {func(r rig, id int64) error { return r.FinishRun(id, "cancelled") }, true},
		"cancelled after the run was": {func(r rig, id int64) error { return errors.Join(r.StartRun(id), r.FinishRun(id, "cancelled")) }, true},
		"cancelled in a job": {func(r rig, id int64) error {
			return errors.Join(r.StartJob(id, "build"), r.FinishRun(id, "cancelled"))
		}, false},
		"failed in a job":  {func(r rig, id int64) error { return errors.Join(r.StartJob(id, "build"), r.FinishRun(id, "failure")) }, false},
		"all went well":    {func(r rig, id int64) error { return r.FinishRun(id, "success") }, false},
		"held by a review": {func(r rig, id int64) error { return errors.Join(r.HoldJob(id, "build"), r.FinishRun(id, "cancelled")) }, true},
		"cancelled and run again": {func(r rig, id int64) error {
			return errors.Join(r.FinishRun(id, "cancelled"), r.Rerun(id), r.FinishRun(id, "cancelled"))
		}, false},
	} {
		r := newRig(t, githubsim.Options{})
		id := r.dispatch(t)
		check(t, tt.move(r, id))
		run, err := r.client.ReadRun(t.Context(), repoName, id)
		check(t, err)
		if run.DidNothing() != tt.want {
			t.Errorf("%s: it did nothing: %t, jobs %+v", name, run.DidNothing(), run.Jobs)
		}
	}
}

// A run that did not change costs nothing of the hourly limit.
func TestPolledRunsAreRevalidated(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	id := r.dispatch(t)
	var runs []bot.Run
	for range 3 {
		run, err := r.client.ReadRun(t.Context(), repoName, id)
		check(t, err)
		runs = append(runs, run)
	}
	if diff := gocmp.Diff(runs[0], runs[2]); diff != "" {
		t.Errorf("a 304 tells something else:\n%s", diff)
	}
	statuses := map[int]int{}
	for _, q := range r.Requests() {
		if q.Method == http.MethodGet {
			statuses[q.Status]++
		}
	}
	if diff := gocmp.Diff(map[int]int{200: 2, 304: 4}, statuses); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	check(t, r.FinishRun(id, "success"))
	run, err := r.client.ReadRun(t.Context(), repoName, id)
	check(t, err)
	if run.Conclusion != bot.ConclusionSuccess {
		t.Errorf("a change is not seen: %+v", run)
	}
}

func TestManyJobsAreBounded(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	script := githubsim.Script{Queue: githubsim.Duration(time.Hour)}
	for i := range 120 {
		script.Jobs = append(script.Jobs, githubsim.JobScript{Name: fmt.Sprintf("job %d", i)})
	}
	r.repo.SetScript("deploy.yml", script)
	id := r.dispatch(t)
	check(t, r.FinishJob(id, "job 110", "failure", "boom"))
	run, err := r.client.ReadRun(t.Context(), repoName, id)
	check(t, err)
	failed, found := run.FailedJob()
	if len(run.Jobs) != bot.MaxJobs || !found || failed.Name != "job 110" || run.Jobs[0].Name != "job 0" {
		t.Errorf("%d jobs, failed %v, first %s", len(run.Jobs), failed, run.Jobs[0].Name)
	}
	wantCount(t, r, "GET", "*/jobs", 2)
}

func TestCancelRun(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{CancelDelay: -1})
	id := r.dispatch(t)
	check(t, r.client.CancelRun(t.Context(), repoName, id, bot.CancelGently))
	if got := r.Runs()[0].Status; got == "completed" {
		t.Fatalf("gently = %s, though only force ends it", got)
	}
	check(t, r.client.CancelRun(t.Context(), repoName, id, bot.CancelForce))
	if got := r.Runs()[0].Conclusion; got != "cancelled" {
		t.Errorf("conclusion = %s", got)
	}
	check(t, r.client.CancelRun(t.Context(), repoName, id, bot.CancelGently)) // 409: over already
	check(t, r.client.CancelRun(t.Context(), repoName, id, bot.CancelForce))
	wantKind(t, r.client.CancelRun(t.Context(), repoName, id+1000, bot.CancelGently), bot.NotFound)
	r.AddFault(githubsim.Fault{Status: http.StatusBadGateway}.On("POST", "*/cancel"))
	r.ClearRequests()
	wantKind(t, r.client.CancelRun(t.Context(), repoName, id, bot.CancelGently), bot.Unavailable)
	wantCount(t, r, "POST", "*/cancel", 1)
}

func TestFindRun(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	began := time.Now()
	query := bot.RunQuery{Repo: repoName, Workflow: "deploy.yml", Ref: "main", RunKey: runKey, Since: began}
	_, err := r.client.FindRun(t.Context(), query)
	wantKind(t, err, bot.NotFound)

	send := func(key string) int64 {
		d := request()
		d.Inputs["release_id"] = key
		run, err := r.client.Dispatch(t.Context(), d, nil)
		check(t, err)
		return run.ID
	}
	id := send(runKey)
	for _, near := range []string{"api-142.k3v9x2mz", "xapi-142.k3v9x2mq", runKey + "x", "api-142", "api-14"} {
		send(near)
	}
	run, err := r.client.FindRun(t.Context(), query)
	check(t, err)
	if run.ID != id || run.Status != bot.RunWaiting || run.HeadSHA != r.first {
		t.Errorf("FindRun = %+v, want run %d", run, id)
	}

	later := query
	later.Since = began.Add(110 * time.Second) // whose clock is that far ahead of GitHub's
	run, err = r.client.FindRun(t.Context(), later)
	check(t, err)
	if run.ID != id {
		t.Errorf("FindRun = %+v, want run %d", run, id)
	}
	later.Since = began.Add(time.Hour)
	_, err = r.client.FindRun(t.Context(), later)
	wantKind(t, err, bot.NotFound)
	elsewhere := query
	elsewhere.Ref = "other"
	_, err = r.client.FindRun(t.Context(), elsewhere)
	wantKind(t, err, bot.NotFound)
	gone := query
	gone.Workflow = "gone.yml"
	_, err = r.client.FindRun(t.Context(), gone)
	wantKind(t, err, bot.Denied) // not NotFound: nothing is known of the run

	send(runKey)
	_, err = r.client.FindRun(t.Context(), query)
	wantKind(t, err, bot.Internal)
	if says, _ := bot.ForPeople(err); says == "" {
		t.Error("two runs with one key: no words")
	}
}

// A run that somebody names need not be listed, but it must be the release's, as
// far as its name tells.
func TestPromise3_NamedRun(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{Lag: time.Hour})
	send := func(name string) int64 {
		d := request()
		d.Inputs["release_id"], d.Inputs["environment"] = name, "production"
		if name == "by hand, elsewhere" {
			d.Inputs["environment"] = "staging"
		}
		run, err := r.client.Dispatch(t.Context(), d, nil)
		check(t, err)
		return run.ID
	}
	since := time.Now()
	for name, tc := range map[string]struct {
		title string
		query bot.RunQuery
		want  bot.ErrorKind
		key   string
	}{
		"its own":                    {title: runKey, key: runKey},
		"its own, of another place":  {title: runKey + " staging", key: runKey},
		"one without any key":        {title: "by hand"},
		"of the commit":              {title: "Deploy " + r.first[:8] + " to production"},
		"of another commit":          {title: "Deploy 0123abcd to production", want: bot.Invalid},
		"of another whole commit":    {title: strings.Repeat("0a", 20), want: bot.Invalid},
		"of a number and a word":     {title: "Deploy 12345678 defaced"},
		"of another environment":     {title: "by hand, elsewhere", want: bot.Invalid},
		"from there to here":         {title: "From staging to production"},
		"another release's":          {title: "api-7.aaaaaaaa", want: bot.Invalid},
		"older than it":              {title: runKey, query: bot.RunQuery{Since: since.Add(time.Hour)}, want: bot.Invalid},
		"none":                       {title: runKey, query: bot.RunQuery{ID: 1}, want: bot.NotFound},
		"of a workflow that is gone": {title: runKey, query: bot.RunQuery{Workflow: "gone.yml"}, want: bot.Denied},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := tc.query
			q.Repo, q.Ref, q.RunKey, q.SHA, q.Environment, q.Elsewhere = repoName, "main", runKey, r.first, "production", []string{"staging"}
			q.ID, q.Workflow = cmp.Or(q.ID, send(tc.title)), cmp.Or(q.Workflow, "deploy.yml")
			run, err := r.client.NamedRun(t.Context(), q)
			if tc.want != "" {
				wantKind(t, err, tc.want)
				return
			}
			check(t, err)
			if run.Run.ID != q.ID || run.RunKey != tc.key {
				t.Errorf("NamedRun = %+v", run)
			}
		})
	}
}

func TestFindRunGoesThroughPages(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	id := r.dispatch(t)
	d := request()
	for i := range 220 {
		d.Inputs["release_id"] = fmt.Sprintf("api-%d.aaaaaaaa", i)
		_, err := r.client.Dispatch(t.Context(), d, nil)
		check(t, err)
	}
	run, err := r.client.FindRun(t.Context(), bot.RunQuery{Repo: repoName, Workflow: "deploy.yml", Ref: "main", RunKey: runKey})
	check(t, err)
	if run.ID != id {
		t.Errorf("found %d, want %d", run.ID, id)
	}
	wantCount(t, r, "GET", "*/runs", 3)
}

func TestFindRunDuringTheLag(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{Lag: time.Hour})
	r.dispatch(t)
	query := bot.RunQuery{Repo: repoName, Workflow: "deploy.yml", Ref: "main", RunKey: runKey, Since: time.Now()}
	_, err := r.client.FindRun(t.Context(), query)
	wantKind(t, err, bot.NotFound)
	r.SetLag(0)
	_, err = r.client.FindRun(t.Context(), query)
	check(t, err)
}
