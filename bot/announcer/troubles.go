package announcer

import (
	"context"
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

// Reaching lists what keeps slipway from reaching people, for the board.
func (e *Announcer) Reaching(ctx context.Context) ([]bot.Trouble, error) {
	return e.ports.Troubles.Troubles(ctx)
}

// watchTroubles tells whoever looks after slipway what keeps it from reaching
// people: out loud in the alerts channel, or where that is what is wrong by direct
// message to the operators. Each hears of each trouble once.
func (e *Announcer) watchTroubles(ctx context.Context) error {
	var looked time.Time
	for ctx.Err() == nil {
		if time.Since(looked) > alertsEvery {
			looked = time.Now()
			e.lookAtAlerts(ctx)
		}
		troubles, err := e.ports.Troubles.Troubles(ctx)
		if err != nil && ctx.Err() == nil {
			e.log.Warn("what keeps slipway from reaching people could not be read", bot.ErrAttr(err))
		}
		for _, t := range troubles {
			e.lookAtTrouble(ctx, t)
		}
		loop.Pause(ctx, nil, troublesEvery)
	}
	return ctx.Err()
}

// lookAtAlerts finds out that the alerts channel is gone before it is needed.
func (e *Announcer) lookAtAlerts(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, cardLease)
	defer cancel()
	if err := e.ports.Sight.LookAtAlerts(ctx); err != nil && ctx.Err() == nil {
		e.log.Debug("it could not be found out whether the alerts channel is there", bot.ErrAttr(err))
	}
}

func (e *Announcer) lookAtTrouble(ctx context.Context, t bot.Trouble) {
	ctx, cancel := context.WithTimeout(ctx, cardLease)
	defer cancel()
	if t.Kind != bot.NoAlerts {
		if channel := e.catalog.Slack.Alerts; channel != "" {
			e.tellTrouble(ctx, t, channel, func() error {
				_, err := e.ports.Chat.Post(ctx, bot.Message{Key: bot.MessageKey{Release: t.Of, Kind: "alert_trouble"}, Channel: channel, Body: t}, loop.Until(time.Now().Add(postWithin)))
				return err
			})
		}
		return
	}
	if t.Channel != e.catalog.Slack.Alerts { // slipway.yaml names another one by now
		if err := e.ports.Troubles.LiftTrouble(ctx, t); err != nil {
			e.log.Warn("it could not be noted that a trouble is over", bot.ErrAttr(err))
		}
		return
	}
	for _, operator := range e.ports.People.Operators(ctx) {
		e.tellTrouble(ctx, t, operator, func() error { return e.ports.Chat.Tell(ctx, bot.Reply{To: bot.Person{ID: operator}}, t) })
	}
}

// tellTrouble tells somebody, or a channel, once.
func (e *Announcer) tellTrouble(ctx context.Context, t bot.Trouble, whom string, tell func() error) {
	mark := "trouble " + t.Key() + t.Since.String() + whom
	if e.said.Has(mark) {
		return
	}
	log := e.log.With(slog.String("trouble", t.Key()), slog.String("to", whom))
	may, err := e.ports.Troubles.MayTell(ctx, t, whom)
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
	e.said.Add(mark)
	if err := e.ports.Troubles.TroubleTold(ctx, t, whom); err != nil {
		log.Warn("it was not recorded that a trouble was told", bot.ErrAttr(err))
	}
}
