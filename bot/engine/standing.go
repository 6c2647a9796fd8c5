package engine

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
)

// weigh finds out, for what people said, what decides whether it counts. It is
// asked when the words are taken from the inbox and not when they were said:
// somebody who has left a group meanwhile has no say any more. What cannot be
// found out in time counts as no.
func (e *Engine) weigh(ctx context.Context, c bot.Claim) bot.Claim {
	ctx, cancel := context.WithTimeout(ctx, membersWithin)
	defer cancel()
	for i, ev := range c.Inbox {
		switch ev := ev.(type) {
		case bot.Approved:
			ev.Standing = e.standing(ctx, c.Release, ev.By)
			c.Inbox[i] = ev
		case bot.PointSettled:
			ev.Standing = e.standing(ctx, c.Release, ev.By)
			c.Inbox[i] = ev
		case bot.Declined:
			ev.Standing = e.standing(ctx, c.Release, ev.By)
			c.Inbox[i] = ev
		case bot.RanAsserted:
			ev.Standing = e.standing(ctx, c.Release, ev.By)
			c.Inbox[i] = ev
		case bot.SignedOff:
			ev.Standing = e.standing(ctx, c.Release, ev.By)
			c.Inbox[i] = ev
		case bot.NeverRanAsserted:
			ev.Standing = e.standing(ctx, c.Release, ev.By)
			c.Inbox[i] = ev
		default:
		}
	}
	return c
}

// standing finds out what somebody is to those whose word a release asks for.
func (e *Engine) standing(ctx context.Context, r bot.Release, who bot.Person) bot.Standing {
	if r.Plan == nil {
		return bot.Standing{}
	}
	person, _ := e.catalog.PersonByChat(who.ID)
	in, unread := e.groupsWith(ctx, r.Heard(), who)
	return bot.Standing{Groups: in, Unread: unread, Login: person.GitHub}
}
