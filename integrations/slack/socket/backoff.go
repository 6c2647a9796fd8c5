package socket

import (
	"time"

	"github.com/slipwayhq/slipway/bot"
)

const (
	// shortest and longest bound the pause before the next try to connect.
	shortest = 500 * time.Millisecond
	longest  = 2 * time.Minute
	// settled is how long a connection has stood before it counts as a good one.
	// Slack replaces one every few hours; what breaks sooner breaks again.
	settled = 10 * time.Second
	// refusedStep is where the pauses begin after a refusal that does not go away by
	// itself.
	refusedStep = 4
)

// backoff is how long to wait before the next try: not at all after a connection
// that was good, and else longer each time.
type backoff struct{ failures int }

// lived takes note of a connection that is to be replaced.
func (b *backoff) lived(age time.Duration, why error) {
	if age >= settled {
		b.failures = 0
	} else {
		b.failures++
	}
	b.refused(why)
}

// failed takes note of a connection that did not come about.
func (b *backoff) failed(err error) {
	b.failures++
	b.refused(err)
}

func (b *backoff) refused(err error) {
	switch bot.KindOf(err) { //nolint:exhaustive // the others may go away at once
	case bot.Denied, bot.Limited:
		b.failures = max(b.failures, refusedStep)
	}
}

// next is the pause; random, from 0 to 1, keeps those who were cut off together
// from coming back together.
func (b *backoff) next(random float64) time.Duration {
	if b.failures == 0 {
		return 0
	}
	full := longest
	if doublings := b.failures - 1; doublings < 16 {
		full = min(longest, shortest<<doublings)
	}
	return full/2 + time.Duration(random*float64(full/2))
}
