package readiness

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// change is a version that is another one than before.
type change struct {
	kind     bot.FindingKind
	name     string // "Go"; of an image "image debian"
	old, now string // empty: it is not named there
	// named says that old and now are whole names, since the image is another
	// one, and rebuilt that only its digest is another.
	named, rebuilt bool
	// loose says that the file tells a range only.
	loose bool
	// place is where in the file, if there are others of that name in it.
	place string
	build bool // it is not what runs
	files []string
}

// whole says that the change has both ends.
func (c change) whole() bool { return c.old != "" && c.now != "" }

// runtimeChanges compares the versions of languages that a file names: the one
// that is used with the one that was, and otherwise what is allowed with what
// was.
func runtimeChanges(p pair) []change {
	before, after := byName(p.before.runtimes), byName(p.after.runtimes)
	var all []change
	for _, name := range union(before, after) {
		was, is := before[name], after[name]
		old, now := was.exact, is.exact
		if old.version == "" || now.version == "" {
			old, now = was.loose, is.loose
		}
		if old.version == "" || now.version == "" {
			old, now = cmp.Or(was.exact, was.loose), cmp.Or(is.exact, is.loose)
		}
		same := sameRange(old.version, now.version) || old.least && now.least && sameRange(">="+old.version, ">="+now.version)
		if same || !p.both && manifest(p.path) {
			continue
		}
		all = append(all, change{
			kind: bot.FindRuntime, name: name, old: old.version, now: now.version, files: []string{p.path},
			loose: old.loose() || now.loose(),
		})
	}
	return all
}

// manifest knows the files that make a folder a module. That one came or went is
// no word on what the program runs on.
func manifest(file string) bool {
	return slices.Contains([]string{
		"go.mod", "package.json", "pom.xml", "build.gradle", "build.gradle.kts", "pyproject.toml", "Cargo.toml", "Pipfile.lock", "Gemfile.lock", "Gemfile", "mix.exs", "composer.json",
	}, path.Base(file)) || dotnetProject(file)
}

// told is what a file says of one language: the version that is used, and those
// that are allowed, as exactly as it says either.
type told struct{ exact, loose runtime }

func byName(all []runtime) map[string]told {
	names := map[string]told{}
	for _, r := range all {
		known := names[r.name]
		one := &known.exact
		if r.loose() {
			one = &known.loose
		}
		if one.version == "" || len(parts(r.version)) > len(parts(one.version)) {
			*one = r
		}
		names[r.name] = known
	}
	return names
}

// imageChanges compares the images that a file uses.
func imageChanges(p pair) []change {
	var all []change
	for _, l := range linked(p.before.images, p.after.images) {
		for _, c := range l.changes() {
			c.files = []string{p.path}
			if c.whole() && c.mixed(p) {
				c.place = cmp.Or(l.now, l.old).place
			}
			all = append(all, c)
		}
	}
	return all
}

// mixed says whether the file has, beside what changed, other versions of the
// same, so that the place has to be told.
func (c change) mixed(p pair) bool {
	other := func(version string) func(use) bool {
		return func(u use) bool {
			versions, system := u.languages()
			if c.kind == bot.FindRuntime {
				return versions[c.name] != "" && versions[c.name] != version
			}
			return "image "+u.name == c.name && !c.named && !c.rebuilt && cmp.Or(system, noTag) != version && u.tag != version
		}
	}
	return slices.ContainsFunc(p.before.images, other(c.old)) || slices.ContainsFunc(p.after.images, other(c.now))
}

// noTag stands for the tag of an image that has none.
const noTag = "(no tag)"

// link is an image as it was used and as it is; one of them may be zero.
type link struct{ old, now use }

// changes are what became of the image: the versions of its language, the
// system beneath, or the image itself.
func (l link) changes() []change {
	image := change{kind: bot.FindImage, name: "image " + cmp.Or(l.old.name, l.now.name), build: !cmp.Or(l.now, l.old).runs}
	switch {
	case l.old.name == "":
		image.now = cmp.Or(l.now.version(), noTag)
		return []change{image}
	case l.now.name == "":
		image.old = cmp.Or(l.old.version(), noTag)
		return []change{image}
	}
	var all []change
	all, image.old, image.now = l.languages(image.build)
	switch {
	case l.old.name != l.now.name:
		image.named, image.old, image.now = true, cmp.Or(l.old.version(), noTag), strings.TrimSpace(l.now.name+" "+l.now.version())
	case image.old != image.now:
	case l.old.tag == l.now.tag && l.old.digest != "" && l.now.digest != "" && l.old.digest != l.now.digest:
		image.rebuilt, image.old, image.now = true, l.old.shortDigest(), l.now.shortDigest()
	default:
		return all
	}
	return append(all, image)
}

// languages are the changes of the languages that both tags name, and what is
// left of the tags.
func (l link) languages(build bool) (all []change, old, now string) {
	before, oldSystem := l.old.languages()
	after, nowSystem := l.now.languages()
	if !slices.Equal(union(before, nil), union(after, nil)) {
		return nil, cmp.Or(l.old.tag, noTag), cmp.Or(l.now.tag, noTag)
	}
	for _, language := range union(before, nil) {
		if before[language] != after[language] {
			all = append(all, change{kind: bot.FindRuntime, name: language, old: before[language], now: after[language], build: build})
		}
	}
	if (oldSystem == "") != (nowSystem == "") { // there is a tag, but nothing else in it
		oldSystem, nowSystem = l.old.tag, l.now.tag
	}
	return all, cmp.Or(oldSystem, noTag), cmp.Or(nowSystem, noTag)
}
