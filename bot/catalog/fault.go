package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Fault is one thing that is wrong with the file.
type Fault struct {
	// Line and Column count from 1; columns count characters, not bytes.
	Line, Column int
	// Path is the place, such as services.api.environments.production.after. It is
	// empty for the file as a whole.
	Path string
	// Message says what is wrong and what would be right.
	Message string
	// Unset is the environment variable that is missing, if that is the fault.
	Unset string
}

// String formats the fault on one line, without the file's name.
func (f Fault) String() string {
	if f.Path == "" {
		return fmt.Sprintf("%d:%d %s", f.Line, f.Column, f.Message)
	}
	return fmt.Sprintf("%d:%d %s: %s", f.Line, f.Column, f.Path, f.Message)
}

// Faults are all faults of a file, in the order of their places. It is the error that
// Parse returns; find it with errors.As.
type Faults []Fault //nolint:errname // "faults" is the word of this package and its documentation

// maxFaults limits how many faults are reported, and so the work for a file that is
// nothing but faults.
const maxFaults = 1000

// add records one more fault, as long as there is room.
func (f *Faults) add(fault Fault) {
	if !f.full() {
		*f = append(*f, fault)
	}
}

// full says whether no further fault will be reported, so that there is no need to look
// for any.
func (f *Faults) full() bool { return len(*f) >= maxFaults }

// Error lists the faults, one a line.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, fault := range f {
		lines[i] = fault.String()
	}
	return strings.Join(lines, "\n")
}

// sorted returns the faults in the order of the file, each once, with a note at the end
// if there may be more.
func (f Faults) sorted() Faults {
	ordered := slices.Clone(f)
	slices.SortStableFunc(ordered, func(a, b Fault) int {
		return cmp.Or(
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Path, b.Path),
			cmp.Compare(a.Message, b.Message),
		)
	})
	if f.full() {
		last := ordered[len(ordered)-1]
		ordered = append(ordered, Fault{
			Line: last.Line, Column: last.Column,
			Message: fmt.Sprintf("%d faults are told at once; mend these to see whether there are more", maxFaults),
		})
	}
	return slices.Compact(ordered)
}
