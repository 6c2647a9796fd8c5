package readiness

import (
	"errors"
	"path"
	"slices"
	"strings"
)

// format is a kind of file that slipway can read. Several formats may read the same
// file, each for what it looks for.
type format struct {
	names []string
	fits  func(file string) bool // matches the whole path, in addition to names; may be nil
	// read fills in what the file says. The text has bounded length and may be hostile.
	// A panic costs only this file.
	read func(file source, f *facts) error
	// rank orders the files when not all can be read: 0 comes first.
	rank int
	// beside are further files that complete this one, as paths from its folder or,
	// with a leading slash, from the root. They are read whether they changed or not.
	beside []string
}

// source is a file for a format to read.
type source struct {
	path, text string
}

// The ranks.
const (
	rankSettings = iota
	rankStart
	rankVersion
	rankPackages
	rankLock
)

// formats lists every format. A new one is a function and a line in one of these
// tables.
func formats() []format {
	return slices.Concat(settingFormats(), imageFormats(), startFormats(), versionFormats(), packageFormats())
}

// knows says whether a path is of this format.
func (k format) knows(file string) bool {
	return slices.Contains(k.names, path.Base(file)) || k.fits != nil && k.fits(file)
}

// formatsOf lists which of these formats read a file, if it belongs to the service.
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

// rankOf is the best rank among formats.
func rankOf(known []format) int {
	best := rankLock
	for _, k := range known {
		best = min(best, k.rank)
	}
	return best
}

// besides lists the paths of the files that are read together with a file.
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

// errBroken is a file that made a reader panic.
var errBroken = errors.New("the reader broke down")

// readWith reads a file with each of these formats.
func readWith(known []format, file source) (*facts, error) {
	f := newFacts()
	for _, k := range known {
		if err := k.readSafely(file, f); err != nil {
			return f, err
		}
	}
	return f, nil
}

// readSafely turns a panic into an error: third-party parsers meet files here that
// nobody tried on them.
func (k format) readSafely(file source, f *facts) (err error) {
	defer func() {
		if recover() != nil {
			err = errBroken
		}
	}()
	return k.read(file, f)
}
