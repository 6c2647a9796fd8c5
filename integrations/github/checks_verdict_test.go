package github_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

// TestCheckVerdict: what a check says of a release, however it ended, and of several of
// one name the worst.
func TestCheckVerdict(t *testing.T) {
	t.Parallel()
	const name = "Canary analysis"
	for _, tt := range []struct {
		name   string
		runs   []string // the conclusions of check runs, each in a suite of its own
		status string   // beside them; empty: none
		want   bot.CheckVerdict
	}{
		{"nothing", nil, "", bot.CheckSilent},
		{"success", []string{"success"}, "", bot.CheckGood},
		{"failure", []string{"failure"}, "", bot.CheckBad},
		{"too slow", []string{"timed_out"}, "", bot.CheckBad},
		{"at work", []string{""}, "", bot.CheckPending},
		{"neutral", []string{"neutral"}, "", bot.CheckOpen},
		{"skipped", []string{"skipped"}, "", bot.CheckOpen},
		{"cancelled", []string{"cancelled"}, "", bot.CheckOpen},
		{"waits for a word", []string{"action_required"}, "", bot.CheckOpen},
		{"skipped once, and good", []string{"skipped", "success"}, "", bot.CheckGood},
		{"good, and bad", []string{"failure", "success"}, "", bot.CheckBad},
		{"good, and at work", []string{"success", ""}, "", bot.CheckPending},
		{"a status", nil, "success", bot.CheckGood},
		{"a bad status", nil, "failure", bot.CheckBad},
		{"a status at work", nil, "pending", bot.CheckPending},
		{"a status that erred", nil, "error", bot.CheckOpen},
		{"a bad status beside a good check", []string{"success"}, "failure", bot.CheckBad},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, githubsim.Options{})
			r.repo.AddCheck("main", githubsim.CheckSpec{Name: "Canary analysis of another", Conclusion: "failure"})
			for _, conclusion := range tt.runs {
				r.repo.AddCheck("main", githubsim.CheckSpec{Name: name, Conclusion: conclusion})
			}
			if tt.status != "" {
				r.repo.SetStatus("main", githubsim.StatusSpec{Context: name, State: tt.status})
			}
			q := bot.VerdictQuery{Repo: repoName, SHA: r.first, Name: name}
			for since, want := range map[time.Time]bot.CheckVerdict{
				{}:                             tt.want,
				time.Now().Add(-time.Minute):   tt.want,
				time.Now().Add(24 * time.Hour): ofBefore(tt.want, tt.status, tt.runs),
			} {
				q.Since = since
				got, err := r.client.CheckVerdict(t.Context(), q)
				check(t, err)
				if got != want {
					t.Errorf("since %s it says %q, want %q", since, got, want)
				}
			}
		})
	}
}

// ofBefore is what remains where all that has ended did so before the release: what is
// still at work.
func ofBefore(want bot.CheckVerdict, status string, runs []string) bot.CheckVerdict {
	pending := status == "pending"
	for _, conclusion := range runs {
		pending = pending || conclusion == ""
	}
	if pending && want == bot.CheckPending {
		return bot.CheckPending
	}
	return bot.CheckSilent
}

// TestCheckVerdict_NotRead: what cannot be read is no verdict.
func TestCheckVerdict_NotRead(t *testing.T) {
	t.Parallel()
	for _, q := range []bot.VerdictQuery{{Repo: "no/such/place", SHA: "abc"}, {Repo: repoName, SHA: "../x"}} {
		r := newRig(t, githubsim.Options{})
		if got, err := r.client.CheckVerdict(t.Context(), q); err == nil || got != bot.CheckSilent {
			t.Errorf("%+v: %q, %v", q, got, err)
		}
	}
	for _, what := range []string{"*/status", "*/check-runs"} {
		r := newRig(t, githubsim.Options{})
		r.repo.AddCheck("main", githubsim.CheckSpec{Name: "x", Conclusion: "success"})
		r.AddFault(githubsim.Fault{Status: http.StatusForbidden, Count: -1}.On("GET", what))
		if got, err := r.client.CheckVerdict(t.Context(), bot.VerdictQuery{Repo: repoName, SHA: r.first, Name: "x"}); err == nil || got != bot.CheckSilent {
			t.Errorf("without %s: %q, %v", what, got, err)
		}
	}
}
