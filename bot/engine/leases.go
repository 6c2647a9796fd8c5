package engine

import (
	"context"
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/loop"
)

// leases are the releases that this process has claimed. They are renewed together, so
// that many cost hardly more than one.
type leases struct {
	mu   sync.Mutex
	held map[bot.Lease]context.CancelFunc
}

// keep renews a lease until letGo is called. If the lease is lost the returned context
// ends, and the work is given up: another process does it.
func (l *leases) keep(ctx context.Context, lease bot.Lease) (_ context.Context, letGo func()) {
	ctx, cancel := context.WithCancel(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held == nil {
		l.held = map[bot.Lease]context.CancelFunc{}
	}
	l.held[lease] = cancel
	return ctx, func() {
		cancel()
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.held, lease)
	}
}

func (l *leases) all() []bot.Lease {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]bot.Lease, 0, len(l.held))
	for lease := range l.held {
		all = append(all, lease)
	}
	return all
}

func (l *leases) lose(lost []bot.Lease) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, lease := range lost {
		if cancel, held := l.held[lease]; held {
			cancel()
		}
	}
}

// renewLoop renews the leases of this process until ctx ends.
func (e *Engine) renewLoop(ctx context.Context) error {
	tick := time.NewTicker(e.options.Lease / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		if held := e.leases.all(); len(held) > 0 {
			e.renew(ctx, held)
		}
	}
}

// renew gives up the leases that are lost. If the store does not answer nothing is
// known, and the fence decides; the claim loop reports the outage.
func (e *Engine) renew(ctx context.Context, held []bot.Lease) {
	ctx, cancel := context.WithTimeout(ctx, e.options.Lease/2)
	defer cancel()
	lost, _ := e.ports.Work.Renew(ctx, held, e.options.Lease)
	e.leases.lose(lost)
}

// leave is called when a request that must happen at most once is about to be written:
// the release must still be held, and it must not be too late.
func (e *Engine) leave(lease bot.Lease, by time.Time) func(context.Context) error {
	return func(ctx context.Context) error {
		const op = "check the fence before the start"
		lost, err := e.ports.Work.Renew(ctx, []bot.Lease{lease}, e.options.Lease)
		switch {
		case err != nil:
			return &bot.Error{Kind: bot.NeverSent, Op: op, Says: "Redis did not say whether it may still be started", Err: err}
		case len(lost) > 0:
			return &bot.Error{Kind: bot.NeverSent, Op: op, Says: "another replica of slipway goes on with it"}
		}
		return loop.InTime(by)
	}
}
