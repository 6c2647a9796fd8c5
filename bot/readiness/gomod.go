package readiness

import (
	"regexp"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// parseGoMod parses the file and ignores directives that it does not know.
func parseGoMod(file source) (*modfile.File, error) {
	parsed, err := modfile.Parse("go.mod", []byte(file.text), nil)
	if err != nil {
		return modfile.ParseLax("go.mod", []byte(file.text), nil)
	}
	return parsed, nil
}

// readGoMod reads the requirements, and what replaces them
// (go.dev/ref/mod#go-mod-file).
func readGoMod(file source, p *packages) error {
	parsed, err := parseGoMod(file)
	if err != nil {
		return err
	}
	p.named = true
	replaced := map[module.Version]module.Version{}
	for _, r := range parsed.Replace {
		replaced[r.Old] = r.New
	}
	for _, required := range parsed.Require {
		d := dependency{name: goModule(required.Mod.Path), spec: required.Mod.Version, direct: !required.Indirect}
		by, is := replaced[required.Mod]
		if !is {
			by, is = replaced[module.Version{Path: required.Mod.Path}] // a replacement for all versions
		}
		switch {
		case !is:
		case by.Version == "":
			d.spec = "file:" + by.Path
		case by.Path == required.Mod.Path:
			d.spec = by.Version
		default:
			d.spec = by.Path + " " + by.Version
		}
		p.depend(d)
	}
	return nil
}

var goMajor = regexp.MustCompile(`(/v\d+|\.v\d+)$`)

// goModule is a module's path without its major version, so that a new one counts as an
// upgrade, not as another dependency.
func goModule(path string) string { return goMajor.ReplaceAllString(path, "") }
