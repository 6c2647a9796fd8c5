package commands

import (
	"context"
	"slices"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/guard"
	"github.com/slipwayhq/slipway/commands/grammar"
)

// emergenciesDepth is how far back emergencies are looked for.
const emergenciesDepth = bot.WayBackDepth

func historyVerb(c *Commands) verb {
	return verb{run: c.history, ofService: alwaysOne, who: bot.AnyMember, bound: onlyShows, looks: true, help: bot.VerbHelp{
		Verb:     "history",
		Usage:    []string{c.slash("history") + " SERVICE [ENV] [--emergency]", c.slash("history") + " --emergency"},
		Summary:  "Lists the last releases of a service in an environment; with --emergency those that passed rules, of everything if no service is named.",
		Examples: []string{c.slash("history") + " api production", c.slash("history") + " --emergency"},
	}}
}

func (c *Commands) history(ctx context.Context, r request) (bot.Answer, error) {
	service, environment, err := c.place(r, "history", grammar.FlagEmergency)
	if err != nil {
		return nil, err
	}
	if line, err := r.text.Line(); err == nil && line.Has(grammar.FlagEmergency) {
		return c.emergencies(ctx, service, environment)
	}
	if service == nil {
		return nil, c.whichService(r, "history")
	}
	again := func(name string) string { return c.typed(r.Invocation, "history", service.Name, name) }
	environment, err = c.environment(*service, environment, again)
	if err != nil {
		return nil, err
	}
	target := bot.Target{Service: service.Name, Environment: environment}
	past, err := c.records.History(ctx, target, bot.HistoryShown)
	if err != nil {
		return nil, err
	}
	return bot.HistoryView{Now: c.now(), Target: target, Past: past}, nil
}

// emergencies lists those of a target, of a service, or of everything. They are few, so
// the whole stored history is searched.
func (c *Commands) emergencies(ctx context.Context, service *catalog.Service, environment string) (bot.Answer, error) {
	view, targets := bot.EmergencyView{Now: c.now(), Of: "everything"}, c.allTargets()
	switch {
	case service != nil && environment != "":
		targets = []bot.Target{{Service: service.Name, Environment: environment}}
		view.Of = targets[0].String()
	case service != nil:
		view.Of, targets = service.Name, targetsOf(*service)
	}
	for i, found := range c.histories(ctx, targets, emergenciesDepth) {
		target, past, err := targets[i], found.past, found.err
		if err != nil && bot.KindOf(err) != bot.Unavailable && len(targets) > 1 {
			view.Unread = append(view.Unread, target)
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, p := range past {
			if p.Emergency {
				view.Past = append(view.Past, bot.EmergencyPast{Target: target, Past: p})
			}
		}
	}
	slices.SortStableFunc(view.Past, func(a, b bot.EmergencyPast) int { return b.Past.At.Compare(a.Past.At) })
	return view, nil
}

// history is what was released to a target, or why that cannot be read.
type history struct {
	past []bot.Past
	err  error
}

// histories reads those of several targets, some at a time, in their order.
func (c *Commands) histories(ctx context.Context, targets []bot.Target, depth int) []history {
	const atOnce = 16
	all := make([]history, len(targets))
	guard.Each(min(atOnce, len(targets)), func(first int) {
		for i := first; i < len(targets); i += atOnce {
			all[i].past, all[i].err = c.records.History(ctx, targets[i], depth)
		}
	})
	return all
}

// place reads [SERVICE] [ENV] for the verbs that only look, with the flags that they
// allow. The service is nil if none was named; the environment may be empty.
func (c *Commands) place(r request, verb string, flags ...string) (*catalog.Service, string, error) {
	line, err := r.text.Line()
	if err != nil {
		return nil, "", err
	}
	if err := line.Only(flags...); err != nil {
		return nil, "", err
	}
	words, err := line.Place()
	if err != nil || words.Service == "" {
		return nil, "", err
	}
	service, err := c.service(r, words.Service, func(name string) string {
		return c.typed(r.Invocation, verb, name, words.Environment)
	})
	if err != nil {
		return nil, "", err
	}
	if words.Environment == "" {
		return &service, "", nil
	}
	environment, err := c.environment(service, words.Environment, func(name string) string {
		return c.typed(r.Invocation, verb, service.Name, name)
	})
	return &service, environment, err
}
