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
// card is true within two and a half minutes.
func BenchmarkHundredEnd(b *testing.B) {
	const services = 100
	for b.Loop() {
		w := newProcessWorld(b, services)
		w.alertsIn(b, "C0ALERTS")
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
		b.Logf("alerts %v to %v, cards %v to %v", said[0], said[len(said)-1], cards[0], cards[len(cards)-1])
		b.ReportMetric(float64(said[len(said)/2].Milliseconds()), "alert-p50-ms")
		b.ReportMetric(float64(said[len(said)*99/100].Milliseconds()), "alert-p99-ms")
		b.ReportMetric(float64(w.alertPosts()), "alert-posts")
		b.ReportMetric(cards[len(cards)/2].Seconds(), "card-p50-s")
		b.ReportMetric(cards[len(cards)-1].Seconds(), "card-slowest-s")
		b.ReportMetric(float64(w.slack.Count("chat.update")-before)/max(1, cards[len(cards)-1].Minutes()), "edits/min")
		if slowest := said[len(said)-1]; slowest > 5*time.Second {
			b.Errorf("a failure was said %s after it", slowest)
		}
		if slowest := cards[len(cards)-1]; slowest > 150*time.Second {
			b.Errorf("a card was true %s after the end", slowest)
		}
		p.end(b)
	}
}

// alertsIn gives slipway a channel for alerts.
func (w *processWorld) alertsIn(tb testing.TB, channel string) {
	tb.Helper()
	w.slack.AddChannel(slacksim.Channel{ID: channel, Name: "alerts"})
	path := filepath.Join(w.dir, "slipway.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), "team: T0001", "team: T0001, alerts: "+channel, 1)), 0o600); err != nil {
		tb.Fatal(err)
	}
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

// alertPosts is how many messages stand in the alerts channel.
func (w *processWorld) alertPosts() int { return len(w.slack.Messages("C0ALERTS")) }
