package github

import (
	"context"
	"net/url"

	"github.com/slipwayhq/slipway/bot"
)

// FilesOf lists the files that a commit changed, against its first parent where
// it has several. GitHub lists the first 300 of them (docs: "Get a commit").
func (c *Client) FilesOf(ctx context.Context, repo, sha string) (bot.ChangedFiles, error) {
	const op = "read the files of a commit"
	r, err := parseRepository(repo)
	if err != nil {
		return bot.ChangedFiles{}, err
	}
	if err := checkSHA(sha); err != nil {
		return bot.ChangedFiles{}, err
	}
	found, _, err := c.gh.Repositories.GetCommit(ctx, r.owner, r.name, url.PathEscape(sha), nil)
	if err != nil {
		return bot.ChangedFiles{}, explain(op, "GitHub does not know this commit", err)
	}
	files := bot.ChangedFiles{Cut: len(found.Files) >= maxFiles}
	for _, f := range found.Files {
		eachChange(f, func(path string, change bot.FileChange) {
			files.Files = append(files.Files, bot.ChangedFile{Path: path, Change: change})
		})
	}
	return files, nil
}
