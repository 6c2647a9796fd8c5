package readiness

import (
	"slices"
	"strconv"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// maxTags is how many changes of one image get a line each.
const maxTags = 2

// versions reports which languages and images changed, each once, however many files
// name it.
func (r *report) versions(pairs []pair) {
	named := map[string][]change{}
	for _, p := range pairs {
		for _, c := range append(runtimeChanges(p), imageChanges(p)...) {
			named[c.name] = append(named[c.name], c)
		}
	}
	var rebuilt, came, went []change
	for _, name := range union(named, nil) {
		settled := oneOfEach(named[name])
		rebuilt = append(rebuilt, keep(settled, func(c change) bool { return c.rebuilt })...)
		settled = keep(settled, func(c change) bool { return !c.rebuilt })
		if len(settled) > 0 && settled[0].kind == bot.FindImage && !slices.ContainsFunc(settled, change.whole) {
			came = append(came, keep(settled, func(c change) bool { return c.old == "" })...)
			went = append(went, keep(settled, func(c change) bool { return c.now == "" })...)
			continue
		}
		if len(settled) > maxTags && settled[0].kind == bot.FindImage {
			r.add(bot.FindImage, settled[0].weight(), clip(name, longName)+": "+strconv.Itoa(len(settled))+" tags changed, such as "+settled[0].step(), filesOf(settled)...)
			continue
		}
		for _, c := range settled {
			c.place = strings.Join(nonEmpty(c.place, ifSeveral(len(settled), c.files)), ", ")
			r.version(c)
		}
	}
	r.images(came, "is new", "are new")
	r.images(went, "is not used any more", "are not used any more")
	r.rebuilt(rebuilt)
}

// images reports images that were added or removed, many of them in one line.
func (r *report) images(all []change, is, are string) {
	if len(all) <= maxFiles {
		for _, c := range all {
			c.place = strings.Join(nonEmpty(c.place, ifSeveral(sameName(all, c), c.files)), ", ")
			r.version(c)
		}
		return
	}
	var names []string
	for _, c := range all {
		names = append(names, strings.TrimPrefix(c.name, "image "))
	}
	names = distinct(names)
	r.add(bot.FindImage, bot.WeightNote, count(len(names), "image "+is, "images "+are)+": "+some(names, maxFiles), filesOf(all)...)
}

// sameName is how many of these changes are of one image.
func sameName(all []change, of change) int {
	return len(keep(all, func(c change) bool { return c.name == of.name }))
}

// rebuilt reports images whose digest changed and whose tag did not.
func (r *report) rebuilt(all []change) {
	var names []string
	for _, c := range all {
		names = append(names, strings.TrimPrefix(c.name, "image "))
	}
	if names = slices.Compact(names); len(names) > 0 {
		r.add(bot.FindImage, bot.WeightNote, count(len(names), "image is", "images are")+" another build of the same tag: "+some(names, 3), filesOf(all)...)
	}
}

func filesOf(all []change) []string {
	var files []string
	for _, c := range all {
		files = append(files, c.files...)
	}
	return files
}

func keep[T any](all []T, is func(T) bool) []T {
	return slices.DeleteFunc(slices.Clone(all), func(one T) bool { return !is(one) })
}

// oneOfEach merges changes that mean the same.
func oneOfEach(all []change) []change {
	all = joinHalves(all)
	if slices.ContainsFunc(all, func(c change) bool { return c.whole() && !c.loose }) {
		all = slices.DeleteFunc(all, func(c change) bool { return c.loose })
	}
	var settled []change
	for _, c := range all {
		i := slices.IndexFunc(settled, c.tells)
		if i < 0 {
			settled = append(settled, c)
			continue
		}
		s := &settled[i]
		if s.rebuilt || s.named || s.kind == bot.FindImage {
			s.files = append(s.files, c.files...)
			continue
		}
		s.old, s.now = moreExact(s.old, c.old), moreExact(s.now, c.now)
		s.build = s.build && c.build
		if s.files = append(s.files, c.files...); s.place != c.place {
			s.place = strings.Join(nonEmpty(s.place, c.place), " and ")
		}
	}
	return settled
}

// tells says whether another change may be the same one, found in another file or
// place.
func (c change) tells(other change) bool {
	if c.kind != bot.FindRuntime || c.place != "" && other.place != "" && c.files[0] != other.files[0] {
		return c.old == other.old && c.now == other.now
	}
	return c.whole() == other.whole() && agree(c.old, other.old) && agree(c.now, other.now)
}

// joinHalves joins a version that one file no longer names with one that another file
// names now into one change. If the two agree, the version only moved, and both are
// dropped.
func joinHalves(all []change) []change {
	var whole, gone, come []change
	for _, c := range all {
		switch {
		case c.whole():
			whole = append(whole, c)
		case c.old != "":
			gone = append(gone, c)
		default:
			come = append(come, c)
		}
	}
	gone = slices.DeleteFunc(gone, func(old change) bool {
		i := slices.IndexFunc(come, func(now change) bool {
			return old.old == now.now || old.kind == bot.FindRuntime && agree(old.old, now.now)
		})
		if i >= 0 {
			come = slices.Delete(come, i, i+1)
		}
		return i >= 0
	})
	if len(gone) == 1 && len(come) == 1 {
		joined := come[0]
		joined.old, joined.loose = gone[0].old, gone[0].loose || come[0].loose
		joined.files = append(joined.files, gone[0].files...)
		whole, gone, come = append(whole, joined), nil, nil
	}
	if len(whole) > 0 && whole[0].kind == bot.FindRuntime {
		return whole // the complete changes say enough
	}
	return slices.Concat(whole, gone, come)
}

// ifSeveral names the files if there are several changes to tell apart.
func ifSeveral(told int, files []string) string {
	if told < 2 {
		return ""
	}
	return some(files, 1)
}

func nonEmpty(texts ...string) []string {
	return slices.DeleteFunc(texts, func(text string) bool { return text == "" })
}

// version reports one change.
func (r *report) version(c change) {
	c.files = distinct(c.files)
	where := r.where(c.files)
	if c.place != "" {
		where = " (" + c.place + ")"
	}
	r.add(c.kind, c.weight(), c.says()+where, c.files...)
}

// weight is low for a patch release, and for a version that was only added or removed.
func (c change) weight() bot.Weight {
	if !c.whole() || !c.named && sameSeries(c.old, c.now) || c.isManager() && agree(c.old, parts(c.now)[0]) {
		return bot.WeightNote
	}
	return bot.WeightLook
}

// isManager says whether the change is one of a package manager, where only the major
// version matters.
func (c change) isManager() bool {
	return slices.Contains([]string{"npm", "pnpm", "yarn"}, c.name) && parts(c.now) != nil
}

func (c change) says() string {
	name, old, now := clip(c.name, longName), clip(c.old, longName), clip(c.now, longName)
	switch {
	case c.old == "" && c.kind == bot.FindImage:
		return name + " " + strings.TrimPrefix(now+" ", noTag+" ") + "is new"
	case c.now == "" && c.kind == bot.FindImage:
		return name + " " + strings.TrimPrefix(old+" ", noTag+" ") + "is not used any more"
	case c.old == "":
		return name + " " + now + ", named for the first time"
	case c.now == "":
		return name + " " + old + ", not named any more"
	}
	return name + " " + c.step()
}

func (c change) step() string {
	if c.named && c.old == noTag {
		return "→ " + clip(c.now, longName)
	}
	return clip(c.old, longName) + " → " + clip(c.now, longName)
}
