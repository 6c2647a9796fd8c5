package readiness

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// readBunLock reads bun's lock file, which is JSON with commas at the ends of
// lists (bun.sh/docs/pm/lockfile).
func readBunLock(file source, p *packages) error {
	var lock struct {
		Workspaces map[string]npmDependencies   `json:"workspaces"`
		Packages   map[string][]json.RawMessage `json:"packages"`
	}
	if err := json.Unmarshal(plainJSON(file.text), &lock); err != nil {
		return err
	}
	asked := map[string]bool{}
	for _, own := range lock.Workspaces {
		for name, dev := range own.asked() {
			known, twice := asked[name]
			asked[name] = dev && (known || !twice)
		}
	}
	p.named = true
	for _, key := range slices.Sorted(maps.Keys(lock.Packages)) {
		var resolved string
		entry := lock.Packages[key]
		if len(entry) == 0 || json.Unmarshal(entry[0], &resolved) != nil {
			continue
		}
		name, version, found := cutVersion(resolved)
		if !found || strings.HasPrefix(version, "workspace:") {
			continue // the repository's own
		}
		dev, direct := asked[key] // a nested package's name begins with its parents
		p.depend(dependency{name: name, spec: version, direct: direct, dev: direct && dev})
	}
	return nil
}
