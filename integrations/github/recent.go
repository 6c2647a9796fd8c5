package github

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"

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
			return nil, explainWorkflow(opRecent, repo, workflow, err)
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

// newestSize is how many runs NewestRuns lists.
const newestSize = 100

// NewestRuns lists the newest runs of a workflow, newest first, whatever started
// them, and those that show no run key too.
func (c *Client) NewestRuns(ctx context.Context, repo, workflow string) ([]bot.ListedRun, error) {
	r, err := parseRepository(repo)
	if err != nil {
		return nil, err
	}
	if err := checkWorkflow(workflow); err != nil {
		return nil, err
	}
	url := fmt.Sprintf("repos/%s/actions/workflows/%s/runs?per_page=%d", r, workflow, newestSize)
	req, err := c.gh.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return nil, explain(opRecent, "", err)
	}
	known := c.newest.get(url)
	if known.etag != "" {
		req.Header.Set("If-None-Match", known.etag)
	}
	var found github.WorkflowRuns
	resp, err := c.gh.Do(ctx, req, &found)
	if refused := refusalOf(err); refused != nil && refused.status == http.StatusNotModified && known.etag != "" {
		return slices.Clone(known.items), nil
	}
	if err != nil {
		return nil, explainWorkflow(opRecent, repo, workflow, err)
	}
	list := listing[bot.ListedRun]{etag: resp.Header.Get("ETag")}
	for _, run := range found.WorkflowRuns {
		list.items = append(list.items, bot.ListedRun{
			RunKey: runKeyIn(run.GetDisplayTitle()), Repo: repo, Run: toRun(run), Event: clean(run.GetEvent(), maxName),
			By: clean(cmp.Or(run.GetTriggeringActor().GetLogin(), run.GetActor().GetLogin()), maxName),
		})
	}
	c.newest.set(url, list)
	return slices.Clone(list.items), nil
}
