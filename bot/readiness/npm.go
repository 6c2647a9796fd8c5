package readiness

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// loose is a JSON string that some people write as another type.
type loose string

// UnmarshalJSON accepts anything and keeps only a string.
func (l *loose) UnmarshalJSON(raw []byte) error {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		*l = loose(text)
	}
	return nil
}

// looseMap is a JSON object of strings that may also be of another type.
type looseMap map[string]loose

// UnmarshalJSON accepts anything and keeps only an object.
func (m *looseMap) UnmarshalJSON(raw []byte) error {
	var all map[string]loose
	if json.Unmarshal(raw, &all) == nil {
		*m = all
	}
	return nil
}

// npmDependencies are a package's dependencies, as its manifest lists them and lock
// files repeat them.
type npmDependencies struct {
	Dependencies looseMap `json:"dependencies"         yaml:"dependencies"`
	Optional     looseMap `json:"optionalDependencies" yaml:"optionalDependencies"`
	Dev          looseMap `json:"devDependencies"      yaml:"devDependencies"`
}

// asked maps the names to whether they are for development only.
func (n npmDependencies) asked() map[string]bool {
	names := map[string]bool{}
	for name := range n.Dev {
		names[name] = true
	}
	for name := range n.Dependencies {
		names[name] = false
	}
	for name := range n.Optional {
		names[name] = false
	}
	return names
}

// readPackageJSON reads the dependencies
// (docs.npmjs.com/cli/configuring-npm/package-json).
func readPackageJSON(file source, p *packages) error {
	var manifest npmDependencies
	if err := json.Unmarshal(plainJSON(file.text), &manifest); err != nil {
		return err
	}
	p.named = true
	for _, constraints := range []looseMap{manifest.Dependencies, manifest.Optional} {
		p.dependNPM(constraints, false)
	}
	p.dependNPM(manifest.Dev, true)
	return nil
}

func (p *packages) dependNPM(constraints looseMap, dev bool) {
	for _, name := range slices.Sorted(maps.Keys(constraints)) {
		constraint := string(constraints[name])
		if alias, found := strings.CutPrefix(constraint, "npm:"); found {
			if _, version, cut := cutVersion(alias); cut {
				constraint = version
			}
		}
		// workspace: marks the repository's own packages, and catalog: refers to
		// another file.
		if !strings.HasPrefix(constraint, "workspace:") && !strings.HasPrefix(constraint, "catalog:") {
			p.depend(dependency{name: name, spec: constraint, direct: true, dev: dev})
		}
	}
}

// cutVersion splits "@scope/name@1.0" after the name. The @ of a scope comes first and
// does not count.
func cutVersion(text string) (name, version string, found bool) {
	if text == "" {
		return "", "", false
	}
	at := strings.IndexByte(text[1:], '@')
	if at < 0 {
		return "", "", false
	}
	return text[:at+1], text[at+2:], true
}

// npmLocked is an entry in npm's lock file.
type npmLocked struct {
	npmDependencies

	Name     loose `json:"name"`
	Version  loose `json:"version"`
	Resolved loose `json:"resolved"`
	Dev      bool  `json:"dev"`
	Link     bool  `json:"link"`
}

// npmLocked1 is an entry in a lock file of version 1.
type npmLocked1 struct {
	Version      loose                 `json:"version"`
	Dev          bool                  `json:"dev"`
	Dependencies map[string]npmLocked1 `json:"dependencies"`
}

// readPackageLock reads npm's lock file, which lists packages by folder since version
// 2, and by name in version 1 (docs.npmjs.com/cli/configuring-npm/package-lock-json).
func readPackageLock(file source, p *packages) error {
	var lock struct {
		Packages     map[string]npmLocked  `json:"packages"`
		Dependencies map[string]npmLocked1 `json:"dependencies"`
	}
	if err := json.Unmarshal([]byte(file.text), &lock); err != nil {
		return err
	}
	if len(lock.Packages) == 0 {
		p.npmLocked1(lock.Dependencies, 0)
		return nil
	}
	direct := directOfNPM(lock.Packages)
	p.named = len(direct) > 0
	for _, folder := range slices.Sorted(maps.Keys(lock.Packages)) {
		entry := lock.Packages[folder]
		at := strings.LastIndex(folder, modules)
		if at < 0 || entry.Link {
			continue // the repository's own
		}
		_, isDirect := direct[folder]
		p.depend(dependency{name: folder[at+len(modules):], spec: npmVersion(entry), direct: isDirect, dev: entry.Dev})
	}
	return nil
}

// npmVersion is what was installed: for a package from a repository its commit.
func npmVersion(entry npmLocked) string {
	if resolved := string(entry.Resolved); strings.HasPrefix(resolved, "git") && strings.Contains(resolved, "#") {
		return resolved
	}
	return string(entry.Version)
}

// modules is where npm installs a folder's dependencies.
const modules = "node_modules/"

// directOfNPM lists the folders of the packages that the repository's own packages
// depend on.
func directOfNPM(all map[string]npmLocked) map[string]bool {
	direct := map[string]bool{}
	for folder, entry := range all {
		if strings.Contains(folder, modules) || strings.HasPrefix(folder, "../") {
			continue
		}
		for name := range entry.asked() {
			if at, found := nearest(all, folder, name); found {
				direct[at] = true
			}
		}
	}
	return direct
}

// nearest is where a folder finds a package: in the modules of the closest folder above
// that has it.
func nearest(all map[string]npmLocked, folder, name string) (at string, found bool) {
	for {
		at = strings.TrimPrefix(folder+"/"+modules+name, "/")
		if _, found = all[at]; found || folder == "" {
			return at, found
		}
		folder = parent(folder)
	}
}

func parent(folder string) string {
	return folder[:max(strings.LastIndexByte(folder, '/'), 0)]
}

// deepest limits how deep a file is followed.
const deepest = 20

func (p *packages) npmLocked1(all map[string]npmLocked1, depth int) {
	if depth > deepest {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		entry := all[name]
		version := string(entry.Version)
		if alias, found := strings.CutPrefix(version, "npm:"); found {
			_, version, _ = cutVersion(alias)
		}
		if !strings.HasPrefix(version, "file:") {
			p.depend(dependency{name: name, spec: version, dev: entry.Dev})
		}
		p.npmLocked1(entry.Dependencies, depth+1)
	}
}
