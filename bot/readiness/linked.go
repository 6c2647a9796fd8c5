package readiness

import "slices"

// linked pairs the images that a file used before with those that it uses now.
// Identical ones are paired first, then those of the same name in the same place, of
// the same name anywhere, and in the same place. The others were added or removed,
// unless the file still uses the same image elsewhere.
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

// matching holds the images not paired yet, and the pairs.
type matching struct {
	before, after []use
	links         []link
}

// match pairs what fits, in order.
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

// dropUsed drops an image that was added or removed if the file has the same one
// elsewhere.
func (m *matching) dropUsed(before, after []use) {
	used := func(all []use) func(use) bool {
		return func(one use) bool {
			return slices.ContainsFunc(all, func(u use) bool { return u.image == one.image })
		}
	}
	m.before = slices.DeleteFunc(m.before, used(after))
	m.after = slices.DeleteFunc(m.after, used(before))
}
