package engine

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

// readReviews finds out whether somebody has looked at what goes to what is live.
func (b *builder) readReviews(ctx context.Context, g *guard.Group) {
	rule := b.plan.Settings.Rules.Reviews
	if rule.Count == 0 || b.r.Kind != bot.Deploy && b.r.Kind != bot.Preview {
		return
	}
	g.Go(func() (err error) {
		b.plan.Reviews, err = b.e.Reviewed.Reviews(ctx, bot.ReviewsQuery{
			Repo: b.plan.Repo, Base: shaOf(b.plan.Current), Head: b.plan.Commit.SHA, Rule: rule,
		})
		return err
	})
}
