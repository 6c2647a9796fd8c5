package commands

import (
	"context"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

// Health looks at how services are.
type Health interface {
	// Now asks some probes once, concurrently, about what is live, and returns what
	// each shows, in their order.
	Now(ctx context.Context, live bot.Release, probes []bot.Probe) []bot.Glance
}

// liveWithin limits how long looking at a service's present health may take.
const liveWithin = 2 * time.Second

// Follow is a second answer that takes longer than the first may: after the full view
// of a service, its present health. Nil: there is none.
func (c *Commands) Follow(ctx context.Context, first bot.Answer) bot.Answer {
	view, is := first.(bot.ServiceView)
	if !is || view.Asks == 0 || c.health == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, liveWithin)
	defer cancel()
	live := bot.LiveHealth{Targets: make([]bot.TargetHealth, len(view.Rows))}
	guard.Each(len(view.Rows), func(i int) { live.Targets[i] = c.healthOf(ctx, view.Rows[i]) })
	live.Now = c.now()
	return live
}

// healthOf looks at what is live on one target. A target without probes is sent no
// request.
func (c *Commands) healthOf(ctx context.Context, row bot.BoardRow) bot.TargetHealth {
	probes := c.probesOf(row)
	found := bot.TargetHealth{Target: row.State.Target}
	if row.State.Current != nil {
		found.Release, found.SHA = row.State.Current.ID, row.State.Current.SHA()
	}
	if len(probes) > 0 {
		found.Glances = c.health.Now(ctx, *row.State.Current, probes)
	}
	return found
}

// probesOf are the probes that slipway.yaml now has for a target, if anything is live
// that they could be asked about.
func (c *Commands) probesOf(row bot.BoardRow) []bot.Probe {
	if row.State.Current == nil || row.Failing != "" {
		return nil
	}
	service, _ := c.catalog.Service(row.State.Target.Service)
	environment, _ := service.Environment(row.State.Target.Environment)
	return environment.Health.Probes
}
