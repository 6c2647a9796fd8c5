package github

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// pullNumber reads "#12", by which people name a pull request.
func pullNumber(ref string) (int, bool) {
	digits, marked := strings.CutPrefix(ref, "#")
	number, err := strconv.ParseInt(digits, 10, 32)
	return int(number), marked && err == nil && number > 0 && digits[0] != '+'
}

// pullCommit resolves a pull request: to the commit that it was merged as, and else to
// its head. It is named by no branch, since either may move on.
func (c *Client) pullCommit(ctx context.Context, r repository, number int) (bot.Commit, error) {
	missing := fmt.Sprintf("GitHub shows slipway no pull request #%d in %s", number, r)
	found, _, err := c.gh.PullRequests.Get(ctx, r.owner, r.name, number)
	if err != nil {
		return bot.Commit{}, explain(opCommit, missing, err)
	}
	sha := strings.ToLower(found.GetHead().GetSHA())
	if found.GetMerged() {
		sha = strings.ToLower(found.GetMergeCommitSHA())
	}
	if !isSHA(sha) {
		return bot.Commit{}, explain(opCommit, missing, errUnreadable)
	}
	return c.commitAt(ctx, r, spelling{ask: sha})
}
