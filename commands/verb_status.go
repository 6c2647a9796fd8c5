package commands

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

func statusVerb(c *Commands) verb {
	status := c.slash("status")
	return verb{run: c.status, who: bot.AnyMember, bound: onlyShows, looks: true, help: bot.VerbHelp{
		Verb:     "status",
		Usage:    []string{status, status + " SERVICE [ENV]"},
		Summary:  "Shows what is live where, or one service in full.",
		Examples: []string{status, status + " api", status + " api production"},
	}}
}

func (c *Commands) status(ctx context.Context, r request) (bot.Answer, error) {
	service, environment, err := c.place(r, "status")
	if err != nil {
		return nil, err
	}
	if service == nil {
		rows, err := c.rows(ctx, c.allTargets())
		if err != nil {
			return nil, err
		}
		troubles, err := c.troubles.Troubles(ctx)
		return bot.Board{Now: c.now(), Rows: rows, Troubles: troubles}, err
	}
	targets := targetsOf(*service)
	if environment != "" {
		targets = []bot.Target{{Service: service.Name, Environment: environment}}
	}
	view := bot.ServiceView{Now: c.now()}
	if view.Rows, err = c.rows(ctx, targets); err != nil {
		return nil, err
	}
	view.Links = linksTo(service.Links, view.Rows)
	if len(targets) == 1 { // a history is that of one target
		view.Past, err = c.records.History(ctx, targets[0], shownPast/2)
	}
	return view, err
}

func (c *Commands) rows(ctx context.Context, targets []bot.Target) ([]bot.BoardRow, error) {
	states, err := c.records.Targets(ctx, targets)
	if err != nil {
		return nil, err
	}
	rows := make([]bot.BoardRow, 0, len(states))
	for _, state := range states {
		rows = append(rows, bot.BoardRow{State: state, Failing: state.Unread})
	}
	return rows, nil
}

func (c *Commands) allTargets() []bot.Target {
	var targets []bot.Target
	for _, service := range c.catalog.Services {
		targets = append(targets, targetsOf(service)...)
	}
	return targets
}

func targetsOf(s catalog.Service) []bot.Target {
	var targets []bot.Target
	for _, environment := range s.Environments {
		targets = append(targets, bot.Target{Service: s.Name, Environment: environment.Name})
	}
	return targets
}

// linksTo are the pages of a service, as they lead to what is live. What leads
// somewhere else for each of several environments bears its name.
func linksTo(links []bot.Link, rows []bot.BoardRow) []bot.Link {
	var led []bot.Link
	for _, link := range links {
		if len(link.Placeholders()) == 0 {
			led = append(led, link)
			continue
		}
		for _, row := range rows {
			if row.State.Current == nil {
				continue
			}
			for _, to := range bot.LinksTo(*row.State.Current, []bot.Link{link}) {
				if len(rows) > 1 {
					to.Name += " " + row.State.Target.Environment
				}
				led = append(led, to)
			}
		}
	}
	return led
}
