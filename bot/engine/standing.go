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
		case bot.PardonAsked:
			ev.May = e.mayDeploy(ctx, c.Release.Target, ev.By)
			c.Inbox[i] = ev
		default:
		}
	}
	return c
}

// mayDeploy says whether somebody may deploy to a target, by slipway.yaml as it
// is now.
func (e *Engine) mayDeploy(ctx context.Context, t bot.Target, who bot.Person) bool {
	_, env, err := e.declared(t)
	if err != nil {
		return false
	}
	in, _ := e.groupsWith(ctx, env.Settings.Deployers, who)
	return len(env.Settings.Deployers) == 0 || len(in) > 0
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
