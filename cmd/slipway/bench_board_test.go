package main

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
	"github.com/slipwayhq/slipway/state"
)

// boardServices is how many services the board of the measurement has, with two
// environments each.
const boardServices = 500

// BenchmarkBoard measures a signed /deploy-status over HTTP with 500 services in two
// environments, of which one is five commits ahead of the other. The bound is 50 ms;
// the first of all boards waits for no more of GitHub than any other.
func BenchmarkBoard(b *testing.B) {
	var text strings.Builder
	text.WriteString("slack: {mode: http, bot_token: \"${SLACK_BOT_TOKEN}\", signing_secret: \"${SLACK_SIGNING_SECRET}\", api_url: \"${SLACK_URL}\", team: T0001}\n" +
		"github: {token: \"${GITHUB_TOKEN}\", api_url: \"${GITHUB_URL}\"}\nredis: {url: \"${REDIS_URL}\"}\nservices:\n")
	for s := range boardServices {
		fmt.Fprintf(&text, "  s%d: {repo: acme/api, workflow: deploy.yml, channel: C0DEPLOYS, environments: {staging: {}, production: {after: staging}}}\n", s)
	}
	w := newBenchWorldOf(b, []byte(text.String()))
	repo := w.github.Repo("acme/api")
	first := repo.Commit("main", githubsim.CommitSpec{Message: "Begin"})
	last := first
	for n := range 5 {
		last = repo.Commit("main", githubsim.CommitSpec{Message: fmt.Sprintf("Change %d", n)})
	}
	w.live(b, map[string]string{"staging": last, "production": first})
	for b.Loop() {
		var took []time.Duration
		shown := ""
		for range 300 {
			began := time.Now()
			shown = w.board(b)
			took = append(took, time.Since(began))
		}
		if !strings.Contains(shown, "5 commits ahead") || len(shown) > 40_000 {
			b.Fatalf("the board has %d bytes:\n%s", len(shown), shown)
		}
		b.ReportMetric(float64(took[0].Microseconds())/1000, "first-ms")
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
		b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "worst-ms")
		b.ReportMetric(float64(len(shown)), "bytes")
	}
}

// live has every target run a commit by the name of its environment.
func (w *benchWorld) live(tb testing.TB, commits map[string]string) {
	tb.Helper()
	store, err := state.Open(tb.Context(), state.Options{URL: "redis://" + w.redis.Options().Addr + "/0", Mode: state.Single}, slog.New(slog.DiscardHandler))
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	for s := range boardServices {
		for n, environment := range []string{"staging", "production"} {
			r := bot.Release{
				ID: fmt.Sprintf("s%d-%d", s, n+1), RunKey: fmt.Sprintf("s%d-%d.abcd1234", s, n+1), Kind: bot.Deploy, Phase: bot.Succeeded, Healthy: true, Verdict: bot.NotWatched,
				Target: bot.Target{Service: fmt.Sprintf("s%d", s), Environment: environment}, Requester: bot.Person{ID: "U01ANNA", Name: "anna"},
				Plan: &bot.Plan{Repo: "acme/api", Commit: bot.Commit{SHA: commits[environment], Subject: "Change it"}},
				Run:  bot.Run{ID: int64(1000*s + n + 1), Status: bot.RunCompleted, Conclusion: bot.ConclusionSuccess},
			}
			if _, err := store.Restore(tb.Context(), r, ""); err != nil {
				tb.Fatal(err)
			}
		}
	}
}

// board asks for the board once.
func (w *benchWorld) board(tb testing.TB) string {
	tb.Helper()
	request, err := w.request(tb.Context(), w.url+"/slack/commands")
	if err != nil {
		tb.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		tb.Fatalf("%d, %v", answer.StatusCode, err)
	}
	return string(body)
}
