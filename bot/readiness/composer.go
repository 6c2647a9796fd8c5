package readiness

import (
	"encoding/json"
	"strings"
)

// composerLocked is a package in Composer's lock file
// (getcomposer.org/doc/01-basic-usage.md).
type composerLocked struct {
	Name    string `json:"name"`
	Version loose  `json:"version"`
	Source  struct {
		Reference loose `json:"reference"`
	} `json:"source"`
	Dist struct {
		Type      loose `json:"type"`
		Reference loose `json:"reference"`
	} `json:"dist"`
}

// readComposerLock reads what is installed; composer.json says which of it is direct.
func readComposerLock(file source, p *packages) error {
	var lock struct {
		Packages []composerLocked `json:"packages"`
		Dev      []composerLocked `json:"packages-dev"`
	}
	if err := json.Unmarshal([]byte(file.text), &lock); err != nil {
		return err
	}
	for i, group := range [][]composerLocked{lock.Packages, lock.Dev} {
		for _, l := range group {
			if l.Dist.Type == "path" {
				continue // the repository's own
			}
			d := dependency{name: l.Name, spec: string(l.Version), dev: i == 1}
			if strings.HasPrefix(d.spec, "dev-") || strings.HasSuffix(d.spec, "-dev") {
				d.spec = "git+#" + string(max(l.Source.Reference, l.Dist.Reference))
			}
			p.depend(d)
		}
	}
	return nil
}

// readComposerJSON reads the required packages. A name without a vendor is PHP itself
// or an extension.
func readComposerJSON(file source, p *packages) error {
	var all struct {
		Require looseMap `json:"require"`
		Dev     looseMap `json:"require-dev"`
	}
	if err := json.Unmarshal(plainJSON(file.text), &all); err != nil {
		return err
	}
	p.named = true
	for i, group := range []looseMap{all.Require, all.Dev} {
		for name, constraint := range group {
			if strings.Contains(name, "/") {
				p.depend(dependency{name: name, spec: string(constraint), direct: true, dev: i == 1})
			}
		}
	}
	return nil
}
