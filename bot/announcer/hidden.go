package announcer

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/slipwayhq/slipway/bot"
)

// hiddenKind is the kind of the private message about a card that cannot be shown.
const hiddenKind = "hidden"

// tellHidden tells the requester once, privately, that the card cannot be shown:
// slipway is not in the channel, or its token is refused. The release goes on, and the
// card is retried, so that it appears as soon as somebody has helped.
func (a *Announcer) tellHidden(ctx context.Context, r bot.Release, why error) {
	key := bot.MessageKey{Release: r.ID, Kind: hiddenKind}
	log := a.log.With(slog.String("release", r.ID))
	before, err := a.ports.Messages.Message(ctx, key)
	if err != nil || before.Ref.ID != "" || before.Busy {
		return
	}
	if err := a.tellRequester(ctx, r, a.hidden(r, why)); err != nil {
		log.Warn("nobody could be told that a card cannot be shown", bot.ErrAttr(err))
		a.letGo(ctx, key, before.Intent)
		return
	}
	// The message has no place that matters; this records that it was sent.
	if err := a.ports.Messages.MessagePosted(ctx, key, bot.MessageRef{Channel: a.cardChannel(r), ID: hiddenKind}); err != nil {
		log.Warn("it was not recorded that a requester was told", bot.ErrAttr(err))
	}
}

func (a *Announcer) hidden(r bot.Release, why error) bot.Answer {
	says, mend := bot.ForPeople(why)
	return bot.Problem{
		Says:    fmt.Sprintf("%s goes on, but its card cannot be shown: %s", r.ID, says),
		Channel: a.cardChannel(r),
		Mends: append(mends(mend),
			fmt.Sprintf("Then the card appears by itself; until then `%s %s` tells how it goes.", a.catalog.Slack.Commands.Status, r.Target.Service)),
	}
}
