package readiness

import (
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// missingFrom lists the keys of b that a lacks.
func missingFrom[V any](a, b map[string]V) []string {
	var keys []string
	for _, key := range slices.Sorted(maps.Keys(b)) {
		if _, there := a[key]; !there {
			keys = append(keys, key)
		}
	}
	return keys
}

// maxStarts is how many changes to one file's commands, ports and volumes get a line
// each.
const maxStarts = 5

// started compares how the program is started, where it listens and where it keeps its
// data.
func (r *report) started(p pair) {
	var subjects []string
	var changes []bot.Finding
	add := func(kind bot.FindingKind, what, says string) {
		if says != "" {
			weight := bot.WeightLook
			if p.before.starts[what] == "" && p.after.starts[what] != "" {
				weight = bot.WeightNote // an addition breaks nothing by itself
			}
			subjects = append(subjects, what)
			changes = append(changes, bot.Finding{Kind: kind, Weight: weight, Says: says})
		}
	}
	for _, what := range union(p.before.starts, p.after.starts) {
		add(bot.FindStart, what, newStart(what, p.before.starts[what], p.after.starts[what]))
	}
	for _, what := range union(p.before.listed, p.after.listed) {
		kind := bot.FindStart
		if strings.HasPrefix(what, "port") {
			kind = bot.FindPort
		}
		add(kind, what, newList(what, p.before.listed[what], p.after.listed[what]))
	}
	shown := len(changes)
	if shown > maxStarts {
		shown = maxStarts - 1
	}
	for i, f := range changes[:shown] {
		r.addOf(subjects[i], p.path, f)
	}
	if rest := subjects[shown:]; len(rest) > 0 {
		r.add(changes[shown].Kind, bot.WeightLook, strconv.Itoa(len(rest))+" more changes of what is started, in "+clip(p.path, longName)+": "+some(rest, 5), p.path)
	}
}

// newStart describes a changed command. The values of settings in it are hidden; a
// change in those alone is described as that.
func newStart(what, before, after string) string {
	old, now := differ(masked(clip(before, longScript)), masked(clip(after, longScript)))
	switch {
	case before == after:
		return ""
	case before == "":
		return what + " is new: “" + clip(now, longCommand) + "”"
	case after == "":
		return what + " is gone, it was “" + clip(old, longCommand) + "”"
	case old == now:
		return what + " changed in a value that is not shown: “" + now + "”"
	}
	return what + " changed: “" + old + "” → “" + now + "”"
}

// newList describes what was added to and removed from a list, such as ports.
func newList(what string, before, after map[string]bool) string {
	fresh, gone := missingFrom(before, after), missingFrom(after, before)
	switch {
	case len(fresh)+len(gone) == 0:
		return ""
	case len(gone) == 0:
		return what + " " + some(fresh, 5) + " is new"
	case len(fresh) == 0:
		return what + " " + some(gone, 5) + " is gone"
	}
	return what + " " + some(gone, 5) + " → " + some(fresh, 5)
}

// where names the file of a finding, unless it lies at the root or in the service's own
// folder, where everybody looks first.
func (r *report) where(files []string) string {
	deep := slices.DeleteFunc(slices.Clone(files), func(file string) bool {
		dir := path.Dir(file)
		return dir == "." || slices.Contains(folders(r.rules.Paths), dir)
	})
	if len(deep) < len(files) || len(deep) == 0 {
		return ""
	}
	return " (" + some(deep, 1) + ")"
}

// marked lists the files that the operator marked as irreversible.
func (r Rules) marked(files []bot.ChangedFile) []string {
	if r.Irreversible == nil {
		return nil
	}
	var paths []string
	for _, file := range files {
		if r.Irreversible(file.Path) {
			paths = append(paths, file.Path)
		}
	}
	return paths
}

// marked reports the files that the operator marked.
func (r *report) marked(files []bot.ChangedFile) {
	if paths := r.rules.marked(files); len(paths) > 0 {
		r.add(bot.FindIrreversible, bot.WeightIrreversible,
			count(len(paths), "changed file is", "changed files are")+" marked as irreversible: "+some(paths, 3), paths...)
	}
}
