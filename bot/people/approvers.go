package people

import (
	"context"
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// Approvers are those whose approval is missing, as far as they can be named: people in
// slipway.yaml, and groups of the chat. They are mentioned; nothing is decided by that.
func (p *People) Approvers(ctx context.Context, r bot.Release) (people []bot.Person, groups []string) {
	if !r.AsksApproval() {
		return nil, nil
	}
	rule := r.Approvers()
	var missing bot.ApprovalRule
	for _, i := range r.OpenSets() {
		missing.Sets = append(missing.Sets, rule.Sets[i])
	}
	return p.ApproversIn(ctx, r, missing.Groups())
}

// ApproversIn are the members of some groups whose approval would count now.
func (p *People) ApproversIn(ctx context.Context, r bot.Release, asked []string) (people []bot.Person, groups []string) {
	var named []string // the groups whose members are named one by one
	for _, name := range asked {
		if group, found := p.catalog.Group(name); found && group.SlackUsergroup != "" {
			groups = append(groups, group.SlackUsergroup)
			continue
		}
		named = append(named, name)
	}
	for _, known := range p.catalog.People {
		person := bot.Person{ID: known.Slack, Name: known.Name}
		standing := bot.Standing{Login: known.GitHub, Groups: slices.DeleteFunc(slices.Clone(named), func(group string) bool {
			member, err := p.isMember(ctx, group, person, membersShown)
			return err != nil || !member
		})}
		counts := r.CountsFor(person, standing)
		if len(standing.Groups) > 0 && slices.ContainsFunc(r.OpenSets(), func(set int) bool { return slices.Contains(counts, set) }) {
			people = append(people, person)
		}
	}
	return people, groups
}
