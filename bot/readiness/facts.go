package readiness

import (
	"crypto/sha256"
	"maps"
	"slices"
	"strings"
)

// facts are what one file says of what the service needs. Every format fills
// in those that its kind of file knows.
type facts struct {
	runtimes []runtime
	images   []use
	settings map[string]setting         // the keys of a configuration
	starts   map[string]string          // by what is started: "start command" is "./api"
	listed   map[string]map[string]bool // by what they are: the ports of "port", the volumes of "volume"
	packages packages
}

func newFacts() *facts {
	return &facts{settings: map[string]setting{}, starts: map[string]string{}, listed: map[string]map[string]bool{}}
}

// runtime is the version of a language, or of a tool that runs a program, as a
// file names it.
type runtime struct {
	name, version string
	// least says that newer ones do as well.
	least bool
}

// loose says that it leaves open which version it is.
func (r runtime) loose() bool { return r.least || isRange(r.version) }

// use is an image and what it is used for.
type use struct {
	image
	place string // a stage, a service: "stage build"; empty: there is but one
	runs  bool   // it is what the program runs on, and not what it is built with
}

// nature is what a file says of a setting.
type nature int

// The natures. Of one setting that several files name, the first counts: one
// that is handed on is set if another file sets it, and one that a template asks
// for is asked for though an image has a value for it.
const (
	asked    nature = iota + 1 // it has to be set
	optional                   // it may be set, or has a default
	given                      // the file sets it
	passed                     // it is handed on from wherever else it is set
)

// open says whether somebody has to set it.
func (n nature) open() bool { return n == asked || n == passed }

// setting is what is known of a setting. What value it has is nobody's
// business, only whether it is another one than before.
type setting struct {
	nature nature
	value  [sha256.Size]byte
}

// setting notes a key of the configuration.
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

// runs notes a version, if the file says one.
func (f *facts) runs(name, version string) {
	if version = strings.TrimSpace(version); version != "" {
		f.runtimes = append(f.runtimes, runtime{name: name, version: version})
	}
}

// maxUses is more images than a file uses.
const maxUses = 200

// uses notes an image, and says where it stands among them; -1: nowhere.
func (f *facts) uses(u use) int {
	if len(f.images) == maxUses {
		return -1
	}
	f.images = append(f.images, u)
	return len(f.images) - 1
}

// needs notes the least version that will do, if the file says one.
func (f *facts) needs(name, version string) {
	if version = strings.TrimSpace(version); version != "" {
		f.runtimes = append(f.runtimes, runtime{name: name, version: version, least: true})
	}
}

// starting notes a command, if there is one.
func (f *facts) starting(what, command string) {
	if command = strings.Join(strings.Fields(command), " "); command != "" {
		f.starts[what] = command
	}
}

// maxListed is more ports, or volumes, than anything has.
const maxListed = 100

// lists notes one of several, such as a port.
func (f *facts) lists(what, item string) {
	if f.listed[what] == nil {
		f.listed[what] = map[string]bool{}
	}
	if item = strings.TrimSpace(item); item != "" && len(f.listed[what]) < maxListed {
		f.listed[what][item] = true
	}
}

// union lists the keys of both, each once, in order.
func union[V any](before, after map[string]V) []string {
	all := maps.Clone(before)
	maps.Copy(all, after)
	return slices.Sorted(maps.Keys(all))
}
