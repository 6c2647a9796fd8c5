package commands

import (
	"context"
	"fmt"

	"github.com/slipwayhq/slipway/bot"
)

func rejectVerb(c *Commands) verb {
	return verb{run: c.reject, ofRelease: true, means: bot.ActReject, help: bot.VerbHelp{
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
	return c.say(ctx, bot.ActReject, releaseRequest{Invocation: r.Invocation, r: release, reason: reason})
}

// rejectable accepts what somebody other than the requester can decide: the requester
// does not reject a release but cancels it.
func (c *Commands) rejectable(w releaseRequest) error {
	if w.r.IsRequester(w.By) && !w.r.Ended() {
		return refuse(fmt.Sprintf("%s is your own release: it is not for you to reject, but you can cancel it.", w.r.ID)).
			near(c.typed(w.Invocation, "cancel", w.r.ID))
	}
	return c.decidable("reject")(w)
}

// clickReject stores a rejection.
func (c *Commands) clickReject(ctx context.Context, w releaseRequest) (bot.Answer, error) {
	if w.reason == "" {
		return nil, refuse(fmt.Sprintf("It does not say why %s is rejected.", w.r.ID), fmt.Sprintf("Write it behind the id, for %s to read.", bot.ActorName(w.r.Requester))).
			near(c.typed(w.Invocation, "reject", w.r.ID, "REASON"))
	}
	return c.post(ctx, inboxEvent(w, bot.Declined{By: w.By, Reason: w.reason}), fmt.Sprintf("%s is rejected.", w.r.ID))
}
