package readiness

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Builds of Java and .NET keep versions in properties, in the same file or in
// one above it. A property's value is put in its place as far as the files that
// were read tell it. A property that changed, but to which nothing that was
// read refers, is told by its own name.

var (
	reference = regexp.MustCompile(`^\$[({]([\w.-]+)[)}]$`)
	// versionName is how a property is called that holds a version.
	versionName = regexp.MustCompile(`(?i)version|[._-]ver$|^ver[._-]`)
	// ownVersion is how the version of the repository itself is called.
	ownVersion = regexp.MustCompile(`(?i)^((project|app|application|module|plugin|mod|release|next|current|product|build|package|assembly|file|informational|base)[._-]?)?version([._-]?(name|code|prefix|suffix))?$|^(revision|changelist|sha1|tag)$`)
	// runtimeVersion is how the versions of languages and tools are called,
	// which are told elsewhere or are nobody's business.
	runtimeVersion = regexp.MustCompile(`(?i)^(java|jdk|jvm|jre|node|nodejs|npm|yarn|pnpm|gradle|maven)[._-]?(version|release|target|level|source|toolchain)*([._-]version)?$|^maven\.compiler|^((compile|min|target)[._-]?)?sdk([._-]?version)?$|lang(uage)?.?version|^api.?version$|^(source|target)[._-]?(compatibility|version)|jvm.?target|tools?.?version|frameworks?$`)
	// buildVersion is how the versions of what only builds and tests are called.
	buildVersion = regexp.MustCompile(`(?i)plugin|checkstyle|jacoco|surefire|failsafe|spotless|spotbugs|\bpmd|junit|mockito|assertj|testcontainers|\btests?\b|detekt|ktlint|errorprone|sonar`)
	versionValue = regexp.MustCompile(`^[vV]?[0-9]+([.-][0-9A-Za-z]+)*$`)
)

// side picks one of a pair's two commits.
type side func(pair) *packages

func wasSide(p pair) *packages { return &p.before.packages }
func isSide(p pair) *packages  { return &p.after.packages }

// resolve puts properties in their places, in every file that may refer to
// some, and tells of those that changed and that nothing refers to.
func resolve(pairs []pair) []move {
	used := map[string]bool{}
	values := map[string][2]map[string]string{}
	for _, p := range pairs {
		values[p.path] = [2]map[string]string{inherited(p, pairs, wasSide), inherited(p, pairs, isSide)}
	}
	for _, p := range pairs {
		was := p.before.packages.resolve(values[p.path][0], used)
		is := p.after.packages.resolve(values[p.path][1], used)
		// What is not known at one commit cannot be compared.
		unknown := func(d dependency) bool { return was[d.name] || is[d.name] }
		p.before.packages.all = slices.DeleteFunc(p.before.packages.all, unknown)
		p.after.packages.all = slices.DeleteFunc(p.after.packages.all, unknown)
	}
	var moves []move
	for _, p := range pairs {
		if p.changed && p.both {
			moves = append(moves, p.unusedProperties(used)...)
		}
	}
	return moves
}

// inherited are the properties that a file sees: those of the files of its
// world in the folders above it, the nearest last, and its own. A build of
// Gradle sees what its other files define, too.
func inherited(p pair, pairs []pair, of side) map[string]string {
	all := map[string]string{}
	add := func(fits func(q pair) bool) {
		var found []pair
		for _, q := range pairs {
			if of(q).world == of(p).world && len(of(q).properties) > 0 && fits(q) {
				found = append(found, q)
			}
		}
		slices.SortStableFunc(found, func(a, b pair) int { return strings.Count(a.path, "/") - strings.Count(b.path, "/") })
		for _, q := range found {
			maps.Copy(all, of(q).properties)
		}
	}
	if path.Base(p.path) != "pom.xml" {
		add(func(q pair) bool { return path.Base(q.path) != "pom.xml" })
	}
	add(func(q pair) bool { return within(path.Dir(q.path), path.Dir(p.path)) })
	maps.Copy(all, of(p).properties)
	return all
}

// resolve puts values in their places and returns the packages for which there
// are none.
func (p *packages) resolve(values map[string]string, used map[string]bool) (unknown map[string]bool) {
	unknown = map[string]bool{}
	for i := range p.all {
		d := &p.all[i]
		for range deepest {
			found := reference.FindStringSubmatch(d.spec)
			if found == nil {
				break
			}
			name := found[1]
			if _, known := values[name]; !known {
				name = name[strings.LastIndexByte(name, '.')+1:] // of an object
			}
			used[string(p.world)+" "+name] = true
			d.spec = values[name]
		}
		if d.spec == "" || strings.Contains(d.spec, "${") || strings.Contains(d.spec, "$(") {
			unknown[d.name] = p.world == worldJVM || p.world == worldDotnet
		}
	}
	return unknown
}

// unusedProperties tells of the versions that changed and that nothing which
// was read refers to.
func (p pair) unusedProperties(used map[string]bool) []move {
	w := p.after.packages.world
	before, after := p.before.packages.properties, p.after.packages.properties
	var moves []move
	for _, name := range slices.Sorted(maps.Keys(after)) {
		old, now := before[name], after[name]
		if old == now || used[string(w)+" "+name] || !p.holdsVersion(name) || !versionValue.MatchString(old) || !versionValue.MatchString(now) {
			continue
		}
		m := move{world: w, name: name, file: p.path, near: nearDirect}
		if buildVersion.MatchString(name) {
			m.near = nearDevelopment
		}
		if m = m.step(old, now); m.turn != turnNone {
			moves = append(moves, m)
		}
	}
	return moves
}

// holdsVersion says whether a property is the version of something from
// elsewhere, by its name, or since its file holds nothing else.
func (p pair) holdsVersion(name string) bool {
	if ownVersion.MatchString(name) || runtimeVersion.MatchString(name) {
		return false
	}
	base := strings.ToLower(path.Base(p.path))
	return versionName.MatchString(name) || strings.HasSuffix(base, ".versions.toml") ||
		path.Ext(base) != ".xml" && (strings.Contains(base, "version") || strings.Contains(base, "dependenc") || strings.Contains(base, "libs"))
}
