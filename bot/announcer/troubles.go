package announcer

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/loop"
)

const (
	// troublesEvery is how often it is looked for troubles that nobody was told of.
	troublesEvery = 3 * time.Second
	// alertsEvery is how often it is looked whether the alerts channel is there.
	alertsEvery = 5 * time.Minute
)

// watchTroubles tells the operators what keeps slipway from reaching people: in the
// alerts channel, or by direct message if that channel is what is wrong. Each is told
// of each trouble once.
func (a *Announcer) watchTroubles(ctx context.Context) error {
	var looked time.Time
	for ctx.Err() == nil {
		if time.Since(looked) > alertsEvery {
			looked = time.Now()
			a.lookAtAlerts(ctx)
			a.keepMoved(ctx)
		}
		troubles, err := a.ports.Troubles.Troubles(ctx)
		if err != nil && ctx.Err() == nil {
			a.log.Warn("what keeps slipway from reaching people could not be read", bot.ErrAttr(err))
		}
		each(troubles, func(t bot.Trouble) { a.lookAtTrouble(ctx, t) })
		loop.Pause(ctx, nil, troublesEvery)
	}
	return ctx.Err()
}

// lookAtAlerts finds out that the alerts channel is gone before it is needed.
func (a *Announcer) lookAtAlerts(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, cardLease)
	defer cancel()
	if err := a.ports.Sight.LookAtAlerts(ctx); err != nil && ctx.Err() == nil {
		a.log.Debug("it could not be found out whether the alerts channel is there", bot.ErrAttr(err))
	}
}

// keepMoved keeps it noted which channels have another id, as long as slipway.yaml names the
// old one: the chat tells of it once.
func (a *Announcer) keepMoved(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, cardLease)
	defer cancel()
	troubles, err := a.ports.Troubles.Troubles(ctx)
	for _, t := range troubles {
		if t.Kind == bot.ChannelMoved && !a.forgotten(t) {
			err = errors.Join(err, a.ports.Unheard.RaiseTrouble(ctx, t))
		}
	}
	if err != nil && ctx.Err() == nil {
		a.log.Warn("it could not be kept which channels have another id", bot.ErrAttr(err))
	}
}

func (a *Announcer) lookAtTrouble(ctx context.Context, t bot.Trouble) {
	ctx, cancel := context.WithTimeout(ctx, cardLease)
	defer cancel()
	if a.forgotten(t) {
		if err := a.ports.Troubles.LiftTrouble(ctx, t); err != nil {
			a.log.Warn("it could not be noted that a trouble is over", bot.ErrAttr(err))
		}
		return
	}
	if aboutAlerts := t.Kind == bot.NoAlerts || t.Kind == bot.ChannelMoved && t.Channel == a.catalog.Slack.Alerts; !aboutAlerts {
		if channel := a.catalog.Slack.Alerts; channel != "" {
			a.tellTrouble(ctx, t, channel, func() error {
				_, err := a.inCrowd(ctx, bot.Message{Key: bot.MessageKey{Release: t.Of, Kind: "alert_trouble"}, Channel: channel, Body: t}, loop.Until(time.Now().Add(postWithin)))
				return err
			})
		}
		return
	}
	for _, operator := range a.ports.People.Operators(ctx) {
		a.tellTrouble(ctx, t, operator, func() error { return a.ports.Chat.Tell(ctx, bot.Reply{To: bot.Person{ID: operator}}, t) })
	}
}

// tellTrouble tells somebody, or a channel, once.
func (a *Announcer) tellTrouble(ctx context.Context, t bot.Trouble, whom string, tell func() error) {
	mark := "trouble " + t.Key() + t.Since.String() + whom
	if a.said.Has(mark) {
		return
	}
	log := a.log.With(slog.String("trouble", t.Key()), slog.String("to", whom))
	may, err := a.ports.Troubles.MayTell(ctx, t, whom)
	if err != nil || !may {
		if err != nil {
			log.Warn("it could not be found out who tells a trouble", bot.ErrAttr(err))
		}
		return
	}
	if err := tell(); err != nil {
		log.Warn("a trouble could not be told", bot.ErrAttr(err)) // it is tried again when this try counts as over
		return
	}
	a.said.Add(mark)
	if err := a.ports.Troubles.TroubleTold(ctx, t, whom); err != nil {
		log.Warn("it was not recorded that a trouble was told", bot.ErrAttr(err))
	}
}
