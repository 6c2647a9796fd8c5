package announcer

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// losing is a chat of which messages get lost, and what is noted of that.
type losing struct {
	quiet
	again  bool
	gone   []string
	cards  map[string]bot.MessageRef
	stands map[string]bool
	looked []string
}

func (l *losing) MessageGone(_ context.Context, key bot.MessageKey, _ bot.MessageRef, why string) (bool, error) {
	l.gone = append(l.gone, key.Release+" "+why)
	return l.again, nil
}

func (l *losing) CardsUnderWay(context.Context) (map[string]bot.MessageRef, error) {
	return l.cards, nil
}

func (l *losing) Stands(_ context.Context, ref bot.MessageRef) (bool, error) {
	l.looked = append(l.looked, ref.ID)
	return l.stands[ref.ID], nil
}

// TestALostCard comes back while its release is under way or its end was not
// shown, though not for ever; afterwards it is given up, and no edit is tried
// again.
func TestALostCard(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		closed, again bool
		gone          int
		shown         bool // it counts as shown, and is not tried again
	}{
		"under way":            {again: true, gone: 1},
		"its end was shown":    {closed: true, shown: true},
		"lost again and again": {gone: 1, shown: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, l := newMemory(), &losing{again: tt.again}
			a, _ := speaker(t, bottest.Shop, m, &screen{faults: map[string]error{"edit": &bot.Error{Kind: bot.Gone, Says: "was deleted"}}})
			a.ports.Losses = l
			a.show(t.Context(), bot.DirtyCard{Release: shownRelease(), Revision: 5, Ref: bot.MessageRef{Channel: "C0", ID: "1"}, Closed: tt.closed}, inAnHour())
			if len(l.gone) != tt.gone {
				t.Errorf("noted as gone: %v", l.gone)
			}
			if shown := len(m.shown) == 1 && m.shown[0].card.Revision == 5; shown != tt.shown {
				t.Errorf("shown as %+v", m.shown)
			}
		})
	}
}

// TestARefusedCardIsTriedEverMoreSlowly, and is given up when its release has been
// over for long.
func TestARefusedCardIsTriedEverMoreSlowly(t *testing.T) {
	t.Parallel()
	m := newMemory()
	a, _ := speaker(t, bottest.Shop, m, &screen{faults: map[string]error{"edit": &bot.Error{Kind: bot.Denied, Says: "no"}}})
	card := bot.DirtyCard{Release: shownRelease(), Revision: 5, Ref: bot.MessageRef{Channel: "C0", ID: "1"}}
	for range 12 {
		a.show(t.Context(), card, inAnHour())
	}
	var pauses []time.Duration
	for _, s := range m.shown {
		pauses = append(pauses, s.pause)
	}
	if !slices.IsSorted(pauses) || pauses[0] != hiddenFirst || pauses[11] != maxHiddenPause {
		t.Errorf("tried again after %v", pauses)
	}
	if forGood(card.Release, time.Now().AddDate(10, 0, 0)) {
		t.Error("a card under way is given up")
	}
	card.Release.Phase = bot.Failed
	if !forGood(card.Release, card.Release.Since().Add(giveUp+time.Second)) || forGood(card.Release, card.Release.Since().Add(giveUp-time.Second)) {
		t.Error("the card of a release that is over is given up at another time")
	}
}

// TestCardsThatStandAreLookedAt in turn, a few at once, and those that were
// deleted are noted.
func TestCardsThatStandAreLookedAt(t *testing.T) {
	t.Parallel()
	l := &losing{again: true, cards: map[string]bot.MessageRef{}, stands: map[string]bool{}}
	for _, id := range []string{"api-1", "api-2", "api-3", "api-4", "api-5", "api-6"} {
		l.cards[id] = bot.MessageRef{Channel: "C0", ID: id}
		l.stands[id] = id != "api-5"
	}
	a := New(bottest.Declare(t, bottest.Shop), Ports{Losses: l, Sight: l}, Options{}, slog.New(slog.DiscardHandler))
	looked := a.lookAtShown(t.Context(), l.cards, map[string]time.Time{})
	if len(l.looked) != shownAtOnce || len(l.gone) != 0 {
		t.Errorf("looked at %v, gone %v", l.looked, l.gone)
	}
	a.lookAtShown(t.Context(), l.cards, looked)
	if slices.Sort(l.looked); !slices.Equal(slices.Compact(l.looked), []string{"api-1", "api-2", "api-3", "api-4", "api-5", "api-6"}) {
		t.Errorf("looked at %v", l.looked)
	}
	if !slices.Equal(l.gone, []string{"api-5 was deleted"}) {
		t.Errorf("gone %v", l.gone)
	}
}
