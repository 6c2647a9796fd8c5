package github

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

const (
	opReviews = "find out whether commits were reviewed"
	// maxReviewed is how many commits are asked about at once: each costs a
	// request the first time.
	maxReviewed = 100
	// maxReviewPages bounds the pages of reviews that are read of one pull request;
	// of one with more nothing counts, for the last word could be on the next.
	maxReviewPages = 5
)

// Reviews finds out of each commit that lies between base and head whether it was
// looked at as the rule asks: it belongs to a pull request, merged or open, that
// people other than its author approved as it is at its head. Commits are asked for
// their pull requests, once where these are merged, and these for their reviews. What
// GitHub refuses to tell is a Problem; other errors pass.
func (c *Client) Reviews(ctx context.Context, q bot.ReviewsQuery) (bot.Reviews, error) {
	r, err := parseRepository(q.Repo)
	if err != nil {
		return bot.Reviews{}, err
	}
	found, err := c.reviews(ctx, r, q)
	switch bot.KindOf(err) {
	case bot.Denied, bot.NotFound, bot.Gone, bot.Invalid:
		says, mend := bot.ForPeople(err)
		return bot.Reviews{Problem: bot.Refused{Says: says, Mend: mend}}, nil
	case bot.Unavailable, bot.Limited, bot.NeverSent, bot.Stale, bot.Internal:
	}
	return found, err
}

func (c *Client) reviews(ctx context.Context, r repository, q bot.ReviewsQuery) (bot.Reviews, error) {
	brought, err := c.broughtBy(ctx, r, q.Base, q.Head)
	if err != nil {
		return bot.Reviews{}, err
	}
	pulls, err := inParallel(ctx, brought, func(ctx context.Context, commit written) ([]pullRequest, error) {
		return c.pullsOf(ctx, r, commit.SHA)
	})
	if err != nil {
		return bot.Reviews{}, err
	}
	var distinct []pullRequest
	for _, of := range pulls {
		for _, p := range of {
			if !slices.ContainsFunc(distinct, func(d pullRequest) bool { return d.number == p.number }) {
				distinct = append(distinct, p)
			}
		}
	}
	read, err := inParallel(ctx, distinct, func(ctx context.Context, p pullRequest) (judged, error) { return c.judge(ctx, r, p, q.Rule) })
	if err != nil {
		return bot.Reviews{}, err
	}
	byNumber := map[int]judged{}
	for _, j := range read {
		byNumber[j.number] = j
	}
	result := bot.Reviews{Looked: len(brought)}
	for i, commit := range brought {
		why := unreviewed(commit, pulls[i], byNumber, q.Rule)
		switch {
		case why == "":
		case len(result.Missing) == bot.MaxUnreviewed:
			result.More++
		default:
			result.Missing = append(result.Missing, bot.Unreviewed{SHA: commit.SHA, Subject: commit.Subject, Why: why})
		}
	}
	return result, nil
}

// inParallel reads something of each item, next to each other, in their order.
func inParallel[T, R any](ctx context.Context, items []T, read func(context.Context, T) (R, error)) ([]R, error) {
	results := make([]R, len(items))
	g, ctx := guard.WithContext(ctx)
	for i, item := range items {
		g.Go(func() (err error) {
			results[i], err = read(ctx, item)
			return err
		})
	}
	return results, g.Wait()
}

// broughtBy are the commits that head brings to where base is, the newest first:
// head alone where nothing is known there, or it brings nothing new.
func (c *Client) broughtBy(ctx context.Context, r repository, base, head string) ([]written, error) {
	if base != "" && base != head {
		found, err := c.compare(ctx, r, base, head)
		if err != nil {
			return nil, err
		}
		switch total := found.GetTotalCommits(); {
		case total > maxReviewed || total > len(found.Commits):
			return nil, invalid(opReviews, fmt.Sprintf("it brings %d commits, and at most %d are asked about at once", total, maxReviewed),
				"Go in smaller steps: deploy a commit in between first.")
		case total > 0:
			commits, known := make([]written, total), accountsIn(found.Commits)
			for i, commit := range found.Commits {
				commits[total-1-i] = writtenBy(commit, known)
			}
			return commits, nil
		}
	}
	commit, err := c.wholeCommit(ctx, r, spelling{ask: head})
	if err != nil {
		return nil, err
	}
	return []written{writtenBy(commit, accountsIn([]*github.RepositoryCommit{commit}))}, nil
}

// written is a commit with the accounts of those who wrote it, as far as they are known.
type written struct {
	bot.Commit
	by []string
}

func writtenBy(commit *github.RepositoryCommit, known accounts) written {
	by, _ := writersOf(commit, known)
	return written{toCommit(commit), by}
}

// isBy says whether an account wrote the commit, alone or with others.
func (w written) isBy(login string) bool {
	return slices.ContainsFunc(w.by, func(by string) bool { return strings.EqualFold(by, login) })
}

// pullRequest is a pull request that a commit belongs to.
type pullRequest struct {
	number       int
	author, head string
	merged       bool
}

// pullsOf are the pull requests of a commit that are open or were merged. That of a
// merged one stays so; another may come to a commit, or go on.
func (c *Client) pullsOf(ctx context.Context, r repository, sha string) ([]pullRequest, error) {
	at := commitOf{r, sha}
	if known, isKnown := c.pulls.get(at); isKnown {
		return known, nil
	}
	found, _, err := c.gh.PullRequests.ListPullRequestsWithCommit(ctx, r.owner, r.name, sha, &github.ListOptions{PerPage: pageSize})
	if refused := refusalOf(err); refused != nil && refused.status == http.StatusUnprocessableEntity {
		return nil, nil // GitHub knows no such commit, so it belongs to none
	}
	if err != nil {
		return nil, explain(opReviews, "GitHub shows slipway no pull requests of "+r.String(), err)
	}
	var pulls []pullRequest
	lasting := true
	for _, p := range found {
		merged := !p.GetMergedAt().IsZero()
		if !merged && p.GetState() != "open" {
			continue
		}
		lasting = lasting && merged
		pulls = append(pulls, pullRequest{p.GetNumber(), p.GetUser().GetLogin(), strings.ToLower(p.GetHead().GetSHA()), merged})
	}
	if lasting && len(pulls) > 0 {
		c.pulls.keep(at, pulls)
	}
	return pulls, nil
}

// judged is a pull request with who looked at it.
type judged struct {
	number    int
	approvers []string // who approve it as it is
	mergedBy  string
	cut       bool // it has more reviews than are read
}

// judge finds out who looked at a pull request.
func (c *Client) judge(ctx context.Context, r repository, p pullRequest, rule bot.ReviewRule) (judged, error) {
	j := judged{number: p.number}
	missing := fmt.Sprintf("GitHub shows slipway no reviews of #%d", p.number)
	standing, whole, err := c.standings(ctx, r, p)
	if err != nil || !whole {
		j.cut = true
		return j, explain(opReviews, missing, err)
	}
	for login, approves := range standing {
		if approves && !strings.EqualFold(login, p.author) {
			j.approvers = append(j.approvers, login)
		}
	}
	if !rule.Merged || !p.merged || len(j.approvers) > rule.Count {
		return j, nil
	}
	found, _, err := c.gh.PullRequests.Get(ctx, r.owner, r.name, p.number)
	if err != nil {
		return j, explain(opReviews, missing, err)
	}
	if by := found.GetMergedBy(); isPerson(by) && !strings.EqualFold(by.GetLogin(), p.author) {
		j.mergedBy = by.GetLogin()
	}
	return j, nil
}

// standings are the last words of those who reviewed a pull request: whether each
// approves it as it is. whole is false where there are more than are read.
func (c *Client) standings(ctx context.Context, r repository, p pullRequest) (standing map[string]bool, whole bool, err error) {
	standing = map[string]bool{}
	opts := &github.ListOptions{PerPage: pageSize}
	for range maxReviewPages {
		found, resp, err := c.gh.PullRequests.ListReviews(ctx, r.owner, r.name, p.number, opts)
		if err != nil {
			return nil, false, err
		}
		for _, review := range found {
			weigh(standing, review, p.head)
		}
		if opts.Page = resp.NextPage; opts.Page == 0 {
			return standing, true, nil
		}
	}
	return nil, false, nil
}

// weigh takes one review, in the order in which they were given. A comment takes
// nothing back; an approval of an earlier head is none of this one. Whoever is no
// part of the project may approve on a page that all can read, and programs can:
// neither counts.
func weigh(standing map[string]bool, review *github.PullRequestReview, head string) {
	login := review.GetUser().GetLogin()
	belongs := slices.Contains([]string{"OWNER", "MEMBER", "COLLABORATOR"}, review.GetAuthorAssociation())
	if login == "" || !belongs || !isPerson(review.GetUser()) {
		return
	}
	switch review.GetState() {
	case "APPROVED":
		standing[login] = strings.EqualFold(review.GetCommitID(), head)
	case "CHANGES_REQUESTED", "DISMISSED":
		standing[login] = false
	}
}

func isPerson(u *github.User) bool {
	return u.GetLogin() != "" && u.GetType() != "Bot" && !strings.HasSuffix(u.GetLogin(), "[bot]")
}

// unreviewed says why a commit does not count as looked at; empty: it does. Who
// wrote the commit does not count either, whoever opened its pull request.
func unreviewed(commit written, pulls []pullRequest, byNumber map[int]judged, rule bot.ReviewRule) string {
	why := "belongs to no pull request"
	for _, p := range pulls {
		j := byNumber[p.number]
		others := slices.DeleteFunc(slices.Clone(j.approvers), commit.isBy)
		switch {
		case j.cut:
			why = fmt.Sprintf("belongs to #%d, which has more reviews than are read", p.number)
		case len(others) >= rule.Count, rule.Merged && j.mergedBy != "" && !commit.isBy(j.mergedBy):
			return ""
		default:
			why = fmt.Sprintf("belongs to #%d, approved at its head by %d of %d", p.number, len(others), rule.Count)
		}
	}
	return why
}

// commitOf is a commit of a repository.
type commitOf struct {
	repo repository
	sha  string
}
