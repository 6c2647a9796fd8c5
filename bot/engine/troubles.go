package engine

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

const (
	// troublesEvery is how often it is looked for troubles that nobody was told of.
	troublesEvery = 3 * time.Second
	// alertsEvery is how often it is looked whether the alerts channel is there.
	alertsEvery = 5 * time.Minute
	// mostOperators bounds how many people are told of one.
	mostOperators = 50
)

// Reaching lists what keeps slipway from reaching people, for the board.
func (e *Engine) Reaching(ctx context.Context) ([]bot.Trouble, error) {
	return e.Troubles.Troubles(ctx)
}

// watchTroubles tells whoever looks after slipway what keeps it from reaching
// people: out loud in the alerts channel, or where that is what is wrong by direct
// message to the operators. Each hears of each trouble once.
func (e *Engine) watchTroubles(ctx context.Context) error {
	var looked time.Time
	for ctx.Err() == nil {
		if time.Since(looked) > alertsEvery {
			looked = time.Now()
			e.lookAtAlerts(ctx)
		}
		troubles, err := e.Troubles.Troubles(ctx)
		if err != nil && ctx.Err() == nil {
			e.log.Warn("what keeps slipway from reaching people could not be read", errAttr(err))
		}
		for _, t := range troubles {
			e.lookAtTrouble(ctx, t)
		}
		pause(ctx, nil, troublesEvery)
	}
	return ctx.Err()
}

// lookAtAlerts finds out that the alerts channel is gone before it is needed.
func (e *Engine) lookAtAlerts(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, cardLease)
	defer cancel()
	if err := e.Sight.LookAtAlerts(ctx); err != nil && ctx.Err() == nil {
		e.log.Debug("it could not be found out whether the alerts channel is there", errAttr(err))
	}
}

func (e *Engine) lookAtTrouble(ctx context.Context, t bot.Trouble) {
	ctx, cancel := context.WithTimeout(ctx, cardLease)
	defer cancel()
	if t.Kind != bot.NoAlerts {
		if channel := e.catalog.Slack.Alerts; channel != "" {
			e.tellTrouble(ctx, t, channel, func() error {
				_, err := e.Chat.Post(ctx, bot.Message{Key: bot.MessageKey{Release: t.Of, Kind: "alert_trouble"}, Channel: channel, Body: t}, until(time.Now().Add(postWithin)))
				return err
			})
		}
		return
	}
	if t.Channel != e.catalog.Slack.Alerts { // slipway.yaml names another one by now
		if err := e.Troubles.LiftTrouble(ctx, t); err != nil {
			e.log.Warn("it could not be noted that a trouble is over", errAttr(err))
		}
		return
	}
	for _, operator := range e.operators(ctx) {
		e.tellTrouble(ctx, t, operator, func() error { return e.Chat.Tell(ctx, bot.Reply{To: bot.Person{ID: operator}}, t) })
	}
}

// tellTrouble tells somebody, or a channel, once.
func (e *Engine) tellTrouble(ctx context.Context, t bot.Trouble, whom string, tell func() error) {
	mark := "trouble " + t.Key() + t.Since.String() + whom
	if e.said.is(mark) {
		return
	}
	log := e.log.With(slog.String("trouble", t.Key()), slog.String("to", whom))
	may, err := e.Troubles.MayTell(ctx, t, whom)
	if err != nil || !may {
		if err != nil {
			log.Warn("it could not be found out who tells a trouble", errAttr(err))
		}
		return
	}
	if err := tell(); err != nil {
		log.Warn("a trouble could not be told", errAttr(err)) // it is tried again when this try counts as over
		return
	}
	e.said.note(mark)
	if err := e.Troubles.TroubleTold(ctx, t, whom); err != nil {
		log.Warn("it was not recorded that a trouble was told", errAttr(err))
	}
}

// operators are the accounts of those who hear of slipway's own troubles, as far
// as they can be found out.
func (e *Engine) operators(ctx context.Context) []string {
	var accounts []string
	for _, name := range e.catalog.Operators {
		group, _ := e.catalog.Group(name)
		if group.SlackUsergroup != "" {
			members, err := e.ChatGroups.GroupMembers(ctx, group.SlackUsergroup)
			if err != nil {
				e.log.Warn("the members of a group could not be read", errAttr(err))
			}
			accounts = append(accounts, members...)
			continue
		}
		for _, p := range e.catalog.People {
			if member, err := e.isMember(ctx, name, bot.Person{ID: p.Slack, Name: p.Name}, membersShown); err == nil && member {
				accounts = append(accounts, p.Slack)
			}
		}
	}
	slices.Sort(accounts)
	accounts = slices.Compact(accounts)
	return accounts[:min(len(accounts), mostOperators)]
}
