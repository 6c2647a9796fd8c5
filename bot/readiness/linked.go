package readiness

import "slices"

// linked finds out, of the images that a file used and uses, which one became
// which. Those that are the same come first, then those of one name in one
// place, of one name anywhere, and of one place. What is left came or went,
// unless the same image is still used elsewhere in the file.
func linked(before, after []use) []link {
	m := matching{before: slices.Clone(before), after: slices.Clone(after)}
	m.match(func(a, b use) bool { return a.image == b.image })
	m.dropUsed(before, after)
	m.match(func(a, b use) bool { return a.name == b.name && a.place == b.place })
	m.match(func(a, b use) bool { return a.name == b.name })
	m.match(func(a, b use) bool { return a.place == b.place })
	for _, old := range m.before {
		m.links = append(m.links, link{old: old})
	}
	for _, now := range m.after {
		m.links = append(m.links, link{now: now})
	}
	return m.links
}

// matching holds what is not matched yet, and what was.
type matching struct {
	before, after []use
	links         []link
}

// match links what fits, in order, each once.
func (m *matching) match(fits func(before, after use) bool) {
	m.before = slices.DeleteFunc(m.before, func(old use) bool {
		i := slices.IndexFunc(m.after, func(now use) bool { return fits(old, now) })
		if i < 0 {
			return false
		}
		m.links = append(m.links, link{old: old, now: m.after[i]})
		m.after = slices.Delete(m.after, i, i+1)
		return true
	})
}

// dropUsed drops images of which there is one less or one more.
func (m *matching) dropUsed(before, after []use) {
	used := func(all []use) func(use) bool {
		return func(one use) bool {
			return slices.ContainsFunc(all, func(u use) bool { return u.image == one.image })
		}
	}
	m.before = slices.DeleteFunc(m.before, used(after))
	m.after = slices.DeleteFunc(m.after, used(before))
}
