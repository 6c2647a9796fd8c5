package watcher_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/bot/watcher"
)

// answers is a source that answers each probe as its setting says.
type answers struct{}

func (answers) Ask(_ context.Context, q bot.Question) bot.Sample {
	return bot.Sample{Outcome: bot.SampleOutcome(q.Probe.Setting("answer")), Says: q.SHA}
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// broken is a source that panics.
type broken struct{}

func (broken) Ask(_ context.Context, q bot.Question) bot.Sample { panic("odd: " + q.Probe.Name) }

func (broken) Past(context.Context, bot.Question, bot.Period) ([]bot.Sample, error) {
	panic("odd as well")
}

func probe(name string, answer bot.SampleOutcome) bot.Probe {
	return bot.Probe{Name: name, Source: "fixed", Kind: bot.Answers, Settings: []bot.Setting{{Key: "answer", Value: string(answer)}}}
}

// TestLook: every probe is asked once about the released commit, and judged together with
// its earlier answers.
func TestLook(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	bad := func(n int) (before []bot.Sample) {
		for range n {
			before = append(before, bot.Sample{Probe: "up", Outcome: bot.Bad, At: noon})
		}
		return before
	}
	for name, tt := range map[string]struct {
		up     bot.SampleOutcome
		before []bot.Sample
		after  time.Duration
		want   bot.Verdict
	}{
		"well so far":              {bot.Good, nil, time.Minute, bot.Watching},
		"bad for the first time":   {bot.Bad, nil, time.Minute, bot.Watching},
		"bad for the sixth time":   {bot.Bad, bad(5), time.Minute, bot.NotHealthy},
		"well again":               {bot.Good, bad(2), time.Minute, bot.Watching},
		"nobody answers till then": {bot.NoAnswer, nil, 10 * time.Minute, bot.Inconclusive},
	} {
		rule := bot.HealthRule{Window: 10 * time.Minute, Probes: []bot.Probe{probe("up", tt.up), probe("front", bot.Good)}}
		r := bot.Release{
			Plan:  &bot.Plan{Commit: bot.Commit{SHA: "c"}, Settings: bot.Settings{Health: rule}},
			Watch: bot.Watch{StartedAt: noon, EndsAt: noon.Add(10 * time.Minute), Samples: tt.before},
		}
		now := noon.Add(tt.after)
		want := []bot.Sample{
			{Probe: "up", Outcome: tt.up, Says: "c", At: now}, {Probe: "front", Outcome: bot.Good, Says: "c", At: now},
		}
		got := watcher.New(map[string]watcher.Source{"fixed": answers{}}, quiet()).Look(t.Context(), r, now)
		if diff := cmp.Diff(want, got.Samples); diff != "" || got.Verdict != tt.want || len(got.Evidence) != 2 {
			t.Errorf("%s: %s, want %s, by %+v (-want +got):\n%s", name, got.Verdict, tt.want, got.Evidence, diff)
		}
	}
}

// TestLook_UnknownSource: a probe of a newer version of slipway does not count against the
// release.
func TestLook_UnknownSource(t *testing.T) {
	t.Parallel()
	rule := bot.HealthRule{Window: time.Minute, Probes: []bot.Probe{{Name: "up", Source: "newer"}}}
	r := bot.Release{Plan: &bot.Plan{Settings: bot.Settings{Health: rule}}, Watch: bot.Watch{StartedAt: time.Unix(1, 0)}}
	got := watcher.New(nil, quiet()).Look(t.Context(), r, time.Unix(2, 0))
	if got.Verdict != bot.Watching || len(got.Samples) != 1 || got.Samples[0].Outcome != bot.NoAnswer || got.Samples[0].Says == "" {
		t.Errorf("Look = %+v", got)
	}
}

// TestLook_TimeGoesBack: an answer during the watch is one from after the release, even if
// the store's clock was set back.
func TestLook_TimeGoesBack(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	rule := bot.HealthRule{Window: time.Minute, Probes: []bot.Probe{probe("up", bot.Bad)}}
	r := bot.Release{Plan: &bot.Plan{Settings: bot.Settings{Health: rule}}, Watch: bot.Watch{StartedAt: noon}}
	look := watcher.New(map[string]watcher.Source{"fixed": answers{}}, quiet())
	got := look.Look(t.Context(), r, noon.Add(-3*time.Millisecond))
	r.Watch.Samples = got.Samples
	if after := r.Watch.After(); len(after) != 1 || !after[0].At.Equal(noon) {
		t.Errorf("after the release there are %+v, want the one at %s", after, noon)
	}
}

// TestLook_AfterAGap: the window is extended by a time in which nobody looked. It does not
// end with the first look after it.
func TestLook_AfterAGap(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	rule := bot.HealthRule{Window: time.Minute, Every: 10 * time.Second, Probes: []bot.Probe{probe("up", bot.Bad)}}
	r := bot.Release{
		Plan:  &bot.Plan{Settings: bot.Settings{Health: rule}},
		Watch: bot.Watch{StartedAt: noon, EndsAt: noon.Add(time.Minute), NextAt: noon},
	}
	now := noon.Add(time.Hour)
	got := watcher.New(map[string]watcher.Source{"fixed": answers{}}, quiet()).Look(t.Context(), r, now)
	if want := (bot.Gap{From: noon, To: now}); got.Gap != want || got.Verdict != bot.Watching || !got.EndsAt.Equal(now.Add(time.Minute)) {
		t.Errorf("after a gap of an hour: %s until %s, gap %+v", got.Verdict, got.EndsAt, got.Gap)
	}
}

// TestLook_WhileItCountsDown: one good answer does not revoke an unhealthy verdict; a
// service that has recovered does.
func TestLook_WhileItCountsDown(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	rule := bot.HealthRule{Window: 10 * time.Minute, Every: 10 * time.Second, Countdown: time.Minute, Probes: []bot.Probe{probe("up", bot.Good)}}
	for good, recovered := range map[int]bool{0: false, 2: true} {
		w := bot.Watch{
			StartedAt: noon, Evidence: []bot.Evidence{{Probe: "up", Verdict: bot.NotHealthy, Says: "it was bad"}},
			Countdown: bot.Countdown{Since: noon.Add(time.Minute), At: noon.Add(2 * time.Minute)},
		}
		for i := range good {
			w.Samples = append(w.Samples, bot.Sample{Probe: "up", Outcome: bot.Good, At: noon.Add(time.Minute + time.Duration(i+1)*10*time.Second)})
		}
		r := bot.Release{Plan: &bot.Plan{Settings: bot.Settings{Health: rule}}, Watch: w}
		got := watcher.New(map[string]watcher.Source{"fixed": answers{}}, quiet()).Look(t.Context(), r, noon.Add(100*time.Second))
		if got.Verdict != bot.NotHealthy || got.Recovered != recovered || got.Because() != "up: it was bad" {
			t.Errorf("after %d good ones: %s, recovered %t, because %q", good, got.Verdict, got.Recovered, got.Because())
		}
	}
}

// TestPromise6_OneProbeThatBreaksDownCostsItself: a probe whose source panics has no answer,
// the others have theirs, in a watch, in a single look, and when looking back. The log says
// what happened.
func TestPromise6_OneProbeThatBreaksDownCostsItself(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	logged := &bottest.Logbook{}
	w := watcher.New(map[string]watcher.Source{"fixed": answers{}, "broken": broken{}}, slog.New(logged))
	odd := probe("odd", bot.Good)
	odd.Source = "broken"
	r := bot.Release{
		ID: "api-7", Plan: &bot.Plan{Settings: bot.Settings{Health: bot.HealthRule{Window: time.Minute, Every: time.Second, Probes: []bot.Probe{odd, probe("up", bot.Good)}}}},
		Watch: bot.Watch{StartedAt: noon, EndsAt: noon.Add(time.Minute)},
	}
	seen := w.Look(t.Context(), r, noon)
	if len(seen.Samples) != 2 || seen.Samples[0].Outcome != bot.NoAnswer || seen.Samples[0].Says == "" || seen.Samples[1].Outcome != bot.Good {
		t.Errorf("in a watch: %+v", seen.Samples)
	}
	if now := w.Now(t.Context(), r, r.Plan.Settings.Health.Probes); now[0].State != bot.NotTold || now[1].State != bot.Well {
		t.Errorf("in a look: %+v", now)
	}
	if back := w.LookBack(t.Context(), r, noon.Add(time.Minute)); len(back.Untold) != 2 {
		t.Errorf("afterwards: %+v", back)
	}
	if !logged.Says("a probe panicked") {
		t.Error("nothing is logged")
	}
}

// noting is a source that records what it is asked.
type noting struct{ asked bot.Question }

func (n *noting) Ask(_ context.Context, q bot.Question) bot.Sample {
	n.asked = q
	return bot.Sample{Outcome: bot.Good}
}

// TestLook_WhenItBegan: a source is told when the release was last dispatched, and when its
// watch began.
func TestLook_WhenItBegan(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	rule := bot.HealthRule{Window: time.Minute, Probes: []bot.Probe{{Name: "check", Source: "noting"}}}
	r := bot.Release{
		Plan: &bot.Plan{Settings: bot.Settings{Health: rule}}, Watch: bot.Watch{StartedAt: noon},
		Moments: []bot.Moment{{Phase: bot.Dispatching, At: noon.Add(-time.Hour)}, {Phase: bot.Queued, At: noon.Add(-20 * time.Minute)}, {Phase: bot.Dispatching, At: noon.Add(-10 * time.Minute)}},
	}
	n := &noting{}
	watcher.New(map[string]watcher.Source{"noting": n}, quiet()).Look(t.Context(), r, noon)
	if !n.asked.Began.Equal(noon.Add(-10*time.Minute)) || !n.asked.Since.Equal(noon) {
		t.Errorf("asked %+v", n.asked)
	}
}
