package planner

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

// readLineage finds out on which of the allowed branches the commit is. A rollback's
// commit came from one of them and is not asked about. Before the start it is asked
// again only if other branches are allowed by then, since a commit does not leave a
// branch unless somebody rewrites history.
func (b *builder) readLineage(ctx context.Context, g *guard.Group) {
	if b.r.Kind == bot.Rollback {
		return
	}
	g.Go(func() (err error) {
		b.plan.Lineage, err = b.p.ports.Resolver.Lineage(ctx, b.plan.Repo, b.plan.Commit, b.plan.Settings.Rules.Branches)
		return err
	})
}

// readReviews finds out whether the commits between what is live and the release were
// reviewed.
func (b *builder) readReviews(ctx context.Context, g *guard.Group) {
	rule := b.plan.Settings.Rules.Reviews
	if rule.Count == 0 || b.r.Kind != bot.Deploy && b.r.Kind != bot.Preview {
		return
	}
	g.Go(func() (err error) {
		b.plan.Reviews, err = b.p.ports.Reviewed.Reviews(ctx, bot.ReviewsQuery{
			Repo: b.plan.Repo, Base: shaOf(b.plan.Current), Head: b.plan.Commit.SHA, Rule: rule,
		})
		return err
	})
}
