package github

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

const (
	opRun    = "read a run"
	opCancel = "cancel a run"
	// maxJobPages bounds the pages of jobs that are read of one run.
	maxJobPages = 3
)

// ReadRun reads a run with the jobs of its latest attempt, in one round; kind
// bot.NotFound if the run was deleted.
func (c *Client) ReadRun(ctx context.Context, repo string, id int64) (bot.Run, error) {
	r, err := parseRepository(repo)
	if err != nil {
		return bot.Run{}, err
	}
	var (
		run          bot.Run
		jobs         []bot.Job
		rErr, jobErr error
		asking       guard.WaitGroup
	)
	asking.Go(func() { run, rErr = c.run(ctx, r, id) })
	asking.Go(func() { jobs, jobErr = c.jobs(ctx, r, id) })
	asking.Wait()
	if rErr != nil {
		return bot.Run{}, rErr
	}
	if isNotFound(jobErr) { // the run was just seen
		return bot.Run{}, &bot.Error{Kind: bot.Unavailable, Op: opRun, Says: "GitHub shows the run without its jobs", Err: jobErr}
	}
	if jobErr != nil {
		return bot.Run{}, jobErr
	}
	run.Jobs = jobs
	return run, nil
}

// run reads a run without its jobs.
func (c *Client) run(ctx context.Context, r repository, id int64) (bot.Run, error) {
	found, _, err := c.gh.Actions.GetWorkflowRunByID(ctx, r.owner, r.name, id)
	if err != nil {
		return bot.Run{}, explain(opRun, noRun(r, id), err)
	}
	if found.GetID() != id {
		return bot.Run{}, explain(opRun, "", errUnreadable)
	}
	return toRun(found), nil
}

func noRun(r repository, id int64) string {
	return "GitHub shows slipway no run " + strconv.FormatInt(id, 10) + " in " + r.String()
}

func (c *Client) jobs(ctx context.Context, r repository, id int64) ([]bot.Job, error) {
	var all []bot.Job
	opts := &github.ListWorkflowJobsOptions{Filter: "latest", ListOptions: github.ListOptions{PerPage: pageSize}}
	for range maxJobPages {
		found, resp, err := c.gh.Actions.ListWorkflowJobs(ctx, r.owner, r.name, id, opts)
		if err != nil {
			return nil, explain(opRun, noRun(r, id), err)
		}
		for _, job := range found.Jobs {
			all = append(all, toJob(job))
		}
		if opts.Page = resp.NextPage; opts.Page == 0 {
			break
		}
	}
	return atMostJobs(all), nil
}

// atMostJobs keeps bot.MaxJobs jobs in their order. What failed is kept before
// what did not, for the card names it.
func atMostJobs(all []bot.Job) []bot.Job {
	excess := len(all) - bot.MaxJobs
	if excess <= 0 {
		return all
	}
	kept := make([]bot.Job, 0, bot.MaxJobs)
	for _, job := range slices.Backward(all) {
		if excess > 0 && job.Conclusion != bot.ConclusionFailure {
			excess--
			continue
		}
		kept = append(kept, job)
	}
	slices.Reverse(kept)
	return kept[:bot.MaxJobs]
}

func toRun(from *github.WorkflowRun) bot.Run {
	status := runStatus(from.GetStatus())
	return bot.Run{
		ID:         from.GetID(),
		URL:        from.GetHTMLURL(),
		Attempt:    max(1, from.GetRunAttempt()),
		Status:     status,
		Conclusion: conclusion(status, from.GetConclusion()),
		HeadSHA:    from.GetHeadSHA(),
		StartedAt:  from.GetRunStartedAt().Time,
		UpdatedAt:  from.GetUpdatedAt().Time,
	}
}

func toJob(from *github.WorkflowJob) bot.Job {
	status := runStatus(from.GetStatus())
	job := bot.Job{
		Name:        clean(from.GetName(), maxSubject),
		Status:      status,
		Conclusion:  conclusion(status, from.GetConclusion()),
		URL:         from.GetHTMLURL(),
		StartedAt:   from.GetStartedAt().Time,
		CompletedAt: from.GetCompletedAt().Time,
		NeverBegan:  neverBegan(from),
	}
	for _, step := range from.Steps {
		if conclusion(runStatus(step.GetStatus()), step.GetConclusion()) == bot.ConclusionFailure {
			job.FailedStep = clean(step.GetName(), maxSubject)
			break
		}
	}
	return job
}

// neverBegan says that no runner took a job and none of its steps was carried
// out, as with one that was cancelled while it waited, that was skipped, or
// whose review was refused. GitHub sends a start of such jobs too.
func neverBegan(from *github.WorkflowJob) bool {
	if from.GetRunnerID() != 0 || from.GetStatus() == "in_progress" || from.GetConclusion() == "success" {
		return false
	}
	return !slices.ContainsFunc(from.Steps, func(s *github.TaskStep) bool {
		return s.GetStatus() == "in_progress" || s.GetConclusion() == "success" || s.GetConclusion() == "failure"
	})
}

// runStatus brings GitHub's queued, requested and pending under one word;
// waiting is what it says of a run or job that the protection rules of its
// environment hold. A status that is not known is not over.
func runStatus(status string) bot.RunStatus {
	switch status {
	case "completed":
		return bot.RunCompleted
	case "in_progress":
		return bot.RunInProgress
	case "waiting":
		return bot.RunHeld
	}
	return bot.RunWaiting
}

// conclusion takes whatever is not known for a failure: GitHub has more words
// than it lists (startup_failure).
func conclusion(status bot.RunStatus, text string) bot.Conclusion {
	if status != bot.RunCompleted {
		return bot.ConclusionNone
	}
	switch text {
	case "success":
		return bot.ConclusionSuccess
	case "cancelled":
		return bot.ConclusionCancelled
	case "skipped":
		return bot.ConclusionSkipped
	}
	return bot.ConclusionFailure
}

// CancelRun asks GitHub to stop a run; by force also jobs that insist on being
// run always. A run that is over already is no error.
func (c *Client) CancelRun(ctx context.Context, repo string, id int64, how bot.CancelManner) error {
	r, err := parseRepository(repo)
	if err != nil {
		return err
	}
	verb := "cancel"
	if how == bot.CancelForce {
		verb = "force-cancel"
	}
	_, _, err = c.post(ctx, "repos/"+r.String()+"/actions/runs/"+strconv.FormatInt(id, 10)+"/"+verb, nil)
	if refused := refusalOf(err); isAccepted(err) || refused != nil && refused.status == http.StatusConflict {
		return nil
	}
	return explain(opCancel, noRun(r, id), err)
}
