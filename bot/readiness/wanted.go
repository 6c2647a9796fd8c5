package readiness

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// MaxReads limits how many files are read for one report. A file that changed is read
// twice, once at each commit.
const MaxReads = 12

// Reads are the files to read, by path.
type Reads struct {
	Before, After []string
	// Beside are those of After that did not change: they are read once and count for
	// both commits.
	Beside []string
	// Left are the files for which there was no room.
	Left []string
}

// Wanted selects, from the files that differ, those that say what the service needs,
// and those that are read beside them. The most important come first.
func Wanted(changed []bot.ChangedFile, rules Rules) Reads {
	type candidate struct {
		bot.ChangedFile
		known []format
	}
	var candidates []candidate
	all := formats()
	for _, file := range changed {
		if known := rules.formatsOf(file.Path, all); len(known) > 0 {
			candidates = append(candidates, candidate{file, known})
		}
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(rules.depth(a.Path), rules.depth(b.Path)), cmp.Compare(rankOf(a.known), rankOf(b.known)))
	})
	var reads Reads
	for _, c := range candidates {
		reads.add(c.ChangedFile)
	}
	for _, c := range candidates {
		reads.addBeside(besides(c.Path, c.known), changed)
	}
	return reads
}

// addBeside adds files that did not change, as far as there is room: leaving them out
// loses detail but is not wrong.
func (r *Reads) addBeside(paths []string, changed []bot.ChangedFile) {
	for _, path := range paths {
		differs := slices.ContainsFunc(changed, func(f bot.ChangedFile) bool { return f.Path == path })
		if !differs && !slices.Contains(r.After, path) && len(r.Before)+len(r.After) < MaxReads {
			r.After = append(r.After, path)
			r.Beside = append(r.Beside, path)
		}
	}
}

// add adds a file if there is room for it.
func (r *Reads) add(file bot.ChangedFile) {
	before, after := file.Change != bot.FileAdded, file.Change != bot.FileRemoved
	need := 1
	if before && after {
		need = 2
	}
	if len(r.Before)+len(r.After)+need > MaxReads {
		r.Left = append(r.Left, file.Path)
		return
	}
	if before {
		r.Before = append(r.Before, file.Path)
	}
	if after {
		r.After = append(r.After, file.Path)
	}
}

// leftOut lists the files for which there was no room.
func (r *Reads) leftOut() []string {
	if len(r.Left) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s changed as well and %s not read, since there are too many: %s",
		count(len(r.Left), "file", "files"), wasOrWere(len(r.Left)), some(r.Left, 5))}
}
