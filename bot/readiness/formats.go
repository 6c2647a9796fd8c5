package readiness

import (
	"errors"
	"path"
	"slices"
	"strings"
)

// format is a kind of file that slipway knows how to read. Several formats may
// know the same file, each for what it is looking for.
type format struct {
	names []string
	fits  func(file string) bool // the whole path, beside names; nil: no other
	// read fills in what the file says. It gets bounded text that anybody may
	// have written, and may do anything but panic; a panic costs its own file.
	read func(file source, f *facts) error
	// rank says what is read first where not all can be: 0 first.
	rank int
	// beside are further files that say what this one alone does not, as paths
	// from its folder, or from the root where they begin with a slash. They are
	// read too, changed or not.
	beside []string
}

// source is a file as a format reads it.
type source struct {
	path, text string
}

// The order in which formats are read.
const (
	rankSettings = iota
	rankStart
	rankVersion
	rankPackages
	rankLock
)

// formats lists every format. A new one is a function and a line in one of
// these tables.
func formats() []format {
	return slices.Concat(settingFormats(), imageFormats(), startFormats(), versionFormats(), packageFormats())
}

// knows says whether a path is of this format.
func (k format) knows(file string) bool {
	return slices.Contains(k.names, path.Base(file)) || k.fits != nil && k.fits(file)
}

// formatsOf are those of some formats that know a file of the service.
func (r Rules) formatsOf(file string, all []format) []format {
	if slices.Contains(r.Config, file) {
		return []format{{read: configReader(file), rank: rankSettings}}
	}
	if !r.concerns(file) {
		return nil
	}
	var known []format
	for _, k := range all {
		if k.knows(file) {
			known = append(known, k)
		}
	}
	return known
}

// rankOf is the best rank of some formats.
func rankOf(known []format) int {
	best := rankLock
	for _, k := range known {
		best = min(best, k.rank)
	}
	return best
}

// besides are the paths of the files that a file is read with.
func besides(file string, known []format) []string {
	var all []string
	for _, k := range known {
		for _, name := range k.beside {
			at := path.Join(path.Dir(file), name)
			if root, absolute := strings.CutPrefix(name, "/"); absolute {
				at = root
			}
			if at != file && !strings.HasPrefix(at, "../") && !slices.Contains(all, at) {
				all = append(all, at)
			}
		}
	}
	return all
}

// errBroken is a file at which a reader broke down.
var errBroken = errors.New("the reader broke down")

// readWith lets formats read a file.
func readWith(known []format, file source) (*facts, error) {
	f := newFacts()
	for _, k := range known {
		if err := k.readSafely(file, f); err != nil {
			return f, err
		}
	}
	return f, nil
}

// readSafely makes an error of a panic: the readers of others see files here
// that nobody tried on them.
func (k format) readSafely(file source, f *facts) (err error) {
	defer func() {
		if recover() != nil {
			err = errBroken
		}
	}()
	return k.read(file, f)
}
