package readiness

import (
	"github.com/google/osv-scalibr/extractor/filesystem/language/javascript/yarnlock"
)

// readYarnLock reads the lock file of yarn, that of version 1 and the one that
// came after it. Which packages are asked for, the manifest says.
func readYarnLock(file source, p *packages) error {
	found, err := extract(yarnlock.Extractor{}, file)
	if err != nil {
		return err
	}
	for _, pkg := range found {
		// What is the repository's own has this version, and what has none is
		// no package.
		if pkg.Version != "0.0.0-use.local" && pkg.Version != "" {
			p.depend(dependency{name: pkg.Name, spec: versionOrCommit(pkg)})
		}
	}
	return nil
}
