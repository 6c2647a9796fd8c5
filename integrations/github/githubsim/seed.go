package githubsim

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// Repo is the handle by which a test seeds a repository.
type Repo struct {
	s *Server
	r *repository
}

// Repo gives the repository of this full name ("acme/api"), made empty with
// default branch main if it does not exist.
func (s *Server) Repo(fullName string) *Repo {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.repos[fullName]
	if r == nil {
		owner, name, _ := strings.Cut(fullName, "/")
		r = &repository{
			owner: owner, name: name, id: stableID(fullName), defaultBranch: "main",
			commits:  map[string]*commit{},
			branches: map[string]string{},
			tags:     map[string]string{},
			pulls:    map[int]*pull{},
			scripts:  map[string]Script{},

			environments: map[string]*environment{},
		}
		s.repos[fullName] = r
	}
	return &Repo{s, r}
}

// CommitSpec describes a commit to make. All fields may be left out.
type CommitSpec struct {
	Message string `json:"message"`
	// Login is the author's GitHub account; "-" means that the author's mail
	// belongs to no account.
	Login string    `json:"login"`
	Name  string    `json:"name"`
	Email string    `json:"email"`
	Date  time.Time `json:"date"`
	// Files are written on top of the parent's.
	Files map[string]string `json:"files"`
	// Deleted are paths taken away.
	Deleted []string `json:"deleted"`
	// Merge names a branch or SHA to become the second parent.
	Merge string `json:"merge"`
	// Verified says that GitHub finds its signature good.
	Verified bool `json:"verified"`
	// Pull is a pull request that the commit belongs to.
	Pull *PullSpec `json:"pull"`
}

// Commit adds a commit to a branch and returns its SHA, which depends on the
// content alone. A branch that does not exist forks off the default branch.
func (h *Repo) Commit(branch string, spec CommitSpec) string {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	c := h.r.newCommit(branch, spec)
	h.r.branches[branch] = c.sha
	h.r.discoverWorkflows(h.s)
	return c.sha
}

func (r *repository) newCommit(branch string, spec CommitSpec) *commit {
	c := &commit{
		message: cmp.Or(spec.Message, "Change"),
		login:   cmp.Or(spec.Login, "octocat"),

		verified: spec.Verified,

		date:  spec.Date,
		files: map[string]string{},
		seq:   len(r.order),
	}
	c.author = cmp.Or(spec.Name, c.login)
	c.mail = cmp.Or(spec.Email, c.login+"@users.noreply.github.com")
	if c.date.IsZero() {
		// A fixed calendar keeps SHAs the same from run to run.
		c.date = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC).Add(time.Duration(c.seq) * time.Minute)
	}
	if parent := cmp.Or(r.branches[branch], r.branches[r.defaultBranch]); parent != "" {
		c.parents = append(c.parents, parent)
		maps.Copy(c.files, r.commits[parent].files)
	}
	if merged := r.resolve(spec.Merge); merged != nil {
		r.mergeInto(c, merged)
	}
	maps.Copy(c.files, spec.Files)
	for _, path := range spec.Deleted {
		delete(c.files, path)
	}
	c.seal()
	if spec.Pull != nil {
		r.join(c, *spec.Pull)
	}
	if r.commits[c.sha] == nil {
		r.order = append(r.order, c)
	}
	r.commits[c.sha] = c
	return c
}

// mergeInto adds a second parent and what it changed since the two parted; where
// both changed a file, the merged side wins.
func (r *repository) mergeInto(c, merged *commit) {
	var before map[string]string
	if len(c.parents) > 0 {
		if _, _, parted := r.divergence(r.commits[c.parents[0]], merged); parted != nil {
			before = parted.files
		}
	}
	c.parents = append(c.parents, merged.sha)
	for path := range before {
		if _, kept := merged.files[path]; !kept {
			delete(c.files, path)
		}
	}
	for path, content := range merged.files {
		if old, was := before[path]; !was || old != content {
			c.files[path] = content
		}
	}
}

// WriteFile commits one file to a branch and returns the commit's SHA.
func (h *Repo) WriteFile(branch, path, content string) string {
	return h.Commit(branch, CommitSpec{Message: "Write " + path, Files: map[string]string{path: content}})
}

// SetBranch moves a branch to a commit (branch, tag or SHA); an empty one
// deletes the branch. It tells whether the commit exists.
func (h *Repo) SetBranch(name, ref string) bool {
	return h.setRef(h.r.branches, name, ref)
}

// Tag moves a tag as SetBranch moves a branch.
func (h *Repo) Tag(name, ref string) bool {
	return h.setRef(h.r.tags, name, ref)
}

func (h *Repo) setRef(refs map[string]string, name, ref string) bool {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	if ref == "" {
		delete(refs, name)
		return true
	}
	c := h.r.resolve(ref)
	if c == nil {
		return false
	}
	refs[name] = c.sha
	h.r.discoverWorkflows(h.s)
	return true
}

// SetDefaultBranch names the default branch.
func (h *Repo) SetDefaultBranch(name string) {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	h.r.defaultBranch = name
	h.r.discoverWorkflows(h.s)
}

// SHA resolves a branch, tag or SHA; it is empty for an unknown one.
func (h *Repo) SHA(ref string) string {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	if c := h.r.resolve(ref); c != nil {
		return c.sha
	}
	return ""
}

// SetScript has the runs of a workflow file ("deploy.yml") play by a script; a
// script without jobs leaves them to be moved by hand again.
func (h *Repo) SetScript(file string, script Script) {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	script.Jobs = slices.Clone(script.Jobs)
	h.r.scripts[file] = script
}
