package engine

import (
	"context"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// weighWithin bounds how long the rights of people are looked up, short enough that
// nobody wonders.
const weighWithin = 3 * time.Second

// weigh looks up whether those who said something are allowed to. That is done when the
// event is taken from the inbox, not when it was posted: somebody who has left a group
// meanwhile is no longer allowed to. What cannot be found out in time counts as no.
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

// withLive checks, before people's approvals of a waiting release are applied, whether
// something else is live by now: then they were given for an outdated plan. If that
// cannot be read it counts as outdated, and they are asked again.
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
