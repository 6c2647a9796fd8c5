package planner

import (
	"context"
	"slices"

	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/policy"
)

// readDeployer finds out whether the requester may deploy, and pass rules where
// that is asked for.
func (b *builder) readDeployer(ctx context.Context) {
	rules := b.plan.Settings.Rules
	b.left = !b.r.ByItself() && b.p.ports.People.RequesterLeft(ctx, b.r.Asker())
	b.deployer = b.deployerAmong(ctx, rules.Deployers)
	if b.r.Emergency.Asked {
		b.emergency = b.deployerAmong(ctx, rules.Emergency)
	}
}

// deployerAmong finds out whether the requester is in one of the groups, and who else
// is, as far as people have names. Members are looked up each time, so that somebody
// who has left a group is not let through.
func (b *builder) deployerAmong(ctx context.Context, groups []string) policy.Deployer {
	var found policy.Deployer
	if !b.r.ByItself() { // which is a member of no group
		in, unread := b.p.ports.People.GroupsWith(ctx, groups, b.r.Asker())
		found = policy.Deployer{Allowed: len(in) > 0, Unread: unread}
	}
	for _, p := range b.p.catalog.People {
		isMember := func(group string) bool { return b.p.catalog.InGroup(group, p.Slack) == catalog.Member }
		if p.Slack != b.r.Asker().ID && slices.ContainsFunc(groups, isMember) {
			found.Others = append(found.Others, p.Name)
		}
	}
	return found
}
