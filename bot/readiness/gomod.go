package readiness

import (
	"regexp"

	"golang.org/x/mod/modfile"
)

// parseGoMod reads the file. A directive that this version of slipway does not
// know is no reason to say nothing of the others.
func parseGoMod(file source) (*modfile.File, error) {
	parsed, err := modfile.Parse("go.mod", []byte(file.text), nil)
	if err != nil {
		return modfile.ParseLax("go.mod", []byte(file.text), nil)
	}
	return parsed, nil
}

// readGoMod reads what is required, and by what it is replaced
// (go.dev/ref/mod#go-mod-file).
func readGoMod(file source, p *packages) error {
	parsed, err := parseGoMod(file)
	if err != nil {
		return err
	}
	p.named = true
	for _, required := range parsed.Require {
		d := dependency{name: goModule(required.Mod.Path), spec: required.Mod.Version, direct: !required.Indirect}
		for _, replaced := range parsed.Replace {
			if replaced.Old.Path != required.Mod.Path || replaced.Old.Version != "" && replaced.Old.Version != required.Mod.Version {
				continue
			}
			switch {
			case replaced.New.Version == "":
				d.spec = "file:" + replaced.New.Path
			case replaced.New.Path == required.Mod.Path:
				d.spec = replaced.New.Version
			default:
				d.spec = replaced.New.Path + " " + replaced.New.Version
			}
		}
		p.depend(d)
	}
	return nil
}

var goMajor = regexp.MustCompile(`(/v\d+|\.v\d+)$`)

// goModule is a module's path without the major version, which Go writes into
// it: a new one is then a dependency that was raised, not another one.
func goModule(path string) string { return goMajor.ReplaceAllString(path, "") }
