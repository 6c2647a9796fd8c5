package state

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// A partition is looked at every lookEvery although nothing was heard: a message
// of Redis's is sent once, and may be lost with its connection. A few have their
// turn at once, so that idle looks are spread over the time.
const (
	lookEvery = 15 * time.Second
	lookTurns = 4
)

// agenda is when, as far as this process knows, each partition must be looked
// at next: for releases that are due, or for cards. It may say too early, which
// costs a look, and never too late for longer than lookEvery.
//
// It learns from this process's own looks and writes, and from what others
// publish: see listen. While nobody is heard, every look is one at everything.
type agenda struct {
	woken chan struct{}

	mu     sync.Mutex
	at     [partitions]time.Time // zero: nothing is known to fall due
	heard  bool                  // whether others are heard
	missed bool                  // something may have been, so that everything is looked at
	turn   int                   // whose turn to be looked at it is
	turnAt time.Time             // and when
}

func newAgenda() *agenda { return &agenda{woken: make(chan struct{}, 1)} }

// in says that something in a partition falls due after a while (bot.NoneDue:
// never), and wakes the listener if that is news.
func (a *agenda) in(partition int, wait time.Duration) {
	if earlier := a.note(partition, wait); earlier || wait <= 0 {
		a.ring()
	}
}

// note is in for the listener itself, who need not be woken.
func (a *agenda) note(partition int, wait time.Duration) (earlier bool) {
	if wait == bot.NoneDue {
		return false
	}
	at := time.Now().Add(wait)
	a.mu.Lock()
	defer a.mu.Unlock()
	earlier = a.at[partition].IsZero() || at.Before(a.at[partition])
	if earlier {
		a.at[partition] = at
	}
	return earlier
}

// hears says that others are heard from now on. What they said before was missed.
func (a *agenda) hears() {
	a.mu.Lock()
	a.heard, a.missed = true, true
	a.mu.Unlock()
	a.ring()
}

// deaf says that others are not heard.
func (a *agenda) deaf() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.heard = false
}

// ring wakes the listener, or leaves it at the wake-up that waits for it.
func (a *agenda) ring() {
	select {
	case a.woken <- struct{}{}:
	default:
	}
}

// popStale returns the partitions that are to be looked at whatever is known of
// them, and forgets what that is, for the look tells it again.
func (a *agenda) popStale(now time.Time) []int {
	a.mu.Lock()
	defer a.mu.Unlock()
	from, to := 0, partitions
	if a.heard && !a.missed {
		if now.Before(a.turnAt) {
			return nil
		}
		const share = partitions / lookTurns
		from = a.turn * share
		to = from + share
		a.turn = (a.turn + 1) % lookTurns
	}
	a.missed, a.turnAt = false, now.Add(lookEvery/lookTurns)
	var stale []int
	for n := from; n < to; n++ {
		a.at[n] = time.Time{}
		stale = append(stale, n)
	}
	return stale
}

// fail says that a look failed, so that everything is looked at next.
func (a *agenda) fail() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.missed = true
}

// popDue returns the partitions that are to be looked at now, the most overdue
// first, and forgets them: the look tells when they fall due next.
func (a *agenda) popDue(now time.Time) []int {
	a.mu.Lock()
	defer a.mu.Unlock()
	var due []int
	for n, at := range a.at {
		if !at.IsZero() && !at.After(now) {
			due = append(due, n)
		}
	}
	slices.SortFunc(due, func(m, n int) int { return cmp.Or(a.at[m].Compare(a.at[n]), cmp.Compare(m, n)) })
	for _, n := range due {
		a.at[n] = time.Time{}
	}
	return due
}

// next is how long it is until a partition is to be looked at; bot.NoneDue: none
// is known to be.
func (a *agenda) next(now time.Time) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	next := bot.NoneDue
	for _, at := range a.at {
		if !at.IsZero() {
			next = min(next, at.Sub(now))
		}
	}
	return max(next, 0)
}
