package commands_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

// verdictHouse has releases of every verdict: api-143 unhealthy, api-142 healthy,
// api-144 inconclusive, api-141 without one.
func verdictHouse(t *testing.T) *house {
	t.Helper()
	h := newHouse(t)
	h.in("api-143", bot.Unhealthy, func(r *bot.Release) { r.Verdict = bot.NotHealthy })
	h.in("api-142", bot.Succeeded, func(r *bot.Release) { r.Verdict = bot.Healthy })
	h.in("api-144", bot.Succeeded, func(r *bot.Release) { r.Verdict, r.Healthy = bot.Inconclusive, false })
	h.in("web-3", bot.Succeeded, func(r *bot.Release) { r.Verdict = bot.NotWatched })
	return h
}

// TestVerdict: what can be said of which verdict, and what is said where it cannot.
func TestVerdict(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]string{
		"api-143 right":       "right",
		"API-143 Yes":         "right",
		"api-143 false":       "false",
		"api-143 false alarm": "false",
		"api-142 missed":      "missed",
		"api-142 right":       "right",
		"api-144 right":       "right",
		"api-144 false":       "false",
		"api-144 missed":      "missed",

		"":                  "It does not say which release.",
		"api-143":           "It does not say what the verdict was worth. Say right, false or missed.",
		"api-143 perhaps":   "`perhaps` is nothing that can be said of a verdict. Say right, false or missed.",
		"api-143 right now": "`right now` is nothing that can be said of a verdict.",
		"right api-143":     "`api-143` is nothing that can be said of a verdict.",
		"api-143 missed":    "api-143 was called unhealthy, so nothing was missed.",
		"api-142 false":     "api-142 was called healthy, so there was no alarm. Say missed if the service was not well",
		"web-3 missed":      "web-3 has no verdict on its health",
		"api-141 right":     "api-141 has no verdict on its health",
		"api-150 right":     "there is no verdict on its health yet. Say it once its watch is over.",
		"api-99 right":      "There is no release api-99.",
		"api-7 right":       "api-7 is so long ago that slipway has forgotten it",
		"nothing right":     "`nothing` is not the id of a release.",
	} {
		h := verdictHouse(t)
		h.ledger = []bot.LedgerEntry{{Release: "api-7", Target: production, Verdict: bot.NotHealthy}}
		answer, err := newCommands(t, h).Command(t.Context(), byBen("/deploy verdict "+words))
		if err != nil {
			t.Fatal(err)
		}
		if problem, refused := answer.(bot.Problem); refused {
			if says := problem.Says + " " + strings.Join(problem.Mends, " "); !strings.Contains(says, want) || len(h.letters) > 0 {
				t.Errorf("verdict %s: %q, want %q", words, says, want)
			}
			continue
		}
		id, _, _ := strings.Cut(strings.ToLower(words), " ")
		letters := []bot.InboxEvent{{Release: id, Event: bot.HindsightSaid{By: ben, Says: bot.Hindsight(want)}, Key: "trigger-1"}}
		if diff := cmp.Diff(letters, h.letters); diff != "" {
			t.Errorf("verdict %s (-want +got):\n%s", words, diff)
		}
	}
}

// TestReport: of a service or one of its targets, and of no other.
func TestReport(t *testing.T) {
	t.Parallel()
	h := verdictHouse(t)
	h.ledger = []bot.LedgerEntry{
		{Release: "api-1", Target: production, At: now, Verdict: bot.NotHealthy},
		{Release: "api-2", Target: staging, At: now, Verdict: bot.Healthy},
		{Release: "web-1", Target: bot.Target{Service: "web", Environment: "production"}, At: now, Verdict: bot.Healthy},
	}
	for words, want := range map[string]bot.ReportView{
		"api":            {Of: "api", Watched: 2, Service: bot.Scores{Alarms: 1}},
		"api production": {Of: "api → production", Watched: 1, Service: bot.Scores{Alarms: 1}},
		"api staging":    {Of: "api → staging", Watched: 1},
		"shop":           {Of: "shop"},
	} {
		answer, err := newCommands(t, h).Command(t.Context(), byBen("/deploy report "+words))
		view, shown := answer.(bot.ReportView)
		if err != nil || !shown || view.Of != want.Of || view.Watched != want.Watched || view.Service != want.Service || view.Say != "/deploy verdict" || !view.Now.Equal(now) {
			t.Errorf("report %s: %#v, %v", words, answer, err)
		}
	}
	for _, words := range []string{"", "apo", "api moon", "api production now"} {
		answer, err := newCommands(t, h).Command(t.Context(), byBen("/deploy report "+words))
		if _, refused := answer.(bot.Problem); !refused || err != nil {
			t.Errorf("report %s: %#v, %v", words, answer, err)
		}
	}
}
