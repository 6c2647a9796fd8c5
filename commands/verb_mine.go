package commands

import (
	"context"
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// shownMine is how many releases are shown that wait for somebody, and how many of
// their own.
const shownMine = 10

func mineVerb(c *Commands) verb {
	mine := c.slash("mine")
	return verb{run: c.mine, who: bot.AnyMember, bound: onlyShows, looks: true, help: bot.VerbHelp{
		Verb:     "mine",
		Usage:    []string{mine},
		Summary:  "Shows what waits for your yes, what you asked for, and what is live.",
		Examples: []string{mine},
	}}
}

// mine shows what concerns a person; their Home tab shows the same. A release that
// cannot be read is left out: the alerts channel hears of it.
func (c *Commands) mine(ctx context.Context, r request) (bot.Answer, error) {
	if line, err := r.text.Line(); err != nil || line.Only() != nil || len(line.Words) > 0 {
		return nil, refuse("`mine` takes no words: it shows what concerns you.").near(c.typed(r.Invocation, "mine"))
	}
	ids, err := c.under.Unfinished(ctx)
	if err != nil {
		return nil, err
	}
	view := bot.Mine{Now: c.now(), Who: r.By, Names: c.names()}
	for _, id := range ids {
		release, err := c.records.Release(ctx, id)
		if kind := bot.KindOf(err); err != nil && kind != bot.NotFound && kind != bot.Internal {
			return nil, err
		}
		switch {
		case err != nil || release.Ended():
		case c.waitsFor(r.By, release):
			view.Waiting = append(view.Waiting, release)
		case release.IsRequester(r.By):
			view.Asked = append(view.Asked, release)
		}
	}
	view.Waiting, view.MoreWaiting = oldest(view.Waiting)
	view.Asked, view.MoreAsked = oldest(view.Asked)
	rows, err := c.rows(ctx, c.allTargets())
	if err != nil {
		return nil, err
	}
	view.Board = bot.Board{Now: view.Now, Rows: rows}
	view.Board.Troubles, err = c.troubles.Troubles(ctx)
	return view, err
}

// oldest returns the oldest requests, and adds to left how many it leaves out.
func oldest(all []bot.Release) ([]bot.Release, int) {
	slices.SortFunc(all, func(a, b bot.Release) int { return a.RequestedAt.Compare(b.RequestedAt) })
	shown := min(len(all), shownMine)
	return all[:shown], len(all) - shown
}

// waitsFor says whether a release waits for somebody: to confirm their rollback, or to
// give an approval that counts and is missing. If only Slack or GitHub knows the
// members of a group, it is shown.
func (c *Commands) waitsFor(who bot.Person, r bot.Release) bool {
	if r.AwaitsConfirmation() && r.IsRequester(who) {
		return true
	}
	if c.decidable("approve")(releaseRequest{Invocation: bot.Invocation{By: who}, r: r}) != nil || c.approvedBefore(r, who) != nil {
		return false
	}
	grants := c.catalog.Grants(r.Targets())
	_, perhaps := c.standing(who, r.Asks(bot.TheApprover, grants))
	open := r.OpenSets()
	return slices.ContainsFunc(r.CountsFor(who, perhaps), func(set int) bool { return slices.Contains(open, set) })
}
