package readiness

import (
	"encoding/json"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// pythonName normalises a package's name (packaging.python.org, name normalization).
func pythonName(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	if !strings.ContainsAny(name, "-_.") {
		return name
	}
	return runsOfMarks.ReplaceAllString(name, "-")
}

var (
	runsOfMarks   = regexp.MustCompile(`[-_.]+`)
	forDevelopers = regexp.MustCompile(`(?i)(^|[^a-z])(dev|devel|develop|development|tests?|testing|lint|linting|docs?|ci|local|debug|typing|quality|tools?)([^a-z]|$)`)
)

// requirementsFile recognises requirements.txt, its variants, and the files in a folder
// of that name.
func requirementsFile(file string) bool {
	name := path.Base(file)
	return path.Ext(name) == ".txt" && (strings.Contains(name, "requirements") || path.Base(path.Dir(file)) == "requirements")
}

// readRequirements reads a requirements file line by line. What it includes with -r is
// a file of its own; what it installs from a folder is the repository's
// (pip.pypa.io/en/stable/reference/requirements-file-format).
func readRequirements(file source, p *packages) error {
	p.named = true
	name := strings.TrimSuffix(path.Base(file.path), ".txt")
	dev := forDevelopers.MatchString(strings.ReplaceAll(name, "requirements", " "))
	text := strings.ReplaceAll(strings.ReplaceAll(file.text, "\r\n", "\n"), "\\\n", " ")
	compiled := compiledByPip.MatchString(text)
	for line := range strings.Lines(text) {
		if d, found := pythonRequirement(line); found {
			d.dev, d.direct = dev, !compiled || askedInPip.MatchString(line)
			p.depend(d)
			continue
		}
		if remark := strings.TrimSpace(line); compiled && len(p.all) > 0 && strings.HasPrefix(remark, "#") && askedInPip.MatchString(remark) {
			p.all[len(p.all)-1].direct = true
		}
	}
	return nil
}

// Marks of a file that pip-compile or uv generated from a shorter one: it lists
// everything that is installed, each with a comment that says what requires it.
var (
	compiledByPip = regexp.MustCompile(`(?m)^\s*# via\b|\s# via `)
	askedInPip    = regexp.MustCompile(`#.*(?:-r |\.in\b|pyproject\.toml|setup\.(?:py|cfg))`)
)

// pythonRequirement reads "name[extra] >=1,<2 ; marker", the form of
// requirements files and of pyproject.toml
// (packaging.python.org, dependency specifiers).
func pythonRequirement(line string) (dependency, bool) {
	line = strings.TrimSpace(line)
	if line == "" || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "-") {
		return dependency{}, false
	}
	if i := strings.Index(line, " #"); i >= 0 {
		line = line[:i]
	}
	if i := strings.Index(line, " --"); i >= 0 {
		line = line[:i]
	}
	name, constraint := cutRequirement(strings.TrimSpace(line))
	if name == "" {
		return dependency{}, false
	}
	if address, at := strings.CutPrefix(constraint, "@"); at {
		address, _, _ = strings.Cut(address, " ;")
		return dependency{name: pythonName(name), spec: pythonAddress(strings.TrimSpace(address)), direct: true}, true
	}
	constraint, _, _ = strings.Cut(constraint, ";")
	constraint = strings.Trim(strings.TrimSpace(constraint), "()")
	if constraint != "" && !strings.ContainsRune("=<>!~", rune(constraint[0])) {
		return dependency{}, false // a path, an address, or not a requirement
	}
	return dependency{name: pythonName(name), spec: constraint, direct: true}, true
}

// cutRequirement cuts a requirement into its name and what follows the name and the
// extras; no name: it is none.
func cutRequirement(line string) (name, rest string) {
	const ends = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	name = strings.TrimRight(line[:len(line)-len(strings.TrimLeft(line, ends+"._-"))], "._-")
	if strings.TrimLeft(name, "._-") != name {
		return "", ""
	}
	rest = strings.TrimSpace(line[len(name):])
	if strings.HasPrefix(rest, "[") {
		if _, behind, closed := strings.Cut(rest, "]"); closed {
			rest = strings.TrimSpace(behind)
		}
	}
	if strings.Contains(rest, "\n") {
		return "", "" // several lines
	}
	return name, rest
}

// pythonAddress moves the revision behind a #, where other ecosystems have it.
func pythonAddress(address string) string {
	address, _, _ = strings.Cut(address, "#") // egg=, subdirectory=
	if i := strings.LastIndexByte(address, '@'); strings.HasPrefix(address, "git") && i > strings.LastIndexByte(address, '/') {
		return address[:i] + "#" + address[i+1:]
	}
	return address
}

// readPipfileLock reads what is installed.
func readPipfileLock(file source, p *packages) error {
	var lock map[string]map[string]json.RawMessage
	if err := json.Unmarshal(plainJSON(file.text), &lock); err != nil {
		return err
	}
	for _, group := range slices.Sorted(maps.Keys(lock)) {
		if group == "_meta" {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(lock[group])) {
			var entry struct {
				Version loose `json:"version"`
				Git     loose `json:"git"`
				Ref     loose `json:"ref"`
			}
			if json.Unmarshal(lock[group][name], &entry) != nil {
				continue
			}
			spec := strings.TrimPrefix(string(entry.Version), "==")
			if entry.Git != "" {
				spec = "git+#" + string(entry.Ref)
			}
			if spec != "" {
				p.depend(dependency{name: pythonName(name), spec: spec, dev: group != "default"})
			}
		}
	}
	return nil
}

// pythonLocked is a package in the lock files of Poetry and uv.
type pythonLocked struct {
	Name     string   `toml:"name"`
	Version  string   `toml:"version"`
	Category string   `toml:"category"`
	Groups   []string `toml:"groups"`
	Source   struct {
		Type      string `toml:"type"`               // Poetry
		Reference string `toml:"resolved_reference"` // Poetry
		Git       string `toml:"git"`                // uv, as the others below
		Virtual   string `toml:"virtual"`
		Editable  string `toml:"editable"`
		Directory string `toml:"directory"`
	} `toml:"source"`
}

func (l pythonLocked) spec() string {
	switch _, commit, _ := strings.Cut(l.Source.Git, "#"); {
	case commit != "":
		return "git+#" + commit
	case l.Source.Type == "git":
		return "git+#" + l.Source.Reference
	}
	return l.Version
}

// own says whether a package is in the repository.
func (l pythonLocked) own() bool {
	s := l.Source
	return s.Virtual != "" || s.Editable != "" || s.Directory != "" || s.Type == "directory"
}

// readPoetryLock reads what is installed; pyproject.toml says which of it is direct.
func readPoetryLock(file source, p *packages) error {
	var lock struct {
		Packages []pythonLocked `toml:"package"`
	}
	if err := toml.Unmarshal([]byte(file.text), &lock); err != nil {
		return err
	}
	for _, l := range lock.Packages {
		dev := l.Category != "" && l.Category != "main" || len(l.Groups) > 0 && !slices.Contains(l.Groups, "main")
		if !l.own() {
			p.depend(dependency{name: pythonName(l.Name), spec: l.spec(), dev: dev})
		}
	}
	return nil
}

// uvPackage is a package in uv's lock file, with its dependencies.
type uvPackage struct {
	pythonLocked

	Dependencies []uvName            `toml:"dependencies"`
	Optional     map[string][]uvName `toml:"optional-dependencies"`
	Dev          map[string][]uvName `toml:"dev-dependencies"`
}

type uvName struct {
	Name    string `toml:"name"`
	Version string `toml:"version"`
}

// readUvLock reads what is installed. The dependencies of the repository's own
// packages, which have no registry, are direct.
func readUvLock(file source, p *packages) error {
	var lock struct {
		Packages []uvPackage `toml:"package"`
	}
	if err := toml.Unmarshal([]byte(file.text), &lock); err != nil {
		return err
	}
	asked := map[string]bool{}
	for _, own := range lock.Packages {
		if own.own() {
			own.asks(asked)
		}
	}
	p.named = true
	for _, l := range lock.Packages {
		dev, direct := asked[l.Name]
		if !l.own() {
			p.depend(dependency{name: pythonName(l.Name), spec: l.spec(), direct: direct, dev: dev})
		}
	}
	return nil
}

// asks records what a package requires, and whether it does so for development only.
func (u uvPackage) asks(asked map[string]bool) {
	for _, all := range u.Dev {
		for _, d := range all {
			if _, known := asked[d.Name]; !known {
				asked[d.Name] = true
			}
		}
	}
	for _, all := range append(slices.Collect(maps.Values(u.Optional)), u.Dependencies) {
		for _, d := range all {
			asked[d.Name] = false
		}
	}
}

// pyproject lists the dependencies, by the standard and in Poetry's form.
type pyproject struct {
	Project struct {
		Dependencies []string            `toml:"dependencies"`
		Optional     map[string][]string `toml:"optional-dependencies"`
	} `toml:"project"`
	Groups map[string][]any `toml:"dependency-groups"`
	Tool   struct {
		Poetry struct {
			Dependencies map[string]any `toml:"dependencies"`
			Dev          map[string]any `toml:"dev-dependencies"`
			Group        map[string]struct {
				Dependencies map[string]any `toml:"dependencies"`
			} `toml:"group"`
		} `toml:"poetry"`
		UV struct {
			Dev     []string       `toml:"dev-dependencies"`
			Sources map[string]any `toml:"sources"`
		} `toml:"uv"`
	} `toml:"tool"`
}

// readPyproject reads the dependencies (packaging.python.org, pyproject.toml
// specification).
func readPyproject(file source, p *packages) error {
	var all pyproject
	if err := toml.Unmarshal([]byte(file.text), &all); err != nil {
		return err
	}
	p.named = true
	p.requirements(all.Project.Dependencies, false)
	for _, group := range slices.Sorted(maps.Keys(all.Project.Optional)) {
		p.requirements(all.Project.Optional[group], forDevelopers.MatchString(group))
	}
	for _, group := range slices.Sorted(maps.Keys(all.Groups)) {
		for _, line := range all.Groups[group] {
			if text, is := line.(string); is {
				p.requirements([]string{text}, true)
			}
		}
	}
	p.requirements(all.Tool.UV.Dev, true)
	own := ownOfUV(all.Tool.UV.Sources)
	p.all = slices.DeleteFunc(p.all, func(d dependency) bool { return own[d.name] })
	poetry := all.Tool.Poetry
	p.dependTOML(poetry.Dependencies, false, pythonName)
	p.dependTOML(poetry.Dev, true, pythonName)
	for _, group := range slices.Sorted(maps.Keys(poetry.Group)) {
		p.dependTOML(poetry.Group[group].Dependencies, group != "main", pythonName)
	}
	return nil
}

// ownOfUV lists the packages that uv takes from the repository
// (docs.astral.sh/uv/concepts/projects/dependencies).
func ownOfUV(sources map[string]any) map[string]bool {
	own := map[string]bool{}
	for name, from := range sources {
		if table, is := from.(map[string]any); is && (table["workspace"] == true || table["path"] != nil) {
			own[pythonName(name)] = true
		}
	}
	return own
}

func (p *packages) requirements(lines []string, dev bool) {
	for _, line := range lines {
		if d, found := pythonRequirement(line); found {
			d.dev = dev
			p.depend(d)
		}
	}
}

// readPipfile reads the dependencies (pipenv.pypa.io, Pipfile).
func readPipfile(file source, p *packages) error {
	var all struct {
		Packages map[string]any `toml:"packages"`
		Dev      map[string]any `toml:"dev-packages"`
	}
	if err := toml.Unmarshal([]byte(file.text), &all); err != nil {
		return err
	}
	p.named = true
	p.dependTOML(all.Packages, false, pythonName)
	p.dependTOML(all.Dev, true, pythonName)
	return nil
}

// dependTOML reads a table of dependencies: names with a version, or with a table that
// says where they come from. It omits what is in the repository, or defined elsewhere.
func (p *packages) dependTOML(table map[string]any, dev bool, spell func(string) string) {
	for _, name := range slices.Sorted(maps.Keys(table)) {
		d := dependency{name: spell(name), direct: true, dev: dev}
		switch constraint := table[name].(type) {
		case string:
			d.spec = constraint
		case map[string]any:
			text := func(key string) string { s, _ := constraint[key].(string); return s }
			if text("path") != "" || constraint["workspace"] == true {
				continue
			}
			if text("package") != "" { // the key is an alias; this is the package's name
				d.name = spell(text("package"))
			}
			d.spec = text("version")
			if text("git") != "" {
				d.spec = "git+#" + text("rev") + text("tag") + text("branch") + text("ref")
			}
		}
		if d.name != "python" {
			p.depend(d)
		}
	}
}
