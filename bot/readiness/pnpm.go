package readiness

import (
	"regexp"
	"strings"
)

// readPnpmLock reads pnpm's lock file (github.com/pnpm/spec, lockfile). pnpm always
// writes it in the same way, each key on its own line, indented by two spaces a level.
// It is read line by line, since such files are among the largest, and a YAML parser
// keeps all of one in memory.
func readPnpmLock(file source, p *packages) error {
	lock := pnpmLock{asked: map[string]bool{}}
	for line := range strings.Lines(file.text) {
		lock.line(line)
	}
	lock.endPackage()
	p.named = len(lock.asked) > 0
	for _, d := range lock.found {
		dev, direct := lock.asked[d.name+"@"+d.spec]
		d.direct = direct
		d.dev = d.dev || dev
		p.depend(d)
	}
	return nil
}

// pnpmLock is the reader's position in the file, and what it found.
type pnpmLock struct {
	above [6]string // the keys on the way down to the line
	// asked maps the packages that the repository requires, "name@1.0.0", to whether
	// they are for development only.
	asked   map[string]bool
	found   []dependency
	current dependency
}

func (l *pnpmLock) line(line string) {
	text := strings.TrimRight(line, " \r\n")
	key, value := blockKey(strings.TrimLeft(text, " "))
	depth := (len(text) - len(strings.TrimLeft(text, " "))) / 2
	if key == "" || depth >= len(l.above) {
		return
	}
	l.above[depth] = key
	section := l.above[0]
	switch {
	case section == "packages" && depth == 1:
		l.endPackage()
		l.current.name, l.current.spec = pnpmPackage(key)
	case section == "packages" && depth == 2:
		l.ofPackage(key, value)
	case section == "importers" && depth >= 3:
		l.require(l.above[2], l.above[3], depth-3, key, value)
	case depth >= 1:
		l.require(section, l.above[1], depth-1, key, value)
	}
}

// ofPackage reads a package's properties. A package from a repository has its name and
// version there.
func (l *pnpmLock) ofPackage(key, value string) {
	switch key {
	case "dev":
		l.current.dev = value == "true"
	case "name":
		l.current.name = value
	case "version":
		if !strings.HasPrefix(l.current.spec, "git+#") {
			l.current.spec = value
		}
	}
}

func (l *pnpmLock) endPackage() {
	if l.current.name != "" && l.current.spec != "" {
		l.found = append(l.found, l.current)
	}
	l.current = dependency{}
}

// require reads a package that the repository requires: its version follows the name
// or, since version 6, is below it.
func (l *pnpmLock) require(group, name string, below int, key, value string) {
	dev := group == "devDependencies"
	if !dev && group != "dependencies" && group != "optionalDependencies" {
		return
	}
	if below == 0 && value == "" || below == 1 && key != "version" || below > 1 || strings.HasPrefix(value, "link:") {
		return
	}
	asked := name + "@" + pnpmVersion(value)
	if alias, version := pnpmPackage(value); alias != "" && version != "" && len(numbers(value[:1])) == 0 {
		asked = alias + "@" + version
	}
	known, twice := l.asked[asked]
	l.asked[asked] = dev && (known || !twice)
}

// blockKey splits a line into a key and its value.
func blockKey(line string) (key, value string) {
	if line == "" || line[0] == '#' || line[0] == '-' {
		return "", ""
	}
	if quote := line[0]; quote == '\'' || quote == '"' {
		end := strings.IndexByte(line[1:], quote)
		if end < 0 {
			return "", ""
		}
		key, value = line[1:end+1], strings.TrimPrefix(line[end+2:], ":")
	} else if whole, ends := strings.CutSuffix(line, ":"); ends {
		key = whole
	} else if before, after, found := strings.Cut(line, ": "); found {
		key, value = before, after
	}
	return key, strings.Trim(strings.TrimSpace(value), `'"`)
}

var pnpmCommit = regexp.MustCompile(`(?:/|#)([0-9a-f]{40})$`)

// pnpmPackage reads a package's key: "/name/1.0.0_peer" in old files,
// "/name@1.0.0(peer)" and "name@1.0.0(peer)" in newer ones.
func pnpmPackage(key string) (name, version string) {
	if strings.HasPrefix(key, "file:") {
		return "", ""
	}
	if i := strings.IndexByte(key, '('); i > 0 {
		key = key[:i]
	}
	commit := pnpmCommit.FindStringSubmatch(key)
	rest, slashed := strings.CutPrefix(key, "/")
	scope := 0
	if strings.HasPrefix(rest, "@") {
		scope = strings.IndexByte(rest, '/') + 1
	}
	at := strings.IndexAny(rest[scope:], "@/")
	switch {
	case at < 0 || !slashed && rest[scope+at] == '/': // the address of a repository; the package's name is below
		if commit != nil {
			return "", "git+#" + commit[1]
		}
		return "", ""
	case commit != nil:
		return rest[:scope+at], "git+#" + commit[1]
	}
	name, version = rest[:scope+at], rest[scope+at+1:]
	if strings.HasPrefix(version, "file:") || strings.HasPrefix(version, "link:") {
		return "", ""
	}
	return name, pnpmVersion(version)
}

// pnpmVersion is a version without the peers appended to it.
func pnpmVersion(version string) string {
	version, _, _ = strings.Cut(version, "(")
	if plain, _, joined := strings.Cut(version, "_"); joined {
		version = plain
	}
	return version
}
