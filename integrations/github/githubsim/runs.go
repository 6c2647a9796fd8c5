package githubsim

import (
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// run is a workflow run; its fields are those of its newest attempt.
type run struct {
	id                        int64
	number, attempt           int
	repo                      *repository
	workflow                  *workflow
	name, title, event        string
	branch, sha               string
	status, conclusion        string
	cancelled                 bool
	created, started, updated time.Time
	inputs                    map[string]string
	plans                     []jobPlan
	jobs                      []*job // of all attempts
	attempts                  []*run // earlier ones, as they ended
	actor, starter            string // of the first attempt, and of the last
	group                     group
	released                  map[string]bool // the environments that hold it no longer
	reviews                   []runReview
	past                      []moment // as listings showed it, the oldest first
}

// job is one job of one attempt.
type job struct {
	id                      int64
	attempt                 int
	key, name, environment  string
	needs                   []string
	status, conclusion      string
	created, started, ended time.Time
	steps                   []*step
	deployment              *deployment // of a job with an environment
}

type step struct {
	name               string
	status, conclusion string
	started, ended     time.Time
}

const completed = "completed"

func (j *job) addStep(name string) {
	j.steps = append(j.steps, &step{name: name, status: "queued"})
}

// currentJobs gives the jobs of the newest attempt.
func (r *run) currentJobs() []*job {
	var current []*job
	for _, j := range r.jobs {
		if j.attempt == r.attempt {
			current = append(current, j)
		}
	}
	return current
}

// made says whether GitHub has made a job: it does when its turn comes, which is not
// before all that it needs is over, nor while the run waits for its concurrency group.
// Until then there is neither a job nor a check run to be seen.
func (r *run) made(j *job) bool {
	if j.attempt != r.attempt {
		return true
	}
	if r.status == "pending" {
		return false
	}
	return !slices.ContainsFunc(r.currentJobs(), func(other *job) bool {
		return other.status != completed && slices.Contains(j.needs, other.key)
	})
}

func (s *Server) getWorkflow(c *call) answer {
	w := c.repo.findWorkflow(c.vars["workflow"])
	if w == nil {
		return notFound()
	}
	return ok(c.repo.workflowJSON(w))
}

func (s *Server) listWorkflows(c *call) answer {
	list := []object{}
	for _, w := range c.repo.workflows {
		if c.repo.findWorkflow(itoa(w.id)) != nil {
			list = append(list, c.repo.workflowJSON(w))
		}
	}
	return linked(c, ok(object{"total_count": len(list), "workflows": window(list, pageOf(c.query))}), len(list))
}

func (r *repository) workflowJSON(w *workflow) object {
	name := w.path
	if tip := r.commits[r.branches[r.defaultBranch]]; tip != nil {
		if d, err := readWorkflow(tip.files[w.path]); err == nil && d.Name != "" {
			name = d.Name
		}
	}
	made := stamp(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	return object{
		"id": w.id, "node_id": nodeID("Workflow", w.id), "name": name, "path": w.path, "state": w.state,
		"created_at": made, "updated_at": made,
		"url":       r.api() + "/actions/workflows/" + itoa(w.id),
		"html_url":  r.html() + "/blob/" + r.defaultBranch + "/" + w.path,
		"badge_url": r.html() + "/workflows/" + path.Base(w.path) + "/badge.svg",
	}
}

func (s *Server) listWorkflowRuns(c *call) answer {
	w := c.repo.findWorkflow(c.vars["workflow"])
	if w == nil {
		return notFound()
	}
	return s.runList(c, w)
}

func (s *Server) listRuns(c *call) answer { return s.runList(c, nil) }

// runList lists runs newest first, of one workflow or of all, without those
// that are still in the lag.
func (s *Server) runList(c *call, w *workflow) answer {
	list := []object{}
	for _, r := range slices.Backward(s.runs) {
		listed := !s.now().Before(r.created.Add(s.lag))
		r := r.asOf(s.now().Add(-s.stale))
		if r.repo == c.repo && listed && (w == nil || r.workflow == w) && r.fits(c) {
			list = append(list, r.json())
		}
	}
	return linked(c, ok(object{"total_count": len(list), "workflow_runs": window(list, pageOf(c.query))}), len(list))
}

// moment is how a run was at a time.
type moment struct {
	at, updated        time.Time
	status, conclusion string
	attempt            int
}

func (r *run) remember(now time.Time) {
	r.past = append(r.past, moment{now, r.updated, r.status, r.conclusion, r.attempt})
}

// asOf gives the run as it was at a time, or at its beginning.
func (r *run) asOf(then time.Time) *run {
	shown := *r
	for i, m := range slices.Backward(r.past) {
		if !m.at.After(then) || i == 0 {
			shown.updated, shown.status, shown.conclusion, shown.attempt = m.updated, m.status, m.conclusion, m.attempt
			break
		}
	}
	return &shown
}

// fits tells whether a run passes the filters of a listing. "status" filters by
// status or conclusion, as at GitHub.
func (r *run) fits(c *call) bool {
	state := c.query.Get("status")
	return fits(c, "event", r.event) && fits(c, "branch", r.branch) && fits(c, "head_sha", r.sha) &&
		fits(c, "actor", r.actor) &&
		(state == "" || state == r.status || state == r.conclusion) &&
		inRange(c.query.Get("created"), r.created.Truncate(time.Second))
}

// inRange understands GitHub's search syntax for dates: ">=T", ">T", "<=T",
// "<T", "A..B" with * for an open end, or a day.
func inRange(expr string, at time.Time) bool {
	if expr == "" {
		return true
	}
	if from, to, isRange := strings.Cut(expr, ".."); isRange {
		return (from == "*" || inRange(">="+from, at)) && (to == "*" || inRange("<="+to, at))
	}
	op := expr[:len(expr)-len(strings.TrimLeft(expr, "<>="))]
	bound, err := parseDate(expr[len(op):])
	if err != nil {
		return false
	}
	switch op {
	case ">=":
		return !at.Before(bound)
	case ">":
		return at.After(bound)
	case "<=":
		return !at.After(bound)
	case "<":
		return at.Before(bound)
	default:
		return at.UTC().Format(time.DateOnly) == bound.UTC().Format(time.DateOnly)
	}
}

func parseDate(text string) (time.Time, error) {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	return time.Parse(time.DateOnly, text) //nolint:wrapcheck // only its being an error matters
}

// runOf finds the run that a path names, in the repository it names.
func (s *Server) runOf(c *call) *run {
	id, err := strconv.ParseInt(c.vars["run"], 10, 64)
	if err != nil {
		return nil
	}
	r, err := s.findRun(id)
	if err != nil || r.repo != c.repo {
		return nil
	}
	return r
}

func (s *Server) getRun(c *call) answer {
	r := s.runOf(c)
	if r == nil {
		return notFound()
	}
	return ok(r.json())
}

func (s *Server) getAttempt(c *call) answer {
	r := s.runOf(c)
	if r == nil {
		return notFound()
	}
	for _, old := range append(slices.Clone(r.attempts), r) {
		if strconv.Itoa(old.attempt) == c.vars["attempt"] {
			return ok(old.json())
		}
	}
	return notFound()
}

func (s *Server) listJobs(c *call) answer {
	r := s.runOf(c)
	if r == nil {
		return notFound()
	}
	jobs := r.currentJobs()
	if c.query.Get("filter") == "all" {
		jobs = r.jobs
	}
	list := []object{}
	for _, j := range jobs {
		if r.made(j) {
			list = append(list, r.jobJSON(j))
		}
	}
	return linked(c, ok(object{"total_count": len(list), "jobs": window(list, pageOf(c.query))}), len(list))
}

func (s *Server) postCancel(c *call) answer {
	r := s.runOf(c)
	if r == nil {
		return notFound()
	}
	if r.status == completed {
		return fail(http.StatusConflict, "Cannot cancel a workflow run that is completed.")
	}
	s.cancel(r)
	return reply(http.StatusAccepted, object{})
}

func (s *Server) postForceCancel(c *call) answer {
	r := s.runOf(c)
	if r == nil {
		return notFound()
	}
	if r.status == completed {
		return fail(http.StatusConflict, "Cannot cancel a workflow run that is completed.")
	}
	s.complete(r, "cancelled")
	return reply(http.StatusAccepted, object{})
}
