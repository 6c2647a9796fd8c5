package readiness

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// change is a version that changed.
type change struct {
	kind     bot.FindingKind
	name     string // "Go"; of an image "image debian"
	old, now string // empty: the file does not name it
	// named is set if the image itself was replaced: old and now are then whole names.
	// rebuilt is set if only its digest changed.
	named, rebuilt bool
	// loose is set if the file gives only a range.
	loose bool
	// place is where in the file, if the name occurs there more than once.
	place string
	build bool // used to build only
	files []string
}

// whole says whether both versions are known.
func (c change) whole() bool { return c.old != "" && c.now != "" }

// runtimeChanges compares the versions of the languages that a file names: exact
// versions with each other and, where there are none, ranges.
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

// manifest says whether a file makes its folder a module. That such a file was added or
// removed does not mean that the runtime changed.
func manifest(file string) bool {
	return slices.Contains([]string{
		"go.mod", "package.json", "pom.xml", "build.gradle", "build.gradle.kts", "pyproject.toml", "Cargo.toml", "Pipfile.lock", "Gemfile.lock", "Gemfile", "mix.exs", "composer.json",
	}, path.Base(file)) || dotnetProject(file)
}

// languageVersions is what a file says of one language: the version in use and the
// range allowed, each as precisely as the file gives it.
type languageVersions struct{ exact, loose runtime }

func byName(all []runtime) map[string]languageVersions {
	names := map[string]languageVersions{}
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

// mixed says whether the file also uses other versions of the same thing, so that the
// place must be named.
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

// noTag is shown for an image without a tag.
const noTag = "(no tag)"

// link pairs an image before and after; one of them may be zero.
type link struct{ old, now use }

// changes lists what changed: the versions of languages that the tag names, the system
// below them, or the image itself.
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

// languages lists the changes of the languages that both tags name, and returns the
// rest of each tag.
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
	if (oldSystem == "") != (nowSystem == "") { // one of the tags consists of versions alone
		oldSystem, nowSystem = l.old.tag, l.now.tag
	}
	return all, cmp.Or(oldSystem, noTag), cmp.Or(nowSystem, noTag)
}
