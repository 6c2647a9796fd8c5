package bot_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/slipwayhq/slipway/bot"
)

var watchStart = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

func tick(probe string, n int, s bot.Sample) bot.Sample {
	s.Probe, s.At = probe, watchStart.Add(time.Duration(n)*time.Second)
	if s.Outcome == "" {
		s.Outcome = bot.Good
	}
	return s
}

// TestKeep_LongWatch: of a long watch the samples stay bounded and even, the newest and
// those from before the release stay as they were, the counts keep their sum, and the
// share of bad answers what it was.
func TestKeep_LongWatch(t *testing.T) {
	t.Parallel()
	const looks, early = 1500, 50
	w := bot.Watch{StartedAt: watchStart}
	for i := range early {
		w.Samples = append(w.Samples, tick("up", i-early, bot.Sample{}))
	}
	for i := range looks {
		up := bot.Sample{}
		if i%5 == 0 {
			up.Outcome = bot.Bad
		}
		w.Keep([]bot.Sample{tick("up", i, up), tick("errors", i, bot.Sample{Bad: 2, Total: 100})})
		if len(w.Samples) > bot.MaxSamples {
			t.Fatalf("after %d looks %d samples are kept", i+1, len(w.Samples))
		}
	}
	if n := len(w.Samples) - len(w.After()); n != early {
		t.Errorf("of %d samples from before the release %d are left", early, n)
	}
	var bad, up int
	var sum, total float64
	last := map[string]time.Time{}
	longest := time.Duration(0)
	for _, s := range w.After() {
		if before, known := last[s.Probe]; known {
			longest = max(longest, s.At.Sub(before))
		}
		last[s.Probe] = s.At
		sum, total = sum+s.Bad, total+s.Total
		if s.Probe == "up" {
			up++
			if s.Outcome == bot.Bad {
				bad++
			}
		}
	}
	if newest := watchStart.Add((looks - 1) * time.Second); last["up"] != newest || last["errors"] != newest {
		t.Errorf("the newest are of %s", last)
	}
	if total != looks*100 || sum != looks*2 {
		t.Errorf("the counts add up to %g of %g", sum, total)
	}
	if even := 3 * time.Duration(looks/up) * time.Second; longest > even {
		t.Errorf("two samples lie %s apart, the others about %s", longest, even/3)
	}
	if share := float64(bad) / float64(up); up < 400 || share < 0.15 || share > 0.25 {
		t.Errorf("%d of %d answers are bad, a fifth were", bad, up)
	}
}

// TestKeep_Arrival: when the released version first answered is not thinned away.
func TestKeep_Arrival(t *testing.T) {
	t.Parallel()
	w := bot.Watch{StartedAt: watchStart}
	const came = 700
	for i := range 2000 {
		s := bot.Sample{}
		if i < came {
			s.Outcome = bot.NotYet
		}
		w.Keep([]bot.Sample{tick("version", i, s)})
	}
	for i, s := range w.Samples {
		if s.Outcome == bot.Good {
			if i == 0 || !s.At.Equal(watchStart.Add(came*time.Second)) {
				t.Errorf("it came at %s, sample %d", s.At.Sub(watchStart), i)
			}
			return
		}
	}
	t.Error("it never came")
}

// TestKeep_Starts: what is known of a start is not thinned away.
func TestKeep_Starts(t *testing.T) {
	t.Parallel()
	w := bot.Watch{StartedAt: watchStart}
	starts := map[int]bot.Start{1: bot.NotStarted, 2: bot.MayHaveStarted, 90: bot.MayHaveStarted, 180: bot.HasStarted}
	for i := range 4000 {
		w.Keep([]bot.Sample{tick("smoke", i, bot.Sample{Outcome: bot.NoAnswer, Start: starts[i]})})
	}
	kept := map[bot.Start]int{}
	for _, s := range w.Samples {
		kept[s.Start]++
	}
	if kept[bot.NotStarted] != 1 || kept[bot.MayHaveStarted] != 2 || kept[bot.HasStarted] != 1 {
		t.Errorf("kept are %v", kept)
	}
}

// TestKeep_Property: whatever is kept was seen, in its order, and what fits is untouched.
func TestKeep_Property(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := bot.Watch{StartedAt: watchStart}
		var seen []bot.Sample
		outcomes := []bot.SampleOutcome{bot.Good, bot.Bad, bot.NoAnswer, bot.NotYet}
		for i := range rapid.IntRange(1, 18).Draw(t, "looks") {
			var samples []bot.Sample
			for range rapid.IntRange(0, 60).Draw(t, "probes") {
				probe := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "probe")
				samples = append(samples, tick(probe, i-2, bot.Sample{Outcome: rapid.SampledFrom(outcomes).Draw(t, "outcome")}))
			}
			seen = append(seen, samples...)
			w.Keep(samples)
		}
		if want := min(len(seen), bot.MaxSamples); len(w.Samples) != want {
			t.Fatalf("of %d samples %d are kept", len(seen), len(w.Samples))
		}
		next := 0
		for _, s := range w.Samples {
			s.Bad, s.Total = 0, 0
			for next < len(seen) && seen[next] != s {
				next++
			}
			if next == len(seen) {
				t.Fatalf("%+v was not seen, or is out of order", s)
			}
			next++
		}
	})
}

// TestMiss: gaps are bounded, and none of the time is forgotten.
func TestMiss(t *testing.T) {
	t.Parallel()
	at := func(n int) time.Time { return watchStart.Add(time.Duration(n) * time.Minute) }
	w := bot.Watch{StartedAt: watchStart}
	for i := range bot.MaxGaps {
		w.Miss(bot.Gap{From: at(10 * i), To: at(10*i + 3)})
	}
	if got, want := w.Missed(at(0)), bot.MaxGaps*3*time.Minute; got != want {
		t.Errorf("missed %s, want %s", got, want)
	}
	if got, want := w.Missed(at(1)), (bot.MaxGaps*3-1)*time.Minute; got != want {
		t.Errorf("missed %s since a minute later, want %s", got, want)
	}
	w.Miss(bot.Gap{From: at(1000), To: at(1003)})
	if n := len(w.Gaps); n != bot.MaxGaps || !w.Gaps[n-1].To.Equal(at(1003)) {
		t.Errorf("%d gaps, the last %+v", n, w.Gaps[n-1])
	}
	if got, want := w.Missed(at(0)), (bot.MaxGaps+1)*3*time.Minute; got != want {
		t.Errorf("with one that is taken in %s was missed, want %s", got, want)
	}
}

// TestOverdue: where nobody looked for two beats or more, the watch has a gap.
func TestOverdue(t *testing.T) {
	t.Parallel()
	const every = 30 * time.Second
	due := watchStart.Add(5 * every)
	for name, tt := range map[string]struct {
		next, now time.Time
		want      bot.Gap
	}{
		"in time":                      {due, due, bot.Gap{}},
		"a beat late":                  {due, due.Add(every), bot.Gap{}},
		"two beats late":               {due, due.Add(2 * every), bot.Gap{From: due, To: due.Add(2 * every)}},
		"an hour late":                 {due, due.Add(time.Hour), bot.Gap{From: due, To: due.Add(time.Hour)}},
		"before its time, for a click": {due, due.Add(-every), bot.Gap{}},
		"of a record of before":        {time.Time{}, due, bot.Gap{}},
	} {
		if got := (bot.Watch{StartedAt: watchStart, NextAt: tt.next}).Overdue(every, tt.now); got != tt.want {
			t.Errorf("%s: %+v, want %+v", name, got, tt.want)
		}
	}
	if got := (bot.Watch{NextAt: due}).Overdue(100*time.Millisecond, due.Add(900*time.Millisecond)); got != (bot.Gap{}) {
		t.Errorf("900 ms are a gap where the beat is short: %+v", got)
	}
}
