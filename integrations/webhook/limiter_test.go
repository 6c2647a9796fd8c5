package webhook

import (
	"errors"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// TestLimiter: while a receiver fails it gets one request at a time, and all others wait the
// longer, the longer it has failed, until one succeeds.
func TestLimiter(t *testing.T) {
	t.Parallel()
	l, refused := &limiter{}, errors.New("refused")
	began := time.Now()
	now := began
	acquire := func(when string, want int, then time.Duration) {
		t.Helper()
		for range want {
			if wait := l.acquire(now); wait > 0 {
				t.Errorf("%s: one had to wait", when)
			}
		}
		if wait := l.acquire(now); wait != then {
			t.Errorf("%s: the next one waits %s, want %s", when, wait, then)
		}
	}
	acquire("before any failure", maxConcurrent, time.Second)
	for range maxConcurrent - 1 {
		l.release(nil, now)
	}
	l.release(&bot.Error{Kind: bot.Limited}, now) // too many requests to all receivers
	acquire("after successes", maxConcurrent, time.Second)
	for range maxConcurrent {
		l.release(refused, now)
	}
	for _, tt := range []struct{ after, want time.Duration }{
		{0, time.Second}, {10 * time.Second, 5 * time.Second}, {2 * time.Minute, time.Minute}, {24 * time.Hour, 10 * time.Minute},
	} {
		now = began.Add(tt.after)
		acquire("after failing for "+tt.after.String(), 1, tt.want)
		l.release(refused, now)
	}
	acquire("it gets requests still", 1, 10*time.Minute)
	l.release(nil, now)
	acquire("after a success", maxConcurrent, time.Second)
}

// TestLimiter_AReceiverIsLeftAlone for as long as it asks, by all events and not only by the
// one that it refused.
func TestLimiter_AReceiverIsLeftAlone(t *testing.T) {
	t.Parallel()
	l, now := &limiter{}, time.Now()
	for range 2 {
		if wait := l.acquire(now); wait > 0 {
			t.Fatalf("before it asks: %s", wait)
		}
	}
	l.release(&bot.Error{Kind: bot.Unavailable, RetryAfter: time.Minute}, now)
	for after, want := range map[time.Duration]time.Duration{0: time.Minute, 59 * time.Second: time.Second} {
		if wait := l.acquire(now.Add(after)); wait != want {
			t.Errorf("%s later: %s, want %s", after, wait, want)
		}
	}
	l.release(nil, now) // what was on its way already
	if wait := l.acquire(now.Add(time.Minute)); wait > 0 {
		t.Errorf("when it is over: %s", wait)
	}
}
