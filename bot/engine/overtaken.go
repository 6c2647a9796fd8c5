package engine

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// builtOn is a plan for the commit that the release's plan has already, with
// what is live by now. Where that changed while the release waited, what it
// brings and where a rollback would go are not what they were; a rollback
// still goes where it was agreed to go.
func (e *Engine) builtOn(ctx context.Context, r bot.Release, service catalog.Service, plan bot.Plan) (*builder, error) {
	old := r.Plan
	plan.Commit, plan.Branch, plan.Lineage = old.Commit, old.Branch, old.Lineage
	plan.Changes, plan.Readiness, plan.Undone = old.Changes, old.Readiness, old.Undone
	plan.Inputs[service.InputNames.SHA] = old.Commit.SHA
	b := &builder{e: e, r: r, service: service, plan: plan}
	if err := b.readLive(ctx); err != nil {
		return nil, err
	}
	if r.Kind == bot.Rollback {
		b.plan.Current, b.plan.RollbackTo, b.plan.Usual = old.Current, old.RollbackTo, old.Usual
		b.prove()
		return b, nil
	}
	b.aimBack()
	if live := b.plan.Current; live != nil && (old.Current == nil || live.SHA != old.Current.SHA) {
		b.overtaken = true
		b.plan.Changes, b.plan.Readiness, b.plan.Undone = bot.Changes{}, bot.Readiness{}, nil
	}
	return b, nil
}
