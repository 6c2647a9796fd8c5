package engine

import (
	"context"
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/loop"
)

const (
	// idleWait bounds how long the motor sleeps without looking, in case a
	// wake-up was missed.
	idleWait = time.Second
	// fullWait is how long it sleeps when all workers are busy.
	fullWait = 10 * time.Millisecond
	// storeRetry is how long it waits when the store does not answer.
	storeRetry = 250 * time.Millisecond
	// claimWithin bounds one claim.
	claimWithin = 2 * time.Second
)

// claimLoop hands the releases that are due to workers. It sleeps until the
// next one falls due or a wake-up comes.
func (e *Engine) claimLoop(ctx, steps context.Context, under *sync.WaitGroup) error {
	woken := e.ports.Work.Woken(ctx)
	free := make(chan struct{}, e.options.Workers)
	failing := false
	for ctx.Err() == nil {
		wait := idleWait
		room := e.options.Workers - len(free)
		asked := time.Now()
		claims, next, err := e.claim(ctx, room)
		switch {
		case err != nil:
			if !failing && ctx.Err() == nil {
				e.log.Error("the store does not answer, work stands still until it does", bot.ErrAttr(err))
			}
			failing, wait = true, storeRetry
		case failing:
			failing = false
			e.log.Info("the store answers again")
		}
		for _, c := range claims {
			free <- struct{}{}
			under.Go(func() {
				defer func() { <-free }()
				e.work(steps, c, asked)
			})
		}
		if err == nil {
			wait = min(wait, max(next, 0))
		}
		if len(claims) == room && room > 0 {
			wait = 0 // there may be more
		}
		loop.Pause(ctx, woken, max(wait, time.Millisecond))
	}
	return ctx.Err()
}

func (e *Engine) claim(ctx context.Context, room int) ([]bot.Claim, time.Duration, error) {
	if room == 0 {
		return nil, fullWait, nil
	}
	ctx, cancel := context.WithTimeout(ctx, claimWithin)
	defer cancel()
	return e.ports.Work.Claim(ctx, e.options.Lease, room)
}
