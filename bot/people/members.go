package people

import (
	"context"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/guard"
)

const (
	// membersFresh is how old the members of a group may be for somebody to count as
	// one of them.
	membersFresh = 60 * time.Second
	// membersAgain is how old they must be to be read again before somebody counts as
	// no member, so that a new member need not wait.
	membersAgain = 2 * time.Second
	// membersShown is how old they may be for a card to name people.
	membersShown = 10 * time.Minute
	// membersWithin bounds a read, well below the lease.
	membersWithin = 3 * time.Second
)

// Forget has groups that may have changed be read again before their members count.
func (p *People) Forget(t bot.Turnover) {
	if t == (bot.Turnover{}) {
		p.rosters.forget("")
	}
	for _, g := range p.catalog.Groups {
		if t.Group != "" && g.SlackUsergroup == t.Group {
			p.rosters.forget(g.Name)
		}
	}
}

// isMember says whether somebody is in a group, from a read that is at most fresh old.
// An error means that it could not be found out.
func (p *People) isMember(ctx context.Context, name string, who bot.Person, fresh time.Duration) (bool, error) {
	group, found := p.catalog.Group(name)
	if !found {
		return false, &bot.Error{Kind: bot.NotFound, Op: "find a group", Says: "the group " + name + " is not in slipway.yaml any more"}
	}
	ctx, cancel := context.WithTimeout(ctx, membersWithin)
	defer cancel()
	person, _ := p.catalog.PersonByChat(who.ID)
	switch {
	case group.SlackUsergroup != "":
		return p.rosters.holds(ctx, name, who.ID, fresh, func(ctx context.Context) ([]string, error) {
			return p.ports.ChatGroups.GroupMembers(ctx, group.SlackUsergroup)
		})
	case group.GitHubTeam != "" && person.GitHub == "":
		return false, nil // nobody can say which account is theirs
	case group.GitHubTeam != "":
		return p.rosters.holds(ctx, name, person.GitHub, fresh, func(ctx context.Context) ([]string, error) {
			return p.ports.Teams.TeamMembers(ctx, group.GitHubTeam)
		})
	default:
		return p.catalog.InGroup(name, who.ID) == catalog.Member, nil
	}
}

// GroupsWith returns the groups that somebody is in, and those of which it could not be
// found out, which count as no.
func (p *People) GroupsWith(ctx context.Context, groups []string, who bot.Person) (in, unread []string) {
	members, failed := make([]bool, len(groups)), make([]error, len(groups))
	guard.Each(len(groups), func(i int) { members[i], failed[i] = p.isMember(ctx, groups[i], who, membersFresh) })
	for i, group := range groups {
		switch {
		case failed[i] != nil:
			p.log.Warn("the members of a group could not be read", bot.ErrAttr(failed[i]))
			unread = append(unread, group)
		case members[i]:
			in = append(in, group)
		}
	}
	return in, unread
}

// askedWithin bounds how long somebody who waits for an answer waits for the
// members of groups.
const askedWithin = 1500 * time.Millisecond

// MemberOf is GroupsWith for somebody who waits for the answer: what could not be
// found out in time is unread.
func (p *People) MemberOf(ctx context.Context, groups []string, who bot.Person) (in, unread []string) {
	ctx, cancel := context.WithTimeout(ctx, askedWithin)
	defer cancel()
	return p.GroupsWith(ctx, groups, who)
}
