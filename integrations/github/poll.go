package github

import (
	"context"
	"math/rand/v2"
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// otherwise is how seldom a poll asks for what news are not expected of: one
// time in so many, so about once a minute at the default pace.
const otherwise = 4

// PollRun reads a run that is known already, mostly for one request: its jobs
// while it is at work, for it cannot be over before they are, and else the run
// itself. Now and then it asks for the other of the two, so that what this
// reasoning overlooks is found out as well. Kind bot.NotFound: the run was
// deleted.
func (c *Client) PollRun(ctx context.Context, repo string, known bot.Run) (bot.Run, error) {
	r, err := parseRepository(repo)
	if err != nil {
		return bot.Run{}, err
	}
	working := known.Status == bot.RunInProgress
	if rand.N(otherwise) == 0 {
		working = !working
	}
	if !working {
		return c.pollItself(ctx, r, known)
	}
	jobs, err := c.jobs(ctx, r, known.ID)
	switch {
	case err != nil && !isNotFound(err):
		return bot.Run{}, err
	case slices.ContainsFunc(jobs, func(j bot.Job) bool { return j.Status != bot.RunCompleted }):
		known.Jobs, known.Listed = jobs, true
		return known, nil
	}
	run, err := c.run(ctx, r, known.ID)
	run.Jobs, run.Listed = jobs, err == nil
	return run, err
}

// pollItself reads the run, and its jobs only if it has moved.
func (c *Client) pollItself(ctx context.Context, r repository, known bot.Run) (bot.Run, error) {
	run, err := c.run(ctx, r, known.ID)
	if err != nil {
		return bot.Run{}, err
	}
	run.Jobs, run.Listed = known.Jobs, known.Listed
	if run.Status != known.Status || run.Attempt != known.Attempt {
		run.Jobs, err = c.jobs(ctx, r, known.ID)
		run.Listed = err == nil
	}
	return run, err
}
