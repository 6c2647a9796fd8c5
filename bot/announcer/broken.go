package announcer

import (
	"context"
	"log/slog"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

// brokenCardWait is when a card is tried again that met a panic.
const brokenCardWait = time.Minute

// present shows a card. A panic costs this card's turn alone.
func (a *Announcer) present(ctx context.Context, card bot.DirtyCard, leave func(context.Context) error) {
	err := guard.Do(func() error { a.show(ctx, card, leave); return nil })
	if err == nil {
		return
	}
	a.log.Error("showing a card panicked", slog.String("release", card.Release.ID), bot.ErrAttr(err), slog.String("stack", guard.Stack(err)))
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cardLease)
	defer cancel()
	a.putBack(ctx, card, brokenCardWait)
	a.tellUnshown(ctx, bot.Unshown{
		Release: card.Release.ID, To: bot.Reply{To: card.Release.Asker(), Channel: card.Release.Origin.Channel, Thread: card.Release.Origin.Thread},
		Says: "goes on, but slipway breaks down as it makes its card",
	})
}
