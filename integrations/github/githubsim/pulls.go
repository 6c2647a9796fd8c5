package githubsim

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
)

const (
	pullPath    = repoPath + "/pulls/{pull}"
	reviewsPath = pullPath + "/reviews"
)

// PullSpec describes a pull request, merged unless it is Open or Closed.
type PullSpec struct {
	Number int    `json:"number"`
	Title  string `json:"title"`
	Login  string `json:"login"`
	Branch string `json:"branch"`
	// Head is the SHA of its last commit; the commit that joined last if empty.
	Head     string `json:"head"`
	Open     bool   `json:"open"`
	Closed   bool   `json:"closed"` // without having been merged
	MergedBy string `json:"merged_by"`
}

// ReviewSpec describes a review: APPROVED, CHANGES_REQUESTED, COMMENTED, DISMISSED
// or PENDING.
type ReviewSpec struct {
	Login string `json:"login"`
	State string `json:"state"`
	// Commit is the head that was looked at; the pull request's if empty.
	Commit string `json:"commit"`
	// Association is how the reviewer stands to the repository; MEMBER if empty.
	Association string `json:"association"`
}

// pull is a pull request; commits point at it.
type pull struct {
	PullSpec
	merged  string // the commit that it was merged as
	at      time.Time
	reviews []*review
}

type review struct {
	ReviewSpec
	id int64
	at time.Time
}

// Join makes a commit belong to a pull request, which is made or changed.
func (h *Repo) Join(ref string, spec PullSpec) bool {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	c := h.r.resolve(ref)
	if c == nil {
		return false
	}
	h.r.join(c, spec)
	return true
}

func (r *repository) join(c *commit, spec PullSpec) {
	p := r.pulls[spec.Number]
	if p == nil {
		p = &pull{at: c.date}
		r.pulls[spec.Number] = p
	}
	spec.Login, spec.Branch = cmp.Or(spec.Login, p.Login, c.login), cmp.Or(spec.Branch, "topic")
	spec.Head = cmp.Or(spec.Head, c.sha)
	p.PullSpec, p.merged = spec, c.sha
	if spec.Open || spec.Closed {
		p.merged = ""
	}
	if !slices.Contains(c.pulls, spec.Number) {
		c.pulls = append(c.pulls, spec.Number)
	}
}

// Review adds a review of a pull request. A DISMISSED one replaces the
// last one by that person, as at GitHub.
func (h *Repo) Review(number int, spec ReviewSpec) error {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	p := h.r.pulls[number]
	if p == nil {
		return fmt.Errorf("no pull request %d", number)
	}
	if spec.State == "DISMISSED" {
		for _, old := range slices.Backward(p.reviews) {
			if old.Login == spec.Login {
				old.State = spec.State
				return nil
			}
		}
	}
	spec.Commit, spec.Association = cmp.Or(spec.Commit, p.Head), cmp.Or(spec.Association, "MEMBER")
	p.reviews = append(p.reviews, &review{spec, h.s.nextID(), h.s.now()})
	return nil
}

// commitPulls answers "List pull requests associated with a commit".
func (s *Server) commitPulls(c *call) answer {
	at := c.repo.resolve(c.vars["sha"])
	if at == nil {
		return noCommit(c.vars["sha"])
	}
	pulls := []object{}
	for _, number := range at.pulls {
		pulls = append(pulls, c.repo.pullJSON(c.repo.pulls[number]))
	}
	return linked(c, ok(window(pulls, pageOf(c.query))), len(pulls))
}

// listPulls answers "List pull requests", the last one first. Those that are open are
// listed unless the query says otherwise.
func (s *Server) listPulls(c *call) answer {
	state := cmp.Or(c.query.Get("state"), "open")
	list := []object{}
	for _, number := range slices.Backward(slices.Sorted(maps.Keys(c.repo.pulls))) {
		p := c.repo.pulls[number]
		if state == "all" || p.Open == (state == "open") {
			list = append(list, c.repo.pullJSON(p))
		}
	}
	return linked(c, ok(window(list, pageOf(c.query))), len(list))
}

func (c *call) pull() *pull {
	number, err := strconv.Atoi(c.vars["pull"])
	if err != nil {
		return nil
	}
	return c.repo.pulls[number]
}

// getPull answers "Get a pull request"; who merged it is told only here.
func (s *Server) getPull(c *call) answer {
	p := c.pull()
	if p == nil {
		return notFound()
	}
	o := c.repo.pullJSON(p)
	o["merged"], o["merged_by"] = p.merged != "", nil
	if p.MergedBy != "" {
		o["merged_by"] = userJSON(p.MergedBy)
	}
	return ok(o)
}

// listReviews answers "List reviews for a pull request", oldest first.
func (s *Server) listReviews(c *call) answer {
	p := c.pull()
	if p == nil {
		return notFound()
	}
	reviews := []object{}
	for _, one := range p.reviews {
		reviews = append(reviews, c.repo.reviewJSON(p, one))
	}
	return linked(c, ok(window(reviews, pageOf(c.query))), len(reviews))
}

func (r *repository) reviewJSON(p *pull, one *review) object {
	html := r.html() + "/pull/" + itoa(p.Number)
	page, api := html+"#pullrequestreview-"+itoa(one.id), r.api()+"/pulls/"+itoa(p.Number)
	o := object{
		"id": one.id, "node_id": nodeID("Review", one.id), "user": nil, "body": "", "state": one.State,
		"html_url": page, "pull_request_url": api, "author_association": one.Association,
		"_links":       object{"html": object{"href": page}, "pull_request": object{"href": api}},
		"submitted_at": stamp(one.at), "commit_id": one.Commit,
	}
	if one.Login != "-" {
		o["user"] = userJSON(one.Login)
	}
	return o
}

func (r *repository) pullJSON(p *pull) object {
	issue := r.api() + "/issues/" + itoa(p.Number)
	api := r.api() + "/pulls/" + itoa(p.Number)
	html := r.html() + "/pull/" + itoa(p.Number)
	user := userJSON(p.Login)
	end := func(ref, sha string) object {
		return object{"label": r.owner + ":" + ref, "ref": ref, "sha": sha, "user": user, "repo": r.json()}
	}
	o := object{
		"id": stableID(r.fullName() + itoa(p.Number)), "node_id": nodeID("PullRequest", p.Number), "url": api,
		"html_url": html, "diff_url": html + ".diff", "patch_url": html + ".patch", "issue_url": issue,
		"commits_url": api + "/commits", "review_comments_url": api + "/comments", "review_comment_url": api + "/comments/1",
		"comments_url": issue + "/comments", "statuses_url": r.api() + "/statuses/" + p.Head,
		"number": p.Number, "state": "closed", "locked": false, "title": p.Title, "user": user, "body": nil,
		"labels": []object{}, "milestone": nil, "created_at": stamp(p.at), "updated_at": stamp(p.at),
		"closed_at": stamp(p.at), "merged_at": nil, "merge_commit_sha": orNull(p.merged),
		"assignee": nil, "head": end(p.Branch, p.Head), "base": end(r.defaultBranch, r.branches[r.defaultBranch]),
		"author_association": "MEMBER", "auto_merge": nil,
	}
	switch {
	case p.Open:
		o["state"], o["closed_at"] = "open", nil
	case p.merged != "":
		o["merged_at"] = stamp(p.at)
	}
	links := object{}
	for name, key := range map[string]string{
		"self": "url", "html": "html_url", "issue": "issue_url", "comments": "comments_url", "commits": "commits_url",
		"statuses": "statuses_url", "review_comments": "review_comments_url", "review_comment": "review_comment_url",
	} {
		links[name] = object{"href": o[key]}
	}
	o["_links"] = links
	return o
}
