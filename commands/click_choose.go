package commands

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

// toList is the word that asks for the list, in the place of a release.
const toList = "list"

// choices are the releases that a rollback of a target may go to, newest first:
// those that were healthy there, one a commit. Those in quarantine are among
// them, since a person who says why may bring them back.
func (c *Commands) choices(ctx context.Context, t bot.Target) (bot.Answer, error) {
	w, err := c.way(ctx, t)
	if err != nil {
		return nil, err
	}
	form := bot.RollbackForm{Target: t, Now: c.now()}
	seen := map[string]bool{}
	for _, past := range policy.WaysBack(w.history) {
		if !w.isLive(past.SHA) && !seen[past.SHA] {
			seen[past.SHA] = true
			form.Past = append(form.Past, past)
		}
	}
	if len(form.Past) == 0 {
		return nil, refuse(policy.NoWayBack(t), policy.DeployInstead)
	}
	return form, nil
}

// clickChoose asks where to go back to instead. On the card of a release it is
// about that release, as its rollback button is; on the question whether a
// rollback may go it is about the same target.
func (c *Commands) clickChoose(ctx context.Context, w releaseRequest) (bot.Answer, error) {
	if !w.r.Unconfirmed() {
		if err := c.stillLive(ctx, w.Invocation, w.r); err != nil {
			return nil, err
		}
	}
	return c.choices(ctx, w.r.Target)
}
