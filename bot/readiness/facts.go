package readiness

import (
	"maps"
	"slices"
	"strings"
)

// facts are what one file says of what the service needs. Every format fills
// in those that its kind of file knows.
type facts struct {
	runtimes map[string]string // by language, as people call it: "Go" is "1.26"
	images   map[string]string // base images, with the tag or what is left of it
	settings map[string]bool   // the keys of a configuration
	starts   map[string]string // by what is started: "start command" is "./api"
	ports    map[string]bool
	packages packages
}

func newFacts() *facts {
	return &facts{
		runtimes: map[string]string{}, images: map[string]string{},
		settings: map[string]bool{}, starts: map[string]string{}, ports: map[string]bool{},
	}
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
