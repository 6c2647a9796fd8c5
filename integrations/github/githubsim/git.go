package githubsim

import (
	"crypto/sha1" //nolint:gosec // git's object names are SHA-1
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// repository is the state of one repository.
type repository struct {
	owner, name   string
	id            int64
	defaultBranch string
	commits       map[string]*commit
	order         []*commit // as they were made: parents before children
	branches      map[string]string
	tags          map[string]string
	pulls         map[int]*pull
	statuses      []*status
	checks        []*check
	workflows     []*workflow
	deployments   []*deployment
	archived      bool
	hidden        bool // from every token
	actionsOff    bool
	scripts       map[string]Script
	environments  map[string]*environment
	installation  int64 // of the App; 0: none
	wrote         wrote
}

func (r *repository) fullName() string { return r.owner + "/" + r.name }

// commit is a commit with the whole tree it leaves, path to content.
type commit struct {
	sha, tree, message  string
	login, author, mail string
	date                time.Time
	parents             []string
	files               map[string]string
	seq                 int
	verified            bool
	pulls               []int
}

// blobSHA names a file's content as git does.
func blobSHA(content string) string { return objectSHA("blob", content) }

func objectSHA(kind, content string) string {
	sum := sha1.Sum(fmt.Appendf(nil, "%s %d\x00%s", kind, len(content), content)) //nolint:gosec // git's object names are SHA-1
	return hex.EncodeToString(sum[:])
}

// seal gives the commit its names. The commit object is git's; the tree is a
// plain list of paths, since nobody reads trees here.
func (c *commit) seal() {
	var tree strings.Builder
	for _, path := range slices.Sorted(maps.Keys(c.files)) {
		fmt.Fprintf(&tree, "100644 blob %s\t%s\n", blobSHA(c.files[path]), path)
	}
	c.tree = objectSHA("tree", tree.String())
	var text strings.Builder
	fmt.Fprintf(&text, "tree %s\n", c.tree)
	for _, parent := range c.parents {
		fmt.Fprintf(&text, "parent %s\n", parent)
	}
	who := fmt.Sprintf("%s <%s> %d +0000", c.author, c.mail, c.date.Unix())
	fmt.Fprintf(&text, "author %s\ncommitter %s\n\n%s\n", who, who, c.message)
	c.sha = objectSHA("commit", text.String())
}

var (
	fullSHA  = regexp.MustCompile(`^[0-9a-f]{40}$`)
	shortSHA = regexp.MustCompile(`^[0-9a-f]{4,39}$`)
)

// resolve finds the commit that a branch, tag, fully named ref, full SHA or
// unambiguous short SHA means, or nil.
func (r *repository) resolve(ref string) *commit {
	if sha, isRef := r.refSHA(ref); isRef {
		return r.commits[sha]
	}
	if fullSHA.MatchString(ref) {
		return r.commits[ref]
	}
	if !shortSHA.MatchString(ref) {
		return nil
	}
	var found *commit
	for sha, c := range r.commits {
		if !strings.HasPrefix(sha, ref) {
			continue
		}
		if found != nil {
			return nil // ambiguous
		}
		found = c
	}
	return found
}

// refSHA finds a branch or tag by short or full name. It does not know SHAs.
func (r *repository) refSHA(ref string) (string, bool) {
	name := strings.TrimPrefix(ref, "refs/")
	if branch, isFull := strings.CutPrefix(name, "heads/"); isFull {
		if sha, found := r.branches[branch]; found {
			return sha, true
		}
	}
	if tag, isFull := strings.CutPrefix(name, "tags/"); isFull {
		if sha, found := r.tags[tag]; found {
			return sha, true
		}
	}
	if sha, found := r.branches[ref]; found {
		return sha, true
	}
	sha, found := r.tags[ref]
	return sha, found
}

// ancestors gives a commit and all that it builds on.
func (r *repository) ancestors(c *commit) map[string]bool {
	seen := map[string]bool{}
	todo := []string{c.sha}
	for len(todo) > 0 {
		sha := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[sha] {
			continue
		}
		seen[sha] = true
		todo = append(todo, r.commits[sha].parents...)
	}
	return seen
}

// divergence gives what head has beyond base, what base has beyond head, both
// chronological, and their merge base, which is nil for unrelated commits.
func (r *repository) divergence(base, head *commit) (ahead, behind []*commit, mergeBase *commit) {
	inBase, inHead := r.ancestors(base), r.ancestors(head)
	for _, c := range r.order {
		switch {
		case inBase[c.sha] && inHead[c.sha]:
			mergeBase = c
		case inHead[c.sha]:
			ahead = append(ahead, c)
		case inBase[c.sha]:
			behind = append(behind, c)
		}
	}
	return ahead, behind, mergeBase
}

// stableID gives a name an id that is the same in each run of the simulator.
func stableID(name string) int64 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name)) // a hash never fails
	return int64(h.Sum32())
}
