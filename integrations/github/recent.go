package github

import (
	"context"

	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/bot"
)

const (
	opRecent = "list the newest runs"
	// maxRecentPages bounds how far back is looked, 100 runs a page.
	maxRecentPages = 3
)

// RecentRuns lists the newest runs of a workflow that were dispatched and show
// a run key in their name, newest first.
func (c *Client) RecentRuns(ctx context.Context, repo, workflow string) ([]bot.ListedRun, error) {
	r, err := parseRepository(repo)
	if err != nil {
		return nil, err
	}
	if err := checkWorkflow(workflow); err != nil {
		return nil, err
	}
	opts := &github.ListWorkflowRunsOptions{Event: "workflow_dispatch", ListOptions: github.ListOptions{PerPage: pageSize}}
	var recent []bot.ListedRun
	seen := map[int64]bool{} // a run that moves to the next page meanwhile comes twice
	for range maxRecentPages {
		found, resp, err := c.gh.Actions.ListWorkflowRunsByFileName(ctx, r.owner, r.name, workflow, opts)
		if err != nil {
			return nil, explain(opRecent, "GitHub shows slipway no workflow "+workflow+" in "+repo, err)
		}
		for _, run := range found.WorkflowRuns {
			if key := runKeyIn(run.GetDisplayTitle()); key != "" && !seen[run.GetID()] {
				seen[run.GetID()] = true
				recent = append(recent, bot.ListedRun{RunKey: key, Repo: repo, Run: toRun(run)})
			}
		}
		if opts.Page = resp.NextPage; opts.Page == 0 {
			break
		}
	}
	return recent, nil
}
