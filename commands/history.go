package commands

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// shownPast is how many releases a history shows.
const shownPast = 20

func historyVerb(c *Commands) verb {
	return verb{run: c.history, help: bot.VerbHelp{
		Verb:     "history",
		Usage:    []string{c.slash("history") + " SERVICE [ENV]"},
		Summary:  "Lists the last releases of a service in an environment.",
		Examples: []string{c.slash("history") + " api production"},
	}}
}

func (c *Commands) history(ctx context.Context, r request) (bot.Answer, error) {
	service, environment, err := c.place(r, "history")
	if err != nil {
		return nil, err
	}
	if service == nil {
		return nil, refuse("It does not say which service.", "The services are "+join(c.catalog.ServiceNames(), "and")+".").
			near(c.typed(r.Invocation, "history", c.catalog.ServiceNames()[0]))
	}
	again := func(name string) string { return c.typed(r.Invocation, "history", service.Name, name) }
	environment, err = c.environment(*service, environment, again)
	if err != nil {
		return nil, err
	}
	target := bot.Target{Service: service.Name, Environment: environment}
	past, err := c.records.History(ctx, target, shownPast)
	if err != nil {
		return nil, err
	}
	return bot.HistoryView{Now: c.now(), Target: target, Past: past}, nil
}

// place reads [SERVICE] [ENV] for the verbs that only look. The service is nil
// where none was named, the environment empty.
func (c *Commands) place(r request, verb string) (*catalog.Service, string, error) {
	line, err := r.text.Line()
	if err != nil {
		return nil, "", err
	}
	if err := line.Only(); err != nil {
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
