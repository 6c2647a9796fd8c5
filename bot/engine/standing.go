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
		if by, who, isWord := bot.WordOf(ev); isWord {
			c.Inbox[i] = bot.Weighed(ev, e.standing(ctx, c.Release, who, by))
		}
	}
	return c
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
