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
	// postEvery is the pace for messages to one channel, with short bursts allowed: a
	// little below Slack's, which is one a second
	// (docs.slack.dev/apis/web-api/rate-limits).
	postEvery = 1100 * time.Millisecond
	postBurst = 3
	// maxAway is the longest that somebody is told to stay away.
	maxAway = 30 * time.Second
	// maxChannels bounds how many channels the pace is kept of.
	maxChannels = 1000
)

// ask is what a call asks of the pacer.
type ask struct {
	method, channel string
	// patience is how long it waits by itself.
	patience time.Duration
	// aloud says that it is a message out loud: it waits for no other kind of message.
	aloud bool
}

// pacer keeps to Slack's pace: posts channel by channel, and every method as
// long as Slack asked to wait with its Retry-After, which holds for that method
// alone.
type pacer struct {
	mu       sync.Mutex
	blocked  map[string]map[string]time.Time // by method, and posts by channel; "" stands for all
	channels map[string]*channelPace
}

// channelPace is the pace of one channel.
type channelPace struct {
	all   *rate.Limiter
	aloud *rate.Limiter
	// away is until when those stay away that were turned away: each comes back at a
	// time of its own.
	away time.Time
}

func newPacer() *pacer {
	return &pacer{blocked: map[string]map[string]time.Time{}, channels: map[string]*channelPace{}}
}

// wait returns when the call may leave. Kind Limited: it would take too long.
func (p *pacer) wait(ctx context.Context, t ask) error {
	delay, away := p.delay(t, time.Now())
	if away > 0 {
		return &bot.Error{Kind: bot.Limited, Op: t.method, Says: "Slack takes no more of this for the moment", RetryAfter: away}
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
		return &bot.Error{Kind: bot.NeverSent, Op: t.method, Says: "there was no time left to send it", Err: ctx.Err()}
	}
}

// delay is how long a call must wait, or after how long it is to come again. One that
// comes again does not take a turn.
func (p *pacer) delay(t ask, now time.Time) (delay, away time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	blocked := p.blockedFor(t).Sub(now)
	switch {
	case blocked > t.patience:
		return 0, blocked
	case t.method != methodPost:
		return blocked, 0
	}
	c := p.channel(t.channel)
	limiter := c.all
	if t.aloud {
		limiter = c.aloud
	}
	reserved := limiter.ReserveN(now, 1)
	if delay = max(reserved.DelayFrom(now), blocked); delay <= t.patience {
		if t.aloud {
			c.all.ReserveN(now, 1) // the others come later by it
		}
		return delay, 0
	}
	reserved.CancelAt(now)
	if after := bot.LaterOf(c.away, now.Add(delay)); after.Sub(now) < maxAway {
		c.away, delay = after.Add(postEvery), after.Sub(now)
	} else {
		delay = maxAway
	}
	return 0, delay
}

// blockedFor is until when Slack asked to wait with such calls.
func (p *pacer) blockedFor(t ask) time.Time {
	until := p.blocked[t.method][""]
	if t.method == methodPost {
		until = bot.LaterOf(until, p.blocked[t.method][t.channel])
	}
	return until
}

func (p *pacer) channel(id string) *channelPace {
	c, known := p.channels[id]
	if !known {
		if len(p.channels) >= maxChannels {
			clear(p.channels) // forgetting costs at most a 429, which is kept to
		}
		every := rate.Every(postEvery)
		c = &channelPace{all: rate.NewLimiter(every, postBurst), aloud: rate.NewLimiter(every, postBurst)}
		p.channels[id] = c
	}
	return c
}

// block keeps a method back for as long as Slack asked. Slack counts posts for each channel
// and for the whole workspace, and does not say which of both it was: what two channels
// meet at once holds for all of them.
func (p *pacer) block(method, channel string, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if method != methodPost {
		channel = ""
	}
	now, until := time.Now(), time.Now().Add(d)
	kept := map[string]time.Time{channel: until}
	for of, before := range p.blocked[method] {
		switch {
		case !before.After(now):
		case of == channel:
			kept[of] = bot.LaterOf(before, until)
		default:
			kept[of], kept[""] = before, bot.LaterOf(kept[""], until)
		}
	}
	p.blocked[method] = kept
}
