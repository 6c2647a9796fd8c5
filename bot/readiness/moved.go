package readiness

import (
	"path"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// movedFiles finds files that moved, and maps the new path to the old: files of the
// same name that have half of their lines in common.
func movedFiles(was, is map[string]bot.RepoFile, beside []string) map[string]string {
	gone := pathsOnlyIn(was, is)
	from := map[string]string{}
	for _, now := range pathsOnlyIn(is, was) {
		if slices.Contains(beside, now) {
			continue // it did not change and was read at one commit only
		}
		best, most := -1, 0.5
		for i, old := range gone {
			if path.Base(old) != path.Base(now) {
				continue
			}
			if same := alike(was[old].Text, is[now].Text); same >= most {
				best, most = i, same
			}
		}
		if best >= 0 {
			from[now] = gone[best]
			gone = slices.Delete(gone, best, best+1)
		}
	}
	return from
}

func pathsOnlyIn(these, others map[string]bot.RepoFile) []string {
	return slices.DeleteFunc(union(these, nil), func(file string) bool { return !there(these[file]) || there(others[file]) })
}

// alike is the fraction of the longer text's lines that the other one has, from 0 to 1.
func alike(a, b string) float64 {
	if a == b {
		return 1
	}
	lines := map[string]int{}
	longer := 0
	for line := range strings.Lines(a) {
		lines[strings.TrimSpace(line)]++
		longer++
	}
	same, other := 0, 0
	for line := range strings.Lines(b) {
		if line = strings.TrimSpace(line); lines[line] > 0 {
			lines[line]--
			same++
		}
		other++
	}
	return float64(same) / float64(max(longer, other, 1))
}

// maxFiles is how many files that were added, removed or moved get a line each.
const maxFiles = 3

// files reports files that were added, removed or moved, one line each, and returns
// those that can be compared.
func (r *report) files(pairs []pair) []pair {
	var moved, fresh, gone, rest []pair
	for _, p := range pairs {
		switch {
		case p.both && p.from != "" && p.after.says() != "":
			moved = append(moved, p)
		case !p.both && p.changed && p.after.says() != "":
			fresh = append(fresh, p)
			continue
		case !p.both && p.changed && p.before.says() != "":
			gone = append(gone, p)
			continue
		}
		rest = append(rest, p)
	}
	r.arrived(moved, "moved", bot.WeightNote, func(p pair) string { return clip(p.from, longName) + " moved to " + clip(p.path, longName) })
	r.arrived(fresh, "new", bot.WeightNote, func(p pair) string { return clip(p.path, longName) + " is new: " + p.after.summary() })
	r.arrived(gone, "gone", bot.WeightLook, func(p pair) string { return clip(p.path, longName) + " is gone: " + p.before.summary() })
	return rest
}

// arrived reports files to which the same happened.
func (r *report) arrived(pairs []pair, what string, weight bot.Weight, says func(pair) string) {
	if len(pairs) > maxFiles {
		var paths []string
		for _, p := range pairs {
			paths = append(paths, p.path)
		}
		r.add(bot.FindStart, weight, count(len(paths), "", "files that say what is started are "+what)+": "+some(paths, maxFiles), paths...)
		return
	}
	for _, p := range pairs {
		kind := p.after.says()
		if kind == "" {
			kind = p.before.says()
		}
		r.add(kind, weight, says(p), p.path)
	}
}

// says is the kind of finding for a file that says what is built or started; empty for
// other files.
func (f *facts) says() bot.FindingKind {
	switch {
	case len(f.images) > 0:
		return bot.FindImage
	case len(f.starts)+len(f.listed) > 0:
		return bot.FindStart
	}
	return ""
}

// summary describes such a file in a few words.
func (f *facts) summary() string {
	var parts []string
	for _, u := range f.images {
		if u.runs {
			parts = append(parts, strings.TrimSpace("image "+u.name+" "+u.version()))
		}
	}
	for _, what := range union(f.starts, nil) {
		parts = append(parts, what+" “"+clip(masked(clip(f.starts[what], longScript)), longName)+"”")
	}
	for _, what := range union(f.listed, nil) {
		parts = append(parts, what+" "+some(union(f.listed[what], nil), 3))
	}
	if len(parts) == 0 && len(f.images) > 0 {
		parts = append(parts, "image "+f.images[0].name)
	}
	return some(slices.Compact(parts), 4)
}
