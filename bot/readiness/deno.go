package readiness

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// denoLock is the lock file of Deno; packages are below "packages" in version 3 and at
// the top level in the others (docs.deno.com, "Lockfile").
type denoLock struct {
	denoPackages

	Packages  denoPackages `json:"packages"`
	Workspace struct {
		denoMember

		Members map[string]denoMember `json:"members"`
	} `json:"workspace"`
}

// denoMember lists the dependencies of one package of the repository.
type denoMember struct {
	Dependencies []string `json:"dependencies"`
	PackageJSON  struct {
		Dependencies []string `json:"dependencies"`
	} `json:"packageJson"`
}

type denoPackages struct {
	Specifiers map[string]loose `json:"specifiers"`
	JSR        map[string]any   `json:"jsr"`
	NPM        map[string]any   `json:"npm"`
}

// readDenoLock reads what is installed from both registries.
func readDenoLock(file source, p *packages) error {
	var lock denoLock
	if err := json.Unmarshal([]byte(file.text), &lock); err != nil {
		return err
	}
	direct := map[string]bool{}
	for _, own := range append(slices.Collect(maps.Values(lock.Workspace.Members)), lock.Workspace.denoMember) {
		for _, constraint := range slices.Concat(own.Dependencies, own.PackageJSON.Dependencies) {
			if name, _, found := cutVersion(constraint[strings.IndexByte(constraint, ':')+1:]); found {
				direct[name] = true
			}
		}
	}
	p.named = len(direct) > 0
	for _, all := range []map[string]any{lock.JSR, lock.NPM, lock.Packages.JSR, lock.Packages.NPM} {
		for _, key := range slices.Sorted(maps.Keys(all)) {
			if name, version, found := cutVersion(key); found {
				version, _, _ = strings.Cut(version, "_")
				p.depend(dependency{name: name, spec: version, direct: direct[name]})
			}
		}
	}
	return nil
}

// readDenoJSON reads what is imported from both registries
// (docs.deno.com, "deno.json and package.json").
func readDenoJSON(file source, p *packages) error {
	var all struct {
		Imports looseMap `json:"imports"`
	}
	if err := json.Unmarshal(plainJSON(file.text), &all); err != nil {
		return err
	}
	p.named = true
	for _, alias := range slices.Sorted(maps.Keys(all.Imports)) {
		registry, constraint, _ := strings.Cut(string(all.Imports[alias]), ":")
		if name, version, found := cutVersion(strings.TrimPrefix(constraint, "/")); found && (registry == "npm" || registry == "jsr") {
			version, _, _ = strings.Cut(version, "/")
			p.depend(dependency{name: name, spec: version, direct: true})
		}
	}
	return nil
}
