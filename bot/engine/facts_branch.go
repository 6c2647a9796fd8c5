package engine

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

// readLineage finds out on which of the allowed branches the commit is. What
// goes back is not asked: it came from one of them. Nor is
// it asked a second time before the start, unless other branches are allowed by
// then: a commit never leaves a branch, unless somebody rewrites its history.
func (b *builder) readLineage(ctx context.Context, g *guard.Group) {
	if b.r.Kind == bot.Rollback {
		return
	}
	g.Go(func() (err error) {
		b.plan.Lineage, err = b.e.Resolver.Lineage(ctx, b.plan.Repo, b.plan.Commit, b.plan.Settings.Rules.Branches)
		return err
	})
}
