package engine

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slipwayhq/slipway/bot"
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
	m, s, book := newMemory(), &screen{}, &logbook{}
	e := New(declaring(t, shop), Ports{Cards: m, Replies: m, Accounts: m, Chat: brokenScreen{s}}, Options{}, slog.New(book))
	r := shownRelease()
	r.Origin = bot.Origin{Channel: "C0ASKED", Thread: "t1"}
	e.present(t.Context(), bot.DirtyCard{Release: r, Revision: 5}, inAnHour())
	if len(m.shown) != 1 || m.shown[0].pause != time.Minute || m.shown[0].card.Revision != noRevision {
		t.Errorf("put back as %+v", m.shown)
	}
	if len(s.told) != 1 || s.told[0].to != (bot.Reply{To: r.Requester, Channel: "C0ASKED", Thread: "t1"}) || len(s.posted) != 1 || s.posted[0].Channel != "C0ALERTS" {
		t.Errorf("told %+v, said %+v", s.told, s.posted)
	}
	if !book.says("ERROR showing a card panicked") {
		t.Errorf("logged %q", book.lines)
	}
}

// aside answers as the store does that counts what a release met.
type aside struct {
	quiet
	times  int
	err    error
	raised []bot.Doubt
	wait   time.Duration
	most   int
}

func (a *aside) Stumble(ctx context.Context, _ string, _ int64, wait time.Duration, most int) (int, error) {
	a.wait, a.most = wait, most
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	return a.times, a.err
}

func (a *aside) Raise(_ context.Context, d bot.Doubt) error {
	a.raised = append(a.raised, d)
	return a.err
}

// TestWhenAReleaseIsPutAside: with the third panic in a row, also while slipway
// stops; where somebody else holds the release by now it is theirs.
func TestWhenAReleaseIsPutAside(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		aside  aside
		raised int
		logs   string
	}{
		"the second time":       {aside: aside{times: 2}},
		"the third time":        {aside: aside{times: 3}, raised: 1},
		"and again":             {aside: aside{times: 4}, raised: 1},
		"it is somebody else's": {aside: aside{times: 3, err: &bot.Error{Kind: bot.Stale}}, logs: "INFO another replica goes on with the release"},
		"the store is away":     {aside: aside{times: 3, err: errors.New("away")}, logs: "ERROR the store did not take a move"},
	} {
		book := &logbook{}
		e := New(declaring(t, shop), Ports{Aside: &tt.aside, Doubts: &tt.aside}, Options{}, slog.New(book))
		stopped, stop := context.WithCancel(t.Context())
		stop()
		e.stumbled(stopped, bot.Claim{Release: shownRelease(), Fence: 3, Now: noon}, errors.New("out of order"))
		if len(tt.aside.raised) != tt.raised || tt.aside.wait != 2*time.Second || tt.aside.most != 3 {
			t.Errorf("%s: raised %+v, again after %s, at most %d", name, tt.aside.raised, tt.aside.wait, tt.aside.most)
		}
		if tt.logs != "" && !book.says(tt.logs) || !book.says("ERROR a step of a release panicked") {
			t.Errorf("%s: logged %q", name, book.lines)
		}
	}
}

// TestALoopBeginsAgainAfterAMoment: and ends as any other when it is to stop.
func TestALoopBeginsAgainAfterAMoment(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := New(declaring(t, shop), Ports{}, Options{}, slog.New(slog.DiscardHandler))
		var began []time.Duration
		start := time.Now()
		_ = e.keep(t.Context(), "test", func(context.Context) error {
			if began = append(began, time.Since(start)); len(began) < 3 {
				panic("out of order")
			}
			return errors.New("over")
		})
		if len(began) != 3 || began[1] != time.Second || began[2] != 2*time.Second {
			t.Errorf("began at %v", began)
		}
	})
}
