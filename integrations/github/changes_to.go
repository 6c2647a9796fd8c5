package github

import (
	"context"
	"strings"

	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/bot"
)

// ChangesTo compares a commit with the tip of a branch before it is known which
// commit that is, so that nobody has to wait for the one answer before asking for
// the next. Head is the commit that it was compared with, by which it must be
// judged whether the answer is one: GitHub may take the name for a tag of that
// name, and a branch may move. Head is empty where one request tells too little:
// where the tip is not simply ahead. An empty branch is the default branch, if its
// name was read lately.
func (c *Client) ChangesTo(ctx context.Context, repo, base, branch string) (bot.Comparison, error) {
	r, err := parseRepository(repo)
	if err != nil {
		return bot.Comparison{}, err
	}
	if branch == "" {
		branch, _ = c.defaults.last(r)
	}
	if !isSHA(base) || branch == "" {
		return bot.Comparison{}, nil
	}
	if err := checkRef(branch); err != nil {
		return bot.Comparison{}, err
	}
	there, err := c.compare(ctx, r, base, branch)
	switch {
	case isNotFound(err):
		return bot.Comparison{}, nil
	case err != nil:
		return bot.Comparison{}, err
	}
	var head string
	switch listed := there.Commits; {
	case there.GetStatus() == "identical":
		head = base
	case there.GetStatus() == "ahead" && len(listed) > 0:
		head = strings.ToLower(listed[len(listed)-1].GetSHA()) // they come oldest first
	default:
		return bot.Comparison{}, nil
	}
	changes, err := changesOf(there, there)
	if err != nil {
		return bot.Comparison{}, err
	}
	// The page of a comparison with a branch shows another one tomorrow.
	if page, _, found := strings.Cut(changes.URL, "/compare/"); found {
		changes.URL = page + "/compare/" + base + "..." + head
	}
	files := filesOf(there, &github.CommitsComparison{})
	c.kept.carry(r, base, head, files)
	return bot.Comparison{Head: head, Changes: changes, Files: files}, nil
}

// DefaultBranch is the name of a repository's default branch, at most some minutes
// old.
func (c *Client) DefaultBranch(ctx context.Context, repo string) (string, error) {
	r, err := parseRepository(repo)
	if err != nil {
		return "", err
	}
	return c.defaultBranch(ctx, r)
}
