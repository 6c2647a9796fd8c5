package announcer

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/loop"
)

const (
	// shownEvery is how often cards are checked for deletion, and shownAtOnce how many
	// at a time: the chat allows about 50 such reads a minute for all replicas
	// together.
	shownEvery  = 20 * time.Second
	shownAtOnce = 4
	// hiddenFirst and maxHiddenPause bound the pause between two tries to show a card
	// that the chat refuses.
	hiddenFirst    = 15 * time.Second
	maxHiddenPause = 10 * time.Minute
	// giveUp is how long after its release's end a card is retried that the chat
	// refuses.
	giveUp = 24 * time.Hour
)

// lostCard handles a card that is gone. If its release is under way, or its end was
// never shown, it is posted again; otherwise it is given up.
func (a *Announcer) lostCard(ctx context.Context, card bot.DirtyCard, why error) error {
	log := a.log.With(slog.String("release", card.Release.ID))
	if card.Closed {
		log.Info("a card is gone, and its release is over", bot.ErrAttr(why))
		return nil
	}
	says, _ := bot.ForPeople(why)
	key := bot.MessageKey{Release: card.Release.ID, Kind: bot.CardKind}
	again, err := a.ports.Losses.MessageGone(ctx, key, card.Ref, says)
	switch {
	case err != nil:
		return err
	case !again:
		log.Warn("a card is gone again and again, and is not posted any more", bot.ErrAttr(why))
		return nil
	}
	log.Info("a card is gone and is posted anew", bot.ErrAttr(why))
	return &bot.Error{Kind: bot.Limited, Op: "show a card", Says: "it is posted anew", RetryAfter: time.Millisecond}
}

// watchShown checks that the cards of unfinished releases still stand. A waiting
// release may not change for hours, and without its card nobody can approve it.
func (a *Announcer) watchShown(ctx context.Context) error {
	looked := map[string]time.Time{}
	for ctx.Err() == nil {
		loop.Pause(ctx, nil, shownEvery)
		cards, err := a.ports.Losses.CardsUnderWay(ctx)
		if err != nil {
			if ctx.Err() == nil {
				a.log.Warn("where the cards of what is under way stand could not be read", bot.ErrAttr(err))
			}
			continue
		}
		looked = a.lookAtShown(ctx, cards, looked)
	}
	return ctx.Err()
}

// lookAtShown checks the cards that were not checked for longest, and returns when each
// was.
func (a *Announcer) lookAtShown(ctx context.Context, cards map[string]bot.MessageRef, looked map[string]time.Time) map[string]time.Time {
	ctx, cancel := context.WithTimeout(ctx, shownEvery)
	defer cancel()
	ids := slices.SortedFunc(maps.Keys(cards), func(a, b string) int {
		return cmp.Or(looked[a].Compare(looked[b]), cmp.Compare(a, b))
	})
	still := map[string]time.Time{}
	for i, id := range ids {
		still[id] = looked[id]
		if i < shownAtOnce {
			a.lookAtCard(ctx, id, cards[id])
			still[id] = time.Now()
		}
	}
	return still
}

// lookAtCard has a card posted again that was deleted. If the check fails the next edit
// finds out.
func (a *Announcer) lookAtCard(ctx context.Context, id string, ref bot.MessageRef) {
	log := a.log.With(slog.String("release", id))
	stands, err := a.ports.Sight.Stands(ctx, ref)
	if err != nil {
		if bot.RetryAfter(err) == 0 {
			log.Debug("it could not be found out whether a card still stands", bot.ErrAttr(err))
		}
		return
	}
	if stands {
		return
	}
	again, err := a.ports.Losses.MessageGone(ctx, bot.MessageKey{Release: id, Kind: bot.CardKind}, ref, "was deleted")
	if err != nil {
		log.Warn("it was not recorded that a card was deleted", bot.ErrAttr(err))
		return
	}
	if again {
		log.Info("a card was deleted and is posted anew")
	}
}

// forGood says whether a refused card is given up: its release ended long ago.
func forGood(r bot.Release, now time.Time) bool {
	return r.Ended() && now.Sub(r.Since()) > giveUp
}

// hiding counts how often in a row this process failed to show each card.
type hiding struct {
	mu    sync.Mutex
	tries map[string]int
}

// wait is the growing pause before such a card is tried again.
func (h *hiding) wait(release string) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.tries == nil || len(h.tries) > 10_000 {
		h.tries = map[string]int{}
	}
	n := h.tries[release]
	h.tries[release]++
	return min(hiddenFirst<<min(n, 10), maxHiddenPause)
}

func (h *hiding) over(release string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.tries, release)
}
