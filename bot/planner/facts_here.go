package planner

import (
	"context"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
	"github.com/slipwayhq/slipway/bot/policy"
)

// judgeAgain judges a plan whose facts at the code host are fresh. What slipway itself
// stores is cheap to read and may have changed, so that is read again.
func (b *builder) judgeAgain(ctx context.Context, now time.Time) (bot.Event, error) {
	g, ctx := guard.WithContext(ctx)
	b.readHere(ctx, g)
	b.readWorld(ctx, g)
	if err := g.Wait(); err != nil {
		return nil, err
	}
	b.askAnother(now)
	return bot.Rechecked{Plan: b.plan, Decision: policy.Update(b.r.Decision, b.facts(now))}, nil
}

// readHere reads what the gates need of slipway's own records.
func (b *builder) readHere(ctx context.Context, g *guard.Group) {
	if b.r.Kind == bot.Adopt {
		g.Go(func() error {
			states, err := b.p.ports.Records.Targets(ctx, []bot.Target{b.r.Target})
			if len(states) > 0 && states[0].Under != nil {
				b.under = states[0].Under.ID
			}
			return err
		})
	}
	g.Go(func() error {
		all, err := b.p.ports.Locks.Locks(ctx)
		b.locks = bot.Covering(all, b.r.Target)
		return err
	})
	g.Go(func() error { b.readDeployer(ctx); return nil })
	if b.r.Source != "" {
		g.Go(func() (err error) {
			b.source, err = b.p.source(ctx, b.r.Source)
			return err
		})
	}
	if after := b.plan.Settings.Rules.After; after != "" {
		g.Go(func() (err error) {
			b.before, err = b.p.ports.Records.History(ctx, bot.Target{Service: b.r.Target.Service, Environment: after}, historyDepth)
			return err
		})
	}
}

// askAnother adds the approval of another person to an adoption that needs one beyond
// the target's own rule.
func (b *builder) askAnother(now time.Time) {
	if b.r.Kind == bot.Adopt {
		b.plan.Settings.Approvals = policy.ForAdoption(b.plan.Settings.Approvals, b.facts(now))
	}
}
