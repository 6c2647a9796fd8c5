// Package planner works out what a release would do, resolved to facts that cannot
// change, and asks package policy what to think of it.
//
// A plan is worked out when a release is asked for (Resolve), anew as far as it
// hangs on what is live while the release waits (Refresh), and once more right
// before the start (Recheck): what was agreed to stays, and whatever may have
// changed since is read again. The part that slipway.yaml decides is in
// declared_plan.go; the facts are read next to each other, in as few rounds as
// their order allows (plan.go).
//
// It decides nothing: the gates do, and package lifecycle says what follows. What
// cannot be read is an error, or an unknown that no gate passes.
package planner

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// Planner works plans out. Its methods may be called from any goroutine.
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

// Preview works out what a release of the draft would do if it were asked for now.
// Nothing of it is stored, and it has no id.
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
