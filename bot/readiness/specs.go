package readiness

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"deps.dev/util/semver"
)

// world is where packages come from: it decides how their versions are ordered
// and how a wish for one is written.
type world string

// The worlds.
const (
	worldNPM      world = "npm"
	worldPython   world = "python"
	worldGo       world = "go"
	worldRust     world = "rust"
	worldRuby     world = "ruby"
	worldJVM      world = "jvm"
	worldDotnet   world = "dotnet"
	worldComposer world = "composer"
	worldHex      world = "hex"
)

func (w world) order() semver.System {
	switch w {
	case worldNPM:
		return semver.NPM
	case worldPython:
		return semver.PyPI
	case worldGo:
		return semver.Go
	case worldRust:
		return semver.Cargo
	case worldRuby:
		return semver.RubyGems
	case worldJVM:
		return semver.Maven
	case worldDotnet:
		return semver.NuGet
	case worldComposer:
		return semver.Composer
	case worldHex:
	}
	return semver.DefaultSystem
}

// compare tells which of two versions is lower, in the order of their world.
// What that order does not know is compared by its numbers.
func (w world) compare(a, b string) int {
	return orElse(func() int { return compareVersions(a, b) }, func() (int, bool) {
		x, errX := w.order().Parse(a)
		y, errY := w.order().Parse(b)
		if errX != nil || errY != nil {
			return 0, false
		}
		return x.Compare(y), true
	})
}

// prerelease says whether a version is one before the release of its numbers.
func (w world) prerelease(version string) bool {
	return orElse(no, func() (bool, bool) {
		v, err := w.order().Parse(version)
		return err == nil && v.IsPrerelease(), true
	})
}

// sameWish says whether two wishes allow the same versions.
func (w world) sameWish(a, b string) bool {
	return tight(a) == tight(b) || orElse(no, func() (bool, bool) {
		x, errX := w.order().ParseConstraint(a)
		y, errY := w.order().ParseConstraint(b)
		return errX == nil && errY == nil && x.Set().String() == y.Set().String(), true
	})
}

// allows says whether a wish is met by a version.
func (w world) allows(wish, version string) bool {
	return orElse(no, func() (bool, bool) {
		c, err := w.order().ParseConstraint(wish)
		return err == nil && c.Match(version), true
	})
}

// orElse asks the library of orders, and gives another answer where it has none
// or breaks down: the texts are somebody's, and nobody tried them on it.
func orElse[T any](otherwise func() T, ask func() (T, bool)) (answer T) {
	defer func() {
		if recover() != nil {
			answer = otherwise()
		}
	}()
	answer, known := ask()
	if !known {
		return otherwise()
	}
	return answer
}

func no() bool { return false }

func tight(wish string) string { return strings.Join(strings.Fields(wish), "") }

// spec is what a file says of the version of a package.
type spec struct {
	text    string // as it stands
	kind    specKind
	version string // of an exact one; of a wish, the version it begins with
	sign    string // of a wish: what stands before that version
}

type specKind int

const (
	specAny     specKind = iota // nothing is said
	specExact                   // one version
	specWish                    // a sign and a version
	specRange                   // anything more
	specCommit                  // a commit of a repository
	specPath                    // a folder
	specAddress                 // an address, which may hold a secret and is never shown
	specLabel                   // a word such as latest
)

var (
	exactSpec   = regexp.MustCompile(`^[vV=]?=?\s*([0-9][0-9A-Za-z.!+_~-]*)$`)
	wishSpec    = regexp.MustCompile(`^(\^|~>|~=|~|>=|>|<=|<)\s*([vV]?[0-9][0-9A-Za-z.!+_-]*)$`)
	wildSpec    = regexp.MustCompile(`^[vV]?[0-9]+(\.[0-9]+)*\.[xX*](\.[xX*])*$`)
	commitRef   = regexp.MustCompile(`^[0-9a-f]{7,64}$`)
	pseudoSpec  = regexp.MustCompile(`^v[0-9]+\.[0-9]+\.[0-9]+-(?:.*\.)?[0-9]{14}-([0-9a-f]{12})(?:\+incompatible)?$`)
	shortRepo   = regexp.MustCompile(`^[A-Za-z0-9_-][\w.-]*/[\w.-]+(?:#(.*))?$`)
	gitSpec     = regexp.MustCompile(`^(?:git\+|git:|git@|ssh:|github:|gitlab:|bitbucket:|gist:)|\.git(?:#|@|$)`)
	pathSpec    = regexp.MustCompile(`^(?:file:|link:|portal:|path:|\.{1,2}(?:/|$)|/)`)
	signOfSpec  = regexp.MustCompile(`[<>^~!|*,\[\](]|\s-\s`)
	exactInPip  = regexp.MustCompile(`^===?\s*([^\s,;]+)$`)
	exactInNets = regexp.MustCompile(`^\[\s*([^,\s]+)\s*\]$`)
)

// What is looked at, and what is shown of it, in bytes.
const (
	longSpec    = 300
	longPackage = 60
	longVersion = 40
)

// spec reads what a file says of a version.
func (w world) spec(text string) spec {
	text = strings.TrimSpace(text)
	s := spec{text: text}
	switch lower := strings.ToLower(text); {
	case text == "" || text == "*" || lower == "x":
		s.kind = specAny
	case len(text) > longSpec:
		s.kind = specAddress
	case pseudoSpec.MatchString(text):
		s.kind, s.version = specCommit, pseudoSpec.FindStringSubmatch(text)[1]
	case pathSpec.MatchString(text):
		s.kind = specPath
	case gitSpec.MatchString(text), strings.Contains(text, "://") && strings.Contains(text, "#"):
		return w.atCommit(text)
	case strings.Contains(text, "://"):
		s.kind = specAddress
	case w == worldNPM && shortRepo.MatchString(text):
		return w.atCommit(text)
	case w == worldPython && exactInPip.MatchString(text):
		s.kind, s.version = specExact, exactInPip.FindStringSubmatch(text)[1]
	case (w == worldDotnet || w == worldJVM) && exactInNets.MatchString(text):
		s.kind, s.version = specExact, exactInNets.FindStringSubmatch(text)[1]
	case wildSpec.MatchString(text):
		s.kind = specRange
	case exactSpec.MatchString(text):
		s.kind, s.version = specExact, strings.TrimLeft(text, "= ")
	case wishSpec.MatchString(text):
		found := wishSpec.FindStringSubmatch(text)
		s.kind, s.sign, s.version = specWish, found[1], found[2]
	case signOfSpec.MatchString(text):
		s.kind = specRange
	default:
		s.kind = specLabel
	}
	return s
}

// atCommit reads an address of a repository: what stands behind its # is a
// commit, a version that somebody tagged, or a branch.
func (w world) atCommit(text string) spec {
	_, ref, _ := strings.Cut(text, "#")
	ref = ref[strings.LastIndexByte(ref, '=')+1:] // commit=, semver:
	ref = strings.TrimPrefix(ref, "semver:")
	switch {
	case commitRef.MatchString(ref):
		return spec{text: text, kind: specCommit, version: ref}
	case ref != "" && exactSpec.MatchString(ref):
		return spec{text: ref, kind: specExact, version: ref}
	case ref != "" && len(ref) < longName:
		return spec{text: ref, kind: specLabel}
	}
	return spec{text: text, kind: specAddress}
}

// shown is a spec in the words of the report.
func (s spec) shown() string {
	switch s.kind {
	case specAny:
		return "any version"
	case specCommit:
		return "commit " + s.version[:min(len(s.version), 8)]
	case specPath:
		return "a path"
	case specAddress:
		return "an address"
	case specExact:
		return clip(s.version, longVersion)
	case specWish, specRange, specLabel:
	}
	return clip(s.text, longVersion)
}

// turn is what became of a version.
type turn int

const (
	turnNone turn = iota
	turnRaised
	turnMajor // raised, and by what its world calls a breaking step
	turnReleased
	turnLowered
	turnOther
	turnAdded
	turnRemoved
)

// between tells what became of a package's version, and says it.
func (w world) between(name string, before, after spec) (turn, string) {
	name = clip(name, longPackage)
	step := name + " " + before.shown() + " → " + after.shown()
	wished := func(s spec) bool { return s.kind == specWish || s.kind == specRange || s.kind == specAny }
	switch {
	case before.text == after.text, wished(before) && wished(after) && w.sameWish(before.text, after.text):
		return turnNone, ""
	case before.kind == specExact && after.kind == specExact,
		before.kind == specWish && after.kind == specWish && before.sign == after.sign && before.sign[0] != '<':
		return w.moved(name, before, after)
	case wished(before) && after.kind == specExact:
		return turnOther, name + " pinned to " + clip(after.version, longVersion)
	case before.kind != after.kind:
		return turnOther, step
	case before.kind == specCommit:
		return turnOther, name + ": another commit"
	case before.kind == specPath:
		return turnOther, name + ": another path"
	case before.kind == specAddress:
		return turnOther, name + ": another address"
	}
	return turnOther, step
}

// moved tells of a step from one version to another.
func (w world) moved(name string, before, after spec) (turn, string) {
	step := name + " " + before.shown() + " → " + after.shown()
	order := w.compare(before.version, after.version)
	switch {
	case order == 0 && slices.Equal(plainNumbers(before.version), plainNumbers(after.version)) && suffix(before.version) == suffix(after.version):
		return turnNone, ""
	case order == 0:
		return turnOther, step
	case order > 0:
		return turnLowered, step
	case w.released(before.version, after.version):
		return turnReleased, step
	case breaking(before.version, after.version) && !strings.HasPrefix(name, "golang.org/x/"): // which stay at 0 and break nothing
		if w.prerelease(before.version) || w.prerelease(after.version) {
			return turnMajor, step // the first numbers alone would hide that it is no release yet
		}
		return turnMajor, name + " " + short(before.version, after.version)
	}
	return turnRaised, step
}

// released says whether the later version is what the earlier one was a
// candidate for.
func (w world) released(before, after string) bool {
	return w.prerelease(before) && !w.prerelease(after) && slices.Equal(plainNumbers(before), plainNumbers(after))
}

// breaking says whether a step is one that may break what is built on it: to
// another first number, or to another second one behind a zero. The versions
// of a calendar promise nothing of that kind.
func breaking(before, after string) bool {
	a, b := numbers(before), numbers(after)
	switch {
	case len(a) == 0 || len(b) == 0:
		return false
	case compareNumbers(a[0], "1900") >= 0 || compareNumbers(b[0], "1900") >= 0:
		return false
	case a[0] != b[0]:
		return true
	}
	return a[0] == "0" && cmp.Or(at(a, 1), "0") != cmp.Or(at(b, 1), "0")
}

// plainNumbers are a version's numbers without zeros at the end.
func plainNumbers(version string) []string {
	all := numbers(version)
	for len(all) > 0 && all[len(all)-1] == "0" {
		all = all[:len(all)-1]
	}
	return all
}

// suffix is what stands behind a version's numbers.
func suffix(version string) string {
	return strings.TrimLeft(strings.TrimLeft(version, "vV="), "0123456789.")
}

// short shows a step between two versions by the numbers that matter.
func short(old, now string) string {
	if a, b := major(old), major(now); a != b && a != "" && b != "" {
		return clip(a, 20) + " → " + clip(b, 20)
	}
	return clip(old, longVersion) + " → " + clip(now, longVersion)
}
