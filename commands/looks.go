package commands

import (
	"fmt"
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/slipwayhq/slipway/bot"
)

const (
	// looksAtOnce is how many looks a person may take in a burst; after that one a
	// second.
	looksAtOnce = 60
	looksEvery  = time.Second
	// maxLookers limits how many people are remembered. Those who have not looked for a
	// minute need not be.
	maxLookers = 10_000
)

// looks limits the rate of commands that only show something: they cost the store and
// GitHub as much as others, and nothing else bounds them. Commands that change
// something are bounded by the queues. Each process counts for itself.
type looks struct {
	mu sync.Mutex
	by map[string]*rate.Limiter
}

func newLooks() *looks { return &looks{by: map[string]*rate.Limiter{}} }

// spend counts looks of a person, and refuses them once there are too many.
func (l *looks) spend(by bot.Person, n int, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.by) >= maxLookers {
		l.forget(now)
	}
	limiter, known := l.by[by.ID]
	if !known {
		limiter = rate.NewLimiter(rate.Every(looksEvery), looksAtOnce)
		l.by[by.ID] = limiter
	}
	if limiter.AllowN(now, n) {
		return nil
	}
	wait := time.Duration(math.Ceil(float64(n)-limiter.TokensAt(now))) * looksEvery
	return refuse(
		fmt.Sprintf("You looked more than %d times within a minute, so this was left out.", looksAtOnce),
		fmt.Sprintf("Ask again in %s. Deploying and rolling back work as always.", bot.Span(wait)),
	)
}

// forget drops those who have not looked for a while or, if there are none, everybody.
func (l *looks) forget(now time.Time) {
	for id, limiter := range l.by {
		if limiter.TokensAt(now) >= looksAtOnce {
			delete(l.by, id)
		}
	}
	if len(l.by) >= maxLookers {
		clear(l.by)
	}
}
