package readiness

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// MostReads bounds how many files are read for one report. A file that
// changed is read twice, once at each commit.
const MostReads = 12

// Reads are the files to read, by path.
type Reads struct {
	Before, After []string
	// Left are the files that there was no room for.
	Left []string
}

// Wanted picks, out of the files that differ, those that say what the service
// needs. What matters most is picked first.
func Wanted(changed []bot.ChangedFile, rules Rules) Reads {
	type candidate struct {
		bot.ChangedFile
		rank int
	}
	var candidates []candidate
	for _, file := range changed {
		if k, known := rules.kindOf(file.Path); known {
			candidates = append(candidates, candidate{file, k.rank})
		}
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int { return cmp.Compare(a.rank, b.rank) })
	var reads Reads
	for _, c := range candidates {
		reads.add(c.ChangedFile)
	}
	return reads
}

// add adds a file if there is room for it.
func (r *Reads) add(file bot.ChangedFile) {
	before, after := file.Change != bot.FileAdded, file.Change != bot.FileRemoved
	need := 1
	if before && after {
		need = 2
	}
	if len(r.Before)+len(r.After)+need > MostReads {
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

// leftOut says which files there was no room for.
func (r *Reads) leftOut() []string {
	if len(r.Left) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s changed as well and %s not read, since there are too many: %s",
		count(len(r.Left), "file", "files"), wasOrWere(len(r.Left)), some(r.Left, 5))}
}
