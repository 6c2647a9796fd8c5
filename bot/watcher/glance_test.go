package watcher_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/watcher"
)

// bounded is a source that can say what a good answer is; starting is one that starts
// something when it is asked.
type bounded struct{ answers }

func (bounded) Bound(q bot.Question) string { return "good for " + q.SHA }

type starting struct{ t *testing.T }

func (s starting) Ask(context.Context, bot.Question) bot.Sample {
	s.t.Error("something was started")
	return bot.Sample{}
}

func (starting) Acts() {}

// TestNow: each probe is asked once about the live release, regardless of its interval and
// delay. A source that starts something is not asked.
func TestNow(t *testing.T) {
	t.Parallel()
	w := watcher.New(map[string]watcher.Source{"fixed": answers{}, "bounded": bounded{}, "starting": starting{t}}, quiet())
	up, down, smoke, newer := probe("up", bot.Good), probe("down", bot.Bad), probe("smoke", bot.Good), probe("newer", bot.Good)
	up.Delay, up.Every = 1<<40, 1<<40
	down.Source, smoke.Source, newer.Source = "bounded", "starting", "newer"
	live := bot.Release{ID: "api-7", Plan: &bot.Plan{Commit: bot.Commit{SHA: "c"}}}
	want := []bot.Glance{
		{Probe: "up", State: bot.Well, Saw: "c"},
		{Probe: "down", State: bot.NotWell, Saw: "c", Bound: "good for c"},
		{Probe: "smoke", State: bot.NotShown, Saw: "it would start something, so it is not asked"},
		{Probe: "newer", State: bot.NotTold, Saw: "this version of slipway knows no such probe"},
	}
	if diff := cmp.Diff(want, w.Now(t.Context(), live, []bot.Probe{up, down, smoke, newer})); diff != "" {
		t.Errorf("Now (-want +got):\n%s", diff)
	}
}
