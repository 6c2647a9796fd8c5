package engine

import (
	"context"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

func (e *Engine) takeSlot(ctx context.Context, r bot.Release, now time.Time) (bot.Event, error) {
	taken, place, err := e.Slots.TakeSlot(ctx, r)
	switch {
	case bot.KindOf(err) == bot.Limited:
		// The queue is full. Waiting for a place in it would be a queue too, one
		// without an order and without a bound.
		says, mend := bot.ForPeople(err)
		return nil, &bot.Error{Kind: bot.Invalid, Op: "take the slot", Says: says, Mend: mend, Err: err}
	case err != nil:
		return nil, err
	case taken:
		goes, err := e.rerunGoes(ctx, r)
		if goes {
			return bot.SlotBusy{Place: bot.Place{Holder: r.Plan.Rerun.Release}}, nil
		}
		return bot.SlotTaken{}, err
	}
	if err := e.replaceOlder(ctx, r); err != nil {
		return nil, err
	}
	place.Wait = e.wait(ctx, r.Target, place, now)
	return bot.SlotBusy{Place: place}, nil
}

// wait estimates how long it takes until a place's turn. Without an estimate
// the queue goes on all the same, so what cannot be read is only left out.
func (e *Engine) wait(ctx context.Context, t bot.Target, place bot.Place, now time.Time) time.Duration {
	past, err := e.Records.History(ctx, t, historyDepth)
	if err != nil {
		return 0
	}
	var held time.Duration
	if place.Holder != "" {
		holder, err := e.Records.Release(ctx, place.Holder)
		if err != nil {
			return 0
		}
		held = max(0, now.Sub(holder.StartedAt()))
	}
	return policy.Wait(policy.Usual(past), held, place.Ahead)
}

// line is where a deploy would stand if it were asked for now.
func (e *Engine) line(ctx context.Context, t bot.Target, now time.Time) (bot.Place, error) {
	states, err := e.Records.Targets(ctx, []bot.Target{t})
	if err != nil || len(states) == 0 || states[0].Under == nil {
		return bot.Place{}, err
	}
	place := bot.Place{Ahead: len(states[0].Waiting), Holder: states[0].Under.ID}
	place.Wait = e.wait(ctx, t, place, now)
	return place, nil
}

// replaceOlder has a deploy take the place of the older ones that wait for the
// same target, where the operator wants that.
func (e *Engine) replaceOlder(ctx context.Context, r bot.Release) error {
	_, env, err := e.declared(r.Target)
	if err != nil || !env.Coalesce || r.Kind != bot.Deploy {
		return nil //nolint:nilerr // a target that is gone is judged when its turn comes
	}
	states, err := e.Records.Targets(ctx, []bot.Target{r.Target})
	if err != nil || len(states) == 0 {
		return err
	}
	for _, id := range states[0].Waiting {
		if id == r.ID {
			continue
		}
		older, err := e.Records.Release(ctx, id)
		if bot.KindOf(err) == bot.Unavailable {
			return err
		}
		// Of one that cannot be read it cannot be told whether it is older: it
		// keeps its place.
		if err != nil || older.Kind != bot.Deploy || older.Phase != bot.Queued || !older.RequestedAt.Before(r.RequestedAt) {
			continue
		}
		if err := e.replace(ctx, r, id); err != nil {
			return err
		}
	}
	return nil
}

// replace tells a release that another takes its place.
func (e *Engine) replace(ctx context.Context, r bot.Release, older string) error {
	_, err := e.Intake.Post(ctx, bot.Letter{
		Release: older, Event: bot.Replaced{For: r.ID, By: r.Requester}, Key: "replaced:" + r.RunKey + ":" + older,
	})
	return err
}
