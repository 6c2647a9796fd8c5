package githubsim

import (
	"slices"
	"strings"
)

// CommitInfo is what a page shows of a commit.
type CommitInfo struct {
	SHA     string `json:"sha"`
	Subject string `json:"subject"`
	Author  string `json:"author"`
}

// Log gives the newest commits of a branch, tag or SHA, the newest first; none of
// what is not known.
func (h *Repo) Log(ref string, limit int) []CommitInfo {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	all := []CommitInfo{}
	tip := h.r.resolve(ref)
	if tip == nil {
		return all
	}
	within := h.r.ancestors(tip)
	for _, c := range slices.Backward(h.r.order) {
		if !within[c.sha] || len(all) == limit {
			continue
		}
		subject, _, _ := strings.Cut(c.message, "\n")
		all = append(all, CommitInfo{SHA: c.sha, Subject: subject, Author: c.author})
	}
	return all
}
