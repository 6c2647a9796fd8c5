package github

import (
	"cmp"
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
//
// It makes that check run when the job's turn comes: of a run that waits for its
// concurrency group there is none yet, nor of a job whose needs are not over, and of a
// workflow that could not begin there never is. So each run of CI is looked at itself.

const (
	eventDispatch = "workflow_dispatch"
	// maxRunsAtPages bounds how many runs of one commit are listed, 100 a page.
	maxRunsAtPages = 5
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

// runsAt are the workflow runs of a commit.
type runsAt struct {
	started []string // the workflow files that slipway starts
	// suites and runs are those of them, whose jobs are no checks.
	suites, runs []int64
	ci           []startedRun // all others
	err          error
}

func (d *runsAt) has(r report) bool {
	return r.run != 0 && slices.Contains(d.runs, r.run) || r.suite != 0 && slices.Contains(d.suites, r.suite)
}

// note takes a run that is one of them.
func (d *runsAt) note(run startedRun) {
	switch {
	case run.Event == eventDispatch && slices.Contains(d.started, run.file()):
		d.runs = append(d.runs, run.ID)
		if run.Suite != 0 {
			d.suites = append(d.suites, run.Suite)
		}
	case run.ID != 0:
		d.ci = append(d.ci, run)
	}
}

// lists says whether a run is known, whosever it is.
func (d *runsAt) lists(id int64) bool {
	return slices.Contains(d.runs, id) || slices.ContainsFunc(d.ci, func(run startedRun) bool { return run.ID == id })
}

// unreported are reports in the place of what the jobs of CI do not report: that it is
// not over though all of them are that there are, or that it failed without any.
func (d *runsAt) unreported(all []report) []report {
	var found []report
	for _, run := range d.ci {
		mark := run.mark()
		tells := func(one report) bool {
			own := one.run == run.ID || run.Suite != 0 && one.suite == run.Suite
			return own && (mark == markFailed || one.mark == markPending)
		}
		if mark != markPassed && !slices.ContainsFunc(all, tells) {
			name := clean(cmp.Or(run.Name, run.file()), maxSubject)
			found = append(found, report{name: name, mark: mark, id: run.ID, suite: run.Suite, run: run.ID})
		}
	}
	return found
}

// startedRun is our own: go-github has no path.
type startedRun struct {
	ID         int64  `json:"id"`
	Suite      int64  `json:"check_suite_id"`
	Event      string `json:"event"`
	Path       string `json:"path"`
	Name       string `json:"name"`
	Status     string `json:"status"`
	Conclusion string `json:"conclusion"`
}

// file is the name of the workflow's file.
func (run startedRun) file() string {
	file, _, _ := strings.Cut(run.Path, "@")
	return path.Base(file)
}

// mark is how a run stands. One that was cancelled says something of the commit only
// where the commit began it; another may have made room for a newer one.
func (run startedRun) mark() mark {
	if run.Status != "completed" {
		return markPending
	}
	switch run.Conclusion {
	case "success", "neutral", "skipped":
		return markPassed
	case "cancelled":
		if !slices.Contains([]string{"push", "pull_request", "pull_request_target", "merge_group"}, run.Event) {
			return markPassed
		}
	}
	return markFailed
}

// runsAt lists the runs of a commit.
func (c *Client) runsAt(ctx context.Context, r repository, q bot.ChecksQuery) runsAt {
	found := runsAt{started: q.Started}
	query := url.Values{"head_sha": {q.SHA}, "exclude_pull_requests": {"true"}, "per_page": {strconv.Itoa(pageSize)}}
	for range maxRunsAtPages {
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
func (c *Client) lookAtLate(ctx context.Context, r repository, found *runsAt, all []report) {
	var late []int64
	for _, one := range all {
		young := time.Since(one.started) < lateFor
		if one.run != 0 && one.mark != markPassed && young && !found.has(one) && !found.lists(one.run) && !slices.Contains(late, one.run) {
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
