package commands

import (
	"context"
	"fmt"

	"github.com/slipwayhq/slipway/bot"
)

func helpVerb(c *Commands) verb {
	return verb{run: c.helpFor, who: bot.AnyMember, bound: onlyShows, help: bot.VerbHelp{
		Verb:     "help",
		Usage:    []string{c.slash("help") + " [COMMAND]"},
		Summary:  "Lists the commands, or explains one.",
		Examples: []string{c.slash("help"), c.slash("help") + " rollback"},
	}}
}

func (c *Commands) helpFor(_ context.Context, r request) (bot.Answer, error) {
	word, _ := r.text.Word()
	var help bot.Help
	for _, v := range c.verbs {
		help.Verbs = append(help.Verbs, v.help)
	}
	if word == "" {
		return help, nil
	}
	if _, ok := c.verb(word); ok {
		help.Verb = word
		return help, nil
	}
	problem := refuse(fmt.Sprintf("There is no command `%s`.", clip(word)))
	near, ok := nearest(word, c.verbNames())
	if !ok {
		return nil, problem.near(c.typed(r.Invocation, "help"))
	}
	problem.problem.Says = fmt.Sprintf("There is no command `%s`: did you mean `%s`?", clip(word), near)
	return nil, problem.near(c.typed(r.Invocation, "help", near))
}
