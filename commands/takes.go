package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
	"github.com/slipwayhq/slipway/commands/grammar"
)

// farBack is how many releases of a target are looked through for one to go
// back to.
const farBack = 100

// takes finds out what a rollback takes back, which is whatever is live, and
// where it goes: to the newest healthy release, or to what a person named. Only
// a release that ran on the target and was healthy there will do.
func (c *Commands) takes(ctx context.Context, in bot.Invocation, t bot.Target, to string) (bot.Takes, error) {
	live, err := c.live(ctx, t)
	if err != nil {
		return bot.Takes{}, err
	}
	if live == nil {
		return bot.Takes{}, c.nothingLive(t)
	}
	history, err := c.records.History(ctx, t, farBack)
	if err != nil {
		return bot.Takes{}, err
	}
	w := way{target: t, live: *live, history: history}
	if bot.ValidReleaseID(to) && !w.holds(to) {
		err = c.whyNot(ctx, t, to)
	}
	var past bot.Past
	if err == nil {
		past, err = w.find(to)
	}
	if err != nil {
		return bot.Takes{}, w.withChoices(err, func(id string) string {
			return c.typed(in, "rollback", t.Service, t.Environment, "to", id)
		})
	}
	return bot.Takes{Back: live.ID, To: past.Release}, nil
}

// nothingLive refuses to take back what nobody knows.
func (c *Commands) nothingLive(t bot.Target) error {
	return refuse(fmt.Sprintf("Nothing is known to be live on %s, so there is nothing to take back.", t),
		fmt.Sprintf("Deploy to it, or record what is live: %s %s %s SHA", c.slash("adopt"), t.Service, t.Environment))
}

// whyNot says why a release that is not in the target's history cannot be gone
// back to.
func (c *Commands) whyNot(ctx context.Context, t bot.Target, id string) error {
	r, err := c.release(ctx, id)
	switch {
	case err != nil:
		return err
	case r.Target != t:
		return refuse(fmt.Sprintf("%s was a release to %s, not to %s.", r.ID, r.Target, t))
	case !r.Started():
		return refuse(fmt.Sprintf("%s never ran: %s.", r.ID, truth(r)))
	default:
		return refuse(fmt.Sprintf("%s is not among the last %d releases of %s.", r.ID, farBack, t))
	}
}

// way is a target's past, in which a way back is looked for.
type way struct {
	target  bot.Target
	live    bot.Release
	history []bot.Past
}

func (w way) holds(id string) bool {
	return slices.ContainsFunc(w.history, func(p bot.Past) bool { return p.Release == id })
}

// find finds the release to go back to; an empty name means the best one.
func (w way) find(to string) (bot.Past, error) {
	if to == "" {
		past, ok := policy.RollbackTarget(w.history, w.live.SHA())
		if !ok {
			return bot.Past{}, refuse(fmt.Sprintf("There is no earlier healthy release to go back to on %s.", w.target))
		}
		return past, nil
	}
	past, err := w.named(to)
	switch {
	case err != nil:
		return bot.Past{}, err
	case past.SHA == w.live.SHA():
		return bot.Past{}, refuse(fmt.Sprintf("%s is the commit that is live on %s now.", bot.ShortSHA(past.SHA), w.target))
	case !past.Healthy:
		return bot.Past{}, refuse(fmt.Sprintf("%s was not healthy on %s.", past.Release, w.target))
	}
	return past, nil
}

// named finds a release by its id or by its commit; of several releases of one
// commit the newest healthy one.
func (w way) named(to string) (bot.Past, error) {
	bySHA := grammar.IsSHA(to)
	var found []bot.Past
	for _, past := range w.history {
		if past.Release == to || bySHA && strings.HasPrefix(past.SHA, to) {
			found = append(found, past)
		}
	}
	switch {
	case len(found) > 0:
	case bySHA:
		return bot.Past{}, refuse(fmt.Sprintf("No release of `%s` ran on %s.", to, w.target))
	default:
		return bot.Past{}, refuse(fmt.Sprintf("`%s` is neither the id of a release nor a SHA of 7 to 40 characters.", clip(to)))
	}
	best := found[0]
	for _, past := range found {
		if past.SHA != best.SHA {
			return bot.Past{}, refuse(fmt.Sprintf("`%s` fits several commits that ran on %s.", clip(to), w.target), "Give more characters of the SHA.")
		}
	}
	for _, past := range found {
		if past.Healthy {
			return past, nil
		}
	}
	return best, nil
}

// withChoices adds to a refusal where one could go instead.
func (w way) withChoices(err error, again spell) error {
	var choices []string
	seen := map[string]bool{w.live.SHA(): true}
	for _, past := range w.history {
		if past.Healthy && !past.Quarantined && !seen[past.SHA] && len(choices) < 5 {
			choices = append(choices, fmt.Sprintf("%s (%s)", past.Release, bot.ShortSHA(past.SHA)))
		}
		seen[past.SHA] = true
	}
	if len(choices) == 0 {
		return withMend(err, "Deploy a commit that is known to be good instead.")
	}
	first, _, _ := strings.Cut(choices[0], " ")
	return withNear(withMend(err, "It can go back to "+join(choices, "or")+"."), again(first))
}
