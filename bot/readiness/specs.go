package readiness

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"deps.dev/util/semver"
)

// ecosystem is where packages come from: it decides how versions are ordered and how
// constraints are written.
type ecosystem string

// The ecosystems.
const (
	ecosystemNPM      ecosystem = "npm"
	ecosystemPython   ecosystem = "python"
	ecosystemGo       ecosystem = "go"
	ecosystemRust     ecosystem = "rust"
	ecosystemRuby     ecosystem = "ruby"
	ecosystemJVM      ecosystem = "jvm"
	ecosystemDotnet   ecosystem = "dotnet"
	ecosystemComposer ecosystem = "composer"
	ecosystemHex      ecosystem = "hex"
)

func (e ecosystem) order() semver.System {
	switch e {
	case ecosystemNPM:
		return semver.NPM
	case ecosystemPython:
		return semver.PyPI
	case ecosystemGo:
		return semver.Go
	case ecosystemRust:
		return semver.Cargo
	case ecosystemRuby:
		return semver.RubyGems
	case ecosystemJVM:
		return semver.Maven
	case ecosystemDotnet:
		return semver.NuGet
	case ecosystemComposer:
		return semver.Composer
	case ecosystemHex:
	}
	return semver.DefaultSystem
}

// compare orders two versions by the rules of their ecosystem or, where those do not
// apply, by their numbers.
func (e ecosystem) compare(a, b string) int {
	return orElse(func() int { return compareVersions(a, b) }, func() (int, bool) {
		x, errX := e.order().Parse(a)
		y, errY := e.order().Parse(b)
		if errX != nil || errY != nil {
			return 0, false
		}
		return x.Compare(y), true
	})
}

// prerelease says whether a version precedes the release of its numbers.
func (e ecosystem) prerelease(version string) bool {
	return orElse(no, func() (bool, bool) {
		v, err := e.order().Parse(version)
		return err == nil && v.IsPrerelease(), true
	})
}

// sameConstraint says whether two constraints allow the same versions.
func (e ecosystem) sameConstraint(a, b string) bool {
	return tight(a) == tight(b) || orElse(no, func() (bool, bool) {
		x, errX := e.order().ParseConstraint(a)
		y, errY := e.order().ParseConstraint(b)
		return errX == nil && errY == nil && x.Set().String() == y.Set().String(), true
	})
}

// allows says whether a version meets a constraint.
func (e ecosystem) allows(constraint, version string) bool {
	return orElse(no, func() (bool, bool) {
		c, err := e.order().ParseConstraint(constraint)
		return err == nil && c.Match(version), true
	})
}

// orElse asks the version library, and falls back to another answer where it has none
// or panics: the texts are untrusted, and nobody tried them on it.
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

func tight(constraint string) string { return strings.Join(strings.Fields(constraint), "") }

// spec is what a file says about the version of a package.
type spec struct {
	text    string // as written
	kind    specKind
	version string // the exact version, or the one that a constraint begins with
	sign    string // of a constraint: the operator before that version
}

type specKind int

const (
	specAny        specKind = iota // no version
	specExact                      // one version
	specConstraint                 // an operator and a version
	specRange                      // anything more complex
	specCommit                     // a commit of a repository
	specPath                       // a folder
	specAddress                    // an address, which may contain a secret and is never shown
	specLabel                      // a word such as latest
)

var (
	exactSpec      = regexp.MustCompile(`^[vV=]?=?\s*([0-9][0-9A-Za-z.!+_~-]*)$`)
	constraintSpec = regexp.MustCompile(`^(\^|~>|~=|~|>=|>|<=|<)\s*([vV]?[0-9][0-9A-Za-z.!+_-]*)$`)
	wildSpec       = regexp.MustCompile(`^[vV]?[0-9]+(\.[0-9]+)*\.[xX*](\.[xX*])*$`)
	commitRef      = regexp.MustCompile(`^[0-9a-f]{7,64}$`)
	pseudoSpec     = regexp.MustCompile(`^v[0-9]+\.[0-9]+\.[0-9]+-(?:.*\.)?[0-9]{14}-([0-9a-f]{12})(?:\+incompatible)?$`)
	shortRepo      = regexp.MustCompile(`^[A-Za-z0-9_-][\w.-]*/[\w.-]+(?:#(.*))?$`)
	gitSpec        = regexp.MustCompile(`^(?:git\+|git:|git@|ssh:|github:|gitlab:|bitbucket:|gist:)|\.git(?:#|@|$)`)
	pathSpec       = regexp.MustCompile(`^(?:file:|link:|portal:|path:|\.{1,2}(?:/|$)|/)`)
	signOfSpec     = regexp.MustCompile(`[<>^~!|*,\[\](]|\s-\s`)
	exactInPip     = regexp.MustCompile(`^===?\s*([^\s,;]+)$`)
	exactInNets    = regexp.MustCompile(`^\[\s*([^,\s]+)\s*\]$`)
)

// How many bytes of a text are examined, and how many are shown.
const (
	longSpec    = 300
	longPackage = 60
	longVersion = 40
)

// spec parses what a file says about a version.
func (e ecosystem) spec(text string) spec {
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
		return e.atCommit(text)
	case strings.Contains(text, "://"):
		s.kind = specAddress
	case e == ecosystemNPM && shortRepo.MatchString(text):
		return e.atCommit(text)
	case e == ecosystemPython && exactInPip.MatchString(text):
		s.kind, s.version = specExact, exactInPip.FindStringSubmatch(text)[1]
	case (e == ecosystemDotnet || e == ecosystemJVM) && exactInNets.MatchString(text):
		s.kind, s.version = specExact, exactInNets.FindStringSubmatch(text)[1]
	case wildSpec.MatchString(text):
		s.kind = specRange
	case exactSpec.MatchString(text):
		s.kind, s.version = specExact, strings.TrimLeft(text, "= ")
	case constraintSpec.MatchString(text):
		found := constraintSpec.FindStringSubmatch(text)
		s.kind, s.sign, s.version = specConstraint, found[1], found[2]
	case signOfSpec.MatchString(text):
		s.kind = specRange
	default:
		s.kind = specLabel
	}
	return s
}

// atCommit parses the address of a repository: after its # is a commit, a tagged
// version, or a branch.
func (e ecosystem) atCommit(text string) spec {
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

// shown formats a spec for the report.
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
	case specConstraint, specRange, specLabel:
	}
	return clip(s.text, longVersion)
}

// delta is what happened to a version.
type delta int

const (
	deltaNone delta = iota
	deltaRaised
	deltaMajor // raised by a step that its ecosystem considers breaking
	deltaReleased
	deltaLowered
	deltaOther
	deltaAdded
	deltaRemoved
)

// between determines what happened to a package's version, and describes it.
func (e ecosystem) between(name string, before, after spec) (delta, string) {
	name = clip(name, longPackage)
	step := name + " " + before.shown() + " → " + after.shown()
	constrained := func(s spec) bool { return s.kind == specConstraint || s.kind == specRange || s.kind == specAny }
	switch {
	case before.text == after.text, constrained(before) && constrained(after) && e.sameConstraint(before.text, after.text):
		return deltaNone, ""
	case before.kind == specExact && after.kind == specExact,
		before.kind == specConstraint && after.kind == specConstraint && before.sign == after.sign && before.sign[0] != '<':
		return e.moved(name, before, after)
	case constrained(before) && after.kind == specExact:
		return deltaOther, name + " pinned to " + clip(after.version, longVersion)
	case before.kind != after.kind:
		return deltaOther, step
	case before.kind == specCommit:
		return deltaOther, name + ": another commit"
	case before.kind == specPath:
		return deltaOther, name + ": another path"
	case before.kind == specAddress:
		return deltaOther, name + ": another address"
	}
	return deltaOther, step
}

// moved describes a step from one version to another.
func (e ecosystem) moved(name string, before, after spec) (delta, string) {
	step := name + " " + before.shown() + " → " + after.shown()
	order := e.compare(before.version, after.version)
	switch {
	case order == 0 && slices.Equal(plainNumbers(before.version), plainNumbers(after.version)) && suffix(before.version) == suffix(after.version):
		return deltaNone, ""
	case order == 0:
		return deltaOther, step
	case order > 0:
		return deltaLowered, step
	case e.released(before.version, after.version):
		return deltaReleased, step
	case breaking(before.version, after.version) && !strings.HasPrefix(name, "golang.org/x/"): // these stay at 0 and break nothing
		if e.prerelease(before.version) || e.prerelease(after.version) {
			return deltaMajor, step // the major versions alone would hide that it is not a release yet
		}
		return deltaMajor, name + " " + short(before.version, after.version)
	}
	return deltaRaised, step
}

// released says whether the later version is the release of the earlier one, a
// prerelease.
func (e ecosystem) released(before, after string) bool {
	return e.prerelease(before) && !e.prerelease(after) && slices.Equal(plainNumbers(before), plainNumbers(after))
}

// breaking says whether a step may be breaking: to another major version or, below 1.0,
// another minor version. Calendar versions make no such promise.
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

// plainNumbers are a version's numbers without trailing zeros.
func plainNumbers(version string) []string {
	all := numbers(version)
	for len(all) > 0 && all[len(all)-1] == "0" {
		all = all[:len(all)-1]
	}
	return all
}

// suffix is what follows a version's numbers.
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
