// Package announcer tells people about releases: it keeps their cards up to date,
// writes into their threads, alerts where somebody must act, and answers privately.
//
// A card is a function of its release, rendered when it is shown (cards.go), so showing
// it needs no claim on the release, and many changes become one edit. Everything else
// is sent once for all replicas: the intent is stored before the post, and after a lost
// answer the message is looked for (announce.go). What keeps slipway from reaching
// people is told to those who can help (troubles.go, hidden.go, unshown.go, lost.go).
//
// The package decides nothing about a release. The chat adapter decides how something
// looks; package lifecycle says, by effects, what is to be said.
package announcer

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/loop"
)

// Options are the announcer's own measures; the zero value of each means the
// default.
type Options struct {
	// EditPause is the least time between two edits of one card. Default 2 s.
	EditPause time.Duration
	// Grace is how long a stop waits for the cards that are being shown. Default
	// 8 s.
	Grace time.Duration
}

func (o Options) withDefaults() Options {
	if o.EditPause == 0 {
		o.EditPause = 2 * time.Second
	}
	if o.Grace == 0 {
		o.Grace = 8 * time.Second
	}
	return o
}

// Announcer speaks to people. Its methods may be called from any goroutine.
type Announcer struct {
	ports   Ports
	catalog *catalog.Catalog
	options Options
	log     *slog.Logger

	said   loop.Marks
	crowd  crowd
	hiding hiding
}

// New makes an announcer for what the catalog declares.
func New(c *catalog.Catalog, p Ports, o Options, log *slog.Logger) *Announcer {
	return &Announcer{ports: p, catalog: c, options: o.withDefaults(), log: log}
}

// Run shows cards and watches over what should have been said, until ctx is
// cancelled. It returns nil on a clean stop.
func (a *Announcer) Run(ctx context.Context) error {
	// What is being shown outlives ctx by the grace, so that it is recorded.
	steps, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var under sync.WaitGroup
	err := loop.Run(ctx, a.log, map[string]func(context.Context) error{
		"cards":    func(ctx context.Context) error { return a.publishLoop(ctx, steps, &under) },
		"locks":    a.watchLocks,
		"unshown":  a.watchUnshown,
		"shown":    a.watchShown,
		"troubles": a.watchTroubles,
	})
	loop.Drain(&under, a.options.Grace, stop, a.log)
	return err
}
