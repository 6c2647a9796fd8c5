package webhook

import (
	"errors"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// TestLimiter: while a receiver fails it gets one request at a time, and all others wait ever
// longer, until one succeeds.
func TestLimiter(t *testing.T) {
	t.Parallel()
	l, refused := &limiter{}, errors.New("refused")
	acquire := func(when string, want int, then time.Duration) {
		t.Helper()
		for range want {
			if wait := l.acquire(); wait > 0 {
				t.Errorf("%s: one had to wait", when)
			}
		}
		if wait := l.acquire(); wait != then {
			t.Errorf("%s: the next one waits %s, want %s", when, wait, then)
		}
	}
	acquire("before any failure", maxConcurrent, time.Second)
	for range maxConcurrent - 1 {
		l.release(nil)
	}
	l.release(&bot.Error{Kind: bot.Limited}) // too many requests to all receivers
	acquire("after successes", maxConcurrent, time.Second)
	for range maxConcurrent {
		l.release(refused)
	}
	acquire("after four refusals", 1, 16*time.Second)
	for range 100 {
		l.release(refused)
		if wait := l.acquire(); wait > 0 {
			t.Fatal("it gets no request any more")
		}
	}
	acquire("after a hundred", 0, 32*time.Second)
	l.release(nil)
	acquire("after a success", maxConcurrent, time.Second)
}
