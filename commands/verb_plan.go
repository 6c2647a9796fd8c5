package commands

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
)

func planVerb(c *Commands) verb {
	plan := c.slash("plan")
	return verb{run: c.plan, ofService: alwaysOne, who: bot.AnyMember, bound: onlyShows, help: bot.VerbHelp{
		Verb:     "plan",
		Usage:    []string{plan + " SERVICE[,SERVICE...] [REF] [to ENV]"},
		Summary:  "Shows what a deploy would do and every rule with its outcome, exactly as the deploy itself would find them. Nothing is started.",
		Examples: []string{plan + " api main to production"},
	}}
}

// plan is a deploy that only shows what it would do.
func (c *Commands) plan(ctx context.Context, r request) (bot.Answer, error) {
	_, drafts, notes, err := c.deployDrafts(r)
	if err != nil {
		return nil, err
	}
	return c.preview(ctx, drafts, notes)
}
