package engine

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// postbox keeps events as the store does: each key once.
type postbox struct {
	Intake
	events []bot.InboxEvent
	keys   map[string]bool
}

func (p *postbox) Post(_ context.Context, l bot.InboxEvent) (bot.Posted, error) {
	key := l.Release + " " + l.Key
	if p.keys[key] {
		return bot.PostRepeated, nil
	}
	p.keys[key] = true
	p.events = append(p.events, l)
	return bot.PostStored, nil
}

// TestTheWordsOfABatch: each word reaches a member once, however often the batch
// says it; and that a person cancels the batch reaches also a member that it had
// tried to stop before.
func TestTheWordsOfABatch(t *testing.T) {
	t.Parallel()
	box := &postbox{keys: map[string]bool{}}
	e := New(&catalog.Catalog{}, Ports{Intake: box}, Options{}, slog.New(slog.DiscardHandler))
	batch := bot.Release{ID: "api-b1", RunKey: "api-b1.k3v9x2mq", Kind: bot.Batch, Members: []bot.BatchMember{{Release: "api-1", Phase: bot.Failed}}}
	cancelled := batch
	cancelled.Cancel = bot.Cancel{AskedAt: time.Now(), By: bot.Person{ID: "U1"}, Reason: "not today", Cause: bot.ByPerson}
	for range 2 {
		for _, said := range []struct {
			by     bot.Release
			effect bot.Effect
		}{
			{batch, bot.LetMemberAsk{Member: "web-1"}},
			{batch, bot.LetMemberGo{Member: "web-1"}},
			{batch, bot.StopMember{Member: "web-1"}},
			{cancelled, bot.StopMember{Member: "web-1"}},
		} {
			if _, err := e.carryOut(t.Context(), said.by, said.effect, time.Now()); err != nil {
				t.Fatal(err)
			}
		}
	}
	var got []bot.Event
	for _, l := range box.events {
		if l.Release != "web-1" {
			t.Errorf("%#v went to %s", l.Event, l.Release)
		}
		got = append(got, l.Event)
	}
	want := []bot.Event{
		bot.MayAsk{},
		bot.LetGo{},
		bot.Stopped{Cause: "not started, since api-1 of api-b1 did not go well"},
		bot.CancelAsked{By: bot.Person{ID: "U1"}, Reason: "not today", Batch: "api-b1"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
