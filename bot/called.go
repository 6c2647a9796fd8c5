package bot

import (
	"slices"
	"strconv"
	"strings"
)

// Calls are what a workflow file, or an action, hands its work on to.
type Calls struct {
	// Local are paths in the same repository: of workflow files, and of the
	// folders of actions.
	Local []string
	// Elsewhere is what lies in other repositories or registries, as it is
	// written, but for what is pinned to one content there.
	Elsewhere []string
}

// Called is what a workflow runs beside its own file, followed to its end.
type Called struct {
	// Files lie in the same repository, in the order of their paths. A folder of
	// which nothing more is known is one of them too.
	Files []CalledFile
	// Missing are called, and are not where the workflow is. An action may come
	// with the commit that a job checks out; a workflow file cannot.
	Missing []string
	// Elsewhere is what lies in other repositories, as it is written. Nobody can
	// say yes to it: it may be changed there at any time.
	Elsewhere []string
}

// CalledFile is a file that a workflow runs, as it was when it was read.
type CalledFile struct{ Path, Blob string }

// MaxCalled is how many files a workflow may call, which is the code host's own
// limit too.
const MaxCalled = 50

// IsWorkflowFile tells a called workflow from the folder of an action.
func IsWorkflowFile(path string) bool {
	return strings.HasSuffix(path, ".yml") || strings.HasSuffix(path, ".yaml")
}

// Same says whether both cover the same files with the same content.
func (c Called) Same(other Called) bool {
	return slices.Equal(c.Files, other.Files) && slices.Equal(c.Missing, other.Missing)
}

// digested are the parts of a plan's digest. A workflow that calls nothing has
// none, so that its digest is what it was before calls were followed. What lies
// elsewhere is named in files that are covered.
func (c Called) digested() []string {
	if len(c.Files)+len(c.Missing) == 0 {
		return nil
	}
	parts := []string{"called", strconv.Itoa(len(c.Files))}
	for _, f := range c.Files {
		parts = append(parts, f.Path, f.Blob)
	}
	return append(parts, c.Missing...)
}

// differences says in words what now is otherwise than before.
func (c Called) differences(before Called) []string {
	var lines []string
	was := map[string]string{}
	for _, f := range before.Files {
		was[f.Path] = f.Blob
	}
	for _, f := range c.Files {
		blob, known := was[f.Path]
		delete(was, f.Path)
		switch {
		case !known:
			lines = append(lines, "the workflow calls "+f.Path+" as well")
		case blob != f.Blob:
			lines = append(lines, f.Path+", which the workflow calls, was changed")
		}
	}
	for _, f := range before.Files {
		if _, gone := was[f.Path]; gone {
			lines = append(lines, "the workflow no longer calls "+f.Path)
		}
	}
	if len(lines) == 0 && !c.Same(before) {
		lines = append(lines, "the workflow calls other files")
	}
	return lines
}
