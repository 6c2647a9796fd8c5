package githubsim

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

const (
	compareCommits = 250 // without paging, the most recent ones
	compareFiles   = 300
)

func noCommit(ref string) answer {
	return fail(http.StatusUnprocessableEntity, "No commit found for SHA: "+ref)
}

// listCommits answers "List commits", the newest first, of the default branch where
// none is named.
func (s *Server) listCommits(c *call) answer {
	ref := c.query.Get("sha")
	if ref == "" {
		ref = c.repo.defaultBranch
	}
	tip := c.repo.resolve(ref)
	if tip == nil {
		return fail(http.StatusConflict, "Git Repository is empty.")
	}
	list := []object{}
	within := c.repo.ancestors(tip)
	for _, one := range slices.Backward(c.repo.order) {
		if within[one.sha] {
			list = append(list, c.repo.commitJSON(one))
		}
	}
	return linked(c, ok(window(list, pageOf(c.query))), len(list))
}

func (s *Server) getCommit(c *call) answer {
	found := c.repo.resolve(c.vars["ref"])
	if found == nil {
		return noCommit(c.vars["ref"])
	}
	if accept := c.header.Get("Accept"); strings.Contains(accept, ".sha") {
		return answer{http.StatusOK, http.Header{
			"Content-Type": {"application/vnd.github.sha; charset=utf-8"},
			"Etag":         {`"` + found.sha + `"`},
		}, []byte(found.sha)}
	}
	o := c.repo.commitJSON(found)
	var before map[string]string
	if len(found.parents) > 0 {
		before = c.repo.commits[found.parents[0]].files
	}
	files, added, removed := c.repo.diffJSON(before, found)
	o["files"] = files
	o["stats"] = object{"additions": added, "deletions": removed, "total": added + removed}
	return ok(o)
}

// compare answers {base}...{head}: what head has beyond base.
func (s *Server) compare(c *call) answer {
	r := c.repo
	baseRef, headRef, isRange := strings.Cut(c.vars["basehead"], "...")
	base, head := r.resolve(baseRef), r.resolve(headRef)
	if !isRange || base == nil || head == nil {
		return notFound()
	}
	ahead, behind, mergeBase := r.divergence(base, head)
	if mergeBase == nil {
		return fail(http.StatusNotFound, "No common ancestor between "+baseRef+" and "+headRef+".")
	}
	shown, p := comparePage(c, ahead)
	commits := []object{}
	for _, one := range shown {
		commits = append(commits, r.commitJSON(one))
	}
	html := r.html() + "/compare/" + c.vars["basehead"]
	o := object{
		"url": r.api() + "/compare/" + c.vars["basehead"], "html_url": html, "permalink_url": html,
		"diff_url": html + ".diff", "patch_url": html + ".patch",
		"base_commit": r.commitJSON(base), "merge_base_commit": r.commitJSON(mergeBase),
		"status": comparison(len(ahead), len(behind)), "ahead_by": len(ahead), "behind_by": len(behind),
		"total_commits": len(ahead), "commits": commits, "files": []object{},
	}
	if p.number == 1 { // files are listed on the first page alone
		files, _, _ := r.diffJSON(mergeBase.files, head)
		o["files"] = files[:min(len(files), compareFiles)]
	}
	if p.size == 0 {
		return ok(o)
	}
	return linked(c, ok(o), len(ahead))
}

// comparePage cuts the list of commits. Without paging it is the last 250, and
// the page's size is 0.
func comparePage(c *call, all []*commit) ([]*commit, page) {
	if !c.query.Has("page") && !c.query.Has("per_page") {
		return all[max(0, len(all)-compareCommits):], page{number: 1}
	}
	p := pageOf(c.query)
	return window(all, p), p
}

func comparison(ahead, behind int) string {
	switch {
	case ahead > 0 && behind > 0:
		return "diverged"
	case ahead > 0:
		return "ahead"
	case behind > 0:
		return "behind"
	default:
		return "identical"
	}
}

// diffJSON lists the files that differ, with the lines added and removed. Lines
// are counted as sets, not aligned: good enough for a number.
func (r *repository) diffJSON(before map[string]string, after *commit) (files []object, added, removed int) {
	paths := maps.Clone(after.files)
	maps.Copy(paths, before)
	files = []object{}
	for _, name := range slices.Sorted(maps.Keys(paths)) {
		old, was := before[name]
		content, is := after.files[name]
		if was && is && old == content {
			continue
		}
		state := "modified"
		switch {
		case !was:
			state = "added"
		case !is:
			state, content = "removed", ""
		}
		plus, minus := newLines(old, content), newLines(content, old)
		added, removed = added+plus, removed+minus
		blob := r.html() + "/blob/" + after.sha + "/" + name
		files = append(files, object{
			"sha": blobSHA(paths[name]), "filename": name, "status": state,
			"additions": plus, "deletions": minus, "changes": plus + minus,
			"blob_url": blob, "raw_url": blob,
			"contents_url": r.api() + "/contents/" + name + "?ref=" + after.sha,
		})
	}
	return files, added, removed
}

// newLines counts the lines of a text that another has not.
func newLines(old, text string) int {
	if text == "" {
		return 0
	}
	known := map[string]int{}
	for line := range strings.SplitSeq(old, "\n") {
		known[line]++
	}
	n := 0
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		if known[line]--; known[line] < 0 {
			n++
		}
	}
	return n
}
