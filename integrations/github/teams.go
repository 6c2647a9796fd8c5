package github

import (
	"context"
	"fmt"

	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/bot"
)

const (
	opTeam = "list a team's members"
	// maxTeamPages bounds how much of a team is read: 1,000 members.
	maxTeamPages = 10
)

// TeamMembers lists the logins in a team, "acme/sre", those of its child teams
// among them (docs: "List team members"). A token needs the scope read:org, an
// app the right to read members; without, GitHub answers 404. A team that is
// larger than is read has no members at all, so that nobody is left out by
// chance.
func (c *Client) TeamMembers(ctx context.Context, team string) ([]string, error) {
	t, err := parseRepository(team) // a team's name is made of the same letters
	if err != nil {
		return nil, invalid(opTeam, "`"+clean(team, 80)+"` is not the name of a team", "Write it as organization/team, such as acme/sre.")
	}
	options := &github.TeamListTeamMembersOptions{ListOptions: github.ListOptions{PerPage: 100}}
	var logins []string
	for range maxTeamPages {
		members, resp, err := c.gh.Teams.ListTeamMembersBySlug(ctx, t.owner, t.name, options)
		if err != nil {
			return nil, explain(opTeam, "GitHub shows slipway no team "+team, err)
		}
		for _, member := range members {
			logins = append(logins, member.GetLogin())
		}
		if resp.NextPage <= options.Page {
			return logins, nil
		}
		options.Page = resp.NextPage
	}
	return nil, &bot.Error{Kind: bot.Invalid, Op: opTeam, Says: fmt.Sprintf("the team %s has more than %d members", team, maxTeamPages*options.PerPage)}
}
