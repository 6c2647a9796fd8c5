package engine

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// line is a queue in front of production, and takes events.
type line struct {
	Intake
	waiting []bot.Release
	events  []bot.InboxEvent
}

func (l *line) Targets(context.Context, []bot.Target) ([]bot.TargetState, error) {
	var state bot.TargetState
	for _, r := range l.waiting {
		state.Waiting = append(state.Waiting, r.ID)
	}
	return []bot.TargetState{state}, nil
}

func (l *line) History(context.Context, bot.Target, int) ([]bot.Past, error) { return nil, nil }

func (l *line) Release(_ context.Context, id string) (bot.Release, error) {
	for _, r := range l.waiting {
		if r.ID == id {
			return r, nil
		}
	}
	return bot.Release{}, &bot.Error{Kind: bot.NotFound}
}

func (l *line) Post(_ context.Context, event bot.InboxEvent) (bot.Posted, error) {
	l.events = append(l.events, event)
	return bot.PostStored, nil
}

// TestCoalesce: a deploy replaces the older deploys that wait, where
// the operator wants that, and of nothing else.
func TestCoalesce(t *testing.T) {
	t.Parallel()
	in := func(id string, kind bot.Kind, phase bot.Phase, minute int) bot.Release {
		return bot.Release{ID: id, Kind: kind, Phase: phase, RequestedAt: noon.Add(time.Duration(minute) * time.Minute)}
	}
	waiting := []bot.Release{
		in("api-1", bot.Rollback, bot.Queued, 1), in("api-2", bot.Deploy, bot.Queued, 2), in("api-3", bot.Deploy, bot.AwaitingApproval, 3),
		in("api-4", bot.Deploy, bot.Queued, 4), in("api-5", bot.Deploy, bot.Queued, 5), in("api-6", bot.Deploy, bot.Queued, 5),
	}
	coalescing := strings.Replace(bottest.Ruled, "after: staging", "coalesce: true", 1)
	for name, tt := range map[string]struct {
		declared    string
		kind        bot.Kind
		environment string
		want        []string
	}{
		"where it is wanted":     {coalescing, bot.Deploy, "production", []string{"api-2", "api-4"}},
		"a rollback":             {coalescing, bot.Rollback, "production", nil},
		"where it is not wanted": {bottest.Ruled, bot.Deploy, "production", nil},
		"where nobody knows":     {coalescing, bot.Deploy, "mars", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := &line{waiting: waiting}
			e := New(bottest.Declare(t, tt.declared), Ports{Records: l, Intake: l}, Options{}, slog.New(slog.DiscardHandler))
			r := bottest.Asked(tt.kind, tt.environment)
			r.ID, r.RunKey, r.RequestedAt = "api-5", "api-5.k3v9x2mq", noon.Add(5*time.Minute)
			if err := e.replaceOlder(t.Context(), r); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, event := range l.events {
				got = append(got, event.Release)
				if event.Event != (bot.Replaced{For: "api-5", By: r.Asker()}) || !strings.Contains(event.Key, r.RunKey) || !strings.Contains(event.Key, event.Release) {
					t.Errorf("event %+v", event)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("replaced (-want +got):\n%s", diff)
			}
		})
	}
}
