package readiness

import (
	"maps"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// mostSettings is how many settings have a line each; the others share one.
const mostSettings = 12

// settings compares the keys of all configuration files together, so that a
// key that moved from one file to another is neither new nor gone.
func (r *report) settings(pairs []pair) {
	before, after := map[string]bool{}, map[string]bool{}
	for _, p := range pairs {
		maps.Copy(before, p.before.settings)
		maps.Copy(after, p.after.settings)
	}
	where := r.rules.Environment
	if where == "" {
		where = "the environment"
	}
	fresh, gone := missingFrom(before, after), missingFrom(after, before)
	for _, key := range fresh[:min(len(fresh), mostSettings)] {
		r.add(bot.FindSetting, bot.WeightLook, "new setting "+clip(key, longName)+": is it set in "+where+"?")
	}
	if rest := fresh[min(len(fresh), mostSettings):]; len(rest) > 0 {
		r.add(bot.FindSetting, bot.WeightLook, count(len(rest), "more new setting", "more new settings")+": "+some(rest, 3)+": are they set in "+where+"?")
	}
	if len(gone) > 0 {
		r.add(bot.FindSetting, bot.WeightNote, count(len(gone), "setting", "settings")+" not asked for any more: "+some(gone, 5))
	}
}

// missingFrom lists the keys of b that a has not.
func missingFrom(a, b map[string]bool) []string {
	var keys []string
	for _, key := range slices.Sorted(maps.Keys(b)) {
		if !a[key] {
			keys = append(keys, key)
		}
	}
	return keys
}

// started compares how the program is started and where it listens.
func (r *report) started(p pair) {
	for _, what := range union(p.before.starts, p.after.starts) {
		before, after := clip(p.before.starts[what], longCommand), clip(p.after.starts[what], longCommand)
		f := bot.Finding{Kind: bot.FindStart, Weight: bot.WeightLook}
		switch {
		case p.before.starts[what] == p.after.starts[what]:
			continue
		case before == "":
			f.Weight, f.Says = bot.WeightNote, what+" is new: “"+after+"”"
		case after == "":
			f.Says = what + " is gone, it was “" + before + "”"
		default:
			f.Says = what + " changed: “" + before + "” → “" + after + "”"
		}
		r.addOf(what, p.path, f)
	}
	r.ports(p)
}

func (r *report) ports(p pair) {
	fresh, gone := missingFrom(p.before.ports, p.after.ports), missingFrom(p.after.ports, p.before.ports)
	f := bot.Finding{Kind: bot.FindPort, Weight: bot.WeightLook}
	switch {
	case len(fresh)+len(gone) == 0:
		return
	case len(gone) == 0:
		f.Says = "port " + some(fresh, 5) + " is new"
	case len(fresh) == 0:
		f.Says = "port " + some(gone, 5) + " is gone"
	default:
		f.Says = "port " + some(gone, 5) + " → " + some(fresh, 5)
	}
	r.addOf("port", p.path, f)
}

// versions compares languages and base images.
func (r *report) versions(p pair) {
	r.compareVersions(p, bot.FindRuntime, p.before.runtimes, p.after.runtimes)
	r.compareVersions(p, bot.FindImage, p.before.images, p.after.images)
}

func (r *report) compareVersions(p pair, kind bot.FindingKind, before, after map[string]string) {
	what := ""
	if kind == bot.FindImage {
		what = "image "
	}
	for _, name := range union(before, after) {
		old, had := before[name]
		now, has := after[name]
		f := bot.Finding{Kind: kind, Weight: bot.WeightLook}
		title := what + clip(name, longName)
		switch {
		case had && has && old == now:
			continue
		case had && has:
			f.Says = title + " " + orNone(old) + " → " + orNone(now)
		case has:
			f.Weight, f.Says = bot.WeightNote, strings.TrimSpace(title+" "+clip(now, longName))+", named for the first time"
		default:
			f.Weight, f.Says = bot.WeightNote, strings.TrimSpace(title+" "+clip(old, longName))+", not named any more"
		}
		r.addOf(title, p.path, f)
	}
}

func orNone(version string) string {
	if version == "" {
		return "(no tag)"
	}
	return clip(version, longName)
}

// marked tells of the paths that the operator marked.
func (r *report) marked(files []bot.ChangedFile) {
	if r.rules.Irreversible == nil {
		return
	}
	var paths []string
	for _, file := range files {
		if r.rules.Irreversible(file.Path) {
			paths = append(paths, file.Path)
		}
	}
	if len(paths) > 0 {
		r.add(bot.FindIrreversible, bot.WeightIrreversible,
			count(len(paths), "changed file is", "changed files are")+" marked as irreversible: "+some(paths, 3), paths...)
	}
}
