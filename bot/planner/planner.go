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
	"log/slog"

	"github.com/slipwayhq/slipway/bot/catalog"
)

// Planner works plans out. Its methods may be called from any goroutine.
type Planner struct {
	ports   Ports
	catalog *catalog.Catalog
	log     *slog.Logger
}

// New makes a planner for what the catalog declares.
func New(c *catalog.Catalog, p Ports, log *slog.Logger) *Planner {
	return &Planner{ports: p, catalog: c, log: log}
}
