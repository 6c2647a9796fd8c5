package commands

import (
	"context"
	"slices"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/health"
)

func reportVerb(c *Commands) verb {
	report := c.slash("report")
	return verb{run: c.report, who: bot.AnyMember, bound: onlyShows, looks: true, help: bot.VerbHelp{
		Verb:     "report",
		Usage:    []string{report + " SERVICE [ENV]"},
		Summary:  "Shows how often the verdicts on a service's health, and its probes, were right, as far as people said, and whether a rollback may go by itself on them.",
		Examples: []string{report + " api", report + " api production"},
	}}
}

func (c *Commands) report(ctx context.Context, r request) (bot.Answer, error) {
	service, environment, err := c.place(r, "report")
	if err != nil {
		return nil, err
	}
	if service == nil {
		return nil, c.whichService(r, "report")
	}
	ledger, err := c.records.Ledger(ctx, service.Name)
	if err != nil {
		return nil, err
	}
	of := service.Name
	if environment != "" {
		target := bot.Target{Service: service.Name, Environment: environment}
		of = target.String()
		ledger = slices.DeleteFunc(ledger, func(e bot.LedgerEntry) bool { return e.Target != target })
	}
	view := health.Account(ledger)
	view.Now, view.Of, view.Say = c.now(), of, c.typed(r.Invocation, "verdict")
	return view, nil
}
