package readiness

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// scope says how directly the service depends on a package; the most direct comes
// first.
type scope int

const (
	scopeDirect  scope = iota
	scopeUnclear       // the file does not say whether it is direct
	scopeIndirect
	scopeDevelopment
)

// move is what happened to one package.
type move struct {
	ecosystem ecosystem
	scope     scope
	bare      bool // the lock file alone does not tell which packages are for development
	delta     delta
	name      string
	says      string
	file      string
}

// packages compares the dependencies and reports them in one line per scope. A lock
// file takes precedence over the manifests in its folder and below; a file that exists
// at one commit only is not compared.
func (r *report) packages(pairs []pair) {
	moves := resolve(pairs)
	for _, p := range pairs {
		if p.both && !coveredByLock(p, pairs) { // a file that did not change may refer to a version in one that did
			moves = append(moves, comparePackages(p, askedBeside(p, pairs))...)
		}
	}
	for _, scope := range []scope{scopeDirect, scopeUnclear, scopeIndirect, scopeDevelopment} {
		told := tally{scope: scope}
		for _, m := range once(moves) {
			if m.scope == scope {
				told.add(m)
			}
		}
		if says := told.says(); says != "" {
			r.add(bot.FindDependencies, told.weight(), says, told.files...)
		}
	}
}

// coveredByLock says whether a lock file that was read says what is really installed
// for a manifest.
func coveredByLock(p pair, pairs []pair) bool {
	return !p.after.packages.locked && slices.ContainsFunc(pairs, func(lock pair) bool {
		return lock.both && lock.changed && lock.locks(p)
	})
}

// locks says whether a pair is the lock file for another's folder.
func (p pair) locks(other pair) bool {
	return p.after.packages.locked && p.after.packages.ecosystem == other.after.packages.ecosystem && within(path.Dir(p.path), path.Dir(other.path))
}

// within says whether a folder is the same as another or lies below it.
func within(above, folder string) bool {
	return above == "." || above == folder || strings.HasPrefix(folder, above+"/")
}

// wanted is a package that the repository itself requires: its constraints before and
// after, and whether it is for development only.
type wanted struct {
	was, is []string
	dev     bool
}

// askedBeside lists, by name, the packages that the manifests that belong to a lock
// file require; nil: no manifest tells.
func askedBeside(lock pair, pairs []pair) map[string]wanted {
	if tells := lock.after.packages; tells.named && tells.ecosystem != ecosystemRuby || !tells.locked { // a Gemfile.lock does not tell what a gem is for
		return nil
	}
	var names map[string]wanted
	for _, p := range pairs {
		if p.after.packages.locked || !lock.locks(p) {
			continue
		}
		if names == nil {
			names = map[string]wanted{}
		}
		note := func(d dependency) wanted {
			w, known := names[d.name]
			w.dev = d.dev && (w.dev || !known)
			return w
		}
		for _, d := range p.before.packages.all {
			w := note(d)
			w.was = append(w.was, d.spec)
			names[d.name] = w
		}
		for _, d := range p.after.packages.all {
			w := note(d)
			w.is = append(w.is, d.spec)
			names[d.name] = w
		}
	}
	return names
}

// fitting lists the installed versions of a package that meet the constraints: for each
// constraint the highest that it allows.
func (e ecosystem) fitting(all, constraints []string) []string {
	if len(all) < 2 {
		return all
	}
	var met []string
	for _, constraint := range constraints {
		for _, version := range slices.Backward(all) {
			if e.allows(constraint, version) {
				met = append(met, version)
				break
			}
		}
	}
	return e.sorted(met)
}

// comparePackages lists what happened to the packages of one file.
func comparePackages(p pair, asked map[string]wanted) []move {
	before, after := p.before.packages.byName(), p.after.packages.byName()
	e := p.after.packages.ecosystem
	var moves []move
	for _, name := range union(before, after) {
		old, now := before[name], after[name]
		m := move{ecosystem: e, name: name, file: p.path, scope: scopeOf(p, old, now)}
		if want, direct := asked[name]; asked != nil {
			m.bare = m.scope == scopeUnclear
			m.scope = askedScope(m.scope, direct, want.dev)
			old.direct, now.direct = e.fitting(old.all, want.was), e.fitting(now.all, want.is)
		}
		moves = append(moves, m.steps(old, now)...)
	}
	return moves
}

// askedScope is the scope of a package according to a manifest. What only the lock file
// knows keeps its scope.
func askedScope(inLock scope, direct, dev bool) scope {
	switch {
	case direct && dev:
		return scopeDevelopment
	case direct:
		return scopeDirect
	case inLock == scopeDevelopment || inLock == scopeDirect:
		return inLock
	}
	return scopeIndirect
}

func scopeOf(p pair, before, after versions) scope {
	last := after
	if len(after.all) == 0 {
		last = before
	}
	switch {
	case last.dev:
		return scopeDevelopment
	case !p.after.packages.named && p.after.packages.locked:
		return scopeUnclear
	case len(before.direct)+len(after.direct) > 0:
		return scopeDirect
	}
	return scopeIndirect
}

// steps compares all versions of one package. A direct version is compared with the
// direct one before it, whatever other versions there are.
func (m move) steps(before, after versions) []move {
	var all []move
	gone, came := lacking(before.all, after.all), lacking(after.all, before.all)
	wasDirect, isDirect := lacking(before.direct, after.direct), lacking(after.direct, before.direct)
	if len(wasDirect) > 0 && len(isDirect) > 0 {
		for _, step := range became(wasDirect, isDirect) {
			all = append(all, m.step(step[0], step[1]))
		}
		gone, came = lacking(gone, wasDirect), lacking(came, isDirect)
	}
	for _, step := range became(gone, came) {
		all = append(all, m.nearer(before, step[0], after, step[1]).step(step[0], step[1]))
		gone, came = lacking(gone, step[:1]), lacking(came, step[1:])
	}
	for _, version := range came {
		all = append(all, m.nearer(before, version, after, version).came(version, before.all, lacking(after.all, came)))
	}
	for _, version := range gone {
		all = append(all, m.nearer(before, version, after, version).went(version, after.all))
	}
	return slices.DeleteFunc(all, func(m move) bool { return m.delta == deltaNone })
}

// nearer adjusts the scope for two versions of the package: they may be indirect even
// if another version is direct.
func (m move) nearer(before versions, old string, after versions, now string) move {
	told := len(before.direct)+len(after.direct) > 0
	if (m.scope == scopeDirect || m.bare && m.scope == scopeDevelopment) && told && !slices.Contains(before.direct, old) && !slices.Contains(after.direct, now) {
		m.scope = scopeIndirect
	}
	return m
}

// became pairs versions that were removed with versions that were added: first those
// with the same major version, then the rest, the highest first.
func became(gone, came []string) [][]string {
	var all [][]string
	for _, fits := range []func(a, b string) bool{
		func(a, b string) bool { return major(a) == major(b) },
		func(string, string) bool { return true },
	} {
		for _, old := range slices.Backward(slices.Clone(gone)) {
			i := slices.IndexFunc(came, func(now string) bool { return fits(old, now) })
			if i < 0 {
				continue
			}
			for i+1 < len(came) && fits(old, came[i+1]) {
				i++
			}
			all = append(all, []string{old, came[i]})
			gone, came = lacking(gone, []string{old}), lacking(came, []string{came[i]})
		}
	}
	return all
}

func (m move) step(old, now string) move {
	m.delta, m.says = m.ecosystem.between(m.name, m.ecosystem.spec(old), m.ecosystem.spec(now))
	return m
}

// came describes a version that was added to others of the same package.
func (m move) came(now string, before, stay []string) move {
	m.delta, m.says = deltaAdded, clip(m.name, longPackage)
	if len(before) > 0 && len(stay) > 0 {
		m.delta = deltaOther
		m.says = m.says + " " + m.ecosystem.spec(now).shown() + " added beside " + m.says + " " + m.ecosystem.spec(stay[len(stay)-1]).shown()
	}
	return m
}

// went describes a version that was removed. One version less of an indirect package is
// not reported.
func (m move) went(old string, after []string) move {
	m.delta, m.says = deltaRemoved, clip(m.name, longPackage)
	switch {
	case len(after) > 0 && m.scope != scopeDirect:
		m.delta = deltaNone
	case len(after) > 0:
		m.delta = deltaOther
		m.says = m.says + " " + m.ecosystem.spec(old).shown() + " removed, " + m.says + " " + m.ecosystem.spec(after[len(after)-1]).shown() + " stays"
	}
	return m
}

// lacking lists the entries that another list lacks.
func lacking(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
}

// once removes what was reported for the same package in another folder, and keeps the
// most direct scope.
func once(moves []move) []move {
	moves = withoutMoved(moves)
	slices.SortStableFunc(moves, func(a, b move) int { return int(a.scope) - int(b.scope) })
	told := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(moves), func(m move) bool {
		key := string(m.ecosystem) + "\x00" + strconv.Itoa(int(m.delta)) + "\x00" + m.says
		twice := told[key]
		told[key] = true
		return twice
	})
}

// withoutMoved drops a package added to one file if another file of the same or a more
// direct scope removed it, and vice versa: the repository had it, and still has it.
func withoutMoved(moves []move) []move {
	key := func(m move) string { return string(m.ecosystem) + "\x00" + m.name }
	nearest := map[string]map[delta]scope{}
	for _, m := range moves {
		deltas := nearest[key(m)]
		if deltas == nil {
			deltas = map[delta]scope{}
			nearest[key(m)] = deltas
		}
		if scope, known := deltas[m.delta]; !known || m.scope < scope {
			deltas[m.delta] = m.scope
		}
	}
	return slices.DeleteFunc(slices.Clone(moves), func(m move) bool {
		if m.delta != deltaAdded && m.delta != deltaRemoved {
			return false
		}
		for other, scope := range nearest[key(m)] {
			if other != m.delta && scope <= m.scope {
				return true
			}
		}
		return false
	})
}

// mayBeDirect says whether the service may be built on such packages directly.
func (s scope) mayBeDirect() bool { return s == scopeDirect || s == scopeUnclear }

func (s scope) noun() (one, many string) {
	switch s {
	case scopeDirect:
		return "direct dependency", "direct dependencies"
	case scopeIndirect:
		return "indirect dependency", "indirect dependencies"
	case scopeDevelopment:
		return "development dependency", "development dependencies"
	case scopeUnclear:
	}
	return "dependency", "dependencies"
}
