package readiness

import (
	"path"
	"slices"
	"strings"
)

// Rules are what the operator said of the service. Every field may be left
// empty.
type Rules struct {
	// Environment is where the release goes, for the words of the report.
	Environment string
	// Paths are the globs that say what belongs to the service, and Own tells
	// whether a path fits one of them. Nil: the whole repository is its own.
	Paths []string
	Own   func(path string) bool
	// Config are further files whose keys are settings.
	Config []string
	// Migrations says whether a path is a change to the database. Nil: the
	// places of the common tools.
	Migrations func(path string) bool
	// Irreversible says whether the operator marked a path as one whose change
	// a rollback does not undo. Nil: none.
	Irreversible func(path string) bool
}

// owns says whether a path belongs to the service.
func (r Rules) owns(file string) bool { return r.Own == nil || r.Own(file) }

// concerns says whether a file that slipway knows how to read is the
// service's: it lies at the root, which all services of a repository share, in
// the folder that a glob begins with, or is the service's own.
func (r Rules) concerns(file string) bool {
	if aside(file) || forOthers(path.Base(file), r.Environment) || r.elsewhere(file) {
		return false
	}
	dir := path.Dir(file)
	return dir == "." || r.owns(file) || slices.Contains(folders(r.Paths), dir)
}

// elsewhere says of a release to production whether a file lies in a folder for what
// stands before it, such as overlays/staging. The other way round nothing is left
// out: what lies in a folder for production is often what is built for all. The
// folders that the service's own globs begin with are its own, whatever they are
// called.
func (r Rules) elsewhere(file string) bool {
	if stageOf(wordsIn(r.Environment)) != "production" {
		return false
	}
	dir := path.Dir(file)
	for _, own := range folders(r.Paths) {
		if below, is := strings.CutPrefix(dir+"/", own+"/"); is {
			dir = below
		}
	}
	for folder := range strings.SplitSeq(strings.ToLower(dir), "/") {
		switch folder {
		case "staging", "stage", "stg", "preprod", "uat", "qa":
			return true
		}
	}
	return false
}

// depth is how deep a file lies: 0 at the root of the repository or of the
// service, where what counts for all of it lies.
func (r Rules) depth(file string) int {
	depth := strings.Count(file, "/")
	for _, folder := range folders(r.Paths) {
		if below, own := strings.CutPrefix(file, folder+"/"); own {
			depth = min(depth, strings.Count(below, "/"))
		}
	}
	return depth
}

// folders are the fixed beginnings of globs: "api" of "api/**".
func folders(globs []string) []string {
	var fixed []string
	for _, glob := range globs {
		dir, _ := path.Split(glob[:len(glob)-len(strings.TrimLeftFunc(glob, plain))])
		fixed = append(fixed, path.Clean(dir))
	}
	return fixed
}

// plain says whether a letter of a glob stands for itself.
func plain(r rune) bool { return !strings.ContainsRune(`*?[]{}\`, r) }
