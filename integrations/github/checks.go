package github

import (
	"context"
	"log/slog"
	"maps"
	"slices"

	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

const (
	opChecks = "read the checks of a commit"
	pageSize = 100
	// maxCheckPages bounds how many pages of statuses and of check runs are
	// read; a commit with more has checks that are not known.
	maxCheckPages = 5
)

// mark is how one check stands.
type mark string

const (
	markPassed  mark = "passed"
	markPending mark = "pending"
	markFailed  mark = "failed"
)

// marks are the checks of one kind by name.
type marks struct {
	byName map[string]mark
	cut    bool // there were more pages than are read
	err    error
}

// Checks reads the statuses and the check runs of a commit; of several check
// runs of one name the newest counts. If one of the two cannot be read, or has
// more pages than are read, the answer is not Complete.
func (c *Client) Checks(ctx context.Context, repo, sha string) (bot.Checks, error) {
	r, err := parseRepository(repo)
	if err != nil {
		return bot.Checks{}, err
	}
	if err := checkSHA(sha); err != nil {
		return bot.Checks{}, err
	}
	var (
		statuses, runs marks
		asking         guard.WaitGroup
	)
	asking.Go(func() { statuses = c.statuses(ctx, r, sha) })
	asking.Go(func() { runs = c.checkRuns(ctx, r, sha) })
	asking.Wait()
	if statuses.err != nil && runs.err != nil {
		return bot.Checks{}, statuses.err
	}
	checks := bot.Checks{Complete: true}
	for _, one := range []marks{statuses, runs} {
		if one.err != nil {
			c.logger.WarnContext(ctx, "the checks of a commit are not complete", slog.String("repo", repo), slog.String("sha", sha), slog.Any("error", one.err))
		}
		checks.Complete = checks.Complete && one.err == nil && !one.cut
		add(&checks, one.byName)
	}
	for _, names := range []*[]string{&checks.Pending, &checks.Failed, &checks.Known} {
		slices.Sort(*names)
		*names = slices.Compact(*names)
	}
	return checks, nil
}

func add(checks *bot.Checks, byName map[string]mark) {
	for name, m := range byName {
		switch m {
		case markPassed:
			checks.Passed++
		case markPending:
			checks.Pending = append(checks.Pending, name)
		case markFailed:
			checks.Failed = append(checks.Failed, name)
		}
	}
	checks.Known = slices.AppendSeq(checks.Known, maps.Keys(byName))
}

// statuses reads the combined status, which has the newest of each context.
func (c *Client) statuses(ctx context.Context, r repository, sha string) marks {
	all := marks{byName: map[string]mark{}}
	opts := &github.ListOptions{PerPage: pageSize}
	for range maxCheckPages {
		found, resp, err := c.gh.Repositories.GetCombinedStatus(ctx, r.owner, r.name, sha, opts)
		if err != nil {
			all.err = explain(opChecks, "GitHub shows slipway no statuses of this commit", err)
			return all
		}
		for _, status := range found.Statuses {
			all.byName[status.GetContext()] = markOfStatus(status.GetState())
		}
		if opts.Page = resp.NextPage; opts.Page == 0 {
			return all
		}
	}
	all.cut = true
	return all
}

func markOfStatus(state string) mark {
	switch state {
	case "success":
		return markPassed
	case "pending":
		return markPending
	}
	return markFailed
}

// checkRuns reads the check runs. GitHub leaves out older ones of one suite,
// but the suites of a commit may each have one of the same name.
func (c *Client) checkRuns(ctx context.Context, r repository, sha string) marks {
	all := marks{byName: map[string]mark{}}
	newest := map[string]int64{}
	opts := &github.ListCheckRunsOptions{ListOptions: github.ListOptions{PerPage: pageSize}}
	for range maxCheckPages {
		found, resp, err := c.gh.Checks.ListCheckRunsForRef(ctx, r.owner, r.name, sha, opts)
		if err != nil {
			all.err = explain(opChecks, "GitHub shows slipway no check runs of this commit", err)
			return all
		}
		for _, run := range found.CheckRuns {
			if name := run.GetName(); run.GetID() > newest[name] { // ids rise with time
				newest[name], all.byName[name] = run.GetID(), markOfCheckRun(run)
			}
		}
		if opts.Page = resp.NextPage; opts.Page == 0 {
			return all
		}
	}
	all.cut = true
	return all
}

func markOfCheckRun(run *github.CheckRun) mark {
	if run.GetStatus() != "completed" {
		return markPending
	}
	switch run.GetConclusion() {
	case "success", "neutral", "skipped":
		return markPassed
	}
	return markFailed
}
