package planner

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
	"github.com/slipwayhq/slipway/bot/policy"
)

// builtOn is the release's plan by the current slipway.yaml, compared with what is live
// now. If that changed, so do the changes it brings and where a rollback after it would
// go; a rollback itself still goes where it was agreed to go.
func (p *Planner) builtOn(ctx context.Context, r bot.Release) (*builder, error) {
	service, env, err := p.declared(r.Target)
	if err != nil {
		return nil, err
	}
	old := r.Plan
	b := &builder{p: p, r: r, service: service, plan: redeclared(*old, newPlan(r, service, env))}
	b.plan.Inputs[service.InputNames.SHA] = old.Commit.SHA
	if err := b.readLive(ctx); err != nil {
		return nil, err
	}
	if r.Kind == bot.Rollback {
		b.plan.Current, b.plan.RollbackTo, b.plan.Usual = old.Current, old.RollbackTo, old.Usual
		b.prove()
		return b, nil
	}
	b.aimBack()
	if b.overtaken = shaOf(b.plan.Current) != shaOf(old.Current); b.overtaken {
		b.plan.Changes, b.plan.Readiness, b.plan.Undone, b.plan.Comebacks = bot.Changes{}, bot.Readiness{}, nil, nil
	}
	return b, nil
}

// redeclared is a plan with what slipway.yaml says now. The rest stays, including the
// workflow's branch, which belongs to what was read from it.
func redeclared(plan, now bot.Plan) bot.Plan {
	plan.Target, plan.Repo, plan.Workflow = now.Target, now.Repo, now.Workflow
	plan.Inputs, plan.KeyInput, plan.Settings, plan.Production = now.Inputs, now.KeyInput, now.Settings, now.Production
	return plan
}

// clearRead clears the fields that are read again, so that nothing stale is left where
// a read is skipped.
func (b *builder) clearRead() {
	b.plan.WorkflowRef, b.plan.Checks = b.service.WorkflowRef, bot.Checks{}
}

func shaOf(p *bot.Past) string {
	if p == nil {
		return ""
	}
	return p.SHA
}

// LookAtLive finds out whether something else is live now than what the plan of a
// waiting release was compared with, or whether the release that it promotes was taken
// back.
func (p *Planner) LookAtLive(ctx context.Context, r bot.Release) (bot.Event, error) {
	if r.Plan == nil {
		return nil, nil //nolint:nilnil // nothing was compared yet
	}
	if r.Source != "" {
		source, err := p.source(ctx, r.Source)
		if err != nil {
			return nil, err
		}
		if source == nil || source.TakenBackBy != "" {
			return bot.LiveMoved{}, nil
		}
	}
	past, err := p.ports.Records.History(ctx, r.Target, historyDepth)
	if err != nil {
		return nil, err
	}
	if !hasMoved(r, past) {
		return nil, nil //nolint:nilnil // there is nothing to tell
	}
	return bot.LiveMoved{}, nil
}

// hasMoved says whether something else came to the target since the plan was shown. A
// release under way has not come yet.
func hasMoved(r bot.Release, past []bot.Past) bool {
	over := slices.DeleteFunc(slices.Clone(past), func(p bot.Past) bool { return !p.Phase.Ended() && p.Release != r.Reversal.Back })
	if r.Kind == bot.Rollback {
		return policy.IsGone(r, over)
	}
	shown, now := r.Plan.Perhaps, bot.LiveOf(over).Newest
	if shown == nil || !shown.Phase.Ended() {
		shown = r.Plan.Current
	}
	if shown != nil && !shown.Phase.Ended() {
		shown = nil
	}
	return (shown == nil) != (now == nil) || now != nil && (shown.Release != now.Release || shown.Came() != now.Came())
}

// source is the release that is promoted; nil if the store does not know it any more.
func (p *Planner) source(ctx context.Context, id string) (*bot.Release, error) {
	r, err := p.ports.Records.Release(ctx, id)
	if bot.KindOf(err) == bot.NotFound {
		return nil, nil //nolint:nilnil // that is what is told
	}
	return &r, err
}

// Refresh makes the parts of a waiting release's plan again that depend on what is
// live. What it would carry out is checked right before the start.
func (p *Planner) Refresh(ctx context.Context, r bot.Release, now time.Time) (bot.Event, error) {
	b, err := p.builtOn(ctx, r)
	if err != nil {
		return nil, err
	}
	var void []string
	g, within := guard.WithContext(ctx)
	b.readOvertaken(within, g, &void)
	if b.overtaken {
		b.readReviews(within, g)
	}
	b.readHere(within, g)
	if err := g.Wait(); err != nil {
		return nil, err
	}
	b.askAnother(now)
	decision := policy.Again(r.Decision, b.facts(now))
	return bot.Refreshed{Plan: b.plan, Decision: decision, Void: void, Hopeless: policy.Hopeless(decision)}, nil
}

// readOvertaken compares the plan with what is live now, if that has changed, and finds
// out whether approvals are void by it.
func (b *builder) readOvertaken(ctx context.Context, g *guard.Group, void *[]string) {
	if !b.overtaken {
		return
	}
	g.Go(func() (err error) {
		if live := shaOf(b.plan.Current); live != "" {
			if err := b.readChanges(ctx, live, b.plan.Commit.SHA); err != nil {
				return err
			}
		}
		*void, err = b.voids(ctx)
		return err
	})
	if to := b.backTo(); to != nil && shaOf(b.plan.Current) != to.SHA {
		g.Go(func() error { b.readUndone(ctx, b.plan.Commit.SHA); return nil })
	}
}

// voids says which differences void the approvals. There are none if what is live now
// is among the commits that people were shown.
func (b *builder) voids(ctx context.Context) ([]string, error) {
	old, live, changes := b.r.Plan, b.plan.Current, b.plan.Changes // beside it the rest of the plan is read
	if old.Changes.Direction == bot.Forward && changes.Direction == bot.Forward {
		between, _, err := b.p.ports.Resolver.Changes(ctx, b.plan.Repo, shaOf(old.Current), shaOf(live))
		if err != nil {
			return nil, err
		}
		if between.Direction == bot.Forward || between.Direction == bot.Same {
			return nil, nil
		}
	}
	return []string{
		fmt.Sprintf("what is live: %s, was %s", liveIn(live), liveIn(old.Current)),
		fmt.Sprintf("what it changes there: %s, was: %s", changeIn(changes), changeIn(old.Changes)),
	}, nil
}

func liveIn(p *bot.Past) string {
	if p == nil {
		return "nothing that is known"
	}
	return bot.ShortSHA(p.SHA) + " (" + p.Release + ")"
}

// changeIn says in a few words what a release would change.
func changeIn(c bot.Changes) string {
	switch c.Direction {
	case bot.Forward:
		return "brings " + commits(c.Total)
	case bot.Backward:
		return "goes back " + commits(c.Removed)
	case bot.Sideways:
		return "brings " + commits(c.Total) + " and takes " + commits(c.Removed) + " away"
	case bot.Same:
		return "nothing"
	case bot.Unrelated:
		return "perhaps everything, since GitHub cannot compare them"
	}
	return "nobody knows"
}

func commits(n int) string {
	if n == 1 {
		return "1 commit"
	}
	return fmt.Sprintf("%d commits", n)
}
