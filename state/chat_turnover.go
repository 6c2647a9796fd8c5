package state

import (
	"context"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
)

// What Slack tells one replica of people it publishes to all, as "account ID" or
// "group ID". Nothing is stored: what is known of people is a minute old at most,
// and a replica that may have missed something forgets all of it.

// NoteTurnover tells all replicas that somebody may have changed.
func (s *Store) NoteTurnover(ctx context.Context, t bot.Turnover) error {
	said := "account " + t.Account
	if t.Group != "" {
		said = "group " + t.Group
	}
	ctx, cancel := context.WithTimeout(ctx, intakeTimeout)
	defer cancel()
	if err := s.client.Publish(ctx, s.keys.turnover(), said).Err(); err != nil {
		return unavailable("tell that somebody has changed", err)
	}
	return nil
}

// Turnovers calls forget for everything that a replica tells, until ctx is
// cancelled, and with the zero value whenever something may have been missed,
// since the subscription was lost for a while.
func (s *Store) Turnovers(ctx context.Context, forget func(bot.Turnover)) {
	stood := false
	for ctx.Err() == nil {
		s.hearTurnovers(ctx, func(t bot.Turnover) {
			if missed := t == (bot.Turnover{}); !missed || stood {
				forget(t)
			}
			stood = true
		})
		select {
		case <-ctx.Done():
		case <-time.After(subscribeRetry):
		}
	}
}

// hearTurnovers listens until the subscription is lost.
func (s *Store) hearTurnovers(ctx context.Context, forget func(bot.Turnover)) {
	sub := s.client.Subscribe(ctx, s.keys.turnover())
	defer func() { _ = sub.Close() }() // nothing is left to be lost
	defer context.AfterFunc(ctx, func() { _ = sub.Close() })()
	for asked := false; ; {
		said, err := sub.ReceiveTimeout(ctx, silence)
		switch {
		case err == nil:
			asked = false
			onTurnover(said, forget)
		case asked || !isTimeout(err) || sub.Ping(ctx) != nil:
			return
		default:
			asked = true
		}
	}
}

// onTurnover passes on what was said. A subscription that stands again may have
// missed something; what a later version says may be about anybody.
func onTurnover(said any, forget func(bot.Turnover)) {
	switch said := said.(type) {
	case *redis.Subscription:
		forget(bot.Turnover{})
	case *redis.Message:
		kind, id, _ := strings.Cut(said.Payload, " ")
		switch {
		case kind == "account" && id != "":
			forget(bot.Turnover{Account: id})
		case kind == "group" && id != "":
			forget(bot.Turnover{Group: id})
		default:
			forget(bot.Turnover{})
		}
	}
}
