package github

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/bot"
)

const (
	opFind = "look for a run"
	// clockSlack is how far GitHub's clock may be behind ours.
	clockSlack = 2 * time.Minute
	// maxRunPages is where GitHub's filtered listing of runs ends: 1,000 runs.
	maxRunPages = 10
)

// FindRun looks for the run that shows the run key in its name, among all runs
// of the workflow that were dispatched since then. It never takes "the newest".
// Kind bot.NotFound: it is not listed, which may change within seconds.
func (c *Client) FindRun(ctx context.Context, q bot.RunQuery) (bot.Run, error) {
	r, err := parseRepository(q.Repo)
	if err != nil {
		return bot.Run{}, err
	}
	if err := checkWorkflow(q.Workflow); err != nil {
		return bot.Run{}, err
	}
	if _, isKey := bot.ReleaseIDOf(q.RunKey); !isKey {
		return bot.Run{}, invalid(opFind, "`"+clean(q.RunKey, 80)+"` is not a run key", "")
	}
	opts := &github.ListWorkflowRunsOptions{
		Branch: q.Ref, Event: "workflow_dispatch", ListOptions: github.ListOptions{PerPage: pageSize},
	}
	if !q.Since.IsZero() {
		opts.Created = ">=" + q.Since.Add(-clockSlack).UTC().Format(time.RFC3339)
	}
	matches, err := c.runsShowing(ctx, r, q, opts)
	switch {
	case err != nil:
		return bot.Run{}, err
	case len(matches) > 1:
		return bot.Run{}, &bot.Error{
			Kind: bot.Internal, Op: opFind,
			Says: "more than one run of " + q.Workflow + " shows the key " + q.RunKey,
			Mend: "Look at both at GitHub: somebody may have started the workflow by hand with the same inputs.",
		}
	case len(matches) == 0:
		return bot.Run{}, notFound(opFind, "GitHub lists no run of "+q.Workflow+" with the key "+q.RunKey, "")
	}
	return matches[0], nil
}

// NamedRun reads the run that somebody named, which GitHub need not list. Kind
// bot.Invalid: it cannot be the one that the key stands for. A workflow whose
// run-name leaves the key out shows none; then the rest must fit, and the run key
// is empty.
func (c *Client) NamedRun(ctx context.Context, q bot.RunQuery) (bot.ListedRun, error) {
	r, err := parseRepository(q.Repo)
	if err != nil {
		return bot.ListedRun{}, err
	}
	if err := checkWorkflow(q.Workflow); err != nil {
		return bot.ListedRun{}, err
	}
	found, _, err := c.gh.Actions.GetWorkflowRunByID(ctx, r.owner, r.name, q.ID)
	if err != nil {
		return bot.ListedRun{}, explain(opFind, noRun(r, q.ID), err)
	}
	workflow, _, err := c.gh.Actions.GetWorkflowByFileName(ctx, r.owner, r.name, q.Workflow)
	if err != nil {
		return bot.ListedRun{}, explainSearch(q, err)
	}
	listed := bot.ListedRun{Repo: q.Repo, Run: toRun(found)}
	named, title := "Run "+strconv.FormatInt(q.ID, 10), found.GetDisplayTitle()
	switch {
	case found.GetWorkflowID() != workflow.GetID() || found.GetEvent() != "workflow_dispatch":
		return bot.ListedRun{}, invalid(opFind, named+" is none of "+q.Workflow+" that was dispatched", "Name the run of "+q.Workflow+".")
	case found.GetCreatedAt().Before(q.Since.Add(-clockSlack)):
		return bot.ListedRun{}, invalid(opFind, named+" is older than the release", "Name a run that was started since.")
	case bot.ShowsRunKey(title, q.RunKey):
		listed.RunKey = q.RunKey
	case showsAKey(title):
		return bot.ListedRun{}, invalid(opFind, named+" belongs to another release, as its name says", "Name the run that shows "+q.RunKey+".")
	case speaksOfAnother(title, q) != "":
		return bot.ListedRun{}, invalid(opFind, named+" is for "+speaksOfAnother(title, q)+", as its name says", "Name the run of what was released.")
	}
	return listed, nil
}

// speaksOfAnother is the commit or environment in a run's title that is not the
// one that is looked for; empty: none is.
func speaksOfAnother(title string, q bot.RunQuery) string {
	all := bot.RunNameWords(title)
	for _, word := range all {
		sha := strings.ToLower(word)
		mixed := strings.ContainsAny(sha, "abcdef") && strings.ContainsAny(sha, "0123456789") // else it may be a number, or a word
		switch {
		case q.SHA != "" && mixed && len(sha) >= 7 && len(sha) <= 40 && isHex(sha) && !strings.HasPrefix(q.SHA, sha):
			return clean(word, maxSubject)
		case slices.Contains(q.Elsewhere, word) && !slices.Contains(all, q.Environment):
			return word
		}
	}
	return ""
}

// runsShowing goes through the listing and returns the runs that show the key.
func (c *Client) runsShowing(ctx context.Context, r repository, q bot.RunQuery, opts *github.ListWorkflowRunsOptions) ([]bot.Run, error) {
	var matches []bot.Run
	seen := map[int64]bool{} // a run that moves to the next page meanwhile comes twice
	for range maxRunPages {
		found, resp, err := c.gh.Actions.ListWorkflowRunsByFileName(ctx, r.owner, r.name, q.Workflow, opts)
		if err != nil {
			return nil, explainSearch(q, err)
		}
		for _, run := range found.WorkflowRuns {
			if id := run.GetID(); bot.ShowsRunKey(run.GetDisplayTitle(), q.RunKey) && !seen[id] {
				seen[id] = true
				matches = append(matches, toRun(run))
			}
		}
		if opts.Page = resp.NextPage; opts.Page == 0 {
			return matches, nil
		}
	}
	if len(matches) > 0 {
		return matches, nil
	}
	return nil, &bot.Error{
		Kind: bot.Unavailable, Op: opFind,
		Says: "GitHub lists more runs of " + q.Workflow + " than can be looked through",
		Mend: "Look for " + q.RunKey + " among the runs at GitHub.",
	}
}

// explainSearch takes care that a listing that is missing is not taken for a
// run that is: kind bot.NotFound is kept for the latter.
func explainSearch(q bot.RunQuery, err error) error {
	err = explain(opFind, "GitHub shows slipway no workflow "+q.Workflow+" in "+q.Repo, err)
	if isNotFound(err) {
		return &bot.Error{
			Kind: bot.Denied, Op: opFind, Err: err,
			Says: "GitHub shows slipway no workflow " + q.Workflow + " in " + q.Repo,
			Mend: "Check that the workflow exists, and that slipway's token or GitHub App may see it.",
		}
	}
	return err
}
