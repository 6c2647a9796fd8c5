package github

import (
	"context"

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
	found, err := c.compareBy(ctx, r, b.Base, b.Head, &github.ListOptions{PerPage: 1})
	if err != nil {
		return bot.Distance{}, err
	}
	return bot.Distance{Ahead: found.GetAheadBy(), Behind: found.GetBehindBy()}, nil
}
