package engine

import (
	"context"
	"time"

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

// askedWithin bounds how long somebody who waits for an answer waits for the
// members of groups.
const askedWithin = 1500 * time.Millisecond

// MemberOf sorts groups by whether somebody is in them now: those they are in, and
// those of which it could not be found out in time.
func (e *Engine) MemberOf(ctx context.Context, groups []string, who bot.Person) (in, unread []string) {
	ctx, cancel := context.WithTimeout(ctx, askedWithin)
	defer cancel()
	return e.groupsWith(ctx, groups, who)
}
