package readiness

import (
	"maps"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// readCargoLock reads what is built in. A package without a source is the repository's
// own, and the dependencies of such packages are direct
// (doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html).
func readCargoLock(file source, p *packages) error {
	var lock struct {
		Packages []struct {
			Name         string   `toml:"name"`
			Version      string   `toml:"version"`
			Source       string   `toml:"source"`
			Dependencies []string `toml:"dependencies"`
		} `toml:"package"`
	}
	if err := toml.Unmarshal([]byte(file.text), &lock); err != nil {
		return err
	}
	direct := map[string]bool{}
	for _, own := range lock.Packages {
		if own.Source != "" {
			continue
		}
		for _, d := range own.Dependencies { // "name", and where there are several "name version (source)"
			direct[strings.Join(firstTwo(d), " ")] = true
		}
	}
	p.named = true
	for _, l := range lock.Packages {
		if l.Source == "" {
			continue
		}
		d := dependency{name: l.Name, spec: l.Version, direct: direct[l.Name] || direct[l.Name+" "+l.Version]}
		if _, commit, found := strings.Cut(l.Source, "#"); found && strings.HasPrefix(l.Source, "git+") {
			d.spec = "git+#" + commit
		}
		p.depend(d)
	}
	return nil
}

func firstTwo(text string) []string {
	words := strings.Fields(text)
	return words[:min(len(words), 2)]
}

// cargoTables are the dependencies in a package's manifest.
type cargoTables struct {
	Dependencies map[string]any `toml:"dependencies"`
	Build        map[string]any `toml:"build-dependencies"`
	Dev          map[string]any `toml:"dev-dependencies"`
}

// readCargoToml reads the dependencies in a manifest
// (doc.rust-lang.org/cargo/reference/specifying-dependencies.html).
func readCargoToml(file source, p *packages) error {
	var all struct {
		cargoTables

		Target    map[string]cargoTables `toml:"target"`
		Workspace cargoTables            `toml:"workspace"`
	}
	if err := toml.Unmarshal([]byte(file.text), &all); err != nil {
		return err
	}
	p.named = true
	for _, tables := range append([]cargoTables{all.cargoTables, all.Workspace}, slices.Collect(maps.Values(all.Target))...) {
		p.dependTOML(tables.Dependencies, false, strings.TrimSpace)
		p.dependTOML(tables.Build, false, strings.TrimSpace)
		p.dependTOML(tables.Dev, true, strings.TrimSpace)
	}
	return nil
}
