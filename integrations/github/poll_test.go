package github_test

import (
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

// A poll costs one request as long as nothing has happened, and sees what has.
func TestPollRun(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	id := r.dispatch(t)
	known := bot.Run{ID: id, Attempt: 1, Status: bot.RunWaiting}
	poll := func() {
		t.Helper()
		var err error
		known, err = r.client.PollRun(t.Context(), repoName, known)
		check(t, err)
	}
	pollUntil := func(what string, seen func() bool) {
		t.Helper()
		for range 100 { // it is found out by chance, one time in four at the worst
			if poll(); seen() {
				return
			}
		}
		t.Fatalf("%s was not seen: %+v", what, known)
	}
	cost := func(polls int) {
		t.Helper()
		r.ClearRequests()
		for range polls {
			poll()
		}
		wantCount(t, r, "", "", polls)
	}

	cost(20)
	check(t, r.StartRun(id))
	pollUntil("the start", func() bool { return known.Status == bot.RunInProgress && len(known.Jobs) == 2 })
	check(t, r.StartJob(id, "build"))
	pollUntil("the first job", func() bool { return known.Jobs[0].Status == bot.RunInProgress })
	cost(20)
	check(t, r.FinishJob(id, "build", "success", ""))
	check(t, r.StartJob(id, "Roll out"))
	pollUntil("the second job", func() bool { return known.Jobs[1].Status == bot.RunInProgress })
	cost(20)

	check(t, r.FinishRun(id, "failure"))
	poll()
	if _, failed := known.FailedJob(); known.Status != bot.RunCompleted || known.Conclusion != bot.ConclusionFailure || !failed {
		t.Errorf("the end was not seen at once: %+v", known)
	}
	check(t, r.DeleteRun(id))
	for range 20 {
		known.Status = bot.RunInProgress
		_, err := r.client.PollRun(t.Context(), repoName, known)
		wantKind(t, err, bot.NotFound)
	}
}
