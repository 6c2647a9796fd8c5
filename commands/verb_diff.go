package commands

import (
	"context"
	"fmt"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/commands/grammar"
)

func diffVerb(c *Commands) verb {
	diff := c.slash("diff")
	return verb{run: c.diff, ofService: alwaysOne, who: bot.AnyMember, bound: onlyShows, looks: true, help: bot.VerbHelp{
		Verb:    "diff",
		Usage:   []string{diff + " SERVICE [ENV] [REF or ENV]"},
		Summary: "Shows what would go to an environment: the default branch, a branch, tag or SHA, or what is live in another environment. Nothing is started.",
		Examples: []string{
			diff + " api", diff + " api production v1.4.2", diff + " api production staging",
		},
	}}
}

func (c *Commands) diff(ctx context.Context, r request) (bot.Answer, error) {
	line, err := r.text.Line()
	if err != nil {
		return nil, err
	}
	if err := line.Only(grammar.FlagDryRun); err != nil { // it is one
		return nil, err
	}
	words, err := line.Diff()
	if err != nil {
		return nil, err
	}
	service, err := c.service(r, words.Service, func(name string) string {
		return c.typed(r.Invocation, "diff", name, words.First, words.Second)
	})
	if err != nil {
		return nil, err
	}
	environment, with, err := c.diffPlaces(r, service, words)
	if err != nil {
		return nil, err
	}
	d := draft(r, bot.Preview, bot.Target{Service: service.Name, Environment: environment})
	d.Ref = with
	other, ok := service.EnvironmentNamed(lower(with))
	if !ok {
		return c.start(ctx, d)
	}
	from := bot.Target{Service: service.Name, Environment: other}
	live, err := c.known(ctx, from)
	if err != nil {
		return nil, err
	}
	d.Ref = live.SHA()
	return c.start(ctx, d, fmt.Sprintf("It is compared with what is live on %s, %s.", from, bot.ShortSHA(d.Ref)))
}

// diffPlaces says which of the words is the environment and which is what
// would go there; the order of a deploy is understood as well.
func (c *Commands) diffPlaces(r request, s catalog.Service, words grammar.Diff) (environment, with string, err error) {
	again := func(name string) string { return c.typed(r.Invocation, "diff", s.Name, name, words.Second) }
	first, firstIs := s.EnvironmentNamed(lower(words.First))
	second, secondIs := s.EnvironmentNamed(lower(words.Second))
	switch {
	case firstIs:
		return first, words.Second, nil
	case secondIs:
		return second, words.First, nil
	case words.Second != "":
		environment, err = c.environment(s, lower(words.First), again)
		return environment, words.Second, err
	default:
		environment, err = c.environment(s, "", func(name string) string {
			return c.typed(r.Invocation, "diff", s.Name, name, words.First)
		})
		return environment, words.First, err
	}
}

// known is the release that is live on a target, and a refusal if none is known.
func (c *Commands) known(ctx context.Context, t bot.Target) (bot.Release, error) {
	live, err := c.live(ctx, t)
	if err != nil {
		return bot.Release{}, err
	}
	if live == nil || live.SHA() == "" {
		return bot.Release{}, refuse(fmt.Sprintf("Nothing is known to be live on %s.", t), c.makeLive(t))
	}
	return *live, nil
}
