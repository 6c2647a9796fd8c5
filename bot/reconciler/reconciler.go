// Package reconciler finds differences between the store and the code host, and keeps
// anything that they concern from being started.
//
// A store that was restarted may have lost acknowledged writes. So in each new epoch of
// the store the runs of every workflow are compared with the releases (compare.go)
// before anything of that workflow is started (epoch.go). A run whose release the store
// does not know is an orphan (orphans.go). Runs that somebody started again past
// slipway are noticed (reruns.go), and so are those that slipway never started
// (beside.go), deployments that others made (deployments.go), and a service that answers
// with another version than the recorded one (versions.go). What is not understood
// becomes a doubt: it holds its own target and nothing else, until an approver says that
// they looked (doubts.go).
//
// The package starts and stops nothing itself, and decides nothing about a release: it
// says why a dispatch must wait, and posts what it found to the releases concerned.
package reconciler

import (
	"context"
	"log/slog"

	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/loop"
)

// Reconciler compares the store with the code host. Its methods may be called from any
// goroutine.
type Reconciler struct {
	ports   Ports
	catalog *catalog.Catalog
	log     *slog.Logger

	epochs epochs
	newest newest
	said   loop.Marks
	looked loop.Marks // what was found out of runs that slipway may not have started
	sights sights
	nudges chan nudge
}

// New makes a reconciler for what the catalog declares.
func New(c *catalog.Catalog, p Ports, log *slog.Logger) *Reconciler {
	return &Reconciler{ports: p, catalog: c, log: log, nudges: make(chan nudge, maxNudges)}
}

// Run watches until ctx is cancelled. It returns nil on a clean stop.
func (rc *Reconciler) Run(ctx context.Context) error {
	return loop.Run(ctx, rc.log, map[string]func(context.Context) error{
		"epochs":      rc.watchEpochs,
		"reruns":      rc.watchReruns,
		"nudges":      rc.heedNudges,
		"doubts":      rc.watchDoubts,
		"versions":    rc.watchVersions,
		"deployments": rc.watchDeployments,
	})
}
