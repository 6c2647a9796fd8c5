// Package planner makes plans: it resolves what a release would do to facts that cannot
// change, and has package policy judge them.
//
// A plan is made when a release is asked for (Resolve). While the release waits, the
// parts that depend on what is live are made again (Refresh). Right before the start
// everything that may have changed is read once more (Recheck); what was approved
// stays. The part that slipway.yaml decides is in declared_plan.go; the rest is read
// concurrently, in as few rounds as possible (plan.go).
//
// The package decides nothing: gates judge the plan, and package lifecycle says what
// follows. What cannot be read is an error, or an unknown that no gate lets pass.
package planner

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// Planner makes plans. Its methods may be called from any goroutine.
type Planner struct {
	ports     Ports
	catalog   *catalog.Catalog
	log       *slog.Logger
	distances *distances
}

// New makes a planner for what the catalog declares.
func New(c *catalog.Catalog, p Ports, log *slog.Logger) *Planner {
	return &Planner{ports: p, catalog: c, log: log, distances: newDistances()}
}

// Preview makes the plan that a release of the draft would have now. Nothing of it is
// stored, and it has no id.
func (p *Planner) Preview(ctx context.Context, d bot.Draft, now time.Time) (bot.Release, error) {
	r := bot.Release{
		Kind: d.Kind, Target: d.Target, Phase: bot.Requested, Requester: d.Requester, RequestedAt: now, Ref: d.Ref, Reason: d.Reason,
		Origin: d.Origin, Reversal: d.Reversal, Emergency: bot.Emergency{Asked: d.Emergency}, Again: d.Again,
	}
	event, err := p.Resolve(ctx, r, now)
	if err != nil {
		return bot.Release{}, err
	}
	resolved, ok := event.(bot.Resolved)
	if !ok {
		return bot.Release{}, fmt.Errorf("preview %s: the plan came to %T", d.Target, event)
	}
	r.Plan, r.Decision, r.Place = &resolved.Plan, resolved.Decision, resolved.Place
	return r, nil
}
