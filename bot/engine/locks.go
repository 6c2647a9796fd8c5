package engine

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
)

// Closed lists all locks that have not run out.
func (e *Engine) Closed(ctx context.Context) ([]bot.Lock, error) { return e.Locks.Locks(ctx) }

// SetLock makes a lock; somebody else's only where the wish says so.
func (e *Engine) SetLock(ctx context.Context, w bot.LockWish) (bot.LockChange, error) {
	return e.Locks.SetLock(ctx, w)
}

// EndLock ends a lock; somebody else's only where the wish says so.
func (e *Engine) EndLock(ctx context.Context, w bot.UnlockWish) (bot.LockChange, error) {
	return e.Locks.EndLock(ctx, w)
}
