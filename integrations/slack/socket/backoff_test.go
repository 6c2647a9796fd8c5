package socket

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/slipwayhq/slipway/bot"
)

var (
	errLost    = &bot.Error{Kind: bot.Unavailable, Err: errors.New("lost")}
	errRefused = &bot.Error{Kind: bot.Denied, Says: "no"}
)

func TestBackoff(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		happened func(*backoff)
		low      time.Duration
		high     time.Duration
	}{
		{"at first", func(*backoff) {}, 0, 0},
		{"a good connection is replaced at once", func(b *backoff) { b.lived(3*time.Hour, errRefresh) }, 0, 0},
		{"a good one that broke, too", func(b *backoff) { b.lived(time.Hour, errLost) }, 0, 0},
		{"a short one", func(b *backoff) { b.lived(time.Second, errRefresh) }, 250 * time.Millisecond, 500 * time.Millisecond},
		{"short ones", func(b *backoff) { b.lived(0, errLost); b.lived(0, errLost); b.lived(0, errLost) }, time.Second, 2 * time.Second},
		{"failures", func(b *backoff) { b.failed(errLost); b.failed(errLost) }, 500 * time.Millisecond, time.Second},
		{"a refusal", func(b *backoff) { b.failed(errRefused) }, 2 * time.Second, 4 * time.Second},
		{"a good one that was refused", func(b *backoff) { b.lived(time.Hour, errRefused) }, 2 * time.Second, 4 * time.Second},
		{"too many", func(b *backoff) { b.lived(time.Second, farewell("too_many_websockets")) }, 2 * time.Second, 4 * time.Second},
		{"failures without end", func(b *backoff) {
			for range 100 {
				b.failed(errLost)
			}
		}, time.Minute, 2 * time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var b backoff
			tt.happened(&b)
			if low, high := b.next(0), b.next(1); low != tt.low || high != tt.high {
				t.Errorf("the pause is from %s to %s, want %s to %s", low, high, tt.low, tt.high)
			}
		})
	}
}

// TestBackoffMakesNoStorm: whatever happens to short connections, the tries of an
// hour are few.
func TestBackoffMakesNoStorm(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var b backoff
		tries := 0
		for spent := time.Duration(0); spent < time.Hour; tries++ {
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0:
				b.failed(errLost)
			case 1:
				b.failed(errRefused)
			default:
				age := time.Duration(rapid.Int64Range(0, int64(settled)-1).Draw(t, "age"))
				b.lived(age, errLost)
				spent += age
			}
			spent += b.next(rapid.Float64Range(0, 1).Draw(t, "random"))
		}
		if tries > 80 {
			t.Fatalf("%d tries within an hour", tries)
		}
	})
}
