package slack

import (
	"context"
	"log/slog"

	"github.com/slipwayhq/slipway/bot"
)

// turnedOver takes it that somebody, or who is in a group, has changed: what is
// known of them counts no more.
func (in *Inbound) turnedOver(ctx context.Context, t turnover) reply {
	if !t.isFor(in.team) || t.changed == (bot.Turnover{}) {
		return ok()
	}
	in.people.Forget(t.changed)
	if err := in.turnover(ctx, t.changed); err != nil {
		in.logger.WarnContext(ctx, "it could not be passed on that somebody has changed", slog.Any("error", err))
		return reply{status: untaken}
	}
	return ok()
}
