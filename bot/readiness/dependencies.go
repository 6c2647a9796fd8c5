package readiness

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// nearness is how near a package is to what runs, the nearest first.
type nearness int

const (
	nearDirect nearness = iota
	nearPlain           // nothing says whether it is direct
	nearIndirect
	nearDevelopment
)

// move is what became of one package.
type move struct {
	world world
	near  nearness
	bare  bool // the lock alone does not tell what is for development
	turn  turn
	name  string
	says  string
	file  string
}

// packages compares the dependencies and tells of them in one line a scope. A
// lock is believed before the manifests at and below its folder; a file that is
// there at one commit only has nothing to be compared with.
func (r *report) packages(pairs []pair) {
	moves := resolve(pairs)
	for _, p := range pairs {
		if p.both && !coveredByLock(p, pairs) { // one that did not change may refer to a version that did
			moves = append(moves, comparePackages(p, askedBeside(p, pairs))...)
		}
	}
	for _, near := range []nearness{nearDirect, nearPlain, nearIndirect, nearDevelopment} {
		told := tally{near: near}
		for _, m := range once(moves) {
			if m.near == near {
				told.add(m)
			}
		}
		if says := told.says(); says != "" {
			r.add(bot.FindDependencies, told.weight(), says, told.files...)
		}
	}
}

// coveredByLock says whether a lock that was read tells of a manifest's
// packages what is really installed.
func coveredByLock(p pair, pairs []pair) bool {
	return !p.after.packages.locked && slices.ContainsFunc(pairs, func(lock pair) bool {
		return lock.both && lock.changed && lock.locks(p)
	})
}

// locks says whether a pair is the lock of another's folder.
func (p pair) locks(other pair) bool {
	return p.after.packages.locked && p.after.packages.world == other.after.packages.world && within(path.Dir(p.path), path.Dir(other.path))
}

// within says whether a folder is another or lies below it.
func within(above, folder string) bool {
	return above == "." || above == folder || strings.HasPrefix(folder, above+"/")
}

// wanted is a package that the repository itself asks for: in which versions, before
// and after, and whether for development only.
type wanted struct {
	was, is []string
	dev     bool
}

// askedBeside are the packages that the repository itself asks for, as the manifests
// beside a lock have it, by name. Nil: nothing tells.
func askedBeside(lock pair, pairs []pair) map[string]wanted {
	if tells := lock.after.packages; tells.named && tells.world != worldRuby || !tells.locked { // a Gemfile.lock does not tell what for
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

// fitting are, of the versions of a package, those that some wishes were met by: of
// each the highest that fits. Which it is of several is not known where a wish is no
// plain one.
func (w world) fitting(all, wishes []string) []string {
	if len(all) < 2 {
		return all
	}
	var met []string
	for _, wish := range wishes {
		for _, version := range slices.Backward(all) {
			if w.allows(wish, version) {
				met = append(met, version)
				break
			}
		}
	}
	return w.sorted(met)
}

// comparePackages tells what became of the packages of one file.
func comparePackages(p pair, asked map[string]wanted) []move {
	before, after := p.before.packages.byName(), p.after.packages.byName()
	w := p.after.packages.world
	var moves []move
	for _, name := range union(before, after) {
		old, now := before[name], after[name]
		m := move{world: w, name: name, file: p.path, near: nearnessOf(p, old, now)}
		if want, direct := asked[name]; asked != nil {
			m.bare = m.near == nearPlain
			m.near = askedNearness(m.near, direct, want.dev)
			old.direct, now.direct = w.fitting(old.all, want.was), w.fitting(now.all, want.is)
		}
		moves = append(moves, m.steps(old, now)...)
	}
	return moves
}

// askedNearness is the scope of a package by what a manifest says of it. What only
// the lock knows keeps the scope that it has there.
func askedNearness(inLock nearness, direct, dev bool) nearness {
	switch {
	case direct && dev:
		return nearDevelopment
	case direct:
		return nearDirect
	case inLock == nearDevelopment || inLock == nearDirect:
		return inLock
	}
	return nearIndirect
}

func nearnessOf(p pair, before, after versions) nearness {
	last := after
	if len(after.all) == 0 {
		last = before
	}
	switch {
	case last.dev:
		return nearDevelopment
	case !p.after.packages.named && p.after.packages.locked:
		return nearPlain
	case len(before.direct)+len(after.direct) > 0:
		return nearDirect
	}
	return nearIndirect
}

// steps compares all versions of one package. What is direct is compared with
// what was direct, whatever else is there beside it.
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
	return slices.DeleteFunc(all, func(m move) bool { return m.turn == turnNone })
}

// nearer is the move for two of the package's versions, which may be indirect
// though another version is direct.
func (m move) nearer(before versions, old string, after versions, now string) move {
	told := len(before.direct)+len(after.direct) > 0
	if (m.near == nearDirect || m.bare && m.near == nearDevelopment) && told && !slices.Contains(before.direct, old) && !slices.Contains(after.direct, now) {
		m.near = nearIndirect
	}
	return m
}

// became finds, of versions that went and versions that came, which became
// which: those of the same first number, then the others, the highest first.
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
	m.turn, m.says = m.world.between(m.name, m.world.spec(old), m.world.spec(now))
	return m
}

// came tells of a version that is new, beside those that were there.
func (m move) came(now string, before, stay []string) move {
	m.turn, m.says = turnAdded, clip(m.name, longPackage)
	if len(before) > 0 && len(stay) > 0 {
		m.turn = turnOther
		m.says = m.says + " " + m.world.spec(now).shown() + " added beside " + m.says + " " + m.world.spec(stay[len(stay)-1]).shown()
	}
	return m
}

// went tells of a version that is gone. That there is one version less of what
// the repository does not ask for itself is nothing.
func (m move) went(old string, after []string) move {
	m.turn, m.says = turnRemoved, clip(m.name, longPackage)
	switch {
	case len(after) > 0 && m.near != nearDirect:
		m.turn = turnNone
	case len(after) > 0:
		m.turn = turnOther
		m.says = m.says + " " + m.world.spec(old).shown() + " removed, " + m.says + " " + m.world.spec(after[len(after)-1]).shown() + " stays"
	}
	return m
}

// lacking are those of a list that another has not.
func lacking(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
}

// once takes out what was told already, of the same package in another folder,
// and keeps the nearest scope.
func once(moves []move) []move {
	moves = withoutMoved(moves)
	slices.SortStableFunc(moves, func(a, b move) int { return int(a.near) - int(b.near) })
	told := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(moves), func(m move) bool {
		key := string(m.world) + "\x00" + strconv.Itoa(int(m.turn)) + "\x00" + m.says
		twice := told[key]
		told[key] = true
		return twice
	})
}

// withoutMoved takes out that a package came to one file or went from one while
// another tells of it in as near a scope: the repository had it, and still has it.
func withoutMoved(moves []move) []move {
	key := func(m move) string { return string(m.world) + "\x00" + m.name }
	nearest := map[string]map[turn]nearness{}
	for _, m := range moves {
		turns := nearest[key(m)]
		if turns == nil {
			turns = map[turn]nearness{}
			nearest[key(m)] = turns
		}
		if near, known := turns[m.turn]; !known || m.near < near {
			turns[m.turn] = m.near
		}
	}
	return slices.DeleteFunc(slices.Clone(moves), func(m move) bool {
		if m.turn != turnAdded && m.turn != turnRemoved {
			return false
		}
		for other, near := range nearest[key(m)] {
			if other != m.turn && near <= m.near {
				return true
			}
		}
		return false
	})
}

func (n nearness) noun() (one, many string) {
	switch n {
	case nearDirect:
		return "direct dependency", "direct dependencies"
	case nearIndirect:
		return "indirect dependency", "indirect dependencies"
	case nearDevelopment:
		return "development dependency", "development dependencies"
	case nearPlain:
	}
	return "dependency", "dependencies"
}
