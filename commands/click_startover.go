package commands

import (
	"context"
	"fmt"

	"github.com/slipwayhq/slipway/bot"
)

// startable accepts a waiting deploy that was requested by the name of a branch.
func (c *Commands) startable(w releaseRequest) error {
	r := w.r
	if !r.Phase.Waits() || r.Kind != bot.Deploy || r.Plan == nil || r.Plan.Commit.TipOf == "" {
		return notNow(r, "it cannot be started over", "Ask for a new release of the newest commit.").
			near(c.typed(w.Invocation, "deploy", r.Target.Service, "to", r.Target.Environment))
	}
	if r.Part.Batch != "" {
		return refuse(fmt.Sprintf("%s goes together with others as %s, so it is not started over alone.", r.ID, r.Part.Batch),
			fmt.Sprintf("Cancel %s, and ask for all of it again: then each brings its newest commit.", r.Part.Batch)).
			near(c.typed(w.Invocation, "cancel", r.Part.Batch))
	}
	return nil
}

// clickStartOver makes a new release of the newest commit on the branch of a waiting
// one. The old one ends only when the new one may go, so that nothing is lost if it may
// not.
func (c *Commands) clickStartOver(ctx context.Context, w releaseRequest) (bot.Answer, error) {
	d := w.draft(bot.Deploy, w.r.Target)
	d.Ref, d.Replaces = w.r.Plan.Commit.TipOf, w.r.ID
	if w.r.IsRequester(w.By) {
		// Only the same person's words are copied: nobody gives a reason for somebody
		// else.
		d.Reason, d.Again = w.r.Reason, w.r.Again
	}
	var err error
	if d.Sameness, err = c.shared(ctx, w, "start over "+w.r.ID, d); err != nil {
		return nil, err
	}
	return c.start(ctx, d)
}
