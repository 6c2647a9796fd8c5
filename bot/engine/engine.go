package engine

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// Ports joins the motor to the world.
type Ports struct {
	Intake       Intake
	Work         Work
	Lives        Lives
	Comparisons  Comparisons
	Numbers      Numbers
	Doubts       Doubts
	Aside        Aside
	Unshown      Unshown
	Troubles     Troubles
	Losses       Losses
	Sight        Sight
	Slots        Slots
	Locks        Locks
	Records      Records
	Cards        Cards
	Replies      Replies
	Resolver     Resolver
	Branches     Branches
	Reader       Reader
	Environments Environments
	Reviewed     Reviewed
	Runner       Runner
	Runs         Runs
	Owners       Owners
	Deployments  Deployments
	Watcher      Watcher
	Chat         Chat
	Accounts     Accounts
	ChatGroups   ChatGroups
	Teams        Teams
}

// Options are the motor's own measures; the zero value of each means the
// default.
type Options struct {
	// Lease is how long a release is held without a sign of life; a holder
	// that was killed is replaced after it. Default 1.5 s.
	Lease time.Duration
	// Effect is how long one effect may take; the lease is renewed meanwhile.
	// Default 20 s.
	Effect time.Duration
	// Workers is how many releases are worked on at once. Default 32.
	Workers int
	// EditPause is the least time between two edits of one card. Default 2 s.
	EditPause time.Duration
	// Grace is how long a stop waits for the steps that are under way. Default
	// 8 s.
	Grace time.Duration
}

func (o Options) withDefaults() Options {
	set := func(d *time.Duration, value time.Duration) {
		if *d == 0 {
			*d = value
		}
	}
	set(&o.Lease, 1500*time.Millisecond)
	set(&o.Effect, 20*time.Second)
	set(&o.EditPause, 2*time.Second)
	set(&o.Grace, 8*time.Second)
	if o.Workers == 0 {
		o.Workers = 32
	}
	return o
}

// Engine is the motor. Its methods may be called from any goroutine.
type Engine struct {
	Ports
	catalog *catalog.Catalog
	options Options
	log     *slog.Logger

	lives   lives
	newest  newest
	leases  leases
	said    said
	rosters rosters
	hiding  hiding
}

// New makes an engine for what the catalog declares.
func New(c *catalog.Catalog, p Ports, o Options, log *slog.Logger) *Engine {
	return &Engine{Ports: p, catalog: c, options: o.withDefaults(), log: log}
}

// Run works until ctx is cancelled, then takes no new work, gives what is
// under way the grace to end, and hands the rest back. It returns nil on a
// clean stop.
func (e *Engine) Run(ctx context.Context) error {
	// Steps outlive ctx by the grace, so that they can save what they did.
	steps, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	go func() { _ = e.keep(steps, "leases", e.renewLoop) }() // it ends with the steps
	var under sync.WaitGroup
	g, ctx := errgroup.WithContext(ctx)
	for name, loop := range map[string]func(context.Context) error{
		"claims":   func(ctx context.Context) error { return e.claimLoop(ctx, steps, &under) },
		"cards":    func(ctx context.Context) error { return e.publishLoop(ctx, steps, &under) },
		"lives":    e.watchLives,
		"reruns":   e.watchReruns,
		"locks":    e.watchLocks,
		"doubts":   e.watchDoubts,
		"unshown":  e.watchUnshown,
		"shown":    e.watchShown,
		"troubles": e.watchTroubles,
	} {
		g.Go(func() error { return e.keep(ctx, name, loop) })
	}
	err := g.Wait()
	e.drain(&under, stop)
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// drain waits for the steps under way, and cuts them short after the grace.
func (e *Engine) drain(under *sync.WaitGroup, stop context.CancelFunc) {
	done := make(chan struct{})
	go func() { under.Wait(); close(done) }()
	grace := time.NewTimer(e.options.Grace)
	defer grace.Stop()
	select {
	case <-done:
	case <-grace.C:
		e.log.Warn("steps were still under way at the end of the grace, handing them back")
		stop()
		<-done
	}
}

// Start stores a request for a release. It is safe to repeat: the same key, or
// an identical request, gives the release that exists.
func (e *Engine) Start(ctx context.Context, draft bot.Draft) (bot.Created, error) {
	draft.Pace = bot.Pace{Settle: e.catalog.GitHub.Settle, Poll: e.catalog.GitHub.Poll}
	return e.Intake.Create(ctx, draft)
}

// Post stores an event for a release.
func (e *Engine) Post(ctx context.Context, letter bot.Letter) (bot.Posted, error) {
	return e.Intake.Post(ctx, letter)
}

// Release reads one release.
func (e *Engine) Release(ctx context.Context, id string) (bot.Release, error) {
	return e.Records.Release(ctx, id)
}

// History lists the last releases of a target, newest first.
func (e *Engine) History(ctx context.Context, target bot.Target, limit int) ([]bot.Past, error) {
	return e.Records.History(ctx, target, limit)
}

// Targets reads the state of the targets, in their order.
func (e *Engine) Targets(ctx context.Context, targets []bot.Target) ([]bot.TargetState, error) {
	return e.Records.Targets(ctx, targets)
}
