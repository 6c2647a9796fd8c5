package engine

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

const (
	// stumbles is how many panics in a row put a release aside.
	stumbles = 3
	// stumbleWait is how soon a release is tried again that met a panic; each
	// further one makes it longer.
	stumbleWait = 2 * time.Second
	// loopAgain is how soon a loop begins again that met a panic.
	loopAgain = time.Second
	// brokenCardWait is when a card is tried again that met a panic.
	brokenCardWait = time.Minute
)

// work moves a release on. A panic costs this release's step alone: what it had
// saved is saved, and what it was about to do is found in the outbox, as if the
// process had been killed at that point.
func (e *Engine) work(ctx context.Context, c bot.Claim, asked time.Time) {
	err := guard.Do(func() error { e.advance(ctx, c, asked); return nil })
	if err != nil {
		e.stumbled(ctx, c, err)
	}
}

func (e *Engine) stumbled(ctx context.Context, c bot.Claim, why error) {
	log := e.log.With(slog.String("release", c.Release.ID))
	log.Error("a step of a release panicked", errAttr(why), slog.String("stack", guard.Stack(why)))
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	times, err := e.Aside.Stumble(ctx, c.Release.ID, c.Fence, stumbleWait, stumbles)
	if err != nil {
		logLost(log, "a release that met a panic was not handed back", err)
		return
	}
	if times < stumbles {
		return
	}
	err = e.Doubts.Raise(ctx, bot.Doubt{
		Target: c.Release.Target, About: "release " + c.Release.ID, Of: strconv.FormatInt(c.Fence, 10), Release: c.Release.ID, Since: c.Now,
		Says: fmt.Sprintf("%s is put aside: slipway broke down %d times in a row as it worked on it", c.Release.ID, times),
		Mend: "Everything else goes on. The log of slipway says where it broke down; look at the run at GitHub, if there is one, before it is tried again.",
	})
	if err != nil {
		log.Error("it could not be noted that a release is put aside", errAttr(err))
	}
}

// present shows a card. A panic costs this card's turn alone.
func (e *Engine) present(ctx context.Context, card bot.DirtyCard, leave func(context.Context) error) {
	err := guard.Do(func() error { e.show(ctx, card, leave); return nil })
	if err == nil {
		return
	}
	e.log.Error("showing a card panicked", slog.String("release", card.Release.ID), errAttr(err), slog.String("stack", guard.Stack(err)))
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cardLease)
	defer cancel()
	e.putBack(ctx, card, brokenCardWait)
	e.tellUnshown(ctx, bot.Unshown{
		Release: card.Release.ID, To: bot.Reply{To: card.Release.Requester, Channel: card.Release.Origin.Channel, Thread: card.Release.Origin.Thread},
		Says: "goes on, but slipway breaks down as it makes its card",
	})
}

// keep runs a loop until ctx is cancelled, and begins it again after a panic.
func (e *Engine) keep(ctx context.Context, name string, loop func(context.Context) error) error {
	for {
		err := guard.Do(func() error { return loop(ctx) })
		stack := guard.Stack(err)
		if stack == "" {
			return err
		}
		e.log.Error("a loop of the motor panicked and begins again", slog.String("loop", name), errAttr(err), slog.String("stack", stack))
		pause(ctx, nil, loopAgain)
	}
}
