package readiness

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// loose is a text in JSON that people sometimes write as something else.
type loose string

// UnmarshalJSON takes a text, and makes anything else an empty one.
func (l *loose) UnmarshalJSON(raw []byte) error {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		*l = loose(text)
	}
	return nil
}

// looseMap is a map in JSON, or anything else, which says nothing.
type looseMap map[string]loose

// UnmarshalJSON takes a map, and makes anything else an empty one.
func (m *looseMap) UnmarshalJSON(raw []byte) error {
	var all map[string]loose
	if json.Unmarshal(raw, &all) == nil {
		*m = all
	}
	return nil
}

// npmWishes are what a package of npm depends on, as its manifest has it and
// lock files repeat it.
type npmWishes struct {
	Dependencies looseMap `json:"dependencies"         yaml:"dependencies"`
	Optional     looseMap `json:"optionalDependencies" yaml:"optionalDependencies"`
	Dev          looseMap `json:"devDependencies"      yaml:"devDependencies"`
}

// asked are the names, by whether for development only.
func (n npmWishes) asked() map[string]bool {
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

// readPackageJSON reads what is depended on
// (docs.npmjs.com/cli/configuring-npm/package-json).
func readPackageJSON(file source, p *packages) error {
	var manifest npmWishes
	if err := json.Unmarshal(plainJSON(file.text), &manifest); err != nil {
		return err
	}
	p.named = true
	for _, wishes := range []looseMap{manifest.Dependencies, manifest.Optional} {
		p.wishNPM(wishes, false)
	}
	p.wishNPM(manifest.Dev, true)
	return nil
}

func (p *packages) wishNPM(wishes looseMap, dev bool) {
	for _, name := range slices.Sorted(maps.Keys(wishes)) {
		wish := string(wishes[name])
		if alias, found := strings.CutPrefix(wish, "npm:"); found {
			if _, version, cut := cutVersion(alias); cut {
				wish = version
			}
		}
		// What says workspace: is the repository's own, and what says catalog:
		// is said elsewhere.
		if !strings.HasPrefix(wish, "workspace:") && !strings.HasPrefix(wish, "catalog:") {
			p.depend(dependency{name: name, spec: wish, direct: true, dev: dev})
		}
	}
}

// cutVersion cuts "@scope/name@1.0" behind the name. The @ of a scope is the
// first letter and does not count.
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

// npmLocked is an entry of npm's lock file.
type npmLocked struct {
	npmWishes

	Name     loose `json:"name"`
	Version  loose `json:"version"`
	Resolved loose `json:"resolved"`
	Dev      bool  `json:"dev"`
	Link     bool  `json:"link"`
}

// npmLocked1 is an entry of npm's first lock file.
type npmLocked1 struct {
	Version      loose                 `json:"version"`
	Dev          bool                  `json:"dev"`
	Dependencies map[string]npmLocked1 `json:"dependencies"`
}

// readPackageLock reads npm's lock file: packages by their folders since
// version 2, and by their names in version 1
// (docs.npmjs.com/cli/configuring-npm/package-lock-json).
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

// npmVersion is what was installed: of what comes from a repository the commit.
func npmVersion(entry npmLocked) string {
	if resolved := string(entry.Resolved); strings.HasPrefix(resolved, "git") && strings.Contains(resolved, "#") {
		return resolved
	}
	return string(entry.Version)
}

// modules is where npm installs what a folder asks for.
const modules = "node_modules/"

// directOfNPM are the folders of the packages that the repository's own
// packages ask for.
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

// nearest is where a folder finds a package: in the modules of the nearest
// folder above that has it.
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

// deepest bounds how deep a file is followed.
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
