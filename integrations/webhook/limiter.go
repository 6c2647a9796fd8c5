package webhook

import (
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

const (
	// maxConcurrent is how many requests to one receiver run at a time.
	maxConcurrent = 4
	// fullWait is how long to wait when there are too many requests, and fullDoublings how
	// often it doubles while the receiver fails.
	fullWait      = time.Second
	fullDoublings = 5
)

// limiter limits the requests to one receiver. While the receiver fails there is one at a
// time, and all others have to wait ever longer, so that it does not use up the requests
// of other receivers.
type limiter struct {
	mu       sync.Mutex
	inFlight int
	failed   int // consecutive failures
}

// acquire admits a request, or says how long to wait before trying again.
func (l *limiter) acquire() (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	most := maxConcurrent
	if l.failed > 0 {
		most = 1
	}
	if l.inFlight >= most {
		return fullWait << min(l.failed, fullDoublings)
	}
	l.inFlight++
	return 0
}

// release ends a request and records its result.
func (l *limiter) release(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inFlight--
	switch {
	case err == nil:
		l.failed = 0
	case bot.KindOf(err) != bot.Limited: // such a request was never sent
		l.failed++
	}
}
