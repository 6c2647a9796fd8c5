package webhook

import (
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

const (
	// maxConcurrent is how many requests to one receiver run at a time.
	maxConcurrent = 4
	// fullWait is how long to wait when there are too many requests, and longestFull how
	// long at most while the receiver fails.
	fullWait    = time.Second
	longestFull = 10 * time.Minute
)

// limiter limits the requests to one receiver. While the receiver fails there is one at a
// time, and all others have to wait the longer, the longer it has failed: thousands of
// events may wait for one that is away for a day, and nobody is to be kept busy by that. For
// how long a receiver asks to be left alone holds for all events.
type limiter struct {
	mu       sync.Mutex
	inFlight int
	failing  time.Time // since when; zero: it works
	until    time.Time // it is left alone
}

// acquire admits a request, or says how long to wait before trying again.
func (l *limiter) acquire(now time.Time) (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	most, wait := maxConcurrent, fullWait
	if !l.failing.IsZero() {
		most, wait = 1, min(max(now.Sub(l.failing)/2, fullWait), longestFull)
	}
	if alone := l.until.Sub(now); alone > 0 {
		return alone
	}
	if l.inFlight >= most {
		return wait
	}
	l.inFlight++
	return 0
}

// release ends a request and records its result.
func (l *limiter) release(err error, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inFlight--
	switch {
	case err == nil:
		l.failing = time.Time{}
	case bot.KindOf(err) == bot.Limited: // it was never sent
	default:
		l.failing = bot.FirstSet(l.failing, now)
		l.until = now.Add(bot.RetryAfter(err))
	}
}
