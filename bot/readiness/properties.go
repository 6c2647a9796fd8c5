package readiness

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Builds of Java and .NET keep versions in properties, in the same file or in one above
// it. A property is replaced by its value as far as the files that were read contain
// it. A property that changed and that none of those files refers to is reported by its
// own name.

var (
	reference = regexp.MustCompile(`^\$[({]([\w.-]+)[)}]$`)
	// versionName matches the names of properties that hold versions.
	versionName = regexp.MustCompile(`(?i)version|[._-]ver$|^ver[._-]`)
	// ownVersion matches names for the version of the repository itself.
	ownVersion = regexp.MustCompile(`(?i)^((project|app|application|module|plugin|mod|release|next|current|product|build|package|assembly|file|informational|base)[._-]?)?version([._-]?(name|code|prefix|suffix))?$|^(revision|changelist|sha1|tag)$`)
	// runtimeVersion matches names for the versions of languages and tools, which are
	// reported elsewhere or not at all.
	runtimeVersion = regexp.MustCompile(`(?i)^(java|jdk|jvm|jre|node|nodejs|npm|yarn|pnpm|gradle|maven)[._-]?(version|release|target|level|source|toolchain)*([._-]version)?$|^maven\.compiler|^((compile|min|target)[._-]?)?sdk([._-]?version)?$|lang(uage)?.?version|^api.?version$|^(source|target)[._-]?(compatibility|version)|jvm.?target|tools?.?version|frameworks?$`)
	// buildVersion matches names for the versions of what only builds and tests.
	buildVersion = regexp.MustCompile(`(?i)plugin|checkstyle|jacoco|surefire|failsafe|spotless|spotbugs|\bpmd|junit|mockito|assertj|testcontainers|\btests?\b|detekt|ktlint|errorprone|sonar`)
	versionValue = regexp.MustCompile(`^[vV]?[0-9]+([.-][0-9A-Za-z]+)*$`)
)

// side selects one of a pair's two commits.
type side func(pair) *packages

func wasSide(p pair) *packages { return &p.before.packages }
func isSide(p pair) *packages  { return &p.after.packages }

// resolve replaces properties in every file that may refer to some, and reports those
// that changed and that nothing refers to.
func resolve(pairs []pair) []move {
	used := map[string]bool{}
	values := map[string][2]map[string]string{}
	for _, p := range pairs {
		values[p.path] = [2]map[string]string{inherited(p, pairs, wasSide), inherited(p, pairs, isSide)}
	}
	for _, p := range pairs {
		was := p.before.packages.resolve(values[p.path][0], used)
		is := p.after.packages.resolve(values[p.path][1], used)
		// A version unknown at one commit cannot be compared.
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

// inherited lists the properties that a file sees: those of files of its ecosystem in
// the folders above, the closest last, and its own. A Gradle build also sees what its
// other files define.
func inherited(p pair, pairs []pair, of side) map[string]string {
	all := map[string]string{}
	add := func(fits func(q pair) bool) {
		var found []pair
		for _, q := range pairs {
			if of(q).ecosystem == of(p).ecosystem && len(of(q).properties) > 0 && fits(q) {
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

// resolve replaces references and returns the packages for which there is no value.
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
				name = name[strings.LastIndexByte(name, '.')+1:] // a field of an object
			}
			used[string(p.ecosystem)+" "+name] = true
			d.spec = values[name]
		}
		if d.spec == "" || strings.Contains(d.spec, "${") || strings.Contains(d.spec, "$(") {
			unknown[d.name] = p.ecosystem == ecosystemJVM || p.ecosystem == ecosystemDotnet
		}
	}
	return unknown
}

// unusedProperties reports the versions that changed and that nothing refers to.
func (p pair) unusedProperties(used map[string]bool) []move {
	e := p.after.packages.ecosystem
	before, after := p.before.packages.properties, p.after.packages.properties
	var moves []move
	for _, name := range slices.Sorted(maps.Keys(after)) {
		old, now := before[name], after[name]
		if old == now || used[string(e)+" "+name] || !p.holdsVersion(name) || !versionValue.MatchString(old) || !versionValue.MatchString(now) {
			continue
		}
		m := move{ecosystem: e, name: name, file: p.path, scope: scopeDirect}
		if buildVersion.MatchString(name) {
			m.scope = scopeDevelopment
		}
		if m = m.step(old, now); m.delta != deltaNone {
			moves = append(moves, m)
		}
	}
	return moves
}

// holdsVersion says whether a property is the version of a third-party package: by its
// name, or because its file holds nothing else.
func (p pair) holdsVersion(name string) bool {
	if ownVersion.MatchString(name) || runtimeVersion.MatchString(name) {
		return false
	}
	base := strings.ToLower(path.Base(p.path))
	return versionName.MatchString(name) || strings.HasSuffix(base, ".versions.toml") ||
		path.Ext(base) != ".xml" && (strings.Contains(base, "version") || strings.Contains(base, "dependenc") || strings.Contains(base, "libs"))
}
