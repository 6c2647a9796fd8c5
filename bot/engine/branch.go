package engine

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
)

// lookAtBranch counts the commits that came to the release's branch while it
// waited. They do not go along: what is dispatched is what was planned.
func (e *Engine) lookAtBranch(ctx context.Context, r bot.Release) (bot.Event, error) {
	planned := r.Plan.Commit
	tip, _, err := e.Resolver.Commit(ctx, r.Plan.Repo, planned.TipOf)
	if err != nil {
		return nil, err
	}
	if tip.SHA == planned.SHA {
		return bot.BranchSeen{}, nil
	}
	changes, _, err := e.Resolver.Changes(ctx, r.Plan.Repo, planned.SHA, tip.SHA)
	if err != nil {
		return nil, err
	}
	switch changes.Direction {
	case bot.Forward, bot.Sideways:
		return bot.BranchSeen{Newer: changes.Total}, nil
	case bot.Backward, bot.Same, bot.Unrelated:
	}
	return bot.BranchSeen{}, nil
}
