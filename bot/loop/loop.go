// Package loop is what the rooms of the motor have in common that work by
// themselves: a loop that begins again after a panic, a wait that a stop cuts
// short, a stop that lets what is under way end, and a last look at the clock
// before something that may only happen in time.
//
// A room's Run hands its loops to [Run]. Work that a loop starts beside itself
// outlives the stop by a grace, so that it can save what it did: see [Drain].
//
// What it does not do: decide anything about releases, or keep a time that a
// decision rests on. The time in decisions is the store's.
package loop

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

// again is how soon a loop begins again that met a panic.
const again = time.Second

// Run runs loops, by their names in the log, until ctx is cancelled. It returns
// nil on a clean stop.
func Run(ctx context.Context, log *slog.Logger, loops map[string]func(context.Context) error) error {
	g, ctx := errgroup.WithContext(ctx)
	for name, f := range loops {
		g.Go(func() error { return Keep(ctx, log, name, f) })
	}
	err := g.Wait()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// Keep runs a loop until ctx is cancelled, and begins it again after a panic.
func Keep(ctx context.Context, log *slog.Logger, name string, f func(context.Context) error) error {
	for {
		err := guard.Do(func() error { return f(ctx) })
		stack := guard.Stack(err)
		if stack == "" {
			return err
		}
		log.Error("a loop of the motor panicked and begins again", slog.String("loop", name), bot.ErrAttr(err), slog.String("stack", stack))
		Pause(ctx, nil, again)
	}
}

// Alone does something about one of many. A panic costs that one alone: it goes into the
// log, by what it is about, and whoever does the same about the others goes on.
func Alone(log *slog.Logger, about string, f func()) {
	err := guard.Do(func() error { f(); return nil })
	if stack := guard.Stack(err); stack != "" {
		log.Error("one of many panicked, and the others go on", slog.String("about", about), bot.ErrAttr(err), slog.String("stack", stack))
	}
}

// Pause waits for the time, a wake-up or the end, whichever comes first.
func Pause(ctx context.Context, woken <-chan struct{}, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-woken:
	case <-timer.C:
	}
}

// Drain waits for the steps under way, and cuts them short after the grace.
func Drain(under *sync.WaitGroup, grace time.Duration, stop context.CancelFunc, log *slog.Logger) {
	done := make(chan struct{})
	go func() { under.Wait(); close(done) }()
	over := time.NewTimer(grace)
	defer over.Stop()
	select {
	case <-done:
	case <-over.C:
		log.Warn("steps were still under way at the end of the grace, handing them back")
		stop()
		<-done
	}
}
