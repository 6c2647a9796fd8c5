package commands

import (
	"context"
	"fmt"
	"slices"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

func unapproveVerb(c *Commands) verb {
	return verb{run: c.unapprove, ofRelease: true, who: bot.OwnYes, bound: "as long as the release waits", help: bot.VerbHelp{
		Verb:     "unapprove",
		Usage:    []string{c.slash("unapprove") + " ID"},
		Summary:  "Takes your own yes to a release back, as long as it waits. Then it needs another one.",
		Examples: []string{c.slash("unapprove") + " api-142"},
	}}
}

// unapprove takes back one's own approval. No group is checked: whoever approved may
// take it back, even after leaving.
func (c *Commands) unapprove(ctx context.Context, r request) (bot.Answer, error) {
	release, err := c.named(ctx, r)
	if err != nil {
		return nil, err
	}
	switch {
	case !release.Phase.Waits():
		refusal := notNow(release, "it is too late to take an approval back")
		if release.CanBeStopped() {
			return nil, refusal.near(c.typed(r.Invocation, "cancel", release.ID))
		}
		return nil, refusal
	case !slices.ContainsFunc(release.Approvals, func(a bot.Approval) bool { return a.By.ID == r.By.ID }):
		return nil, refuse(fmt.Sprintf("No approval of yours counts for %s now.", release.ID), policy.SeeApprovals)
	}
	return c.post(ctx, inboxEvent(releaseRequest{Invocation: r.Invocation, r: release}, bot.Withdrawn{By: r.By}), fmt.Sprintf("Your approval of %s is taken back.", release.ID))
}
