package readiness

import (
	"regexp"
	"strings"

	"github.com/google/osv-scalibr/extractor/filesystem/language/elixir/mixlock"
)

// readMixLock reads what is installed; mix.exs says which of it is direct.
func readMixLock(file source, p *packages) error {
	found, err := extract(mixlock.Extractor{}, file)
	if err != nil {
		return err
	}
	for _, pkg := range found {
		d := dependency{name: pkg.Name, spec: pkg.Version}
		if d.spec == "" {
			d.spec = versionOrCommit(pkg)
		}
		p.depend(d)
	}
	return nil
}

var mixDependency = regexp.MustCompile(`\{:(\w+),\s*(?:"([^"]*)")?([^}]*)\}`)

// readMixExs reads the tuples of a project's dependencies, such as {:name, "~> 1.0",
// only: :dev}, from a file that is a program (hexdocs.pm/mix/Mix.Tasks.Deps.html).
func readMixExs(file source, p *packages) error {
	p.named = true
	for line := range strings.Lines(file.text) {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		for _, found := range mixDependency.FindAllStringSubmatch(line, -1) {
			if found[2] == "" && !strings.Contains(found[3], ":") || strings.Contains(found[3], "path:") || strings.Contains(found[3], "in_umbrella:") {
				continue
			}
			_, only, limited := strings.Cut(found[3], "only:")
			p.depend(dependency{name: found[1], spec: found[2], direct: true, dev: limited && !strings.Contains(only, ":prod")})
		}
	}
	return nil
}
