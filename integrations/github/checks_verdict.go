package github

import (
	"context"
	"slices"
	"time"

	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

// CheckVerdict reads what a check judges of what was released. It is another question
// than Checks asks, which is whether a commit may go: there a check that was skipped
// stands in nobody's way, and one that was cancelled does; here both judge nothing.
func (c *Client) CheckVerdict(ctx context.Context, q bot.VerdictQuery) (bot.CheckVerdict, error) {
	r, err := parseRepository(q.Repo)
	if err != nil {
		return bot.CheckSilent, err
	}
	if err := checkSHA(q.SHA); err != nil {
		return bot.CheckSilent, err
	}
	var statuses, runs reports
	var asking guard.WaitGroup
	asking.Go(func() { statuses = c.statuses(ctx, r, q.SHA) })
	asking.Go(func() { runs = c.checkRuns(ctx, r, q.SHA, q.Name) })
	asking.Wait()
	read := checksRead{statuses: statuses, runs: runs}
	if err := read.problem(); err != nil {
		return bot.CheckSilent, err
	}
	verdict := verdictOf(read.counted(), q)
	if !read.whole() && verdict != bot.CheckBad {
		return bot.CheckSilent, &bot.Error{Kind: bot.Unavailable, Op: opChecks, Says: "there are too many checks of this commit to read"}
	}
	return verdict, nil
}

// verdictOf is the worst of what the reports of a name say, the newest of each suite.
func verdictOf(all []report, q bot.VerdictQuery) bot.CheckVerdict {
	worst := []bot.CheckVerdict{bot.CheckSilent, bot.CheckOpen, bot.CheckGood, bot.CheckPending, bot.CheckBad}
	verdict := bot.CheckSilent
	for _, one := range newestOf(all) {
		before := one.verdict != bot.CheckPending && !one.ended.IsZero() && one.ended.Before(q.Since.Truncate(time.Second))
		if one.name == q.Name && !before && slices.Index(worst, one.verdict) > slices.Index(worst, verdict) {
			verdict = one.verdict
		}
	}
	return verdict
}

func verdictOfStatus(state string) bot.CheckVerdict {
	switch state {
	case "success":
		return bot.CheckGood
	case "pending":
		return bot.CheckPending
	case "failure":
		return bot.CheckBad
	}
	return bot.CheckOpen // error: what was to judge could not
}

func verdictOfCheckRun(run *github.CheckRun) bot.CheckVerdict {
	if run.GetStatus() != "completed" {
		return bot.CheckPending
	}
	switch run.GetConclusion() {
	case "success":
		return bot.CheckGood
	case "failure", "timed_out":
		return bot.CheckBad
	}
	return bot.CheckOpen
}
