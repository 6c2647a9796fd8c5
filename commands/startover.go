package commands

import (
	"context"
	"fmt"

	"github.com/slipwayhq/slipway/bot"
)

// clickStartOver makes a new release of what the branch of a waiting one has
// by now. The old one ends only when the new one may go, so that nothing is
// lost where it may not.
func (c *Commands) clickStartOver(ctx context.Context, click bot.Click, r bot.Release) (bot.Answer, error) {
	in := invocation(click)
	waits := r.Phase == bot.AwaitingApproval || r.Phase == bot.Queued
	if !waits || r.Kind != bot.Deploy || r.Plan == nil || r.Plan.Commit.TipOf == "" {
		return nil, notNow(r, "it cannot be started over", "Ask for a new release of the newest commit.").
			near(c.typed(in, "deploy", r.Target.Service, "to", r.Target.Environment))
	}
	if r.Part.Batch != "" {
		return nil, refuse(fmt.Sprintf("%s goes together with others as %s, so it is not started over alone.", r.ID, r.Part.Batch),
			fmt.Sprintf("Cancel %s, and ask for all of it again: then each brings its newest commit.", r.Part.Batch)).
			near(c.typed(in, "cancel", r.Part.Batch))
	}
	d := draft(request{Invocation: in}, bot.Deploy, r.Target)
	d.Ref, d.Reason, d.Again, d.Replaces = r.Plan.Commit.TipOf, r.Reason, r.Again, r.ID
	d.Sameness = "start over " + r.ID // whoever presses it too means the same
	return c.start(ctx, d)
}
