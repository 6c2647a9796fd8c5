package readiness

import (
	"cmp"
	"path"
	"strconv"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// packages are the dependencies that a file tells of. A lock is believed before
// a wish.
type packages struct {
	world    string // where they come from
	locked   bool   // the versions are those that are really installed
	versions map[string]string
}

// packagesOf makes a reader of one that knows the packages of a world.
func packagesOf(world string, locked bool, read func(string, *packages) error) func(source, *facts) error {
	return func(file source, f *facts) error {
		f.packages = packages{world: world, locked: locked, versions: map[string]string{}}
		return read(file.text, &f.packages)
	}
}

// depend notes a dependency. Of several versions of one package, which lock
// files may hold, the highest counts; of those with the same numbers any, but
// always the same.
func (p *packages) depend(name, version string) {
	name, version = strings.TrimSpace(name), strings.TrimSpace(version)
	if name == "" {
		return
	}
	if known, twice := p.versions[name]; twice && cmp.Or(compareVersions(version, known), cmp.Compare(version, known)) < 0 {
		return
	}
	p.versions[name] = version
}

// packageFormats are the manifests and lock files.
func packageFormats() []format {
	return []format{
		{names: []string{"go.mod"}, read: packagesOf("go", true, readGoMod), rank: rankPackages},
		{names: []string{"package.json"}, read: packagesOf("npm", false, readPackageJSON), rank: rankPackages},
		{names: []string{"requirements.txt"}, read: packagesOf("python", false, readRequirements), rank: rankPackages},
		{names: []string{"Pipfile.lock"}, read: packagesOf("python", true, readPipfileLock), rank: rankLock},
		{names: []string{"poetry.lock", "uv.lock"}, read: packagesOf("python", true, readTOMLPackages), rank: rankLock},
		{names: []string{"Gemfile.lock"}, read: packagesOf("ruby", true, readGemfileLock), rank: rankLock},
		{names: []string{"Cargo.lock"}, read: packagesOf("rust", true, readTOMLPackages), rank: rankLock},
		{names: []string{"package-lock.json", "npm-shrinkwrap.json"}, read: packagesOf("npm", true, readPackageLock), rank: rankLock},
		{names: []string{"yarn.lock"}, read: packagesOf("npm", true, readYarnLock), rank: rankLock},
		{names: []string{"pnpm-lock.yaml"}, read: packagesOf("npm", true, readPnpmLock), rank: rankLock},
	}
}

// packages compares the dependencies and tells of all in one line. Of several
// files that speak of the same packages, the one that locks them is believed;
// a file that is there at one commit only has nothing to be compared with.
func (r *report) packages(pairs []pair) {
	chosen := map[string]pair{}
	for _, p := range pairs {
		if p.after.packages.world == "" || !p.both {
			continue
		}
		place := path.Dir(p.path) + " " + p.after.packages.world
		if other, taken := chosen[place]; !taken || p.after.packages.locked && !other.after.packages.locked {
			chosen[place] = p
		}
	}
	var moved moves
	var files []string
	for _, place := range union(chosen, nil) {
		p := chosen[place]
		moved.compare(p.before.packages.versions, p.after.packages.versions)
		files = append(files, p.path)
	}
	if says := moved.says(); says != "" {
		r.add(bot.FindDependencies, moved.weight(), says, files...)
	}
}

// moves are what became of the dependencies.
type moves struct {
	raised, majors, lowered, other, added, removed []string
}

func (m *moves) compare(before, after map[string]string) {
	for _, name := range union(before, after) {
		old, had := before[name]
		now, has := after[name]
		step := clip(name, longName) + " " + short(old, now)
		switch order := compareVersions(old, now); {
		case !had:
			m.added = append(m.added, clip(name, longName))
		case !has:
			m.removed = append(m.removed, clip(name, longName))
		case old == now:
		case order < 0:
			m.raised = append(m.raised, step)
			if major(old) != major(now) {
				m.majors = append(m.majors, step)
			}
		case order > 0:
			m.lowered = append(m.lowered, step)
		default:
			m.other = append(m.other, step)
		}
	}
}

// short shows a step between two versions by the numbers that matter.
func short(old, now string) string {
	if a, b := major(old), major(now); a != b && a != "" && b != "" {
		return clip(a, 20) + " → " + clip(b, 20)
	}
	return orNone(old) + " → " + orNone(now)
}

func (m *moves) weight() bot.Weight {
	if len(m.majors)+len(m.lowered) > 0 {
		return bot.WeightLook
	}
	return bot.WeightNote
}

// says is one line, such as "12 dependencies raised, 2 of them majors: a 1 →
// 2, b 3 → 4; 1 added (c)".
func (m *moves) says() string {
	var parts []string
	say := func(verb string, names []string, more string) {
		switch n := len(names); {
		case n == 0:
		case len(parts) == 0:
			parts = append(parts, count(n, "dependency", "dependencies")+" "+verb+more)
		default:
			parts = append(parts, strconv.Itoa(n)+" "+verb+more)
		}
	}
	say("raised", m.raised, m.ofThem())
	say("lowered", m.lowered, ifFew(m.lowered))
	say("changed", m.other, ifFew(m.other))
	say("added", m.added, ifFew(m.added))
	say("removed", m.removed, ifFew(m.removed))
	return strings.Join(parts, "; ")
}

// ofThem names those that were raised by a major version.
func (m *moves) ofThem() string {
	switch {
	case len(m.majors) == 0:
		return ifFew(m.raised)
	case len(m.raised) == 1:
		return " to another major version: " + m.majors[0]
	default:
		return ", " + count(len(m.majors), "of them a major", "of them majors") + ": " + some(m.majors, 5)
	}
}

// ifFew names what can be named in a few words.
func ifFew(names []string) string {
	if len(names) > 3 {
		return ""
	}
	return " (" + strings.Join(names, ", ") + ")"
}
