package commands

import (
	"context"
	"fmt"

	"github.com/slipwayhq/slipway/bot"
)

func rejectVerb(c *Commands) verb {
	return verb{run: c.reject, help: bot.VerbHelp{
		Verb:     "reject",
		Usage:    []string{c.slash("reject") + " ID REASON"},
		Summary:  "Says no to a release that waits for a yes.",
		Examples: []string{c.slash("reject") + " api-142 the migration locks the orders table"},
	}}
}

func (c *Commands) reject(ctx context.Context, r request) (bot.Answer, error) {
	id, reason, err := r.text.Rejection()
	if err != nil {
		return nil, err
	}
	release, err := c.release(ctx, id)
	if err != nil {
		return nil, err
	}
	return c.decline(ctx, r.Invocation, release, reason)
}

func (c *Commands) clickReject(ctx context.Context, click bot.Click, r bot.Release) (bot.Answer, error) {
	return c.decline(ctx, invocation(click), r, click.Reason)
}

// decline stores a no. Who asked for the release does not reject it, but
// cancels it: the card then says what it was.
func (c *Commands) decline(ctx context.Context, in bot.Invocation, r bot.Release, reason string) (bot.Answer, error) {
	if r.Requester.ID == in.By.ID && !r.Ended() {
		return nil, refuse(fmt.Sprintf("%s is your own release: it is not for you to reject, but you can cancel it.", r.ID)).
			near(c.typed(in, "cancel", r.ID))
	}
	known, err := c.decidable(r, in.By, "reject")
	if err != nil {
		return nil, err
	}
	if reason == "" {
		return nil, refuse(fmt.Sprintf("It does not say why %s is rejected.", r.ID), fmt.Sprintf("Write it behind the id, for %s to read.", r.Requester)).
			near(c.typed(in, "reject", r.ID, "REASON"))
	}
	return known.answer(c.post(ctx, letter(in.Key, r, bot.Declined{By: in.By, Reason: reason}), fmt.Sprintf("%s is rejected.", r.ID)))
}
