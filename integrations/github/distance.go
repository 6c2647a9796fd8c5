package github

import (
	"context"
	"net/http"

	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/bot"
)

// Distance counts the commits that lie between two, for one request and without listing
// them; kind bot.NotFound where GitHub has nothing to compare.
func (c *Client) Distance(ctx context.Context, b bot.CommitPair) (bot.Distance, error) {
	r, err := parseRepository(b.Repo)
	if err != nil {
		return bot.Distance{}, err
	}
	for _, sha := range []string{b.Base, b.Head} {
		if err := checkSHA(sha); err != nil {
			return bot.Distance{}, err
		}
	}
	found, _, err := c.gh.Repositories.CompareCommits(ctx, r.owner, r.name, b.Base, b.Head, &github.ListOptions{PerPage: 1})
	if refused := refusalOf(err); refused != nil && refused.status == http.StatusUnprocessableEntity {
		return bot.Distance{}, &bot.Error{Kind: bot.NotFound, Op: opChanges, Says: "GitHub cannot compare these commits", Err: refused}
	}
	if err != nil {
		return bot.Distance{}, explain(opChanges, "GitHub finds nothing to compare of these commits", err)
	}
	return bot.Distance{Ahead: found.GetAheadBy(), Behind: found.GetBehindBy()}, nil
}
