package readiness

import (
	"crypto/sha256"
	"maps"
	"slices"
	"strings"
)

// facts are what one file says about what the service needs. Each format fills in what
// it knows.
type facts struct {
	runtimes []runtime
	images   []use
	settings map[string]setting         // the keys of a configuration
	starts   map[string]string          // "start command": "./api"
	listed   map[string]map[string]bool // "port": its ports, "volume": its volumes
	packages packages
}

func newFacts() *facts {
	return &facts{settings: map[string]setting{}, starts: map[string]string{}, listed: map[string]map[string]bool{}}
}

// runtime is the version of a language, or of a tool that runs a program.
type runtime struct {
	name, version string
	// least is set if newer versions are accepted as well.
	least bool
}

// loose says whether it leaves the exact version open.
func (r runtime) loose() bool { return r.least || isRange(r.version) }

// use is an image and what it is used for.
type use struct {
	image
	place string // a stage or a service, such as "stage build"; empty: there is only one
	runs  bool   // the program runs on it; false: it is built with it
}

// nature is how a file treats a setting.
type nature int

// The natures. If several files name a setting, the first of these counts: a setting
// that is passed through is set if another file sets it, and one that a template asks
// for is asked for even if an image has a value for it.
const (
	asked    nature = iota + 1 // it must be set
	optional                   // it may be set, or has a default
	given                      // the file sets it
	passed                     // it is passed through from wherever it is set
)

// open says whether somebody has to set it.
func (n nature) open() bool { return n == asked || n == passed }

// setting is what is known of a setting. Its value is kept only as a hash, to see
// whether it changed.
type setting struct {
	nature nature
	value  [sha256.Size]byte
}

// setting records a key of the configuration.
func (f *facts) setting(key string, n nature, value string) {
	key = clip(key, longName)
	known, twice := f.settings[key]
	if key == "" || !twice && len(f.settings) >= maxKeys || twice && known.nature <= n {
		return
	}
	s := setting{nature: n}
	if n == given {
		s.value = sha256.Sum256([]byte(value))
	}
	f.settings[key] = s
}

// runs records a version, if there is one.
func (f *facts) runs(name, version string) {
	if version = strings.TrimSpace(version); version != "" {
		f.runtimes = append(f.runtimes, runtime{name: name, version: version})
	}
}

// maxUses is more images than a real file uses.
const maxUses = 200

// uses records an image and returns its index; -1: there are too many.
func (f *facts) uses(u use) int {
	if len(f.images) == maxUses {
		return -1
	}
	f.images = append(f.images, u)
	return len(f.images) - 1
}

// needs records the lowest version that is accepted, if there is one.
func (f *facts) needs(name, version string) {
	if version = strings.TrimSpace(version); version != "" {
		f.runtimes = append(f.runtimes, runtime{name: name, version: version, least: true})
	}
}

// starting records a command, if there is one.
func (f *facts) starting(what, command string) {
	if command = strings.Join(strings.Fields(command), " "); command != "" {
		f.starts[what] = command
	}
}

// maxListed is more ports, or volumes, than any program has.
const maxListed = 100

// lists records an item of a list, such as a port.
func (f *facts) lists(what, item string) {
	if f.listed[what] == nil {
		f.listed[what] = map[string]bool{}
	}
	if item = strings.TrimSpace(item); item != "" && len(f.listed[what]) < maxListed {
		f.listed[what][item] = true
	}
}

// union lists the keys of both maps, each once, in order.
func union[V any](before, after map[string]V) []string {
	all := maps.Clone(before)
	maps.Copy(all, after)
	return slices.Sorted(maps.Keys(all))
}
