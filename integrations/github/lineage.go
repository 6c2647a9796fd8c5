package github

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

const (
	opLineage = "find the branch of a commit"
	// maxBranches is how many branches of a glob a commit is compared with.
	maxBranches = 8
	// globs are the signs that no branch's name can hold, by which a pattern is
	// told from a name (man page git-check-ref-format); the brace is one that
	// hardly any does.
	globs = "*?[{"
)

// tip is where a branch ends.
type tip struct{ branch, sha string }

// Lineage says on which branch of those that match the patterns the commit is,
// be it their tip or further back; without patterns the default branch is
// asked. A commit that was named by one of them needs no request. Names are
// looked at in one round, globs in two.
func (c *Client) Lineage(ctx context.Context, repo string, commit bot.Commit, patterns []string) (bot.Lineage, error) {
	r, err := parseRepository(repo)
	if err != nil {
		return bot.Lineage{}, err
	}
	if err := checkSHA(commit.SHA); err != nil {
		return bot.Lineage{}, err
	}
	if len(patterns) == 0 {
		return c.onDefault(ctx, r, commit)
	}
	if slices.ContainsFunc(patterns, func(p string) bool { return branchMatches(p, commit.TipOf) }) {
		return on(commit.TipOf), nil
	}
	lists := make([]bot.Lineage, len(patterns))
	g, ctx := guard.WithContext(ctx)
	for i, pattern := range patterns {
		g.Go(func() (err error) {
			lists[i], err = c.look(ctx, r, commit.SHA, pattern)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return bot.Lineage{}, err
	}
	var found bot.Lineage
	for _, l := range lists {
		found.On = cmp.Or(found.On, l.On)
		found.Asked = append(found.Asked, l.Asked...)
		found.Untold = append(found.Untold, l.Untold...)
		found.Left += l.Left
	}
	return found, nil
}

// looked is a lineage in the making.
type looked bot.Lineage

// note adds what was found of one branch.
func (l *looked) note(branch string, held holding) {
	l.Asked = append(l.Asked, branch)
	switch held {
	case holdsIt:
		l.On = cmp.Or(l.On, branch)
	case untold:
		l.Untold = append(l.Untold, branch)
	case lacksIt:
	}
}

func on(branch string) bot.Lineage { return bot.Lineage{On: branch, Asked: []string{branch}} }

// onDefault asks the default branch, by its name.
func (c *Client) onDefault(ctx context.Context, r repository, commit bot.Commit) (bot.Lineage, error) {
	name, err := c.defaultBranch(ctx, r)
	if err != nil {
		return bot.Lineage{}, err
	}
	if name == commit.TipOf {
		return on(name), nil
	}
	return c.lookAt(ctx, r, commit.SHA, name)
}

// look looks at the branches that one pattern matches.
func (c *Client) look(ctx context.Context, r repository, sha, pattern string) (bot.Lineage, error) {
	if !strings.ContainsAny(pattern, globs) {
		return c.lookAt(ctx, r, sha, pattern)
	}
	tips, err := c.matching(ctx, r, pattern)
	if err != nil {
		return bot.Lineage{}, err
	}
	for _, t := range tips {
		if t.sha == sha {
			return on(t.branch), nil
		}
	}
	// Of numbered releases those that sort last are mostly the newest.
	slices.SortFunc(tips, func(a, b tip) int { return cmp.Compare(b.branch, a.branch) })
	found := looked{Left: max(0, len(tips)-maxBranches)}
	holds := make([]holding, min(len(tips), maxBranches))
	g, ctx := guard.WithContext(ctx)
	for i := range holds {
		g.Go(func() (err error) {
			holds[i], _, err = c.holds(ctx, r, tips[i].sha, sha)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return bot.Lineage{}, err
	}
	for i, h := range holds {
		found.note(tips[i].branch, h)
	}
	return bot.Lineage(found), nil
}

// lookAt looks at one branch. It is compared by its name, while its tip is read
// by its full name: should the two differ, GitHub took the name for a tag, and
// it is compared again by its tip.
func (c *Client) lookAt(ctx context.Context, r repository, sha, branch string) (bot.Lineage, error) {
	var (
		tips []tip
		held holding
		base string
	)
	g, asking := guard.WithContext(ctx)
	g.Go(func() (err error) {
		tips, err = c.matching(asking, r, branch)
		return err
	})
	g.Go(func() (err error) {
		held, base, err = c.holds(asking, r, branch, sha)
		return err
	})
	err := g.Wait()
	switch {
	case err != nil:
		return bot.Lineage{}, err
	case len(tips) == 0:
		return bot.Lineage{}, nil // there is no such branch
	case base != tips[0].sha:
		held, _, err = c.holds(ctx, r, tips[0].sha, sha)
	}
	if err != nil {
		return bot.Lineage{}, err
	}
	var found looked
	found.note(branch, held)
	return bot.Lineage(found), nil
}

// matching reads the branches that one pattern matches. GitHub finds refs by
// their beginning (docs: "List matching references").
func (c *Client) matching(ctx context.Context, r repository, pattern string) ([]tip, error) {
	begin := pattern
	if i := strings.IndexAny(pattern, globs); i >= 0 {
		begin = pattern[:i]
	}
	refs, _, err := c.gh.Git.ListMatchingRefs(ctx, r.owner, r.name, &github.ReferenceListOptions{Ref: "heads/" + begin})
	if err != nil {
		return nil, explain(opLineage, noRepository(r), err)
	}
	var tips []tip
	for _, ref := range refs {
		name, isBranch := strings.CutPrefix(ref.GetRef(), "refs/heads/")
		sha := strings.ToLower(ref.GetObject().GetSHA())
		if isBranch && isSHA(sha) && branchMatches(pattern, name) {
			tips = append(tips, tip{name, sha})
		}
	}
	return tips, nil
}

func branchMatches(pattern, name string) bool {
	return name != "" && (pattern == name || doublestar.MatchUnvalidated(pattern, name))
}

// holding is whether the history of a branch holds a commit.
type holding string

const (
	holdsIt holding = "yes"
	lacksIt holding = "no"
	untold  holding = "GitHub does not tell"
)

// holds says whether the history of head holds the commit: seen from head it
// then lies behind or is the same. base is the commit that head was taken for.
// Where GitHub finds nothing to compare, one of the two may be gone, or hidden
// from slipway, or have no history in common with the other: that tells nothing.
func (c *Client) holds(ctx context.Context, r repository, head, sha string) (held holding, base string, err error) {
	found, err := c.compare(ctx, r, head, sha)
	if isNotFound(err) {
		return untold, "", nil
	}
	if err != nil {
		return "", "", err
	}
	base = strings.ToLower(found.GetBaseCommit().GetSHA())
	switch found.GetStatus() {
	case "behind", "identical":
		return holdsIt, base, nil
	case "ahead", "diverged":
		return lacksIt, base, nil
	}
	return "", "", explain(opLineage, "", errUnreadable)
}
