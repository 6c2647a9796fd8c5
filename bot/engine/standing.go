package engine

import (
	"slices"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// weigh finds out, for what people said, what decides whether it counts. It is
// asked when the words are taken from the inbox and not when they were said:
// somebody who has left a group meanwhile has no say any more.
func (e *Engine) weigh(c bot.Claim) bot.Claim {
	for i, ev := range c.Inbox {
		switch ev := ev.(type) {
		case bot.Approved:
			ev.Standing = e.standing(c.Release, ev.By)
			c.Inbox[i] = ev
		case bot.Declined:
			ev.Standing = e.standing(c.Release, ev.By)
			c.Inbox[i] = ev
		case bot.RanAsserted:
			ev.Standing = e.standing(c.Release, ev.By)
			c.Inbox[i] = ev
		case bot.NeverRanAsserted:
			ev.Standing = e.standing(c.Release, ev.By)
			c.Inbox[i] = ev
		default:
		}
	}
	return c
}

// standing finds out what somebody is to those whose approval a release asks
// for.
func (e *Engine) standing(r bot.Release, who bot.Person) bot.Standing {
	if r.Plan == nil {
		return bot.Standing{}
	}
	person, _ := e.catalog.PersonByChat(who.ID)
	groups := slices.DeleteFunc(r.Plan.Settings.Approvals.Groups(), func(group string) bool {
		return e.catalog.InGroup(group, who.ID) != catalog.Member
	})
	return bot.Standing{Groups: groups, Login: person.GitHub}
}
