package github

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

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
// bot.NotFound if the run was deleted, bot.Gone if GitHub shows slipway no runs of
// the repository at all, so that it may still go on.
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
	run.Jobs, run.Listed = jobs, true
	if run.Status != bot.RunCompleted || !slices.ContainsFunc(jobs, func(j bot.Job) bool { return j.Status != bot.RunCompleted }) {
		return run, nil
	}
	// The run ended between the two answers, and its jobs with it.
	run.Jobs, err = c.jobs(ctx, r, id)
	return run, err
}

// run reads a run without its jobs.
func (c *Client) run(ctx context.Context, r repository, id int64) (bot.Run, error) {
	found, _, err := c.gh.Actions.GetWorkflowRunByID(ctx, r.owner, r.name, id)
	if err != nil {
		return bot.Run{}, c.surelyGone(ctx, r, explain(opRun, noRun(r, id), err))
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
	jobs, _, err := c.jobsAbout(ctx, r, id)
	return jobs, err
}

// atMostJobs keeps bot.MaxJobs jobs in their order. What failed is kept before
// what did not, for the card names it; and the jobs of a matrix, which differ in
// what stands in brackets, go before others do.
func atMostJobs(all []bot.Job) []bot.Job {
	alike := map[string]int{}
	for _, job := range all {
		alike[inWorkflow(job)]++
	}
	all = without(all, func(job bot.Job) bool {
		name := inWorkflow(job)
		alike[name]--
		return !job.Conclusion.Failed() && alike[name] > 0
	})
	all = without(all, func(job bot.Job) bool { return !job.Conclusion.Failed() })
	return all[:min(len(all), bot.MaxJobs)]
}

// without leaves out jobs beyond bot.MaxJobs, from behind.
func without(all []bot.Job, spare func(bot.Job) bool) []bot.Job {
	excess := len(all) - bot.MaxJobs
	if excess <= 0 {
		return all
	}
	kept := make([]bot.Job, 0, len(all))
	for _, job := range slices.Backward(all) {
		if excess > 0 && spare(job) {
			excess--
			continue
		}
		kept = append(kept, job)
	}
	slices.Reverse(kept)
	return kept
}

// inWorkflow is a job's name without what a matrix adds to it.
func inWorkflow(job bot.Job) string {
	name, _, _ := strings.Cut(job.Name, " (")
	return name
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
	job.FailedStep = clean(failedStep(from.Steps), maxSubject)
	return job
}

// failedStep names the first step that failed; without one, the first in which
// the job was stopped.
func failedStep(steps []*github.TaskStep) string {
	stopped := ""
	for _, step := range steps {
		switch how := conclusion(runStatus(step.GetStatus()), step.GetConclusion()); {
		case how.Failed():
			return step.GetName()
		case how == bot.ConclusionCancelled && stopped == "":
			stopped = step.GetName()
		}
	}
	return stopped
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

// runStatus brings GitHub's queued and requested under one word; pending is what
// it says of a run or job that its concurrency group keeps back, and waiting of
// one that the protection rules of its environment hold. A status that is not
// known is not over.
func runStatus(status string) bot.RunStatus {
	switch status {
	case "completed":
		return bot.RunCompleted
	case "in_progress":
		return bot.RunInProgress
	case "waiting":
		return bot.RunHeld
	case "pending":
		return bot.RunPending
	}
	return bot.RunWaiting
}

// word is what a conclusion looks like that slipway has never heard of.
var word = regexp.MustCompile(`^[a-z][a-z_]{0,39}$`)

// conclusion keeps GitHub's word, for it has more than it lists
// (startup_failure); what is no word is a failure.
func conclusion(status bot.RunStatus, text string) bot.Conclusion {
	switch {
	case status != bot.RunCompleted:
		return bot.ConclusionNone
	case word.MatchString(text):
		return bot.Conclusion(text)
	}
	return bot.ConclusionFailure
}
