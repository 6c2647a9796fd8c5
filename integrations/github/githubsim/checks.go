package githubsim

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

func itoa[T int | int64](n T) string { return strconv.FormatInt(int64(n), 10) }

// StatusSpec describes a commit status; State is success, pending, failure or
// error.
type StatusSpec struct {
	Context     string `json:"context"`
	State       string `json:"state"`
	Description string `json:"description"`
	TargetURL   string `json:"target_url"`
}

type status struct {
	StatusSpec
	id  int64
	sha string
	at  time.Time
}

// CheckSpec describes a check run. A Conclusion makes it completed; without one
// Status is in_progress unless it says otherwise. Suite puts it into a suite with
// others; left out, it has one of its own.
type CheckSpec struct {
	Name       string `json:"name"`
	Status     string `json:"status"`
	Conclusion string `json:"conclusion"`
	DetailsURL string `json:"details_url"`
	Suite      int64  `json:"suite"`
}

type check struct {
	CheckSpec
	id, suite   int64
	app         any // nil: none is told
	sha         string
	started, at time.Time
}

// SetStatus posts a status on a commit, in place of an older one of the same
// context. It tells whether the commit exists.
func (h *Repo) SetStatus(ref string, spec StatusSpec) bool {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	c := h.r.resolve(ref)
	if c == nil {
		return false
	}
	spec.Context = cmp.Or(spec.Context, "default")
	h.r.statuses = slices.DeleteFunc(h.r.statuses, func(st *status) bool {
		return st.sha == c.sha && st.Context == spec.Context
	})
	st := &status{spec, h.s.nextID(), c.sha, h.s.now()}
	h.r.statuses = append(h.r.statuses, st)
	h.s.emit("status", "", h.r, h.r.statusEvent(c, st))
	return true
}

// SetCheck moves the newest check run of this name on a commit, or makes it. It
// tells whether the commit exists.
func (h *Repo) SetCheck(ref string, spec CheckSpec) bool {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	c := h.r.resolve(ref)
	if c == nil {
		return false
	}
	for _, ck := range slices.Backward(h.r.checks) {
		if ck.sha == c.sha && ck.Name == spec.Name {
			h.s.applyCheck(h.r, ck, spec)
			return true
		}
	}
	h.s.addCheck(h.r, c, spec)
	return true
}

// AddCheck makes a further check run beside older ones of the same name, as a
// second suite on the same commit does. It tells whether the commit exists.
func (h *Repo) AddCheck(ref string, spec CheckSpec) bool {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	c := h.r.resolve(ref)
	if c == nil {
		return false
	}
	h.s.addCheck(h.r, c, spec)
	return true
}

func (s *Server) addCheck(r *repository, c *commit, spec CheckSpec) {
	ck := &check{id: s.nextID(), suite: cmp.Or(spec.Suite, s.nextID()), sha: c.sha, started: s.now()}
	r.checks = append(r.checks, ck)
	s.applyCheck(r, ck, spec)
}

func (s *Server) applyCheck(r *repository, ck *check, spec CheckSpec) {
	ck.CheckSpec = spec
	action := "created"
	if spec.Conclusion != "" {
		ck.Status, ck.at, action = "completed", s.now(), "completed"
	}
	ck.Status = cmp.Or(ck.Status, "in_progress")
	s.emit("check_run", action, r, object{"check_run": r.checkJSON(ck)})
}

func (s *Server) combinedStatus(c *call) answer {
	at := c.repo.resolve(c.vars["ref"])
	if at == nil {
		return notFound()
	}
	list := []object{}
	for _, st := range c.repo.statusesOf(at.sha) {
		list = append(list, c.repo.statusJSON(st))
	}
	api := c.repo.api() + "/commits/" + at.sha
	return linked(c, ok(object{
		"state": combine(c.repo.statusesOf(at.sha)), "statuses": window(list, pageOf(c.query)), "sha": at.sha,
		"total_count": len(list), "repository": c.repo.json(), "commit_url": api, "url": api + "/status",
	}), len(list))
}

func (r *repository) statusesOf(sha string) []*status {
	var of []*status
	for _, st := range r.statuses {
		if st.sha == sha {
			of = append(of, st)
		}
	}
	return of
}

// combine is GitHub's rule: failure if any failed, pending if any is or if there
// are none, else success.
func combine(all []*status) string {
	state := "pending"
	for i, st := range all {
		switch {
		case st.State == "failure" || st.State == "error":
			return "failure"
		case st.State == "pending":
			state = "pending"
		case i == 0:
			state = st.State
		}
	}
	return state
}

func (r *repository) statusJSON(st *status) object {
	return object{
		"id": st.id, "node_id": nodeID("Status", st.id), "state": st.State, "context": st.Context,
		"description": orNull(st.Description), "target_url": orNull(st.TargetURL),
		"avatar_url": nil, "url": r.api() + "/statuses/" + st.sha,
		"created_at": stamp(st.at), "updated_at": stamp(st.at),
	}
}

func (r *repository) statusEvent(c *commit, st *status) object {
	return object{
		"id": st.id, "sha": st.sha, "name": r.fullName(), "state": st.State, "context": st.Context,
		"description": orNull(st.Description), "target_url": orNull(st.TargetURL),
		"commit": r.commitJSON(c), "branches": []object{},
		"created_at": stamp(st.at), "updated_at": stamp(st.at),
	}
}

func (s *Server) checkRuns(c *call) answer {
	at := c.repo.resolve(c.vars["ref"])
	if at == nil {
		return noCommit(c.vars["ref"])
	}
	list := []object{}
	newest := map[check]bool{}
	for _, ck := range s.checksOf(c.repo, at.sha) {
		key := check{suite: ck.suite, CheckSpec: CheckSpec{Name: ck.Name}}
		if newest[key] && c.query.Get("filter") != "all" { // the newest of a suite alone
			continue
		}
		newest[key] = true
		if fits(c, "check_name", ck.Name) && fits(c, "status", ck.Status) {
			list = append(list, c.repo.checkJSON(ck))
		}
	}
	return linked(c, ok(object{"total_count": len(list), "check_runs": window(list, pageOf(c.query))}), len(list))
}

// checksOf are the check runs of a commit, newest first: those that were set, and
// one for each job of each workflow run at that commit, whatever began it.
func (s *Server) checksOf(r *repository, sha string) []*check {
	var all []*check
	for _, ck := range r.checks {
		if ck.sha == sha {
			all = append(all, ck)
		}
	}
	for _, run := range s.runs {
		if run.repo != r || run.sha != sha {
			continue
		}
		for _, j := range run.jobs {
			if !run.made(j) {
				continue
			}
			all = append(all, &check{
				CheckSpec: CheckSpec{Name: j.name, Status: j.status, Conclusion: j.conclusion, DetailsURL: run.html() + "/job/" + itoa(j.id)},
				id:        j.id, suite: run.suite(), app: actionsApp(), sha: sha, started: j.created, at: j.ended,
			})
		}
	}
	slices.SortFunc(all, func(a, b *check) int { return cmp.Compare(b.id, a.id) })
	return all
}

// actionsApp is the App that the jobs of workflow runs belong to.
func actionsApp() object {
	made := stamp(time.Date(2018, 7, 30, 9, 30, 17, 0, time.UTC))
	return object{
		"id": 15368, "slug": "github-actions", "node_id": nodeID("App", 15368), "owner": userJSON("github"), "name": "GitHub Actions",
		"description": "Automate your workflow from idea to production", "external_url": "https://help.github.com/en/actions",
		"html_url": "https://github.com/apps/github-actions", "created_at": made, "updated_at": made,
		"permissions": object{"checks": "write"}, "events": []string{"check_run"},
	}
}

// fits tells whether a query parameter is absent or equal.
func fits(c *call, key, value string) bool {
	return !c.query.Has(key) || c.query.Get(key) == value
}

func (r *repository) checkJSON(ck *check) object {
	api := r.api() + "/check-runs/" + itoa(ck.id)
	html := r.html() + "/runs/" + itoa(ck.id)
	return object{
		"id": ck.id, "node_id": nodeID("CheckRun", ck.id), "head_sha": ck.sha, "external_id": "", "url": api,
		"html_url": html, "details_url": cmp.Or(ck.DetailsURL, html), "status": ck.Status,
		"conclusion": orNull(ck.Conclusion), "started_at": stamp(ck.started), "completed_at": stampOrNull(ck.at),
		"output": object{
			"title": nil, "summary": nil, "text": nil,
			"annotations_count": 0, "annotations_url": api + "/annotations",
		},
		"name": ck.Name, "check_suite": object{"id": ck.suite}, "app": ck.app, "pull_requests": []object{},
	}
}
