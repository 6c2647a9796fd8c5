package commands

import (
	"context"
	"fmt"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

func signOffVerb(c *Commands) verb {
	return verb{run: c.signOff, help: bot.VerbHelp{
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
	return c.signsOff(ctx, r.Key, release, r.By)
}

func (c *Commands) clickSignOff(ctx context.Context, click bot.Click, r bot.Release) (bot.Answer, error) {
	return c.signsOff(ctx, click.Key, r, click.By)
}

// signsOff stores a person's word on an emergency.
func (c *Commands) signsOff(ctx context.Context, key string, r bot.Release, by bot.Person) (bot.Answer, error) {
	switch {
	case !r.Emergency.Asked:
		return nil, refuse(fmt.Sprintf("%s was no emergency, so there is nothing to sign off.", r.ID), "Nothing is left to do.")
	case !r.Emergency.SignedAt.IsZero():
		return nil, refuse(fmt.Sprintf("%s was signed off by %s already.", r.ID, r.Emergency.SignedOff), "Nothing is left to do.")
	case !r.ReviewOpen():
		return nil, refuse(fmt.Sprintf("%s, so there is nothing to sign off.", truth(r)), "Nothing is left to do.")
	case by.ID == r.Requester.ID:
		return nil, refuse(fmt.Sprintf("%s is your own emergency, and somebody else signs it off.", r.ID),
			fmt.Sprintf("Ask a member of %s.", strings.Join(r.Reviewers(), " or ")))
	}
	sure, perhaps := c.standing(r, by)
	known := certain
	switch {
	case r.MaySignOff(by, sure):
	case r.MaySignOff(by, perhaps):
		known = checking
	default:
		return nil, refuse(fmt.Sprintf("Emergencies on %s are signed off by a member of %s, and you are not known to be one.",
			r.Target, strings.Join(r.Reviewers(), " or ")), "Ask one of them.")
	}
	return known.answer(c.post(ctx, letter(key, r, bot.SignedOff{By: by}), fmt.Sprintf("You have signed %s off.", r.ID)))
}
