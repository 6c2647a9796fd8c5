package readiness

import (
	"path"
	"slices"
	"strings"
)

// Rules are what the operator declared for the service. Every field may be empty.
type Rules struct {
	// Environment is where the release goes, for the wording of the report.
	Environment string
	// Paths are the globs of what belongs to the service, and Own says whether a path
	// matches one of them. Nil: the whole repository.
	Paths []string
	Own   func(path string) bool
	// Config are further files whose keys are settings.
	Config []string
	// Migrations says whether a path is a change to the database. Nil: decided by the
	// conventions of the common tools.
	Migrations func(path string) bool
	// Irreversible says whether the operator marked a path as irreversible, so that a
	// rollback does not undo it. Nil: none.
	Irreversible func(path string) bool
}

// owns says whether a path belongs to the service.
func (r Rules) owns(file string) bool { return r.Own == nil || r.Own(file) }

// concerns says whether a file that slipway can read matters to the service: it belongs
// to the service, or lies at the root, which all services of a repository share, or in
// the folder that a glob begins with.
func (r Rules) concerns(file string) bool {
	if notDeployed(file) || forOthers(path.Base(file), r.Environment) || r.elsewhere(file) {
		return false
	}
	dir := path.Dir(file)
	return dir == "." || r.owns(file) || slices.Contains(folders(r.Paths), dir)
}

// elsewhere says, for a release to production, whether a file lies in a folder for an
// earlier environment, such as overlays/staging. For other environments nothing is left
// out: a folder for production often holds what is built for all. The folders that the
// service's own globs begin with are its own, whatever their names.
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

// depth is how deep a file lies: 0 at the root of the repository or of the service,
// where the files are that apply to all of it.
func (r Rules) depth(file string) int {
	depth := strings.Count(file, "/")
	for _, folder := range folders(r.Paths) {
		if below, own := strings.CutPrefix(file, folder+"/"); own {
			depth = min(depth, strings.Count(below, "/"))
		}
	}
	return depth
}

// folders returns the fixed beginnings of globs: "api" of "api/**".
func folders(globs []string) []string {
	var fixed []string
	for _, glob := range globs {
		dir, _ := path.Split(glob[:len(glob)-len(strings.TrimLeftFunc(glob, plain))])
		fixed = append(fixed, path.Clean(dir))
	}
	return fixed
}

// plain says whether a character of a glob stands for itself.
func plain(r rune) bool { return !strings.ContainsRune(`*?[]{}\`, r) }
