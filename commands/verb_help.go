package commands

import (
	"context"
	"fmt"
	"maps"
	"slices"

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

func (c *Commands) helpFor(ctx context.Context, r request) (bot.Answer, error) {
	word, _ := r.text.Word()
	var help bot.Help
	for _, v := range c.verbs {
		help.Verbs = append(help.Verbs, v.help)
	}
	if word == "" {
		here, err := c.cardOf(ctx, r.Reply)
		if err != nil {
			return nil, err
		}
		usual, _ := c.catalog.DefaultIn(r.Reply.Channel)
		help.Short, help.Here, help.Service, help.Names = c.shortNames(), here, usual.Service, c.names()
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

// shortNames are the aliases of environments and then of services, each told once
// where it means the same in every service that knows it.
func (c *Commands) shortNames() []bot.ShortName {
	var short, services []bot.ShortName
	means := map[string][]bot.ShortName{}
	for _, s := range c.catalog.Services {
		for word, name := range s.Short {
			means[word] = append(means[word], bot.ShortName{Word: word, Means: name, Of: s.Name})
		}
		for _, alias := range s.Aliases {
			services = append(services, bot.ShortName{Word: alias, Means: s.Name})
		}
	}
	for _, word := range slices.Sorted(maps.Keys(means)) {
		all := means[word]
		if !slices.ContainsFunc(all, func(s bot.ShortName) bool { return s.Means != all[0].Means }) {
			all = []bot.ShortName{{Word: word, Means: all[0].Means}}
		}
		short = append(short, all...)
	}
	return append(short, services...)
}
