package announcer

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/loop"
)

const (
	// cardLease is how long a card is leased while it is shown.
	cardLease = 15 * time.Second
	// cardShown bounds showing it: no other process does it in that time, so that the
	// last edit is the newest.
	cardShown = cardLease - time.Second
	// cardsAtOnce is how many cards are shown at once.
	cardsAtOnce = 8
	// editsSpread is over how long the cards that wait for an edit are spread.
	editsSpread = 2 * time.Second
	// idleWait bounds how long it sleeps without looking, in case a wake-up was
	// missed.
	idleWait = time.Second
	// fullWait is how long it sleeps when all hands are full.
	fullWait = 10 * time.Millisecond
	// storeRetry is how long it waits when the store does not answer.
	storeRetry = 250 * time.Millisecond
	// againFirst is how soon a card is tried again that was not shown, at first.
	againFirst = time.Second
	// noRevision is the revision of no release.
	noRevision = -1
)

// errNoEdits: Slack's pace leaves no edit for now.
var errNoEdits = errors.New("no edits left")

// publishLoop shows the releases whose cards are out of date. A slow card does not
// delay the others.
func (a *Announcer) publishLoop(ctx, steps context.Context, under *sync.WaitGroup) error {
	woken := a.ports.Cards.CardsWoken(ctx)
	free := make(chan struct{}, cardsAtOnce)
	for ctx.Err() == nil {
		wait := idleWait
		room := cardsAtOnce - len(free)
		leave := loop.Until(time.Now().Add(cardShown))
		cards, next, err := a.dirtyCards(ctx, room)
		switch {
		case err != nil:
			wait = storeRetry // the motor's loop says that the store is away
		case room > 0 && len(cards) == room:
			wait = 0 // there may be more
		default:
			wait = min(wait, next)
		}
		for _, card := range cards {
			free <- struct{}{}
			under.Go(func() {
				defer func() { <-free }()
				a.present(steps, card, leave)
			})
		}
		loop.Pause(ctx, woken, max(wait, time.Millisecond))
	}
	return ctx.Err()
}

func (a *Announcer) dirtyCards(ctx context.Context, room int) ([]bot.DirtyCard, time.Duration, error) {
	if room == 0 {
		return nil, fullWait, nil
	}
	ctx, cancel := context.WithTimeout(ctx, cardLease)
	defer cancel()
	return a.ports.Cards.DirtyCards(ctx, cardLease, room)
}

// show updates a card. If that fails it is put back, and the next try shows what is
// true by then, so that an outage ends with one edit.
func (a *Announcer) show(ctx context.Context, card bot.DirtyCard, leave func(context.Context) error) {
	log := a.log.With(slog.String("release", card.Release.ID), slog.Int64("revision", card.Revision))
	held, cancel := context.WithTimeout(ctx, cardShown)
	defer cancel()
	err := a.showCard(held, card, leave)
	if err == nil || !bot.Final(err) {
		a.hiding.over(card.Release.ID)
	}
	switch {
	case err == nil:
		if err := a.ports.Cards.Shown(held, card, a.options.EditPause); err != nil {
			log.Warn("it was not recorded that a card was shown", bot.ErrAttr(err))
		}
	case bot.Final(err) && forGood(card.Release, time.Now()):
		log.Warn("a card cannot be shown and is given up: its release is over", bot.ErrAttr(err))
		if err := a.ports.Cards.Shown(held, card, a.options.EditPause); err != nil {
			log.Warn("it was not recorded that a card is given up", bot.ErrAttr(err))
		}
	case bot.Final(err): // somebody may help meanwhile
		log.Warn("a card cannot be shown", bot.ErrAttr(err))
		a.tellHidden(held, card.Release, err)
		a.putBack(held, card, a.hiding.wait(card.Release.ID))
	case errors.Is(err, errNoEdits):
		a.putBack(held, card, bot.RetryAfter(err)+rand.N(editsSpread))
	default:
		log.Warn("a card was not shown, it is tried again", bot.ErrAttr(err))
		a.putBack(held, card, max(bot.RetryAfter(err), againFirst)+rand.N(againFirst))
	}
}

// putBack makes a card due again later.
func (a *Announcer) putBack(ctx context.Context, card bot.DirtyCard, wait time.Duration) {
	card.Revision = noRevision // it still shows none that there is
	if err := a.ports.Cards.Shown(ctx, card, wait); err != nil {
		a.log.Warn("a card falls due again only after its lease", slog.String("release", card.Release.ID), bot.ErrAttr(err))
	}
}

func (a *Announcer) showCard(ctx context.Context, card bot.DirtyCard, leave func(context.Context) error) error {
	m := a.cardMessage(ctx, card.Release)
	if card.Ref.ID == "" {
		// A card that was just posted shows the present state. One that stood already
		// may be outdated, so it is edited as well.
		ref, posted, err := a.PostOnce(ctx, m)
		if err != nil || posted {
			return err
		}
		card.Ref = ref
	}
	urgency := bot.UrgencyProgress
	if card.Release.Ended() || card.Release.AsksApproval() {
		urgency = bot.UrgencyEnd
	}
	if err := a.takeBudget(ctx, urgency); err != nil {
		return err
	}
	err := a.ports.Chat.Edit(ctx, card.Ref, m, leave)
	if bot.KindOf(err) == bot.Gone {
		return a.lostCard(ctx, card, err)
	}
	return err
}

// takeBudget takes an edit out of the workspace's budget, and says how long to
// wait if there is none.
func (a *Announcer) takeBudget(ctx context.Context, urgency bot.Urgency) error {
	wait, err := a.ports.Replies.EditBudget(ctx, urgency)
	if err == nil && wait > 0 {
		err = &bot.Error{Kind: bot.Limited, Op: "edit card", Says: "the workspace's edits are used up for now", RetryAfter: wait, Err: errNoEdits}
	}
	return err
}
