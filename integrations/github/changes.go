package github

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

const (
	opChanges = "compare two commits"
	// maxFiles is how many files a comparison lists (docs: "Compare two
	// commits"); of more, the first ones.
	maxFiles = 300
)

// Changes lists what lies between the commit base, which is live, and head.
// For a step back the listed commits, and their Total, are those that are taken
// away, since they are what matters then.
//
// A comparison only tells what head has beyond the point where the two parted.
// So both directions are asked for, at once: together they hold every file
// that may differ, whichever way the step goes.
func (c *Client) Changes(ctx context.Context, repo, base, head string) (bot.Changes, bot.ChangedFiles, error) {
	r, err := parseRepository(repo)
	if err != nil {
		return bot.Changes{}, bot.ChangedFiles{}, err
	}
	for _, sha := range []string{base, head} {
		if err := checkSHA(sha); err != nil {
			return bot.Changes{}, bot.ChangedFiles{}, err
		}
	}
	if base == head {
		return bot.Changes{Direction: bot.Same}, bot.ChangedFiles{}, nil
	}
	there, back, err := c.bothWays(ctx, r, base, head)
	if isNotFound(err) {
		return bot.Changes{Direction: bot.Unrelated}, bot.ChangedFiles{}, nil
	}
	if err != nil {
		return bot.Changes{}, bot.ChangedFiles{}, err
	}
	changes, err := changesOf(there, back)
	return changes, filesOf(there, back), err
}

// bothWays compares in both directions at once.
func (c *Client) bothWays(ctx context.Context, r repository, base, head string) (there, back *github.CommitsComparison, err error) {
	g, ctx := guard.WithContext(ctx)
	g.Go(func() (err error) { there, err = c.compare(ctx, r, base, head); return err })
	g.Go(func() (err error) { back, err = c.compare(ctx, r, head, base); return err })
	return there, back, g.Wait()
}

func changesOf(there, back *github.CommitsComparison) (bot.Changes, error) {
	changes := bot.Changes{Removed: there.GetBehindBy()}
	listed := there
	switch there.GetStatus() {
	case "identical":
		changes.Direction = bot.Same
	case "ahead":
		changes.Direction = bot.Forward
	case "behind":
		changes.Direction, listed = bot.Backward, back
	case "diverged":
		changes.Direction = bot.Sideways
	default:
		return bot.Changes{}, explain(opChanges, "", errUnreadable)
	}
	changes.Total, changes.URL = listed.GetTotalCommits(), listed.GetHTMLURL()
	changes.Commits = newestFirst(listed.Commits)
	changes.Authors, changes.Unnamed = authorsOf(listed.Commits, changes.Total)
	for _, commit := range listed.Commits {
		if commit.GetCommit().GetVerification().GetVerified() {
			changes.Verified++
		}
	}
	return changes, nil
}

// authorsOf are the accounts of those who wrote the commits, alone or with others, and
// how many of all the commits are by somebody else, too, or not listed.
func authorsOf(listed []*github.RepositoryCommit, total int) (authors []string, unnamed int) {
	unnamed = max(0, total-len(listed))
	known := accountsIn(listed)
	for _, commit := range listed {
		wrote, all := writersOf(commit, known)
		for _, login := range wrote {
			switch {
			case slices.Contains(authors, login):
			case len(authors) == bot.MaxAuthors:
				all = false
			default:
				authors = append(authors, login)
			}
		}
		if !all {
			unnamed++
		}
	}
	return authors, unnamed
}

// compare asks for base...head without paging: GitHub then lists the newest
// 250 commits, oldest first (docs: "Compare two commits").
func (c *Client) compare(ctx context.Context, r repository, base, head string) (*github.CommitsComparison, error) {
	return c.compareBy(ctx, r, base, head, nil)
}

func (c *Client) compareBy(ctx context.Context, r repository, base, head string, page *github.ListOptions) (*github.CommitsComparison, error) {
	found, _, err := c.gh.Repositories.CompareCommits(ctx, r.owner, r.name, base, head, page)
	if refused := refusalOf(err); refused != nil && refused.status == http.StatusUnprocessableEntity {
		return nil, &bot.Error{Kind: bot.NotFound, Op: opChanges, Says: "GitHub cannot compare these commits", Err: refused}
	}
	if err != nil {
		return nil, explain(opChanges, "GitHub finds nothing to compare of these commits", err)
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

// filesOf joins the files that differ, seen on the way from base to head, in
// the order of their paths.
func filesOf(there, back *github.CommitsComparison) bot.ChangedFiles {
	changed := map[string]bot.FileChange{}
	note := func(path string, change bot.FileChange) {
		if _, both := changed[path]; both {
			change = bot.FileModified // on either side: only a look at both tells
		}
		changed[path] = change
	}
	for _, f := range there.Files {
		eachChange(f, note)
	}
	for _, f := range back.Files {
		eachChange(f, func(path string, change bot.FileChange) { note(path, reversed(change)) })
	}
	files := bot.ChangedFiles{Brought: broughtBy(there), Cut: len(there.Files) >= maxFiles || len(back.Files) >= maxFiles}
	for path, change := range changed {
		files.Files = append(files.Files, bot.ChangedFile{Path: path, Change: change})
	}
	slices.SortFunc(files.Files, func(a, b bot.ChangedFile) int { return cmp.Compare(a.Path, b.Path) })
	return files
}

// broughtBy are the commits that a comparison lists, as it lists them: oldest
// first.
func broughtBy(there *github.CommitsComparison) []bot.Commit {
	var brought []bot.Commit
	for _, commit := range there.Commits {
		brought = append(brought, toCommit(commit))
	}
	return brought
}

// eachChange tells what became of a file. A renamed one is two; any status
// that is not known is a change that only a look can explain.
func eachChange(f *github.CommitFile, note func(string, bot.FileChange)) {
	switch f.GetStatus() {
	case "added", "copied":
		note(f.GetFilename(), bot.FileAdded)
	case "removed":
		note(f.GetFilename(), bot.FileRemoved)
	case "renamed":
		note(f.GetPreviousFilename(), bot.FileRemoved)
		note(f.GetFilename(), bot.FileAdded)
	default:
		note(f.GetFilename(), bot.FileModified)
	}
}

func reversed(change bot.FileChange) bot.FileChange {
	switch change {
	case bot.FileAdded:
		return bot.FileRemoved
	case bot.FileRemoved:
		return bot.FileAdded
	case bot.FileModified:
	}
	return change
}
