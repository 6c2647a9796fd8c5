package health_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/health"
)

// verdictOn is an entry of the ledger: the verdict, those of its probes errors and up, and
// what people said, one letter each: r for right, f for false alarm, m for missed.
func verdictOn(id string, v, errors, up bot.Verdict, said string) bot.LedgerEntry {
	e := bot.LedgerEntry{
		Release: id, Target: bot.Target{Service: "api", Environment: "production"}, Verdict: v, Reaction: bot.OnUnhealthyAsk,
		Probes: []bot.ProbeVerdict{{Probe: "up", Verdict: up}, {Probe: "errors", Verdict: errors}},
	}
	for i, letter := range said {
		words := map[rune]bot.Hindsight{'r': bot.WasRight, 'f': bot.FalseAlarm, 'm': bot.Missed}
		e.Opinions = append(e.Opinions, bot.Opinion{By: bot.Person{ID: string(rune('A' + i))}, Says: words[letter]})
	}
	return e
}

// TestAccount: entries on which people agree count, for each probe by its own verdict.
func TestAccount(t *testing.T) {
	t.Parallel()
	const bad, well, open = bot.NotHealthy, bot.Healthy, bot.Inconclusive
	shadow := verdictOn("api-9", bad, bad, well, "r")
	shadow.Reaction = bot.OnUnhealthyShadow
	gone := verdictOn("api-10", well, well, well, "")
	gone.TakenBackBy = "api-11"
	told := verdictOn("api-12", well, well, well, "m")
	told.TakenBackBy = "api-13"
	ledger := []bot.LedgerEntry{
		verdictOn("api-1", bad, bad, well, "r"),   // errors saw it, up did not
		verdictOn("api-2", bad, bad, bad, "rr"),   // both did
		verdictOn("api-3", bad, well, bad, "f"),   // a false alarm of up
		verdictOn("api-4", bad, bad, well, "rf"),  // people do not agree
		verdictOn("api-5", bad, bad, well, ""),    // nobody spoke
		verdictOn("api-6", open, open, well, "m"), // nobody saw it
		verdictOn("api-7", open, open, well, "f"), // asked for nothing
		verdictOn("api-8", open, open, open, "r"), // rightly asked
		shadow, // as any other
		gone,   // perhaps missed
		told,   // missed
		verdictOn("api-14", well, well, well, "r"), // says nothing of an alarm
	}
	start := time.Unix(1795510860, 0)
	for i := range ledger {
		ledger[i].At = start.Add(time.Duration(i) * time.Hour)
	}
	want := bot.ReportView{
		Watched: 12, Since: start,
		Service: bot.Scores{Alarms: 6, Right: 3, False: 1, Missed: 2},
		Probes: []bot.Scores{
			{Name: "errors", Alarms: 5, Right: 3, Missed: 2},
			{Name: "up", Alarms: 2, Right: 1, False: 1, Missed: 4},
		},
		Inconclusive: 3, Asked: map[bot.Hindsight]int{bot.Missed: 1, bot.FalseAlarm: 1, bot.WasRight: 1},
		Shadow: 1, Disputed: []string{"api-4"}, Unsaid: []string{"api-5"}, TakenBack: []string{"api-10"},
	}
	if diff := cmp.Diff(want, health.Account(ledger)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestAccount_Adds: nothing is counted twice, and no order of the entries matters.
func TestAccount_Adds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		verdicts := rapid.SampledFrom([]bot.Verdict{bot.NotHealthy, bot.Healthy, bot.Inconclusive})
		words := rapid.StringMatching(`[rfm]{0,3}`)
		var ledger []bot.LedgerEntry
		for i := range rapid.IntRange(0, 12).Draw(t, "entries") {
			e := verdictOn("api-1", verdicts.Draw(t, "verdict"), verdicts.Draw(t, "errors"), verdicts.Draw(t, "up"), words.Draw(t, "said"))
			e.At = time.Unix(int64(i), 0)
			ledger = append(ledger, e)
		}
		view := health.Account(ledger)
		all := append([]bot.Scores{view.Service}, view.Probes...)
		for _, s := range all {
			if s.Judged() > s.Alarms || s.Alarms+s.Missed > len(ledger) || s.Right < 0 {
				t.Errorf("%+v of %d", s, len(ledger))
			}
		}
		for _, s := range view.Probes {
			if s.Bad() > view.Service.Bad() {
				t.Errorf("%s was told of %d, and all of them of %d", s.Name, s.Bad(), view.Service.Bad())
			}
		}
		back := health.Account(rapid.Permutation(ledger).Draw(t, "shuffled"))
		if diff := cmp.Diff(view, back); diff != "" {
			t.Errorf("in another order (-want +got):\n%s", diff)
		}
	})
}
