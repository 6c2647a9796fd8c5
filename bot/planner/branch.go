package planner

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
)

// LookAtBranch counts the commits that came to the release's branch while it
// waited. They do not go along: what is dispatched is what was planned.
func (p *Planner) LookAtBranch(ctx context.Context, r bot.Release) (bot.Event, error) {
	newer, err := p.Newer(ctx, r)
	if err != nil {
		return nil, err
	}
	return bot.BranchSeen{Newer: newer}, nil
}

// Newer counts the commits that the branch has by now which a release was asked for
// by, and that it does not bring; 0 for one that was named otherwise.
func (p *Planner) Newer(ctx context.Context, r bot.Release) (int, error) {
	if r.Plan == nil || r.Plan.Commit.TipOf == "" {
		return 0, nil
	}
	planned := r.Plan.Commit
	tip, _, err := p.ports.Resolver.Commit(ctx, r.Plan.Repo, planned.TipOf)
	if err != nil || tip.SHA == planned.SHA {
		return 0, err
	}
	changes, _, err := p.ports.Resolver.Changes(ctx, r.Plan.Repo, planned.SHA, tip.SHA)
	if err != nil {
		return 0, err
	}
	switch changes.Direction {
	case bot.Forward, bot.Sideways:
		return changes.Total, nil
	case bot.Backward, bot.Same, bot.Unrelated:
	}
	return 0, nil
}
