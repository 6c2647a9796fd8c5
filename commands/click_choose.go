package commands

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

// toList, in place of a release, asks for the list of releases.
const toList = "list"

// choices are the releases that a target can be rolled back to, newest first: those
// that were healthy there, one for each commit. Those in quarantine are included, since
// a person who gives a reason may bring them back.
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

// clickChoose asks which other release to go back to. On the card of a release that
// release is rolled back, as by its rollback button; on the confirmation of a rollback
// it is about the same target.
func (c *Commands) clickChoose(ctx context.Context, w releaseRequest) (bot.Answer, error) {
	if !w.r.Unconfirmed() {
		if err := c.stillLive(ctx, w.Invocation, w.r); err != nil {
			return nil, err
		}
	}
	return c.choices(ctx, w.r.Target)
}
