package github

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

// GitHub leaves a check run for each job of a workflow run on the run's head
// commit. Those of the workflows that slipway starts say how a deploy went, and
// not whether the commit is good. A run of the same file that a push or a pull
// request began is CI and counts.

const (
	eventDispatch = "workflow_dispatch"
	// maxDispatchedPages bounds how many dispatched runs of one commit are
	// listed, 100 a page.
	maxDispatchedPages = 5
	// A run that was listed too late is asked for by its id, as long as it can
	// be late, and for at most so many runs.
	lateFor = 10 * time.Minute
	maxLate = 8
)

// jobAddress finds the run in the address of a check run that is a job.
var jobAddress = regexp.MustCompile(`/actions/runs/(\d{1,18})/job`)

// runOfCheck is the workflow run that a check run is a job of, 0 if it is none.
func runOfCheck(run *github.CheckRun) int64 {
	found := jobAddress.FindStringSubmatch(run.GetDetailsURL())
	if found == nil {
		return 0
	}
	id, err := strconv.ParseInt(found[1], 10, 64)
	if err != nil {
		return 0
	}
	return id
}

// dispatchedRuns are the runs of a commit whose jobs are no checks.
type dispatchedRuns struct {
	started []string // the workflow files that slipway starts
	suites  []int64
	runs    []int64
	err     error
}

func (d *dispatchedRuns) has(r report) bool {
	return r.run != 0 && slices.Contains(d.runs, r.run) || r.suite != 0 && slices.Contains(d.suites, r.suite)
}

// note takes a run that is one of them.
func (d *dispatchedRuns) note(run startedRun) {
	file, _, _ := strings.Cut(run.Path, "@")
	if run.Event == eventDispatch && slices.Contains(d.started, path.Base(file)) {
		d.runs = append(d.runs, run.ID)
		if run.Suite != 0 {
			d.suites = append(d.suites, run.Suite)
		}
	}
}

// startedRun is our own: go-github has no path.
type startedRun struct {
	ID    int64  `json:"id"`
	Suite int64  `json:"check_suite_id"`
	Event string `json:"event"`
	Path  string `json:"path"`
}

// dispatchedAt lists the runs of a commit that somebody started.
func (c *Client) dispatchedAt(ctx context.Context, r repository, q bot.ChecksQuery) dispatchedRuns {
	found := dispatchedRuns{started: q.Started}
	query := url.Values{"head_sha": {q.SHA}, "event": {eventDispatch}, "exclude_pull_requests": {"true"}, "per_page": {strconv.Itoa(pageSize)}}
	for range maxDispatchedPages {
		var page struct {
			Runs []startedRun `json:"workflow_runs"`
		}
		resp, err := c.get(ctx, "repos/"+r.String()+"/actions/runs?"+query.Encode(), &page)
		if err != nil {
			found.err = explain(opChecks, "GitHub shows slipway no workflow runs of "+r.String(), err)
			return found
		}
		for _, run := range page.Runs {
			found.note(run)
		}
		if resp.NextPage == 0 {
			break
		}
		query.Set("page", strconv.Itoa(resp.NextPage))
	}
	return found
}

// lookAtLate asks for the runs of young jobs that are not green and whose run was
// not listed: GitHub lists runs late, and a deploy that has just begun must not
// keep back another one.
func (c *Client) lookAtLate(ctx context.Context, r repository, found *dispatchedRuns, all []report) {
	var late []int64
	for _, one := range all {
		young := time.Since(one.started) < lateFor
		if one.run != 0 && one.mark != markPassed && young && !found.has(one) && !slices.Contains(late, one.run) {
			late = append(late, one.run)
		}
	}
	late = late[:min(len(late), maxLate)]
	runs := make([]startedRun, len(late))
	var asking guard.WaitGroup
	for i, id := range late {
		asking.Go(func() {
			// What cannot be read counts as a check like any other.
			_, _ = c.get(ctx, "repos/"+r.String()+"/actions/runs/"+strconv.FormatInt(id, 10), &runs[i])
		})
	}
	asking.Wait()
	for _, run := range runs {
		found.note(run)
	}
}

// get reads what go-github has no type for.
func (c *Client) get(ctx context.Context, path string, into any) (*github.Response, error) {
	req, err := c.gh.NewRequest(http.MethodGet, path, nil)
	if err != nil {
		return nil, err
	}
	return c.gh.Do(ctx, req, into)
}
