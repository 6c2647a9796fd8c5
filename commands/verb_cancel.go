package commands

import (
	"context"
	"fmt"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
	"github.com/slipwayhq/slipway/commands/grammar"
)

func cancelVerb(c *Commands) verb {
	return verb{run: c.cancel, ofRelease: true, means: bot.ActCancel, help: bot.VerbHelp{
		Verb:     "cancel",
		Usage:    []string{c.slash("cancel") + " ID [--reason TEXT]"},
		Summary:  "Stops a release. A run that is under way is cancelled at GitHub; what it has done by then stays done. Its requester may, and who may deploy there, approve it, or pass rules there in an emergency.",
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
	return c.say(ctx, bot.ActCancel, releaseRequest{Invocation: r.Invocation, r: release, reason: line.Reason})
}

// stoppable accepts a release that has anything left to stop.
func (c *Commands) stoppable(w releaseRequest) error {
	r := w.r
	switch {
	case r.CanBeStopped():
		return nil
	case r.Ended():
		return notNow(r, "there is nothing left to cancel", "To take back what is live, roll back.").
			near(c.typed(w.Invocation, "rollback", r.Target.Service, r.Target.Environment))
	case r.Phase.BeingWatched():
		return notNow(r, "there is no run left to cancel", "To take it back, roll back.").
			near(c.typed(w.Invocation, "rollback", r.Target.Service, r.Target.Environment))
	default:
		return notNow(r, "there is nothing to cancel",
			policy.SayWhatBecame)
	}
}

func (c *Commands) clickCancel(ctx context.Context, w releaseRequest) (bot.Answer, error) {
	return c.post(ctx, inboxEvent(w, bot.CancelAsked{By: w.By, Reason: w.reason}), fmt.Sprintf("%s is being cancelled.", w.r.ID))
}
