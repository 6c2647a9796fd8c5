package github

import (
	"context"
	"net/http"

	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/bot"
)

const opChanges = "compare two commits"

// Changes lists what lies between the commit base, which is live, and head.
// For a step back the listed commits, and their Total, are those that are taken
// away, since they are what matters then; a second call lists them.
func (c *Client) Changes(ctx context.Context, repo, base, head string) (bot.Changes, error) {
	r, err := parseRepository(repo)
	if err != nil {
		return bot.Changes{}, err
	}
	for _, sha := range []string{base, head} {
		if err := checkSHA(sha); err != nil {
			return bot.Changes{}, err
		}
	}
	if base == head {
		return bot.Changes{Direction: bot.Same}, nil
	}
	found, err := c.compare(ctx, r, base, head)
	if isNotFound(err) {
		return bot.Changes{Direction: bot.Unrelated}, nil
	}
	if err != nil {
		return bot.Changes{}, err
	}
	changes := bot.Changes{Removed: found.GetBehindBy()}
	switch found.GetStatus() {
	case "identical":
		changes.Direction = bot.Same
	case "ahead":
		changes.Direction = bot.Forward
	case "behind":
		changes.Direction = bot.Backward
		if found, err = c.compare(ctx, r, head, base); err != nil {
			return bot.Changes{}, err
		}
	case "diverged":
		changes.Direction = bot.Sideways
	default:
		return bot.Changes{}, explain(opChanges, "", errUnreadable)
	}
	changes.Total, changes.URL = found.GetTotalCommits(), found.GetHTMLURL()
	changes.Commits = newestFirst(found.Commits)
	return changes, nil
}

// compare asks for base...head without paging: GitHub then lists the newest
// 250 commits, oldest first (docs: "Compare two commits").
func (c *Client) compare(ctx context.Context, r repository, base, head string) (*github.CommitsComparison, error) {
	found, _, err := c.gh.Repositories.CompareCommits(ctx, r.owner, r.name, base, head, nil)
	if refused := refusalOf(err); refused != nil && refused.status == http.StatusUnprocessableEntity {
		return nil, &bot.Error{Kind: bot.NotFound, Op: opChanges, Says: "GitHub cannot compare these commits", Err: refused}
	}
	if err != nil {
		return nil, explain(opChanges, "GitHub finds no common history of these commits", err)
	}
	return found, nil
}

func newestFirst(chronological []*github.RepositoryCommit) []bot.Commit {
	n := min(len(chronological), bot.MaxChanges)
	commits := make([]bot.Commit, 0, n)
	for i := range n {
		commits = append(commits, toCommit(chronological[len(chronological)-1-i]))
	}
	return commits
}
