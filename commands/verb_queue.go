package commands

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
)

// shownWaiting is how many waiting releases are shown for a target.
const shownWaiting = 10

func queueVerb(c *Commands) verb {
	queue := c.slash("queue")
	return verb{run: c.queue, ofService: alwaysOne, who: bot.AnyMember, bound: onlyShows, looks: true, help: bot.VerbHelp{
		Verb:     "queue",
		Usage:    []string{queue + " SERVICE [ENV]"},
		Summary:  "Shows who is under way and who waits, in their order, with about how long it takes until their turn.",
		Examples: []string{queue + " api", queue + " api production"},
	}}
}

func (c *Commands) queue(ctx context.Context, r request) (bot.Answer, error) {
	service, environment, err := c.place(r, "queue")
	if err != nil {
		return nil, err
	}
	if service == nil {
		return nil, c.whichService(r, "queue")
	}
	targets := targetsOf(*service)
	if environment != "" {
		targets = []bot.Target{{Service: service.Name, Environment: environment}}
	}
	states, err := c.records.Targets(ctx, targets)
	if err != nil {
		return nil, err
	}
	view := bot.QueueView{Now: c.now()}
	for _, state := range states {
		line := bot.QueueLine{Target: state.Target, Under: state.Under, More: max(0, len(state.Waiting)-shownWaiting)}
		for _, id := range state.Waiting[:min(len(state.Waiting), shownWaiting)] {
			waiting, err := c.records.Release(ctx, id)
			if kind := bot.KindOf(err); err != nil && (kind == bot.NotFound || kind == bot.Internal) {
				waiting, err = bot.Release{ID: id, Target: state.Target, Phase: bot.Queued}, nil // it waits, and no more can be read
			}
			if err != nil {
				return nil, err
			}
			line.Waiting = append(line.Waiting, waiting)
		}
		view.Lines = append(view.Lines, line)
	}
	return view, nil
}
