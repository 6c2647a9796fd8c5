package commands

import (
	"context"
	"fmt"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/commands/grammar"
)

func adoptVerb(c *Commands) verb {
	return verb{run: c.adopt, ofService: oneIfSpoken, who: bot.TheDeployer, kind: bot.Adopt, bound: "the approvals of a deploy; another deployer's yes where the target is locked or frozen, or the commit on no allowed branch; no proof of health", help: bot.VerbHelp{
		Verb:     "adopt",
		Usage:    []string{c.slash("adopt") + " SERVICE ENV SHA [--reason TEXT]"},
		Summary:  "Records the commit that is live already; nothing is started. It needs the approvals of a deploy, and a rollback may come back to it only when somebody else has said that it looks good.",
		Examples: []string{c.slash("adopt") + " api production 4f9c2d1"},
	}}
}

func (c *Commands) adopt(ctx context.Context, r request) (bot.Answer, error) {
	line, err := r.text.Line()
	if err != nil {
		return nil, err
	}
	if err := line.Only(grammar.FlagReason); err != nil {
		return nil, err
	}
	words, err := line.Adopt()
	if err != nil {
		return nil, err
	}
	again := func(service, environment string) string {
		return c.typed(r.Invocation, "adopt", append([]string{service, environment, words.SHA}, flags(line)...)...)
	}
	service, err := c.service(r, words.Service, func(name string) string { return again(name, words.Environment) })
	if err != nil {
		return nil, err
	}
	environment, err := c.environment(service, words.Environment, func(name string) string { return again(service.Name, name) })
	if err != nil {
		return nil, err
	}
	if !grammar.IsSHA(words.SHA) {
		return nil, refuse(fmt.Sprintf("`%s` is not a commit's SHA.", clip(words.SHA)),
			"Name the commit that is live by the 7 to 40 characters of its SHA: a branch may have moved on since.")
	}
	d := draft(r, bot.Adopt, bot.Target{Service: service.Name, Environment: environment})
	d.Ref, d.Reason = words.SHA, line.Reason
	d.Sameness = sameness(d)
	return c.start(ctx, d)
}
