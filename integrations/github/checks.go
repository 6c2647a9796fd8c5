package github

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

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

// mark is how one check stands, the worst last.
type mark int

const (
	markPassed mark = iota
	markPending
	markFailed
)

// report is what one check said: a status, or the check run of one suite.
type report struct {
	name    string
	mark    mark
	verdict bot.CheckVerdict
	id      int64
	suite   int64 // 0: a status
	run     int64 // the workflow run that it is a job of; 0: of none
	started time.Time
	ended   time.Time // zero: not yet, or nobody says when
}

// reports are what was read of one kind.
type reports struct {
	all []report
	cut bool // there were more pages than are read
	err error
}

// Checks reads the statuses and the check runs of a commit. Of one name the
// newest run of each suite counts, and of the suites the worst: a workflow that
// went well hides none of the same name that did not. The jobs of workflows that
// slipway starts are no checks where they were dispatched; a run of CI of which no job
// tells how it stands is one itself, by the workflow's name. If something cannot be
// read, or has more pages than are read, the answer is not Complete and says why.
func (c *Client) Checks(ctx context.Context, q bot.ChecksQuery) (bot.Checks, error) {
	r, err := parseRepository(q.Repo)
	if err != nil {
		return bot.Checks{}, err
	}
	if err := checkSHA(q.SHA); err != nil {
		return bot.Checks{}, err
	}
	read := c.readChecks(ctx, r, q)
	if len(q.Names) > 0 && read.whole() && !allReported(q.Names, read.counted()) {
		// Some name is wrong, or late: what did report tells which.
		everything := q
		everything.Names = nil
		read = c.readChecks(ctx, r, everything)
	}
	if read.statuses.err != nil && read.runs.err != nil {
		return bot.Checks{}, read.statuses.err
	}
	checks := summed(read.counted())
	checks.Complete = read.whole()
	switch problem := read.problem(); {
	case problem == nil && !checks.Complete:
		checks.Problem = fmt.Sprintf("there are more than %d of them", maxCheckPages*pageSize)
		checks.Mend = "Name those that count under `checks` in slipway.yaml; they are then asked for by name."
	case problem != nil:
		c.logger.WarnContext(ctx, "the checks of a commit are not complete", slog.String("repo", q.Repo), slog.String("sha", q.SHA), slog.Any("error", problem))
		checks.Problem, checks.Mend = bot.ForPeople(problem)
	}
	return checks, nil
}

// checksRead is all that was read of a commit's checks.
type checksRead struct {
	statuses, runs reports
	at             runsAt
	// unreported stand for what jobs do not report; none where checks are asked for by
	// their names, which have to report themselves.
	unreported []report
}

// readChecks asks for everything at once.
func (c *Client) readChecks(ctx context.Context, r repository, q bot.ChecksQuery) checksRead {
	var read checksRead
	names := q.Names
	if len(names) == 0 {
		names = []string{""}
	}
	named := make([]reports, len(names))
	var asking guard.WaitGroup
	asking.Go(func() { read.statuses = c.statuses(ctx, r, q.SHA) })
	asking.Go(func() { read.at = c.runsAt(ctx, r, q) })
	for i, name := range names {
		asking.Go(func() { named[i] = c.checkRuns(ctx, r, q.SHA, name) })
	}
	asking.Wait()
	for _, one := range named {
		read.runs.all = append(read.runs.all, one.all...)
		read.runs.cut = read.runs.cut || one.cut
		read.runs.err = cmp.Or(read.runs.err, one.err)
	}
	c.lookAtLate(ctx, r, &read.at, read.runs.all)
	if len(q.Names) == 0 {
		read.unreported = read.at.unreported(read.runs.all)
	}
	return read
}

// problem is why something is missing.
func (read checksRead) problem() error {
	return cmp.Or(read.runs.err, read.statuses.err, read.at.err)
}

func (read checksRead) whole() bool {
	return read.problem() == nil && !read.statuses.cut && !read.runs.cut
}

// counted are the reports that count.
func (read checksRead) counted() []report {
	counted := slices.Concat(read.statuses.all, read.unreported)
	for _, one := range read.runs.all {
		if !read.at.has(one) {
			counted = append(counted, one)
		}
	}
	return counted
}

func allReported(names []string, all []report) bool {
	return !slices.ContainsFunc(names, func(name string) bool {
		return !slices.ContainsFunc(all, func(r report) bool { return r.name == name })
	})
}

// summed says how every name stands.
func summed(all []report) bot.Checks {
	worst := map[string]mark{}
	for _, one := range newestOf(all) {
		worst[one.name] = max(worst[one.name], one.mark)
	}
	var checks bot.Checks
	for name, m := range worst {
		switch m {
		case markPassed:
			checks.Passed++
		case markPending:
			checks.Pending = append(checks.Pending, name)
		case markFailed:
			checks.Failed = append(checks.Failed, name)
		}
		checks.Known = append(checks.Known, name)
	}
	for _, names := range [][]string{checks.Pending, checks.Failed, checks.Known} {
		slices.Sort(names)
	}
	return checks
}

// newestOf are the reports without those that newer ones of the same name and suite
// replace.
func newestOf(all []report) map[report]report {
	newest := map[report]report{}
	for _, one := range all {
		key := report{name: one.name, suite: one.suite}
		if old, known := newest[key]; !known || one.id > old.id { // ids rise with time
			newest[key] = one
		}
	}
	return newest
}

// statuses reads the combined status, which has the newest of each context.
func (c *Client) statuses(ctx context.Context, r repository, sha string) reports {
	var all reports
	opts := &github.ListOptions{PerPage: pageSize}
	for range maxCheckPages {
		found, resp, err := c.gh.Repositories.GetCombinedStatus(ctx, r.owner, r.name, sha, opts)
		if err != nil {
			all.err = explain(opChecks, "GitHub shows slipway no statuses of this commit", err)
			return all
		}
		for _, status := range found.Statuses {
			all.all = append(all.all, report{
				name: status.GetContext(), mark: markOfStatus(status.GetState()), id: status.GetID(),
				verdict: verdictOfStatus(status.GetState()), ended: status.GetUpdatedAt().Time,
			})
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

// checkRuns reads the check runs of one name, or all of them if it is empty.
func (c *Client) checkRuns(ctx context.Context, r repository, sha, name string) reports {
	var all reports
	opts := &github.ListCheckRunsOptions{ListOptions: github.ListOptions{PerPage: pageSize}}
	if name != "" {
		opts.CheckName = &name
	}
	for range maxCheckPages {
		found, resp, err := c.gh.Checks.ListCheckRunsForRef(ctx, r.owner, r.name, sha, opts)
		if err != nil {
			all.err = explain(opChecks, "GitHub shows slipway no check runs of this commit", err)
			return all
		}
		for _, run := range found.CheckRuns {
			all.all = append(all.all, report{
				name: run.GetName(), mark: markOfCheckRun(run), id: run.GetID(), suite: run.GetCheckSuite().GetID(),
				run: runOfCheck(run), verdict: verdictOfCheckRun(run), started: run.GetStartedAt().Time, ended: run.GetCompletedAt().Time,
			})
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
