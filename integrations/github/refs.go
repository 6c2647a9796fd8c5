package github

import (
	"context"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/go-github/v62/github"
	"golang.org/x/sync/singleflight"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

const (
	opRefs = "list what there is to choose from"
	// refsLife is how long a list is taken for granted: somebody types meanwhile, and
	// every letter would ask again.
	refsLife = 20 * time.Second
	// refsWithin bounds the reading of one, for which nobody has to wait so long.
	refsWithin = 10 * time.Second
	// maxCommits is how many of the default branch are listed, and maxPulls how many
	// pull requests.
	maxCommits = 30
	maxPulls   = 50
	// maxAsked is how many texts are asked about beyond a list while it lives.
	maxAsked = 12
)

// refLists keeps what was listed of each repository, of which there are no more than
// in the configuration.
type refLists struct {
	reads singleflight.Group

	mu     sync.Mutex
	byRepo map[repository]*refList
}

// refList is what a repository had to choose from at a time.
type refList struct {
	at   time.Time
	refs []bot.KnownRef
	// short says that there are more branches or tags than are listed.
	short bool
	// asked holds what was found for texts beyond the list.
	asked map[string][]bot.KnownRef
}

// Refs lists by what a commit of a repository can be asked for: branches, tags, pull
// requests that are open, and the newest commits of the default branch. Of more than
// are listed at once those are found that begin with what was typed, and so is the
// commit whose SHA it is. What cannot be read is left out, unless nothing can.
func (c *Client) Refs(ctx context.Context, repo, typed string) ([]bot.KnownRef, error) {
	r, err := parseRepository(repo)
	if err != nil {
		return nil, err
	}
	list, err := c.refList(ctx, r)
	if err != nil {
		return nil, err
	}
	return append(c.beyond(ctx, r, list, typed), list.refs...), nil
}

// refList is the list of a repository. Whoever cannot wait for it leaves it to be
// read for the next one.
func (c *Client) refList(ctx context.Context, r repository) (*refList, error) {
	if known := c.refs.get(r); known != nil {
		return known, nil
	}
	read := c.refs.reads.DoChan(r.String(), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), refsWithin)
		defer cancel()
		list, err := c.readRefs(ctx, r)
		if err == nil {
			c.refs.set(r, list)
		}
		return list, err
	})
	select {
	case done := <-read:
		list, _ := done.Val.(*refList)
		return list, done.Err
	case <-ctx.Done():
		return nil, explain(opRefs, "", ctx.Err())
	}
}

func (l *refLists) get(r repository) *refList {
	l.mu.Lock()
	defer l.mu.Unlock()
	if list := l.byRepo[r]; list != nil && time.Since(list.at) < refsLife {
		return list
	}
	return nil
}

func (l *refLists) set(r repository, list *refList) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byRepo == nil {
		l.byRepo = map[repository]*refList{}
	}
	l.byRepo[r] = list
}

// readRefs reads all kinds at once.
func (c *Client) readRefs(ctx context.Context, r repository) (*refList, error) {
	kinds := []func(context.Context, repository) ([]bot.KnownRef, bool, error){c.branchRefs, c.pullRefs, c.commitRefs, c.tagRefs}
	found, more, errs := make([][]bot.KnownRef, len(kinds)), make([]bool, len(kinds)), make([]error, len(kinds))
	var reading guard.WaitGroup
	for i, read := range kinds {
		reading.Go(func() { found[i], more[i], errs[i] = read(ctx, r) })
	}
	reading.Wait()
	list := &refList{at: time.Now(), asked: map[string][]bot.KnownRef{}}
	failed := 0
	for i := range kinds {
		if errs[i] != nil {
			failed++
			c.logger.WarnContext(ctx, "some of what there is to choose from could not be listed", slog.String("repo", r.String()), slog.Any("error", errs[i]))
		}
		list.refs, list.short = append(list.refs, found[i]...), list.short || more[i]
	}
	if failed == len(kinds) {
		return nil, errs[0]
	}
	tellApart(list.refs, more[0] || errs[0] != nil)
	return list, nil
}

// tellApart sees to it that each ref is asked for by what can mean nothing else: a
// branch is looked for before a tag, also one that is not listed where there are more of
// them, and "#12" is a pull request.
func tellApart(refs []bot.KnownRef, moreBranches bool) { //nolint:revive // that there are more is a fact about the list
	branches := map[string]bool{}
	for i, ref := range refs {
		if ref.Kind != bot.RefBranch {
			continue
		}
		branches[ref.Name] = true
		if _, isPull := pullNumber(ref.Name); isPull || isSHA(ref.Name) {
			refs[i].Ask = "refs/heads/" + ref.Name
		}
	}
	for i, ref := range refs {
		if ref.Kind == bot.RefTag && (moreBranches || branches[ref.Name] || isSHA(ref.Name)) {
			refs[i].Ask = "refs/tags/" + ref.Name
		}
	}
}

// branchRefs lists branches, the default one first; more says that there are others.
func (c *Client) branchRefs(ctx context.Context, r repository) (refs []bot.KnownRef, more bool, err error) {
	found, resp, err := c.gh.Repositories.ListBranches(ctx, r.owner, r.name, &github.BranchListOptions{ListOptions: github.ListOptions{PerPage: pageSize}})
	if err != nil {
		return nil, false, explain(opRefs, noRepository(r), err)
	}
	usual, err := c.defaultBranch(ctx, r)
	if err != nil {
		return nil, false, err
	}
	listed := false
	for _, b := range found {
		ref := branchRef(b.GetName(), b.GetCommit().GetSHA())
		if ref.Default = ref.Name == usual; ref.Default {
			listed = true
			refs = append([]bot.KnownRef{ref}, refs...)
			continue
		}
		refs = append(refs, ref)
	}
	if !listed {
		first := branchRef(usual, "")
		first.Default = true
		refs = append([]bot.KnownRef{first}, refs...)
	}
	return refs, resp.NextPage != 0, nil
}

func branchRef(name, sha string) bot.KnownRef {
	return bot.KnownRef{Kind: bot.RefBranch, Name: name, Ask: name, SHA: strings.ToLower(sha)}
}

func tagRef(name, sha string) bot.KnownRef {
	return bot.KnownRef{Kind: bot.RefTag, Name: name, Ask: name, SHA: strings.ToLower(sha)}
}

// tagRefs lists tags.
func (c *Client) tagRefs(ctx context.Context, r repository) (refs []bot.KnownRef, more bool, err error) {
	found, resp, err := c.gh.Repositories.ListTags(ctx, r.owner, r.name, &github.ListOptions{PerPage: pageSize})
	if err != nil {
		return nil, false, explain(opRefs, noRepository(r), err)
	}
	for _, t := range found {
		refs = append(refs, tagRef(t.GetName(), t.GetCommit().GetSHA()))
	}
	return refs, resp.NextPage != 0, nil
}

// commitRefs lists the newest commits of the default branch. That there are more is
// no news.
func (c *Client) commitRefs(ctx context.Context, r repository) (refs []bot.KnownRef, more bool, err error) {
	found, _, err := c.gh.Repositories.ListCommits(ctx, r.owner, r.name, &github.CommitsListOptions{ListOptions: github.ListOptions{PerPage: maxCommits}})
	if err != nil {
		return nil, false, explain(opRefs, noRepository(r), err)
	}
	for _, one := range found {
		if isSHA(one.GetSHA()) {
			refs = append(refs, commitRef(toCommit(one)))
		}
	}
	return refs, false, nil
}

func commitRef(commit bot.Commit) bot.KnownRef {
	return bot.KnownRef{
		Kind: bot.RefCommit, Name: commit.SHA, Ask: commit.SHA, SHA: commit.SHA, Title: commit.Subject, By: commit.Author, At: commit.At,
	}
}

// pullRefs lists the pull requests that are open, the last changed first.
func (c *Client) pullRefs(ctx context.Context, r repository) (refs []bot.KnownRef, more bool, err error) {
	found, _, err := c.gh.PullRequests.List(ctx, r.owner, r.name, &github.PullRequestListOptions{
		State: "open", Sort: "updated", Direction: "desc", ListOptions: github.ListOptions{PerPage: maxPulls},
	})
	if err != nil {
		return nil, false, explain(opRefs, noRepository(r), err)
	}
	for _, p := range found {
		name := "#" + strconv.Itoa(p.GetNumber())
		refs = append(refs, bot.KnownRef{
			Kind: bot.RefPull, Name: name, Ask: name, SHA: strings.ToLower(p.GetHead().GetSHA()),
			Title: clean(p.GetTitle(), maxSubject), By: p.GetUser().GetLogin(), At: p.GetUpdatedAt().Time,
		})
	}
	return refs, false, nil
}

// beyond finds what a list does not hold. It is asked for a bounded number of texts
// only: what somebody types is many of them.
func (c *Client) beyond(ctx context.Context, r repository, list *refList, typed string) []bot.KnownRef {
	isCommit := len(typed) >= 7 && (isSHA(typed) || isShortSHA(typed))
	if !isCommit && (!list.short || checkRef(strings.TrimRight(typed, "/")) != nil) || list.holds(typed) {
		return nil
	}
	c.refs.mu.Lock()
	known, asked := list.asked[typed]
	full := len(list.asked) >= maxAsked
	if !asked && !full {
		list.asked[typed] = nil // whoever comes next does not ask again
	}
	c.refs.mu.Unlock()
	if asked || full {
		return known
	}
	found := c.askBeyond(ctx, r, list, typed, isCommit)
	c.refs.mu.Lock()
	defer c.refs.mu.Unlock()
	list.asked[typed] = found
	return found
}

// holds says whether a list has just what was typed. Whoever gives a SHA means the
// commit, and no branch that ends there now; and a tag may be called as a branch that is
// not listed.
func (l *refList) holds(typed string) bool {
	for _, ref := range l.refs {
		if ref.Name == typed && (ref.Kind != bot.RefTag || !l.short) || ref.Kind == bot.RefCommit && len(typed) >= 7 && strings.HasPrefix(ref.SHA, strings.ToLower(typed)) {
			return true
		}
	}
	return false
}

// askBeyond asks for branches and tags that begin with what was typed, if there are
// more than are listed, and for the commit that it names.
func (c *Client) askBeyond(ctx context.Context, r repository, list *refList, typed string, isCommit bool) []bot.KnownRef { //nolint:revive // whether a text may be a SHA is a fact about it
	var commit, named []bot.KnownRef
	var reading guard.WaitGroup
	if isCommit {
		reading.Go(func() {
			if one, err := c.commitAt(ctx, r, spelling{ask: strings.ToLower(typed)}); err == nil {
				commit = []bot.KnownRef{commitRef(one)}
			}
		})
	}
	if list.short {
		reading.Go(func() { named = c.beginning(ctx, r, list, typed) })
	}
	reading.Wait()
	return append(commit, named...)
}

// beginning finds the branches and tags whose names begin with a text, without those
// that are listed.
func (c *Client) beginning(ctx context.Context, r repository, list *refList, typed string) []bot.KnownRef {
	kinds := []refSpace{{"heads/", branchRef}, {"tags/", tagRef}}
	found := make([][]bot.KnownRef, len(kinds))
	var reading guard.WaitGroup
	for i, kind := range kinds {
		reading.Go(func() { found[i] = c.beginningIn(ctx, r, kind, list, typed) })
	}
	reading.Wait()
	all := append(found[0], found[1]...)
	tellApart(all, true)
	return all
}

// refSpace is where refs of one kind are.
type refSpace struct {
	path string
	of   func(name, sha string) bot.KnownRef
}

func (c *Client) beginningIn(ctx context.Context, r repository, in refSpace, list *refList, typed string) []bot.KnownRef {
	refs, _, err := c.gh.Git.ListMatchingRefs(ctx, r.owner, r.name, &github.ReferenceListOptions{Ref: in.path + typed})
	if err != nil {
		c.logger.DebugContext(ctx, "what begins with a text could not be listed", slog.Any("error", explain(opRefs, noRepository(r), err)))
	}
	var found []bot.KnownRef
	for _, ref := range refs {
		name, ours := strings.CutPrefix(ref.GetRef(), "refs/"+in.path)
		one := in.of(name, ref.GetObject().GetSHA())
		if ref.GetObject().GetType() != "commit" {
			one.SHA = "" // an annotated tag is an object of its own
		}
		if ours && !list.has(one) && len(found) < pageSize {
			found = append(found, one)
		}
	}
	return found
}

func (l *refList) has(wanted bot.KnownRef) bool {
	for _, ref := range l.refs {
		if ref.Kind == wanted.Kind && ref.Name == wanted.Name {
			return true
		}
	}
	return false
}
