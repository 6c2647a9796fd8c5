package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// BenchmarkHundredEnd ends a hundred runs within a second, half of them failed, with
// Slack's limits on: every failure is said in the alerts channel within 5 s, and every
// card is true within two and a half minutes. A channel that hears of all that went well
// hears it in a few messages.
func BenchmarkHundredEnd(b *testing.B) {
	const services = 100
	for b.Loop() {
		w := newProcessWorld(b, services)
		w.loudIn(b, "C0ALERTS", "C0FEED")
		p := w.start(b)
		changes, cancel := w.slack.Subscribe()
		for s := range services {
			w.deploy(b, s, "staging")
		}
		w.waitForRuns(b, services)
		w.calm(b, changes) // what the start left to do comes first
		w.slack.SetRateLimits(true)
		before := w.slack.Count("chat.update")
		failed, began := w.endAll(b)
		said, cards := w.hear(b, changes, failed, services, began)
		cancel()
		edits := float64(w.slack.Count("chat.update")-before) / max(1, cards[len(cards)-1].Minutes())
		b.Logf("alerts %v, half of them by %v, the last %v, in %d messages; cards %v to %v, %.0f edits a minute",
			said[0], said[len(said)/2], said[len(said)-1], len(w.slack.Messages("C0ALERTS")), cards[0], cards[len(cards)-1], edits)
		b.ReportMetric(float64(said[len(said)/2].Milliseconds()), "alert-p50-ms")
		b.ReportMetric(float64(said[len(said)*99/100].Milliseconds()), "alert-p99-ms")
		b.ReportMetric(float64(len(w.slack.Messages("C0ALERTS"))), "alert-posts")
		b.ReportMetric(float64(w.fed(b, failed, services)), "feed-posts")
		b.ReportMetric(cards[len(cards)/2].Seconds(), "card-p50-s")
		b.ReportMetric(cards[len(cards)-1].Seconds(), "card-slowest-s")
		b.ReportMetric(edits, "edits/min")
		if slowest := said[len(said)-1]; slowest > 5*time.Second {
			b.Errorf("a failure was said %s after it", slowest)
		}
		if slowest := cards[len(cards)-1]; slowest > 150*time.Second {
			b.Errorf("a card was true %s after the end", slowest)
		}
		p.end(b)
	}
}

// loudIn gives slipway a channel for alerts, and one that hears of all that went well.
func (w *processWorld) loudIn(tb testing.TB, alerts, feed string) {
	tb.Helper()
	w.slack.AddChannel(slacksim.Channel{ID: alerts, Name: "alerts"})
	w.slack.AddChannel(slacksim.Channel{ID: feed, Name: "feed"})
	path := filepath.Join(w.dir, "slipway.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	with := strings.Replace(string(text), "team: T0001", "team: T0001, alerts: "+alerts, 1)
	with = strings.Replace(with, "services:", "notify: [{when: {outcome: [succeeded]}, to: ["+feed+"]}]\nservices:", 1)
	if err := os.WriteFile(path, []byte(with), 0o600); err != nil {
		tb.Fatal(err)
	}
}

// fed says in how many messages the feed names all that went well, each once.
func (w *processWorld) fed(tb testing.TB, failed []string, services int) int {
	tb.Helper()
	messages := w.slack.Messages("C0FEED")
	named := map[string]int{}
	for _, m := range messages {
		v := m.Current()
		shown := slacksim.RenderMessage(v.Blocks, v.Text, func(string) string { return "" })
		for s := range services {
			id := fmt.Sprintf("s%d-1", s)
			named[id] += strings.Count(shown, "`"+id+"`")
		}
	}
	for s := range services {
		id, want := fmt.Sprintf("s%d-1", s), 1
		if slices.Contains(failed, id) {
			want = 0
		}
		if named[id] != want {
			tb.Errorf("the feed names %s %d times, want %d", id, named[id], want)
		}
	}
	return len(messages)
}

// endAll ends every run, every other one badly, and gives the releases that failed.
func (w *processWorld) endAll(tb testing.TB) (failed []string, began time.Time) {
	tb.Helper()
	began = time.Now()
	for i, run := range w.github.Runs() {
		conclusion := "success"
		if i%2 == 0 {
			conclusion = "failure"
			id, _, _ := strings.Cut(run.Title, ".")
			failed = append(failed, id)
		}
		if err := w.github.FinishRun(run.ID, conclusion); err != nil {
			tb.Fatal(err)
		}
	}
	if took := time.Since(began); took > time.Second {
		tb.Errorf("the runs took %s to end", took)
	}
	return failed, began
}

// hear measures when each failure is said in the alerts channel, and when each card
// says the end.
func (w *processWorld) hear(tb testing.TB, changes <-chan slacksim.Change, failed []string, services int, began time.Time) (said, cards []time.Duration) {
	tb.Helper()
	heard, shown := map[string]time.Duration{}, map[string]time.Duration{}
	late := time.After(5 * time.Minute)
	for len(heard) < len(failed) || len(shown) < services {
		select {
		case c := <-changes:
			for _, id := range failed {
				if _, before := heard[id]; !before && c.Channel == "C0ALERTS" && strings.Contains(c.Text, "`"+id+"`") {
					heard[id] = time.Since(began)
				}
			}
			for s := range services {
				id := fmt.Sprintf("s%d-1", s)
				over := strings.Contains(c.Text, "Live") || strings.Contains(c.Text, "Failed")
				if _, before := shown[id]; !before && c.Kind == slacksim.ChangeEdited && strings.Contains(c.Text, "`"+id+"`") && over {
					shown[id] = time.Since(began)
				}
			}
		case <-late:
			tb.Fatalf("%d of %d failures were said, %d of %d cards show the end", len(heard), len(failed), len(shown), services)
		}
	}
	for _, d := range heard {
		said = append(said, d)
	}
	for _, d := range shown {
		cards = append(cards, d)
	}
	slices.Sort(said)
	slices.Sort(cards)
	return said, cards
}
