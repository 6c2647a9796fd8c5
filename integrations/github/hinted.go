package github

import (
	"context"
	"slices"

	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/bot"
)

// HintedRun reads a run that is known already and of which there is news, mostly for
// one request: its jobs. As long as one of them is not over the run is not either,
// and they tell what there is to tell of it. Kind bot.NotFound: the run was deleted.
func (c *Client) HintedRun(ctx context.Context, repo string, known bot.Run) (bot.Run, error) {
	r, err := parseRepository(repo)
	if err != nil {
		return bot.Run{}, err
	}
	if known.URL == "" { // of one that is known by its number alone all is news
		return c.ReadRun(ctx, repo, known.ID)
	}
	jobs, about, err := c.jobsAbout(ctx, r, known.ID)
	if err != nil {
		return bot.Run{}, err
	}
	working := slices.ContainsFunc(jobs, func(j bot.Job) bool { return j.Status != bot.RunCompleted })
	if !working || about.attempt != known.Attempt || about.headSHA == "" {
		return c.withJobs(ctx, r, known.ID, jobs)
	}
	known.Jobs, known.Listed, known.HeadSHA, known.Status = jobs, true, about.headSHA, statusOf(jobs)
	return known, nil
}

// withJobs reads the run itself when its jobs were just read. One that is over
// meanwhile may have had jobs that were not listed before.
func (c *Client) withJobs(ctx context.Context, r repository, id int64, jobs []bot.Job) (bot.Run, error) {
	run, err := c.run(ctx, r, id)
	if err == nil && len(jobs) == 0 && run.Status == bot.RunCompleted {
		jobs, err = c.jobs(ctx, r, id)
	}
	run.Jobs, run.Listed = jobs, err == nil
	return run, err
}

// aboutRun is what a run's jobs tell of the run.
type aboutRun struct {
	attempt int
	headSHA string
}

// jobsAbout reads the jobs of a run's latest attempt.
func (c *Client) jobsAbout(ctx context.Context, r repository, id int64) ([]bot.Job, aboutRun, error) {
	var (
		all   []bot.Job
		about aboutRun
	)
	opts := &github.ListWorkflowJobsOptions{Filter: "latest", ListOptions: github.ListOptions{PerPage: pageSize}}
	for range maxJobPages {
		found, resp, err := c.gh.Actions.ListWorkflowJobs(ctx, r.owner, r.name, id, opts)
		if err != nil {
			return nil, aboutRun{}, c.surelyGone(ctx, r, explain(opRun, noRun(r, id), err))
		}
		for _, job := range found.Jobs {
			if job == nil {
				continue
			}
			all = append(all, toJob(job))
			about.attempt, about.headSHA = max(about.attempt, int(job.GetRunAttempt())), job.GetHeadSHA()
		}
		if opts.Page = resp.NextPage; opts.Page == 0 {
			break
		}
	}
	return atMostJobs(all), about, nil
}

// statusOf is how far a run is whose jobs are not all over.
func statusOf(jobs []bot.Job) bot.RunStatus {
	is := func(status bot.RunStatus) bool {
		return slices.ContainsFunc(jobs, func(j bot.Job) bool { return j.Status == status })
	}
	switch {
	case is(bot.RunInProgress):
		return bot.RunInProgress
	case is(bot.RunHeld):
		return bot.RunHeld
	case is(bot.RunCompleted):
		return bot.RunInProgress
	case is(bot.RunPending) && !is(bot.RunWaiting):
		return bot.RunPending
	}
	return bot.RunWaiting
}
