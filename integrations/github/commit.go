package github

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

const (
	opCommit = "resolve a ref"
	// maxSubject and maxAuthor bound, in runes, what is kept of a commit.
	maxSubject = 200
	maxAuthor  = 80
)

// spelling is one way to ask GitHub for what a person named. GitHub takes
// "heads/x" for the branch and "tags/x" for the tag (docs: "Get a commit"),
// and asked so it can never mean another one of the same name.
type spelling struct {
	ask    string
	branch string // the branch or tag that it names; empty for a SHA
}

// spellings lists how to ask for ref, in rounds: a branch before a tag before a
// SHA, and the first that exists counts. Most names are branches, so the tag is
// asked for only where there is none; what looks like a version or a SHA is
// mostly none, so there all are asked for at once.
func spellings(ref string) [][]spelling {
	branch := spelling{"heads/" + ref, ref}
	tag := spelling{"tags/" + ref, ref}
	sha := spelling{strings.ToLower(ref), ""}
	if name, full := strings.CutPrefix(ref, "refs/heads/"); full {
		return [][]spelling{{{"heads/" + name, name}}}
	}
	if name, full := strings.CutPrefix(ref, "refs/tags/"); full {
		return [][]spelling{{{"tags/" + name, name}}}
	}
	switch {
	case isSHA(ref):
		return [][]spelling{{sha}}
	case isShortSHA(ref):
		return [][]spelling{{branch, tag, sha}}
	case looksLikeVersion(ref):
		return [][]spelling{{branch, tag}}
	}
	return [][]spelling{{branch}, {tag}}
}

func looksLikeVersion(ref string) bool {
	rest := strings.TrimPrefix(ref, "v")
	return rest != "" && rest[0] >= '0' && rest[0] <= '9'
}

// Commit resolves a branch, a tag, a full or an unambiguous short SHA, or a pull
// request ("#12"); an empty ref is the default branch. branch is the branch or tag that it was named by,
// empty for a SHA. The error for a ref that does not exist, kind bot.NotFound,
// names the nearest one that does.
func (c *Client) Commit(ctx context.Context, repo, ref string) (commit bot.Commit, branch string, err error) {
	r, err := parseRepository(repo)
	if err != nil {
		return bot.Commit{}, "", err
	}
	if ref == "" {
		return c.defaultCommit(ctx, r)
	}
	if err := checkRef(ref); err != nil {
		return bot.Commit{}, "", err
	}
	if number, isPull := pullNumber(ref); isPull {
		commit, err = c.pullCommit(ctx, r, number)
		return commit, "", err
	}
	for _, round := range spellings(ref) {
		if commit, branch, err = c.firstOf(ctx, r, round); !isNotFound(err) {
			break
		}
	}
	if isNotFound(err) {
		return bot.Commit{}, "", c.noSuchRef(ctx, r, ref, err)
	}
	return commit, branch, err
}

// firstOf asks for all at once and returns the first that exists.
func (c *Client) firstOf(ctx context.Context, r repository, all []spelling) (bot.Commit, string, error) {
	commits, errs := make([]bot.Commit, len(all)), make([]error, len(all))
	var asking guard.WaitGroup
	for i, s := range all {
		asking.Go(func() { commits[i], errs[i] = c.commitAt(ctx, r, s) })
	}
	asking.Wait()
	for i, s := range all {
		if !isNotFound(errs[i]) {
			if s.ask == "heads/"+s.branch {
				commits[i].TipOf = s.branch
			}
			return commits[i], s.branch, errs[i]
		}
	}
	return bot.Commit{}, "", errs[len(errs)-1]
}

// commitAt asks for one spelling.
func (c *Client) commitAt(ctx context.Context, r repository, s spelling) (bot.Commit, error) {
	found, err := c.wholeCommit(ctx, r, s)
	if err != nil {
		return bot.Commit{}, err
	}
	return toCommit(found), nil
}

// wholeCommit asks for one spelling, for all that GitHub tells.
func (c *Client) wholeCommit(ctx context.Context, r repository, s spelling) (*github.RepositoryCommit, error) {
	missing := "GitHub shows slipway no `" + clean(s.ask, 80) + "` in " + r.String()
	// Escaped whole, slashes too, so that a branch "x/status" does not become
	// the path of another operation. One file is enough: none is looked at.
	found, _, err := c.gh.Repositories.GetCommit(ctx, r.owner, r.name, url.PathEscape(s.ask), &github.ListOptions{PerPage: 1})
	if refused := refusalOf(err); refused != nil && refused.status == http.StatusUnprocessableEntity {
		return nil, &bot.Error{Kind: bot.NotFound, Op: opCommit, Says: missing, Err: refused}
	}
	if err != nil {
		return nil, explain(opCommit, missing, err)
	}
	if !isSHA(found.GetSHA()) || s.branch == "" && !strings.HasPrefix(found.GetSHA(), s.ask) {
		return nil, explain(opCommit, missing, errUnreadable)
	}
	return found, nil
}

// defaultCommit resolves the default branch, in one round: by the name that was
// last read, however long ago, or where none was by what GitHub lists of that branch
// where none is named, while the name is asked for.
func (c *Client) defaultCommit(ctx context.Context, r repository) (bot.Commit, string, error) {
	var (
		commit     bot.Commit
		name       string
		cErr, nErr error
		asking     guard.WaitGroup
	)
	guess, known := c.defaults.last(r)
	asking.Go(func() {
		if known {
			commit, cErr = c.tipOf(ctx, r, guess)
		} else {
			commit, cErr = c.listedFirst(ctx, r)
		}
	})
	asking.Go(func() { name, nErr = c.defaultBranch(ctx, r) })
	asking.Wait()
	if nErr != nil {
		return bot.Commit{}, "", nErr
	}
	if known && name == guess && isNotFound(cErr) { // it may just have been renamed
		c.defaults.forget(r)
		if name, nErr = c.defaultBranch(ctx, r); nErr != nil {
			return bot.Commit{}, "", nErr
		}
	}
	if known && name != guess || !known && cErr != nil {
		commit, cErr = c.tipOf(ctx, r, name)
	}
	commit.TipOf = name
	return commit, name, cErr
}

// listedFirst reads the newest commit of the default branch, which GitHub lists
// where no branch is named (docs: "List commits").
func (c *Client) listedFirst(ctx context.Context, r repository) (bot.Commit, error) {
	found, _, err := c.gh.Repositories.ListCommits(ctx, r.owner, r.name, &github.CommitsListOptions{ListOptions: github.ListOptions{PerPage: 1}})
	if err == nil && (len(found) == 0 || !isSHA(found[0].GetSHA())) {
		err = errUnreadable
	}
	if err != nil {
		return bot.Commit{}, explain(opCommit, noRepository(r), err)
	}
	return toCommit(found[0]), nil
}

// tipOf reads where a branch ends.
func (c *Client) tipOf(ctx context.Context, r repository, branch string) (bot.Commit, error) {
	commit, err := c.commitAt(ctx, r, spelling{"heads/" + branch, branch})
	commit.TipOf = branch
	return commit, err
}

func toCommit(from *github.RepositoryCommit) bot.Commit {
	inner := from.GetCommit()
	subject, _, _ := strings.Cut(strings.TrimLeft(inner.GetMessage(), "\r\n"), "\n")
	subject = clean(subject, maxSubject)
	at := inner.GetCommitter().GetDate().Time
	if at.IsZero() {
		at = inner.GetAuthor().GetDate().Time
	}
	return bot.Commit{
		SHA:     strings.ToLower(from.GetSHA()),
		Subject: subject,
		Author:  clean(inner.GetAuthor().GetName(), maxAuthor),
		Login:   from.GetAuthor().GetLogin(),
		At:      at,
		URL:     from.GetHTMLURL(),
		PR:      pullRequestOf(subject),

		Verified: inner.GetVerification().GetVerified(),
		Reverts:  revertsOf(inner.GetMessage()),
	}
}

// pullRequestOf finds the pull request in the subject of the commit that
// brought it, 0 if it names none.
func pullRequestOf(subject string) int {
	found := mergeSubject.FindStringSubmatch(subject)
	if found == nil {
		found = squashSubject.FindStringSubmatch(subject)
	}
	if found == nil {
		return 0
	}
	number, err := strconv.Atoi(found[1])
	if err != nil {
		return 0
	}
	return number
}

// defaultLife is how long the name of a default branch is taken for granted.
const defaultLife = time.Minute

// defaultBranches remembers the names of default branches. There are no more
// of them than repositories in the configuration.
type defaultBranches struct {
	mu    sync.Mutex
	names map[repository]defaultName
}

type defaultName struct {
	name string
	at   time.Time
}

func newDefaultBranches() *defaultBranches {
	return &defaultBranches{names: map[repository]defaultName{}}
}

// last is the name as it was last read, however long ago.
func (d *defaultBranches) last(r repository) (string, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	known, found := d.names[r]
	return known.name, found
}

func (d *defaultBranches) get(r repository) (string, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	known, found := d.names[r]
	return known.name, found && time.Since(known.at) < defaultLife
}

func (d *defaultBranches) set(r repository, name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.names[r] = defaultName{name, time.Now()}
}

func (d *defaultBranches) forget(r repository) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.names, r)
}

// defaultBranch returns the name of the repository's default branch.
func (c *Client) defaultBranch(ctx context.Context, r repository) (string, error) {
	if name, known := c.defaults.get(r); known {
		return name, nil
	}
	found, _, err := c.gh.Repositories.Get(ctx, r.owner, r.name)
	if err != nil {
		return "", explain("read a repository", noRepository(r), err)
	}
	if err := checkRef(found.GetDefaultBranch()); err != nil {
		return "", explain("read a repository", "", errors.Join(errUnreadable, errors.New("it names no default branch")))
	}
	c.defaults.set(r, found.GetDefaultBranch())
	return found.GetDefaultBranch(), nil
}

func noRepository(r repository) string {
	return "GitHub shows slipway no repository " + r.String()
}
