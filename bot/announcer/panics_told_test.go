package announcer

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// brokenScreen breaks down on every card.
type brokenScreen struct{ *screen }

func (b brokenScreen) Post(ctx context.Context, m bot.Message, leave func(context.Context) error) (bot.MessageRef, error) {
	if m.Key.Kind == bot.CardKind {
		panic("out of order")
	}
	return b.screen.Post(ctx, m, leave)
}

// TestACardThatBreaksDownIsPutBack: for a minute, and its requester and the alerts
// channel hear of it.
func TestACardThatBreaksDownIsPutBack(t *testing.T) {
	t.Parallel()
	m, s, book := newMemory(), &screen{}, &bottest.Logbook{}
	c := bottest.Declare(t, bottest.Shop)
	a := New(c, Ports{Cards: m, Messages: m, Replies: m, Noise: m, People: knowing(c, m, nil), Chat: brokenScreen{s}}, Options{}, slog.New(book))
	r := shownRelease()
	r.Origin = bot.Origin{Channel: "C0ASKED", Thread: "t1"}
	a.present(t.Context(), bot.DirtyCard{Release: r, Revision: 5}, inAnHour())
	if len(m.shown) != 1 || m.shown[0].pause != time.Minute || m.shown[0].card.Revision != noRevision {
		t.Errorf("put back as %+v", m.shown)
	}
	if len(s.told) != 1 || s.told[0].to != (bot.Reply{To: r.Asker(), Channel: "C0ASKED", Thread: "t1"}) || len(s.posted) != 1 || s.posted[0].Channel != "C0ALERTS" {
		t.Errorf("told %+v, said %+v", s.told, s.posted)
	}
	if !book.Says("ERROR showing a card panicked") {
		t.Errorf("logged %q", book.Lines())
	}
}
