package readiness

import (
	"github.com/google/osv-scalibr/extractor/filesystem/language/javascript/yarnlock"
)

// readYarnLock reads yarn's lock file, of version 1 or of its successor. The manifest
// says which packages are direct.
func readYarnLock(file source, p *packages) error {
	found, err := extract(yarnlock.Extractor{}, file)
	if err != nil {
		return err
	}
	for _, pkg := range found {
		// The repository's own packages have this version; an entry without one is not
		// a package.
		if pkg.Version != "0.0.0-use.local" && pkg.Version != "" {
			p.depend(dependency{name: pkg.Name, spec: versionOrCommit(pkg)})
		}
	}
	return nil
}
