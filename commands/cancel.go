package commands

import (
	"context"
	"fmt"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/commands/grammar"
)

func cancelVerb(c *Commands) verb {
	return verb{run: c.cancel, help: bot.VerbHelp{
		Verb:     "cancel",
		Usage:    []string{c.slash("cancel") + " ID [--reason TEXT]"},
		Summary:  "Stops a release. A run that is under way is cancelled at GitHub; what it has done by then stays done.",
		Examples: []string{c.slash("cancel") + " api-142"},
	}}
}

func (c *Commands) cancel(ctx context.Context, r request) (bot.Answer, error) {
	line, err := r.text.Line()
	if err != nil {
		return nil, err
	}
	if err := line.Only(grammar.FlagReason); err != nil {
		return nil, err
	}
	id, err := line.ID()
	if err != nil {
		return nil, err
	}
	release, err := c.release(ctx, id)
	if err != nil {
		return nil, err
	}
	return c.stop(ctx, r.Invocation, release, line.Reason)
}

func (c *Commands) clickCancel(ctx context.Context, click bot.Click, r bot.Release) (bot.Answer, error) {
	return c.stop(ctx, invocation(click), r, click.Reason)
}

func (c *Commands) stop(ctx context.Context, in bot.Invocation, r bot.Release, reason string) (bot.Answer, error) {
	switch {
	case r.Ended():
		return nil, notNow(r, "there is nothing left to cancel", "To take back what is live, roll back.").
			near(c.typed(in, "rollback", r.Target.Service, r.Target.Environment))
	case r.Phase == bot.Verifying:
		return nil, notNow(r, "there is no run left to cancel", "To take it back, roll back.").
			near(c.typed(in, "rollback", r.Target.Service, r.Target.Environment))
	case r.Phase == bot.Unknown && r.Run.ID == 0:
		return nil, notNow(r, "there is nothing to cancel",
			"Look at the runs at GitHub, then press \"It ran\" or \"It did not, send again\" on its card.")
	}
	event := bot.CancelAsked{By: in.By, Reason: reason}
	return c.post(ctx, letter(in.Key, r, event), fmt.Sprintf("%s is being cancelled.", r.ID))
}
