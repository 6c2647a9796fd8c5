package loop

import (
	"context"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// heldUpRetry is the pause before a request that was too late is tried again.
const heldUpRetry = time.Second

// InTime returns an error of kind bot.NeverSent if it is too late for a request. by is
// a time of this process's clock. Its monotonic part also counts while the process is
// paused, its wall clock also while the machine sleeps; whichever passes first decides.
func InTime(by time.Time) error {
	now := time.Now()
	if now.After(by) || now.Round(0).After(by.Round(0)) {
		return &bot.Error{
			Kind: bot.NeverSent, Op: "send what may only be sent in time", Says: "slipway was held up, so that it was too late to send it",
			RetryAfter: heldUpRetry,
		}
	}
	return nil
}

// Until is InTime as it is asked right before a request is sent.
func Until(by time.Time) func(context.Context) error {
	return func(context.Context) error { return InTime(by) }
}
