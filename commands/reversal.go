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

// reversal finds out what a rollback takes back, which is whatever is live, and where
// it goes: to the newest healthy release, or to the one that a person named. The target
// must have run and been healthy there; if no release ever was, the newest adopted one
// will do.
func (c *Commands) reversal(ctx context.Context, in bot.Invocation, t bot.Target, to string) (bot.Reversal, error) {
	w, err := c.way(ctx, t)
	if err != nil {
		return bot.Reversal{}, err
	}
	if bot.ValidReleaseID(to) && !w.holds(to) {
		err = c.whyNot(ctx, t, to)
	}
	var past bot.Past
	if err == nil {
		past, err = w.find(to)
	}
	if err != nil {
		return bot.Reversal{}, w.withChoices(err, func(id string) string {
			return c.typed(in, "rollback", t.Service, t.Environment, "to", id)
		})
	}
	return bot.Reversal{Back: w.back(past), To: past.Release}, nil
}

// way reads a target's past.
func (c *Commands) way(ctx context.Context, t bot.Target) (way, error) {
	history, err := c.records.History(ctx, t, bot.WayBackDepth)
	if err != nil {
		return way{}, err
	}
	takes := bot.ToTakeBack(history)
	if takes == nil {
		return way{}, c.nothingLive(t)
	}
	return way{target: t, history: history, live: bot.LiveOf(history), takesBack: *takes}, nil
}

// nothingLive refuses a rollback where nothing is known to be live.
func (c *Commands) nothingLive(t bot.Target) error {
	return refuse(policy.NothingToTakeBack(t), c.makeLive(t))
}

// makeLive says how slipway comes to know what is live on a target.
func (c *Commands) makeLive(t bot.Target) string {
	return fmt.Sprintf("Deploy to it, or record what is live: `%s %s %s SHA`", c.slash("adopt"), t.Service, t.Environment)
}

// whyNot says why a rollback cannot go to a release that is not in the target's
// history.
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
		return refuse(fmt.Sprintf("%s ran on %s too long ago to go back to by its name.", r.ID, t), policy.DeployInstead)
	}
}

// way is a target's history, in which a rollback's way back is found.
type way struct {
	target    bot.Target
	history   []bot.Past
	live      bot.Live
	takesBack bot.Past // what a rollback takes back
}

// back is the release that is taken back by going to another one. If a rollback of a
// release broke off, going back to that same release takes back the rollback.
func (w way) back(to bot.Past) string {
	if to.SHA == w.takesBack.SHA && w.live.Newest != nil {
		return w.live.Newest.Release
	}
	return w.takesBack.Release
}

// isLive says whether a commit is certainly live.
func (w way) isLive(sha string) bool { return !w.live.Uncertain() && w.live.Holds(sha) }

func (w way) holds(id string) bool {
	return slices.ContainsFunc(w.history, func(p bot.Past) bool { return p.Release == id })
}

// find finds the release to go back to; an empty name means the best one.
func (w way) find(to string) (bot.Past, error) {
	if to == "" {
		past, ok := policy.RollbackTarget(w.history, bot.AwayFrom(w.history, w.takesBack.Release)...)
		if !ok {
			return bot.Past{}, refuse(policy.NoWayBack(w.target))
		}
		return past, nil
	}
	past, err := w.named(to)
	switch {
	case err != nil:
		return bot.Past{}, err
	case w.isLive(past.SHA):
		return bot.Past{}, refuse(fmt.Sprintf("%s is the commit that is live on %s now.", bot.ShortSHA(past.SHA), w.target))
	case past.SHA == w.takesBack.SHA && !w.takesBack.Phase.Ended():
		return bot.Past{}, refuse(fmt.Sprintf("%s is the commit that %s is bringing to %s now.", bot.ShortSHA(past.SHA), w.takesBack.Release, w.target))
	case !w.mayGoTo(past):
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
		if w.mayGoTo(past) {
			return past, nil
		}
	}
	return best, nil
}

func (w way) mayGoTo(to bot.Past) bool {
	return slices.ContainsFunc(policy.WaysBack(w.history), func(p bot.Past) bool { return p.Release == to.Release })
}

// withChoices adds to a refusal where the rollback could go instead.
func (w way) withChoices(err error, again spell) error {
	var choices []string
	seen := map[string]bool{}
	for _, past := range w.history {
		if w.mayGoTo(past) && !past.Quarantined && !w.isLive(past.SHA) && !seen[past.SHA] && len(choices) < 5 {
			choices = append(choices, fmt.Sprintf("%s (%s)", past.Release, bot.ShortSHA(past.SHA)))
		}
		seen[past.SHA] = seen[past.SHA] || w.mayGoTo(past)
	}
	if len(choices) == 0 {
		return withMend(err, policy.DeployInstead)
	}
	first, _, _ := strings.Cut(choices[0], " ")
	return withNear(withMend(err, "It can go back to "+join(choices, "or")+"."), again(first))
}
