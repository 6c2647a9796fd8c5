package github_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

// TestARunIsGoneOnlyIfGitHubSaysSo: GitHub answers 404 to what was deleted, to what a
// token may not see any more, and to nothing else; in between stand machines that
// answer whatever they like. Only where the repository's runs are listed all the same
// does a run count as deleted: what is taken for deleted may be ended by a click, and
// makes room for the next release.
func TestARunIsGoneOnlyIfGitHubSaysSo(t *testing.T) {
	t.Parallel()
	answers := func(status int, body string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			if status == http.StatusFound {
				w.Header().Set("Location", "https://login.example.com/")
			}
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}
	}
	const missing, listed = `{"message":"Not Found"}`, `{"total_count":0,"workflow_runs":[]}`
	for name, tt := range map[string]struct {
		run, list func(http.ResponseWriter)
		want      bot.ErrorKind
	}{
		"it was deleted":                       {answers(404, missing), answers(200, listed), bot.NotFound},
		"it is gone, in GitHub's other word":   {answers(410, missing), answers(200, listed), bot.NotFound},
		"the repository is hidden":             {answers(404, missing), answers(404, missing), bot.Gone},
		"Actions may not be read any more":     {answers(404, missing), answers(403, `{"message":"Resource not accessible by integration"}`), bot.Denied},
		"the token was revoked meanwhile":      {answers(404, missing), answers(401, `{"message":"Bad credentials"}`), bot.Denied},
		"GitHub falls ill meanwhile":           {answers(404, missing), answers(502, "<html>Bad gateway</html>"), bot.Unavailable},
		"a page to log in":                     {answers(302, ""), answers(200, listed), bot.Denied},
		"a page to log in, for all that is":    {answers(302, ""), answers(302, ""), bot.Denied},
		"a proxy that knows nothing of GitHub": {answers(404, "<html>nothing here</html>"), answers(404, "<html>nothing here</html>"), bot.Denied},
		"a page, and no answer":                {answers(200, "<html>Maintenance</html>"), answers(200, listed), bot.Unavailable},
		"half an answer":                       {answers(200, `{"id":7,"status":"compl`), answers(200, listed), bot.Unavailable},
		"an answer about nothing":              {answers(200, `{}`), answers(200, listed), bot.Unavailable},
		"nothing":                              {answers(200, `null`), answers(200, listed), bot.Unavailable},
		"GitHub is ill":                        {answers(503, "<html>Unicorn!</html>"), answers(200, listed), bot.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/actions/runs") {
					tt.list(w)
					return
				}
				tt.run(w)
			}))
			t.Cleanup(server.Close)
			client := newClient(t, server.URL)
			known := bot.Run{ID: 7, URL: "https://github.com/acme/api/actions/runs/7", Attempt: 1, Status: bot.RunInProgress, HeadSHA: strings.Repeat("a", 40)}
			_, err := client.ReadRun(t.Context(), repoName, 7)
			wantKind(t, err, tt.want)
			if tt.want == bot.Unavailable {
				return // the others only take their time over it
			}
			_, err = client.HintedRun(t.Context(), repoName, known)
			wantKind(t, err, tt.want)
			_, err = client.PollRun(t.Context(), repoName, known)
			wantKind(t, err, tt.want)
			if tt.want == bot.NotFound || tt.want == bot.Gone {
				wantKind(t, client.CancelRun(t.Context(), repoName, 7, bot.CancelGently), tt.want)
			}
		})
	}
}

// TestCancelFollowsARepositoryThatMoved: a write that GitHub redirects is not sent
// again, but a run that must be stopped is, at the repository's new name.
func TestCancelFollowsARepositoryThatMoved(t *testing.T) {
	t.Parallel()
	for _, how := range []bot.CancelManner{bot.CancelGently, bot.CancelForce} {
		r := newRig(t, githubsim.Options{})
		id := r.dispatch(t)
		check(t, r.Rename(repoName, "acme/backend"))
		check(t, r.client.CancelRun(t.Context(), repoName, id, how))
		if got := r.Runs()[0].Conclusion; got != "cancelled" {
			t.Errorf("the run is %s", got)
		}
		wantKind(t, r.client.CancelRun(t.Context(), repoName, id+1000, how), bot.Denied) // it cannot be told where that would be
	}
}

// TestARunThatMayNotBeStopped: a 404 to the cancelling of a run that is there is a
// permission that is missing.
func TestARunThatMayNotBeStopped(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	id := r.dispatch(t)
	r.AddFault(githubsim.Fault{Status: http.StatusNotFound, Count: -1}.On("POST", "*/cancel"))
	err := r.client.CancelRun(t.Context(), repoName, id, bot.CancelGently)
	wantKind(t, err, bot.Denied)
	if says, mend := bot.ForPeople(err); !strings.Contains(says, strconv.FormatInt(id, 10)) || !strings.Contains(mend, "write Actions") {
		t.Errorf("it says %q, %q", says, mend)
	}
	r.repo.SetHidden(true)
	wantKind(t, r.client.CancelRun(t.Context(), repoName, id, bot.CancelGently), bot.Gone)
}
