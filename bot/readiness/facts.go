package readiness

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// facts are what one file says of what the service needs. Every parser fills
// in those that its kind of file knows.
type facts struct {
	runtimes map[string]string // by language, as people call it: "Go" is "1.26"
	images   map[string]string // base images, with the tag or what is left of it
	packages map[string]string // dependencies, with their versions
	settings map[string]bool   // the keys of a configuration
	starts   map[string]string // by what is started: "start command" is "./api"
	ports    map[string]bool
}

func newFacts() *facts {
	return &facts{
		runtimes: map[string]string{}, images: map[string]string{}, packages: map[string]string{},
		settings: map[string]bool{}, starts: map[string]string{}, ports: map[string]bool{},
	}
}

// depend notes a dependency. Of several versions of one package, which lock
// files may hold, the highest counts; of those with the same numbers any, but
// always the same.
func (f *facts) depend(name, version string) {
	name, version = strings.TrimSpace(name), strings.TrimSpace(version)
	if name == "" {
		return
	}
	if known, twice := f.packages[name]; twice && cmp.Or(compareVersions(version, known), cmp.Compare(version, known)) < 0 {
		return
	}
	f.packages[name] = version
}

// runs notes the version of a language, if the file says one.
func (f *facts) runs(language, version string) {
	if version = strings.TrimSpace(version); version != "" {
		f.runtimes[language] = version
	}
}

// starting notes a command, if there is one.
func (f *facts) starting(what, command string) {
	if command = strings.Join(strings.Fields(command), " "); command != "" {
		f.starts[what] = command
	}
}

// union lists the keys of both, each once, in order.
func union[V any](before, after map[string]V) []string {
	all := maps.Clone(before)
	maps.Copy(all, after)
	return slices.Sorted(maps.Keys(all))
}
