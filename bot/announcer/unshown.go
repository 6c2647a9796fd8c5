package announcer

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/loop"
)

const (
	// unshownAge is when a release should have a card, and unshownEvery how often that
	// is checked; with the time for a post that is well within a minute.
	unshownAge   = 30 * time.Second
	unshownEvery = 15 * time.Second
	// unshownKind is the kind of the message in the alerts channel.
	unshownKind = "alert_unshown"
)

// watchUnshown finds releases whose card never appeared. Whoever typed the command was
// told to expect it. If the release cannot be claimed, read or shown, they are told,
// and so is the alerts channel, each once.
func (a *Announcer) watchUnshown(ctx context.Context) error {
	for ctx.Err() == nil {
		unshown, err := a.ports.Unshown.Unshown(ctx, unshownAge)
		if err != nil && ctx.Err() == nil {
			a.log.Warn("releases without a card could not be looked for", bot.ErrAttr(err))
		}
		each(unshown, func(u bot.Unshown) { a.lookAtUnshown(ctx, u) })
		loop.Pause(ctx, nil, unshownEvery)
	}
	return ctx.Err()
}

func (a *Announcer) lookAtUnshown(ctx context.Context, u bot.Unshown) {
	ctx, cancel := context.WithTimeout(ctx, cardLease)
	defer cancel()
	if !a.tellUnshown(ctx, u) {
		return // it is tried again with the next look
	}
	if err := a.ports.Unshown.Unwatch(ctx, u.Release); err != nil {
		a.log.Warn("the watch over a release could not be ended", slog.String("release", u.Release), bot.ErrAttr(err))
	}
}

// tellUnshown tells the requester privately and alerts, and says whether both were
// sent.
func (a *Announcer) tellUnshown(ctx context.Context, u bot.Unshown) bool {
	log := a.log.With(slog.String("release", u.Release))
	service, _ := bot.ServiceOf(u.Release)
	mend := "Whoever looks after slipway finds the reason in its log. Everything else goes on."
	leave := loop.Until(time.Now().Add(postWithin))
	alerted := a.onceSaid(ctx, bot.MessageKey{Release: u.Release, Kind: unshownKind}, func(m bot.MessageKey) error {
		says := fmt.Sprintf("%s, which %s asked for, %s", u.Release, u.To.To, u.Says)
		_, err := a.inCrowd(ctx, bot.Message{Key: m, Channel: a.catalog.AlertChannel(service), Body: bot.Notice{Says: says, Mend: mend}}, leave)
		return err
	}, log)
	told := u.To.To.ID == "" || a.onceSaid(ctx, bot.MessageKey{Release: u.Release, Kind: hiddenKind}, func(bot.MessageKey) error {
		return a.ports.Chat.Tell(ctx, u.To, bot.Problem{
			Says: u.Release + " " + u.Says,
			Mends: []string{
				mend, fmt.Sprintf("`%s why %s` tells whether it can be read by then.", a.catalog.Slack.Commands.Deploy, u.Release),
			},
		})
	}, log)
	return alerted && told
}

// onceSaid sends something once for all replicas, and says whether it was sent. If even
// that cannot be stored it is sent once by this process.
func (a *Announcer) onceSaid(ctx context.Context, key bot.MessageKey, say func(bot.MessageKey) error, log *slog.Logger) bool {
	mark := key.Release + " " + key.Kind
	before, err := a.ports.Messages.Message(ctx, key)
	switch {
	case a.said.Has(mark), err == nil && before.Ref.ID != "":
		return true
	case err == nil && before.Busy:
		return false
	}
	stored := err == nil
	if err := say(key); err != nil {
		log.Warn("nobody could be told that a release has no card", bot.ErrAttr(err))
		if stored {
			a.letGo(ctx, key, before.Intent)
		}
		return false
	}
	a.said.Add(mark)
	if !stored {
		return true
	}
	// What counts is that it was said; it is not edited any more.
	if err := a.ports.Messages.MessagePosted(ctx, key, bot.MessageRef{Channel: key.Kind, ID: key.Kind}); err != nil {
		log.Warn("it was not recorded that a release without a card was spoken of", bot.ErrAttr(err))
	}
	return true
}
