package commands

import (
	"context"
	"fmt"
	"strconv"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/guard"
)

// pageTargets is how many targets a page of the board shows.
const pageTargets = 40

func statusVerb(c *Commands) verb {
	status := c.slash("status")
	return verb{run: c.status, ofService: oneIfSpoken, who: bot.AnyMember, bound: onlyShows, looks: true, help: bot.VerbHelp{
		Verb:     "status",
		Usage:    []string{status + " [PAGE]", status + " SERVICE [ENV]"},
		Summary:  "Shows what is live where, page by page where there is much, or one service in full, with how it is right now.",
		Examples: []string{status, status + " api", status + " api production"},
	}}
}

func (c *Commands) status(ctx context.Context, r request) (bot.Answer, error) {
	if page, is := pageOf(r); is {
		return c.board(ctx, r, page)
	}
	service, environment, err := c.place(r, "status")
	if err != nil {
		return nil, err
	}
	if service == nil {
		return c.board(ctx, r, 1)
	}
	targets := targetsOf(*service)
	if environment != "" {
		targets = []bot.Target{{Service: service.Name, Environment: environment}}
	}
	view := bot.ServiceView{Now: c.now()}
	if view.Rows, err = c.rows(ctx, targets); err != nil {
		return nil, err
	}
	c.countDistances(ctx, view.Rows, serviceWaits)
	view.Links = linksTo(service.Links, view.Rows)
	for _, row := range view.Rows {
		if c.health != nil {
			view.Asks += len(c.probesOf(row))
		}
	}
	view.Past, view.Unread, err = c.lastOf(ctx, targets)
	return view, err
}

// lastOf are the last releases of some targets: of one a page, of a few some each, and
// of many none. A history that cannot be read keeps no other from being shown.
func (c *Commands) lastOf(ctx context.Context, targets []bot.Target) (last []bot.HistoryView, unread []bot.Target, err error) {
	const maxTargets, fewEach = 4, 3
	if len(targets) > maxTargets {
		return nil, nil, nil
	}
	limit := fewEach
	if len(targets) == 1 {
		limit = bot.HistoryShown / 2
	}
	last = make([]bot.HistoryView, len(targets))
	errs := make([]error, len(targets))
	guard.Each(len(targets), func(i int) {
		last[i].Target = targets[i]
		last[i].Past, errs[i] = c.records.History(ctx, targets[i], limit)
	})
	for i, err := range errs {
		switch {
		case err == nil:
		case bot.KindOf(err) == bot.Unavailable:
			return nil, nil, err
		default: // of this one alone
			unread = append(unread, targets[i])
		}
	}
	return last, unread, nil
}

// pageOf reads the number of a page: no service is called by a number.
func pageOf(r request) (int, bool) {
	line, err := r.text.Line()
	if err != nil || len(line.Words) != 1 || len(line.Flags) > 0 {
		return 0, false
	}
	page, err := strconv.Atoi(line.Words[0])
	return page, err == nil
}

func pagesOf(n int) string {
	if n == 1 {
		return "one page"
	}
	return strconv.Itoa(n) + " pages"
}

// board shows one page of what is live where.
func (c *Commands) board(ctx context.Context, r request, page int) (bot.Answer, error) {
	pages := c.pages()
	if page < 1 || page > len(pages) {
		return nil, refuse(fmt.Sprintf("There is no page %d: the board has %s.", page, pagesOf(len(pages)))).near(c.typed(r.Invocation, "status"))
	}
	rows, err := c.rows(ctx, pages[page-1])
	if err != nil {
		return nil, err
	}
	board := bot.Board{Now: c.now(), Rows: rows, Page: page, Pages: len(pages)}
	board.Counting = !c.countDistances(ctx, rows, boardWaits)
	if page < len(pages) {
		board.Further = c.typed(r.Invocation, "status", strconv.Itoa(page+1))
	}
	board.Troubles, err = c.troubles.Troubles(ctx)
	return board, err
}

// pages are the targets of all services in groups that one message holds. The targets
// of a service stay together as far as possible.
func (c *Commands) pages() [][]bot.Target {
	var pages [][]bot.Target
	var page []bot.Target
	for _, service := range c.catalog.Services {
		targets := targetsOf(service)
		if len(page)+len(targets) > pageTargets && len(page) > 0 {
			pages, page = append(pages, page), nil
		}
		page = append(page, targets...)
	}
	return append(pages, page)
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

// linksTo are the links of a service, leading to what is live. If a link differs
// between environments, its name says for which it is.
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
