package engine

import (
	"context"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// weighWithin bounds finding out whose word counts, well below the time in which
// somebody would wonder.
const weighWithin = 3 * time.Second

// weigh finds out, for what people said, what decides whether it counts. It is
// asked when the words are taken from the inbox and not when they were said:
// somebody who has left a group meanwhile has no say any more. What cannot be
// found out in time counts as no.
func (e *Engine) weigh(ctx context.Context, c bot.Claim) bot.Claim {
	ctx, cancel := context.WithTimeout(ctx, weighWithin)
	defer cancel()
	c.Inbox = e.withLive(ctx, c)
	for i, ev := range c.Inbox {
		if by, who, isWord := bot.SpeakerOf(ev); isWord {
			c.Inbox[i] = bot.Weighed(ev, e.ports.People.Standing(ctx, c.Release, who, by))
		}
	}
	return c
}

// withLive puts before people's words to a waiting release that something else is
// live by now: then they were not said to what it would do. Where that cannot be
// read it counts as so, and they are asked to say it again.
func (e *Engine) withLive(ctx context.Context, c bot.Claim) []bot.Event {
	saysYes := func(ev bot.Event) bool {
		switch ev.(type) {
		case bot.Approved, bot.PointAcknowledged, bot.Confirmed:
			return true
		default:
			return false
		}
	}
	if !c.Release.AsksApproval() || !slices.ContainsFunc(c.Inbox, saysYes) {
		return c.Inbox
	}
	moved, err := e.ports.Lookout.LookAtLive(ctx, c.Release)
	if err != nil {
		e.log.Warn("what is live could not be read before a yes was weighed", bot.ErrAttr(err))
		moved = bot.LiveMoved{}
	}
	if moved == nil {
		return c.Inbox
	}
	return append([]bot.Event{moved}, c.Inbox...)
}
