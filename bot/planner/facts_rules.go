package planner

import (
	"context"
	"slices"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/policy"
)

// rulesOf are the rules of an environment as a plan carries them.
func rulesOf(s catalog.Settings) bot.Rules {
	rules := bot.Rules{Deployers: s.Deployers, Channels: s.Channels, Branches: s.Branches, After: s.After, Soak: s.Soak, Most: bot.CommitLimit(s.MaxCommits), Verified: s.VerifiedCommits, Reviews: bot.ReviewRule(s.Reviews)}
	if rules.Emergency = s.Emergency; len(rules.Emergency) > 0 {
		rules.Review = s.Review
	}
	for _, w := range s.Freeze {
		rules.Freeze = append(rules.Freeze, bot.FreezeWindow(w))
	}
	return rules
}

// readDeployer finds out whether the requester may deploy, and pass rules where
// that is asked for.
func (b *builder) readDeployer(ctx context.Context) {
	rules := b.plan.Settings.Rules
	b.left = b.p.ports.People.RequesterLeft(ctx, b.r.Requester)
	b.deployer = b.deployerAmong(ctx, rules.Deployers)
	if b.r.Emergency.Asked {
		b.emergency = b.deployerAmong(ctx, rules.Emergency)
	}
}

// deployerAmong finds out whether the requester is in one of the groups, and who
// else is, as far as people are known by name. Memberships are looked up each
// time, so that a person who has left a group is not let through later.
func (b *builder) deployerAmong(ctx context.Context, groups []string) policy.Deployer {
	in, unread := b.p.ports.People.GroupsWith(ctx, groups, b.r.Requester)
	found := policy.Deployer{Allowed: len(in) > 0, Unread: unread}
	for _, p := range b.p.catalog.People {
		isMember := func(group string) bool { return b.p.catalog.InGroup(group, p.Slack) == catalog.Member }
		if p.Slack != b.r.Requester.ID && slices.ContainsFunc(groups, isMember) {
			found.Others = append(found.Others, p.Name)
		}
	}
	return found
}
