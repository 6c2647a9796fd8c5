package people

import (
	"context"
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// maxOperators bounds how many people are told of one trouble.
const maxOperators = 50

// Operators are the accounts of those who hear of slipway's own troubles, as far
// as they can be found out.
func (p *People) Operators(ctx context.Context) []string {
	var accounts []string
	for _, name := range p.catalog.Operators {
		members, err := p.MembersOf(ctx, name)
		if err != nil {
			p.log.Warn("the members of a group could not be read", bot.ErrAttr(err))
		}
		accounts = append(accounts, members...)
	}
	slices.Sort(accounts)
	accounts = slices.Compact(accounts)
	return accounts[:min(len(accounts), maxOperators)]
}

// MembersOf are the accounts of those in a group. With an error they are those who
// could be found out. Kind bot.Gone: there is no such group any more.
func (p *People) MembersOf(ctx context.Context, name string) ([]string, error) {
	group, found := p.catalog.Group(name)
	switch {
	case !found:
		return nil, &bot.Error{Kind: bot.Gone, Op: "read the members of a group", Says: "slipway.yaml names no group " + name + " any more"}
	case group.SlackUsergroup != "":
		return p.ports.ChatGroups.GroupMembers(ctx, group.SlackUsergroup)
	}
	var accounts []string
	var unread error
	for _, known := range p.catalog.People {
		member, err := p.isMember(ctx, name, bot.Person{ID: known.Slack, Name: known.Name}, membersShown)
		if err != nil {
			unread = err
		}
		if err == nil && member {
			accounts = append(accounts, known.Slack)
		}
	}
	return accounts, unread
}
