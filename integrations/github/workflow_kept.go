package github

import (
	"slices"
	"sync"

	"github.com/slipwayhq/slipway/bot"
)

const (
	// maxKeptFiles bounds how many workflow files are remembered.
	maxKeptFiles   = 64
	workflowFolder = ".github/workflows/"
)

// keptFiles remembers workflow files as they are at a commit, which never changes:
// what the plan has read at a commit need not be read again to see that the run
// was made from the very same.
type keptFiles struct {
	mu    sync.Mutex
	files map[fileAt]bot.WorkflowFile
	order []fileAt // the oldest first
}

type fileAt struct {
	repo      repository
	file, sha string
}

func newKeptFiles() *keptFiles { return &keptFiles{files: map[fileAt]bot.WorkflowFile{}} }

func (k *keptFiles) get(at fileAt) (bot.WorkflowFile, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	file, known := k.files[at]
	return file, known
}

func (k *keptFiles) keep(at fileAt, file bot.WorkflowFile) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, known := k.files[at]; known {
		return
	}
	k.files[at] = file
	if k.order = append(k.order, at); len(k.order) > maxKeptFiles {
		delete(k.files, k.order[0])
		k.order = k.order[1:]
	}
}

// carry remembers for a commit all that is known of an earlier one and did not
// change since.
func (k *keptFiles) carry(r repository, base, head string, changed bot.ChangedFiles) {
	if changed.Cut {
		return
	}
	k.mu.Lock()
	known := slices.Clone(k.order)
	k.mu.Unlock()
	for _, at := range known {
		same := !slices.ContainsFunc(changed.Files, func(f bot.ChangedFile) bool { return f.Path == workflowFolder+at.file })
		if file, still := k.get(at); still && same && at.repo == r && at.sha == base {
			k.keep(fileAt{r, at.file, head}, file)
		}
	}
}
