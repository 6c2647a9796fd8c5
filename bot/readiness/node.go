package readiness

import (
	"encoding/json"
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

// readPackageJSON reads what is depended on
// (docs.npmjs.com/cli/configuring-npm/package-json).
func readPackageJSON(text string, f *packages) error {
	var p struct {
		Dependencies map[string]loose `json:"dependencies"`
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return err
	}
	for name, version := range p.Dependencies {
		f.depend(name, string(version))
	}
	return nil
}

// locked is an entry of npm's lock file.
type locked struct {
	Version loose `json:"version"`
	Dev     bool  `json:"dev"`
	Link    bool  `json:"link"`
}

// readPackageLock reads npm's lock file: packages by their folders since
// version 2, and by their names in version 1
// (docs.npmjs.com/cli/configuring-npm/package-lock-json).
func readPackageLock(text string, f *packages) error {
	var p struct {
		Packages     map[string]locked `json:"packages"`
		Dependencies map[string]locked `json:"dependencies"`
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return err
	}
	for folder, entry := range p.Packages {
		const modules = "node_modules/"
		if at := strings.LastIndex(folder, modules); at >= 0 && !entry.Dev && !entry.Link {
			f.depend(folder[at+len(modules):], string(entry.Version))
		}
	}
	if len(p.Packages) > 0 {
		return nil
	}
	for name, entry := range p.Dependencies {
		if !entry.Dev {
			f.depend(name, string(entry.Version))
		}
	}
	return nil
}

// readYarnLock reads the lock file of yarn, that of version 1 and the one
// that came after it: a line that names what was asked for, and below it the
// version that was found.
func readYarnLock(text string, f *packages) error {
	name := ""
	for line := range strings.Lines(text) {
		switch trimmed := strings.TrimSpace(line); {
		case trimmed == "" || strings.HasPrefix(trimmed, "#"):
		case line[0] != ' ' && line[0] != '\t':
			name = yarnName(trimmed)
		case name != "":
			key, version, _ := strings.Cut(strings.Replace(trimmed, ":", "", 1), " ")
			if key == "version" {
				f.depend(name, strings.Trim(version, `"`))
				name = ""
			}
		}
	}
	return nil
}

// yarnName is the package of a line such as `"@a/b@npm:^1.0.0", "@a/b@^1":`;
// empty for one that is no package from elsewhere.
func yarnName(line string) string {
	first, _, _ := strings.Cut(strings.TrimSuffix(line, ":"), ",")
	name, wish, _ := cutVersion(strings.Trim(strings.TrimSpace(first), `"`))
	if strings.HasPrefix(wish, "workspace:") {
		return ""
	}
	return name
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

// readPnpmLock reads the keys of the section packages in pnpm's lock file,
// "/name/1.0.0" in old ones, "/name@1.0.0" and "name@1.0.0" in newer ones.
func readPnpmLock(text string, f *packages) error {
	within := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if line != "" && line[0] != ' ' {
			within = line == "packages:"
			continue
		}
		key, isKey := strings.CutPrefix(line, "  ")
		key, ends := strings.CutSuffix(key, ":")
		if !within || !isKey || !ends || key == "" || key[0] == ' ' {
			continue
		}
		f.depend(pnpmPackage(strings.Trim(key, `'"`)))
	}
	return nil
}

func pnpmPackage(key string) (name, version string) {
	key, _, _ = strings.Cut(key, "(") // what it was joined with
	old, slashed := strings.CutPrefix(key, "/")
	if name, version, found := cutVersion(old); found {
		return name, version
	}
	if at := strings.LastIndexByte(old, '/'); slashed && at > 0 {
		return old[:at], old[at+1:]
	}
	return "", ""
}
