package engine

import (
	"slices"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/policy"
)

// rulesOf are the rules of an environment as a plan carries them.
func rulesOf(s catalog.Settings) bot.Rules {
	rules := bot.Rules{Deployers: s.Deployers, Channels: s.Channels, Branches: s.Branches, After: s.After, Soak: s.Soak, Most: bot.CommitLimit(s.MaxCommits)}
	for _, w := range s.Freeze {
		rules.Freeze = append(rules.Freeze, bot.FreezeWindow(w))
	}
	return rules
}

// deployer finds out whether the requester may deploy, and who else may.
// Memberships are looked up each time, so that a person who has left a group
// is not let through later.
func (e *Engine) deployer(r bot.Release, groups []string) policy.Deployer {
	isMember := func(slackID string) bool {
		return slices.ContainsFunc(groups, func(group string) bool {
			return e.catalog.InGroup(group, slackID) == catalog.Member
		})
	}
	found := policy.Deployer{Allowed: isMember(r.Requester.ID)}
	for _, p := range e.catalog.People {
		if p.Slack != r.Requester.ID && isMember(p.Slack) {
			found.Others = append(found.Others, p.Name)
		}
	}
	return found
}
