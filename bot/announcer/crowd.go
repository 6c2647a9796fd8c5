package announcer

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
	"github.com/slipwayhq/slipway/bot/loop"
)

const (
	// maxTogether is how many notes one message holds: each has a paragraph of its
	// own, and the chat takes no more than fifty.
	maxTogether = 40
	// patience is how long what calls for a person waits for others in a channel that
	// is to be spared: it is still said well within five seconds.
	patience = 1500 * time.Millisecond
	// enough is how many make a message worth sending at once. It is below the motor's
	// hands, so that they never all wait here.
	enough = 20
	// breath is the pause between messages to a channel after the first few of a burst, in
	// which others may come that then go together in the next one. The chat's adapter keeps
	// the same pace, but what it holds back can take no others with it any more.
	breath = 1100 * time.Millisecond
	// atOnce are those first few.
	atOnce = 3
	// settling is how long the first of those that come again waits for the others.
	settling = 500 * time.Millisecond
	// maxSpared is more than a channel is ever spared.
	maxSpared = 5 * time.Minute
)

// send posts messages for one channel as one.
type send func(ctx context.Context, together []bot.Message) (bot.MessageRef, error)

// crowd keeps a burst of messages from flooding a channel. The chat accepts about one
// message a second there, and readers cope with fewer. So messages that come while
// another is being sent go together in the next one, the most severe first. Without a
// burst nothing waits.
type crowd struct {
	mu       sync.Mutex
	channels map[string]*line
	spared   map[string]sparing
}

// sparing is until when a channel is to be spared.
type sparing struct {
	until time.Time
	pace  *rate.Limiter // of its messages; nil: none went yet
	// turnedAway says that somebody is to come again by then.
	turnedAway bool
}

// breath is how long the next message waits for others, if many went lately.
func (s sparing) breath() time.Duration {
	if s.pace == nil {
		return 0
	}
	return time.Duration(max(0, 1-s.pace.Tokens()) * float64(breath))
}

// line is the messages that wait for a channel while another is being sent to it.
type line struct {
	waiting []*turn
	crowded chan struct{} // sent to when enough wait
}

// turn is a message that waits. In the end it sends itself and others, or another one
// has sent it.
type turn struct {
	m    bot.Message
	lead chan struct{}
	done chan struct{}
	ref  bot.MessageRef
	err  error
}

var errNotSent = errors.New("whoever sent it did not come to an end")

// post posts a message, alone or with others, and returns where it stands.
func (c *crowd) post(ctx context.Context, m bot.Message, s send) (bot.MessageRef, error) {
	me := c.join(m)
	select {
	case <-me.lead:
		return c.sendWithOthers(ctx, me, s)
	case <-me.done:
		return me.ref, me.err
	case <-ctx.Done():
	}
	if c.goAway(me) {
		return bot.MessageRef{}, &bot.Error{Kind: bot.NeverSent, Op: "post to a channel", Says: "there was no time left to send it", Err: ctx.Err()}
	}
	select {
	case <-me.lead: // a turn that came too late is still to be passed on
		return c.sendWithOthers(ctx, me, s)
	case <-me.done:
		return me.ref, me.err
	}
}

func (c *crowd) join(m bot.Message) *turn {
	me := &turn{m: m, lead: make(chan struct{}), done: make(chan struct{})}
	c.mu.Lock()
	defer c.mu.Unlock()
	l, busy := c.channels[m.Channel]
	if busy {
		l.waiting = append(l.waiting, me)
		if len(l.waiting) >= enough-1 {
			select {
			case l.crowded <- struct{}{}:
			default: // that is known already
			}
		}
		return me
	}
	if c.channels == nil {
		c.channels = map[string]*line{}
	}
	c.channels[m.Channel] = &line{crowded: make(chan struct{}, 1)}
	close(me.lead)
	return me
}

// goAway removes a turn from its line, and says whether it was still there.
func (c *crowd) goAway(me *turn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := c.channels[me.m.Channel]
	if l == nil {
		return false
	}
	before := len(l.waiting)
	l.waiting = slices.DeleteFunc(l.waiting, func(t *turn) bool { return t == me })
	return len(l.waiting) < before
}

// sendWithOthers sends the waiting messages together, and then lets the next one lead,
// whatever came of it.
func (c *crowd) sendWithOthers(ctx context.Context, me *turn, s send) (ref bot.MessageRef, err error) {
	c.gather(ctx, me.m.Channel)
	together := c.collect(me)
	err = errNotSent
	defer func() {
		for _, t := range together {
			if t != me {
				t.ref, t.err = ref, err
				close(t.done)
			}
		}
		c.pass(me.m.Channel)
	}()
	messages := make([]bot.Message, len(together))
	for i, t := range together {
		messages[i] = t.m
	}
	return s(ctx, messages)
}

// gather waits for others while a channel is to be spared, but not for long.
func (c *crowd) gather(ctx context.Context, channel string) {
	c.mu.Lock()
	l, s := c.channels[channel], c.spared[channel]
	wait := min(max(time.Until(s.until), s.breath()), patience)
	if wait <= 0 && s.turnedAway {
		wait = settling
	}
	c.mu.Unlock()
	if wait > 0 {
		loop.Pause(ctx, l.crowded, wait)
	}
}

// turnAway says when a message that calls for nobody is to come again; 0: it need not.
func (c *crowd) turnAway(m bot.Message) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.spared[m.Channel]
	wait := time.Until(s.until)
	if wait <= 0 || rank(m) < slices.Index(bot.Severities(), bot.Info) {
		return 0
	}
	s.turnedAway = true
	c.spared[m.Channel] = s
	return wait
}

// sparedFor is for how long a channel is still to be spared; 0: it is not.
func (c *crowd) sparedFor(channel string) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return max(0, time.Until(c.spared[channel].until))
}

// spoke notes that something was said in a channel, and for how long it is to be spared
// from now on.
func (c *crowd) spoke(channel string, spared time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	maps.DeleteFunc(c.spared, func(_ string, s sparing) bool { return now.Sub(s.until) > maxSpared })
	if c.spared == nil {
		c.spared = map[string]sparing{}
	}
	s := c.spared[channel]
	if s.pace == nil {
		s.pace = rate.NewLimiter(rate.Every(breath), atOnce)
	}
	s.pace.AllowN(now, 1)
	s.until, s.turnedAway = now.Add(spared), false
	c.spared[channel] = s
}

// collect returns the messages that go with the leading one, the most severe first, so
// that the least important are left for later.
func (c *crowd) collect(me *turn) []*turn {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := c.channels[me.m.Channel]
	slices.SortStableFunc(l.waiting, func(a, b *turn) int { return byRank(a.m, b.m) })
	with := min(len(l.waiting), maxTogether-1)
	together := append([]*turn{me}, l.waiting[:with]...)
	l.waiting = slices.Clone(l.waiting[with:])
	if len(l.waiting) < enough-1 {
		select {
		case <-l.crowded: // they are on their way
		default:
		}
	}
	slices.SortStableFunc(together, func(a, b *turn) int { return byRank(a.m, b.m) })
	return together
}

// pass lets the next waiting message lead, or drops the channel if none waits.
func (c *crowd) pass(channel string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := c.channels[channel]
	if len(l.waiting) == 0 {
		delete(c.channels, channel)
		return
	}
	next := l.waiting[0]
	l.waiting = l.waiting[1:]
	close(next.lead)
}

// byRank orders messages by how much they call for a person.
func byRank(a, b bot.Message) int { return cmp.Compare(rank(a), rank(b)) }

func rank(m bot.Message) int {
	n, is := m.Body.(bot.Note)
	if !is { // slipway itself is in need of somebody
		return slices.Index(bot.Severities(), bot.Warning)
	}
	o := bot.Occurrence{Outcome: n.Release.Outcome(), Production: n.Release.Plan != nil && n.Release.Plan.Production}
	severity := o.Severity()
	if o.Outcome == "" { // it goes on, and somebody is called all the same
		severity = bot.Warning
	}
	return slices.Index(bot.Severities(), severity)
}

// inCrowd posts a note together with others that wait for its channel.
func (a *Announcer) inCrowd(ctx context.Context, m bot.Message, leave func(context.Context) error) (bot.MessageRef, error) {
	return a.crowd.post(ctx, m, func(ctx context.Context, together []bot.Message) (bot.MessageRef, error) {
		ref, err := a.ports.Chat.Post(ctx, oneOf(m, together), leave)
		if err == nil {
			a.noteSpoken(ctx, m.Channel)
		}
		return ref, err
	})
}

// oneOf makes one message of those that go with m.
func oneOf(m bot.Message, together []bot.Message) bot.Message {
	if len(together) == 1 {
		return together[0]
	}
	var all bot.Digest
	for _, one := range together {
		if n, is := one.Body.(bot.Note); is {
			all.Notes = append(all.Notes, n)
			continue
		}
		all.Others = append(all.Others, one.Body)
	}
	return bot.Message{Key: m.Key, Channel: m.Channel, Body: all}
}

// goesTogether says of what is no note whether it may be one of several in a message.
// What has buttons of its own, or is edited later, may not.
func goesTogether(b bot.Body) bool {
	switch b.(type) {
	case bot.Forgotten, bot.Notice, bot.Trouble:
		return true
	case bot.Card, bot.Note, bot.Digest, bot.Held:
		return false
	}
	return false
}

// noteSpoken counts what was said in a channel. Where that fails it is not spared.
func (a *Announcer) noteSpoken(ctx context.Context, channel string) {
	spared, err := a.ports.Noise.Spoke(ctx, channel)
	if err != nil {
		a.log.Warn("it was not counted that something was said in a channel", bot.ErrAttr(err))
	}
	a.crowd.spoke(channel, spared)
}

// each does something with all of some, some of them next to each other, so that what is
// said of them can go together.
func each[T any](all []T, do func(T)) {
	var g guard.Group
	g.SetLimit(enough)
	for _, one := range all {
		g.Go(func() error { do(one); return nil })
	}
	_ = g.Wait() // a panic goes on, and there is no error
}
