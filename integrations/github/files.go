package github

import (
	"context"
	"unicode/utf8"

	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

const (
	opFile = "read a file"
	// maxFile is the largest file whose content GitHub gives with its name
	// (docs: "Get repository content").
	maxFile = 1 << 20
)

// Files reads files at commits, all at once, one request a file. What could
// not be read says why, so that whoever reads on need not guess.
func (c *Client) Files(ctx context.Context, repo string, wanted []bot.FileAt) []bot.RepoFile {
	files := make([]bot.RepoFile, len(wanted))
	var reading guard.WaitGroup
	for i, at := range wanted {
		reading.Go(func() { files[i] = c.file(ctx, repo, at) })
	}
	reading.Wait()
	return files
}

func (c *Client) file(ctx context.Context, repo string, at bot.FileAt) bot.RepoFile {
	file := bot.RepoFile{FileAt: at}
	found, err := c.contentAt(ctx, repo, at)
	switch {
	case isNotFound(err):
		file.Missing = true
	case err != nil:
		says, _ := bot.ForPeople(err)
		file.Problem = "could not be read: " + says
	default:
		file.Text, file.Problem = fileText(found)
	}
	return file
}

func (c *Client) contentAt(ctx context.Context, repo string, at bot.FileAt) (*github.RepositoryContent, error) {
	r, err := parseRepository(repo)
	if err != nil {
		return nil, err
	}
	if err := checkSHA(at.SHA); err != nil {
		return nil, err
	}
	if err := checkPath(at.Path); err != nil {
		return nil, err
	}
	found, _, _, err := c.gh.Repositories.GetContents(ctx, r.owner, r.name, at.Path, &github.RepositoryContentGetOptions{Ref: at.SHA})
	return found, explain(opFile, "GitHub shows slipway no such file", err)
}

// fileText returns the text of a file, or why there is none.
func fileText(found *github.RepositoryContent) (text, problem string) {
	if found.GetType() != "file" || found.GetTarget() != "" { // a folder, for which found is nil, or a link
		return "", "is not a plain file"
	}
	if found.GetSize() > maxFile {
		return "", "could not be read: it is larger than 1 MB"
	}
	text, err := found.GetContent()
	if err != nil {
		return "", "could not be read: GitHub's answer is not understood"
	}
	if !utf8.ValidString(text) {
		return "", "could not be read: it is not text"
	}
	return text, ""
}
