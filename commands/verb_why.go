package commands

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
)

func whyVerb(c *Commands) verb {
	return verb{run: c.why, ofRelease: true, who: bot.AnyMember, bound: onlyShows, looks: true, help: bot.VerbHelp{
		Verb:     "why",
		Usage:    []string{c.slash("why") + " ID"},
		Summary:  "Says where a release stands and why: what it waits for and who can do something about it, its plan, and every rule with its outcome.",
		Examples: []string{c.slash("why") + " api-142"},
	}}
}

// why shows a release as it is known; it asks nobody and changes nothing.
func (c *Commands) why(ctx context.Context, r request) (bot.Answer, error) {
	release, err := c.named(ctx, r)
	if err != nil {
		return nil, err
	}
	return bot.PlanView{Release: release}, nil
}
