package planner

import (
	"context"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

// Wait estimates how long it takes until a place's turn. The queue does not depend on
// it, so what cannot be read is left out.
func (p *Planner) Wait(ctx context.Context, t bot.Target, place bot.Place, now time.Time) time.Duration {
	past, err := p.ports.Records.History(ctx, t, historyDepth)
	if err != nil {
		return 0
	}
	var held time.Duration
	if place.Holder != "" {
		holder, err := p.ports.Records.Release(ctx, place.Holder)
		if err != nil {
			return 0
		}
		held = max(0, now.Sub(holder.StartedAt()))
	}
	return policy.Wait(policy.Usual(past), held, place.Ahead)
}

// line is where a deploy would stand in the queue if it were asked for now.
func (p *Planner) line(ctx context.Context, t bot.Target, now time.Time) (bot.Place, error) {
	states, err := p.ports.Records.Targets(ctx, []bot.Target{t})
	if err != nil || len(states) == 0 || states[0].Under == nil {
		return bot.Place{}, err
	}
	place := bot.Place{Ahead: len(states[0].Waiting), Holder: states[0].Under.ID}
	place.Wait = p.Wait(ctx, t, place, now)
	return place, nil
}
