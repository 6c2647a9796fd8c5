package people

import (
	"context"
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// mostOperators bounds how many people are told of one trouble.
const mostOperators = 50

// Operators are the accounts of those who hear of slipway's own troubles, as far
// as they can be found out.
func (p *People) Operators(ctx context.Context) []string {
	var accounts []string
	for _, name := range p.catalog.Operators {
		group, _ := p.catalog.Group(name)
		if group.SlackUsergroup != "" {
			members, err := p.ports.ChatGroups.GroupMembers(ctx, group.SlackUsergroup)
			if err != nil {
				p.log.Warn("the members of a group could not be read", bot.ErrAttr(err))
			}
			accounts = append(accounts, members...)
			continue
		}
		for _, known := range p.catalog.People {
			if member, err := p.isMember(ctx, name, bot.Person{ID: known.Slack, Name: known.Name}, membersShown); err == nil && member {
				accounts = append(accounts, known.Slack)
			}
		}
	}
	slices.Sort(accounts)
	accounts = slices.Compact(accounts)
	return accounts[:min(len(accounts), mostOperators)]
}
