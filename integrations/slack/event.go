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

// channelMoved takes it that a channel has another id, as a private one gets that is shared
// with another organisation (docs.slack.dev/reference/events/channel_id_changed): whoever
// operates slipway is told, until slipway.yaml names the new one.
func (in *Inbound) channelMoved(ctx context.Context, m moved) reply {
	if !m.isFor(in.team) {
		return ok()
	}
	in.logger.WarnContext(ctx, "a channel has another id from now on", slog.String("before", m.before), slog.String("after", m.after))
	if in.sender.trouble == nil {
		return ok()
	}
	err := in.sender.trouble.RaiseTrouble(ctx, bot.Trouble{
		Kind: bot.ChannelMoved, Channel: m.before,
		Says: "The channel " + m.before + " of slipway.yaml has the id " + m.after + " by now, since it is shared with another organisation",
		Mend: "Write " + m.after + " in place of " + m.before + " in slipway.yaml and start slipway again: until then nothing that belongs there arrives.",
	})
	if err != nil {
		in.logger.WarnContext(ctx, "it could not be noted that a channel has another id", slog.Any("error", err))
		return reply{status: untaken}
	}
	return ok()
}
