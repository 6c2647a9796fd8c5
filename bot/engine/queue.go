package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

func (e *Engine) takeSlot(ctx context.Context, r bot.Release, now time.Time) (bot.Event, error) {
	taken, place, err := e.ports.Slots.TakeSlot(ctx, r)
	switch {
	case bot.KindOf(err) == bot.Limited:
		// The queue is full. Waiting for room would be a second queue, without order or
		// bound.
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
	if err := e.doubtWhoIsAhead(ctx, r, place, now); err != nil {
		return nil, err
	}
	place.Wait = e.ports.Planner.Wait(ctx, r.Target, place, now)
	return bot.SlotBusy{Place: place}, nil
}

// replaceOlder has a deploy replace the older ones that wait for the same target, where
// the operator wants that.
func (e *Engine) replaceOlder(ctx context.Context, r bot.Release) error {
	service, _ := e.catalog.Service(r.Target.Service)
	env, _ := service.Environment(r.Target.Environment) // one that is gone is judged when its turn comes
	if !env.Coalesce || r.Kind != bot.Deploy {
		return nil
	}
	states, err := e.ports.Records.Targets(ctx, []bot.Target{r.Target})
	if err != nil || len(states) == 0 {
		return err
	}
	for _, id := range states[0].Waiting {
		if id == r.ID {
			continue
		}
		older, err := e.ports.Records.Release(ctx, id)
		if bot.KindOf(err) == bot.Unavailable {
			return err
		}
		// If a release cannot be read, nobody knows whether it is older, so it keeps
		// its place.
		if err != nil || older.Kind != bot.Deploy || !older.Phase.InQueue() || !older.RequestedAt.Before(r.RequestedAt) {
			continue
		}
		if err := e.replace(ctx, r, id); err != nil {
			return err
		}
	}
	return nil
}

// replace tells a release that another one replaces it.
func (e *Engine) replace(ctx context.Context, r bot.Release, older string) error {
	_, err := e.ports.Intake.Post(ctx, bot.InboxEvent{
		Release: older, Event: bot.Replaced{For: r.ID, By: r.Asker()}, Key: "replaced:" + r.RunKey + ":" + older,
	})
	return err
}

// unreadableRecord says why nothing can be done with a release.
const unreadableRecord = "its record in Redis cannot be read"

// doubtWhoIsAhead says out loud that a target's slot is held by a release whose record
// is missing or cannot be read, or that such a one is the first of the queue: nobody can
// work on it, so it would never give its place to anybody. Whether its run goes on has to
// be looked at by a person.
func (e *Engine) doubtWhoIsAhead(ctx context.Context, r bot.Release, place bot.Place, now time.Time) error {
	first := place.Holder
	if first == "" {
		states, err := e.ports.Records.Targets(ctx, []bot.Target{r.Target})
		if err != nil || len(states) == 0 || len(states[0].Waiting) == 0 {
			return err
		}
		first = states[0].Waiting[0]
	}
	_, err := e.ports.Records.Release(ctx, first)
	says := unreadableRecord
	switch kind := bot.KindOf(err); {
	case err == nil || kind == bot.Unavailable:
		return err
	case kind == bot.NotFound:
		says = "its record is missing in Redis"
	}
	return e.ports.Doubts.Raise(ctx, bot.Doubt{
		Target: r.Target, About: "turn of " + first, Of: r.Target.Path(), Release: first, Since: now,
		Says: fmt.Sprintf("%s waits behind %s on %s, and %s", r.ID, first, r.Target, says),
		Mend: "Look at GitHub whether its run goes on. After that the next one has its turn.",
	})
}

// rerunGoes asks whether the run that the plan waits for still goes on.
func (e *Engine) rerunGoes(ctx context.Context, r bot.Release) (bool, error) {
	if r.Plan == nil || r.Plan.Rerun == nil {
		return false, nil
	}
	run, err := e.ports.Runner.ReadRun(ctx, r.Plan.Repo, r.Plan.Rerun.Run)
	if bot.KindOf(err) == bot.NotFound {
		return false, nil // it was deleted, so it is over
	}
	return run.Status != bot.RunCompleted, err
}
