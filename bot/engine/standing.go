package engine

import (
	"context"
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// weigh finds out, for what people said, what decides whether it counts. It is
// asked when the words are taken from the inbox and not when they were said:
// somebody who has left a group meanwhile has no say any more. What cannot be
// found out in time counts as no.
func (e *Engine) weigh(ctx context.Context, c bot.Claim) bot.Claim {
	ctx, cancel := context.WithTimeout(ctx, membersWithin)
	defer cancel()
	c.Inbox = e.withLive(ctx, c)
	for i, ev := range c.Inbox {
		if by, who, isWord := bot.WordOf(ev); isWord {
			c.Inbox[i] = bot.Weighed(ev, e.standing(ctx, c.Release, who, by))
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
		case bot.Approved, bot.PointSettled, bot.Confirmed:
			return true
		default:
			return false
		}
	}
	if c.Release.Phase != bot.AwaitingApproval || !slices.ContainsFunc(c.Inbox, saysYes) {
		return c.Inbox
	}
	moved, err := e.lookAtLive(ctx, c.Release)
	if err != nil {
		e.log.Warn("what is live could not be read before a yes was weighed", errAttr(err))
		moved = bot.LiveMoved{}
	}
	if moved == nil {
		return c.Inbox
	}
	return append([]bot.Event{moved}, c.Inbox...)
}

// standing finds out whether somebody's word on a release counts, by
// slipway.yaml as it is now.
func (e *Engine) standing(ctx context.Context, r bot.Release, who bot.Who, by bot.Person) bot.Standing {
	grants := e.catalog.Grants(r.Targets())
	person, _ := e.catalog.PersonByChat(by.ID)
	if left, unread := e.hasLeft(ctx, by); left {
		return bot.Standing{Gone: true, Unread: unread, Login: person.GitHub}
	}
	in, unread := e.groupsWith(ctx, r.Asks(who, grants), by)
	standing := bot.Standing{Groups: in, Unread: unread, Login: person.GitHub}
	standing.May = r.May(who, grants, by, standing)
	return standing
}
