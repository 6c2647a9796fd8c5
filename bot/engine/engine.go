package engine

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/loop"
)

// Ports joins the motor to the world.
type Ports struct {
	Intake      Intake
	Work        Work
	Caution     Caution
	Doubts      Doubts
	Aside       Aside
	Slots       Slots
	Records     Records
	Planner     Planner
	Lookout     Lookout
	Workflows   Workflows
	Runner      Runner
	Runs        Runs
	Owners      Owners
	Deployments Deployments
	Announcer   Announcer
	Notifier    Notifier
	Watcher     Watcher
	People      People
}

// Options are the motor's own measures; the zero value of each means the
// default.
type Options struct {
	// Lease is how long a release stays claimed unless its holder renews it; after that
	// another process may claim it. Default 1.5 s.
	Lease time.Duration
	// Effect is how long one effect may take; the lease is renewed meanwhile.
	// Default 20 s.
	Effect time.Duration
	// Workers is how many releases are worked on at once. Default 32.
	Workers int
	// Grace is how long a stop waits for running steps. Default 8 s.
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
	set(&o.Grace, 8*time.Second)
	if o.Workers == 0 {
		o.Workers = 32
	}
	return o
}

// Engine is the motor. Its methods may be called from any goroutine.
type Engine struct {
	ports   Ports
	catalog *catalog.Catalog
	options Options
	log     *slog.Logger

	leases leases
	// unhurried are the workers that tell somebody who does not wait for it.
	unhurried chan struct{}
}

// New makes an engine for what the catalog declares.
func New(c *catalog.Catalog, p Ports, o Options, log *slog.Logger) *Engine {
	o = o.withDefaults()
	return &Engine{ports: p, catalog: c, options: o, log: log, unhurried: make(chan struct{}, max(1, o.Workers/2))}
}

// Run works until ctx is cancelled. Then it claims nothing more, gives running steps
// the grace to end, and hands the rest back. It returns nil on a clean stop.
func (e *Engine) Run(ctx context.Context) error {
	// Steps outlive ctx by the grace, so that they can save what they did.
	steps, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	go func() { _ = loop.Keep(steps, e.log, "leases", e.renewLoop) }() // it ends with the steps
	var under sync.WaitGroup
	err := loop.Run(ctx, e.log, map[string]func(context.Context) error{
		"claims": func(ctx context.Context) error { return e.claimLoop(ctx, steps, &under) },
	})
	loop.Drain(&under, e.options.Grace, stop, e.log)
	return err
}

// Start creates a release. It is safe to repeat: the same key, or an identical request,
// returns the release that exists.
func (e *Engine) Start(ctx context.Context, draft bot.Draft) (bot.Created, error) {
	draft.Pace = bot.Pace{Settle: e.catalog.GitHub.Settle, Poll: e.catalog.GitHub.Poll}
	return e.ports.Intake.Create(ctx, draft)
}

// Post stores an event for a release.
func (e *Engine) Post(ctx context.Context, event bot.InboxEvent) (bot.Posted, error) {
	return e.ports.Intake.Post(ctx, event)
}
