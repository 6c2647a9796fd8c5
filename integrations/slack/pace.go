package slack

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/slipwayhq/slipway/bot"
)

const (
	// maxWait is how long the sender itself waits for its turn; whoever would
	// wait longer is told so and comes again.
	maxWait = 2 * time.Second
	// postEvery is Slack's pace for messages to one channel, with short bursts
	// allowed (docs.slack.dev/apis/web-api/rate-limits).
	postEvery = time.Second
	postBurst = 3
	// maxChannels bounds how many channels the pace is kept of.
	maxChannels = 1000
)

// pacer keeps to Slack's pace: posts channel by channel, and every method as
// long as Slack asked to wait with its Retry-After, which holds for that method
// alone.
type pacer struct {
	mu       sync.Mutex
	blocked  map[string]time.Time
	channels map[string]*rate.Limiter
}

func newPacer() *pacer {
	return &pacer{blocked: map[string]time.Time{}, channels: map[string]*rate.Limiter{}}
}

// wait returns when the call may leave. Kind Limited: it would take too long.
func (p *pacer) wait(ctx context.Context, method, channel string) error {
	delay := p.delay(method, channel, time.Now())
	if delay > maxWait {
		return &bot.Error{Kind: bot.Limited, Op: method, Says: "Slack takes no more of this for the moment", RetryAfter: delay}
	}
	if delay <= 0 {
		return nil
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return &bot.Error{Kind: bot.NeverSent, Op: method, Says: "there was no time left to send it", Err: ctx.Err()}
	}
}

// delay is how long a call must wait. One that must wait too long does not
// take a turn.
func (p *pacer) delay(method, channel string, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	blocked := p.blocked[method].Sub(now)
	if method != methodPost || blocked > maxWait {
		return blocked
	}
	turn := p.channel(channel).ReserveN(now, 1)
	delay := max(turn.DelayFrom(now), blocked)
	if delay > maxWait {
		turn.CancelAt(now)
	}
	return delay
}

func (p *pacer) channel(id string) *rate.Limiter {
	l, known := p.channels[id]
	if !known {
		if len(p.channels) >= maxChannels {
			clear(p.channels) // forgetting costs at most a 429, which is kept to
		}
		l = rate.NewLimiter(rate.Every(postEvery), postBurst)
		p.channels[id] = l
	}
	return l
}

// block keeps a method back for as long as Slack asked.
func (p *pacer) block(method string, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := time.Now().Add(d); until.After(p.blocked[method]) {
		p.blocked[method] = until
	}
}
