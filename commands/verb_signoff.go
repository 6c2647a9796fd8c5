package commands

import (
	"context"
	"fmt"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

func signOffVerb(c *Commands) verb {
	return verb{run: c.signOff, ofRelease: true, means: bot.ActSignOff, help: bot.VerbHelp{
		Verb:     "sign-off",
		Usage:    []string{c.slash("sign-off") + " ID"},
		Summary:  "Says that you have looked at an emergency deploy of somebody else's and answer for it too.",
		Examples: []string{c.slash("sign-off") + " api-142"},
	}}
}

func (c *Commands) signOff(ctx context.Context, r request) (bot.Answer, error) {
	release, err := c.named(ctx, r)
	if err != nil {
		return nil, err
	}
	return c.say(ctx, bot.ActSignOff, releaseRequest{Invocation: r.Invocation, r: release})
}

// signable accepts an emergency that nobody has signed off yet.
func signable(w releaseRequest) error {
	r := w.r
	switch {
	case !r.Emergency.Asked:
		return refuse(fmt.Sprintf("%s was no emergency, so there is nothing to sign off.", r.ID), "Nothing is left to do.")
	case !r.Emergency.SignedAt.IsZero():
		return refuse(fmt.Sprintf("%s was signed off by %s already.", r.ID, r.Emergency.SignedOff), "Nothing is left to do.")
	case !r.ReviewOpen():
		return refuse(fmt.Sprintf("%s, so there is nothing to sign off.", truth(r)), "Nothing is left to do.")
	case !r.Started():
		return refuse(fmt.Sprintf("%s, so nobody can have looked at what it did.", truth(r)), policy.SignOffLater)
	}
	return nil
}

func (c *Commands) clickSignOff(ctx context.Context, w releaseRequest) (bot.Answer, error) {
	return c.post(ctx, inboxEvent(w, bot.SignedOff{By: w.By}), fmt.Sprintf("You have signed %s off.", w.r.ID))
}
