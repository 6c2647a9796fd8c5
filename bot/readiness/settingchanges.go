package readiness

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"github.com/slipwayhq/slipway/bot"
)

// How many settings get a line each, and how many are named in the line for the rest.
const (
	maxSettings = 6
	namedBeside = 8
	// maxOfNewFile is how many settings of a new file get a line each.
	maxOfNewFile = 3
)

// settings compares the keys of all configuration files together, so that a key that
// moved from one file to another counts neither as added nor as removed.
func (r *report) settings(pairs []pair) {
	before, after := map[string]nature{}, map[string]nature{}
	for _, p := range pairs {
		merge(before, p.before.settings)
		merge(after, p.after.settings)
	}
	r.wantedSettings(before, after, pairs)
	for _, p := range pairs {
		r.givenSettings(p, before, after)
	}
}

// merge adds the settings of a file. For a setting in several files, the most demanding
// nature counts.
func merge(all map[string]nature, of map[string]setting) {
	for key, s := range of {
		if known, twice := all[key]; !twice || s.nature < known {
			all[key] = s.nature
		}
	}
}

// wantedSettings reports the settings that somebody has to set now, may set now, or
// need not set any more.
func (r *report) wantedSettings(before, after map[string]nature, pairs []pair) {
	question := "in " + cmp.Or(r.rules.Environment, "the environment") + "?"
	fresh := ofNature(after, func(key string, n nature) bool { return n.open() && before[key] == 0 })
	fresh = r.newTemplates(fresh, pairs, question)
	now := ofNature(after, func(key string, n nature) bool { return n.open() && before[key] != 0 && !before[key].open() })
	may := ofNature(after, func(key string, n nature) bool { return n == optional && before[key] == 0 })
	gone := ofNature(before, func(key string, n nature) bool { return n != given && after[key] == 0 })
	shown := len(fresh)
	if shown > maxSettings+1 { // a line for one more is no longer than one that counts it
		shown = maxSettings
	}
	for _, key := range fresh[:shown] {
		r.add(bot.FindSetting, bot.WeightLook, "new setting "+clip(key, longName)+": is it set "+question, filesWith(pairs, key)...)
	}
	if rest := fresh[shown:]; len(rest) > 0 {
		r.add(bot.FindSetting, bot.WeightLook, strconv.Itoa(len(rest))+" more new settings"+": "+some(rest, namedBeside)+": are they set "+question, filesWith(pairs, rest...)...)
	}
	if len(now) > 0 {
		r.add(bot.FindSetting, bot.WeightLook, count(len(now), "setting has to be set now", "settings have to be set now")+": "+some(now, namedBeside)+": set "+question, filesWith(pairs, now...)...)
	}
	if len(may) > 0 {
		r.add(bot.FindSetting, bot.WeightNote, "new optional "+plural(len(may), "setting", "settings")+" "+some(may, namedBeside), filesWith(pairs, may...)...)
	}
	if len(gone) > 0 {
		r.add(bot.FindSetting, bot.WeightNote, count(len(gone), "setting", "settings")+" not asked for any more: "+some(gone, namedBeside), filesWith(pairs, gone...)...)
	}
}

// newTemplates reports the settings of each new file in one line, since they may well
// have been set all along, and returns the rest.
func (r *report) newTemplates(fresh []string, pairs []pair, question string) []string {
	for _, p := range pairs {
		named := func(key string) bool { return p.after.settings[key].nature.open() }
		mine := keep(fresh, named)
		if p.both || len(mine) <= maxOfNewFile {
			continue
		}
		r.add(bot.FindSetting, bot.WeightLook, clip(p.path, longName)+" is new and names "+strconv.Itoa(len(mine))+" settings: "+some(mine, namedBeside)+": are they set "+question, p.path)
		fresh = slices.DeleteFunc(fresh, named)
	}
	return fresh
}

func ofNature(all map[string]nature, is func(string, nature) bool) []string {
	var keys []string
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if is(key, all[key]) {
			keys = append(keys, key)
		}
	}
	return keys
}

// filesWith lists the files that name a setting, before or after.
func filesWith(pairs []pair, keys ...string) []string {
	var files []string
	for _, p := range pairs {
		if slices.ContainsFunc(keys, func(key string) bool {
			return p.before.settings[key].nature+p.after.settings[key].nature > 0
		}) {
			files = append(files, p.path)
		}
	}
	return files
}

// givenSettings reports which settings a file newly sets, or sets to another value. The
// value is not shown.
func (r *report) givenSettings(p pair, before, after map[string]nature) {
	if !p.both {
		return
	}
	var fresh, other, gone []string
	for _, key := range union(p.before.settings, p.after.settings) {
		old, now := p.before.settings[key], p.after.settings[key]
		switch {
		case now.nature == given && old.nature == given && now.value != old.value:
			other = append(other, key)
		case now.nature == given && before[key] == 0:
			fresh = append(fresh, key)
		case old.nature == given && after[key] == 0:
			gone = append(gone, key)
		}
	}
	name := clip(p.path, longName)
	for _, told := range []struct {
		keys []string
		says string
	}{
		{fresh, name + " sets " + plural(len(fresh), "a new variable", "new variables") + ": "},
		{other, name + " sets another value for "},
		{gone, name + " no longer sets "},
	} {
		if len(told.keys) > 0 {
			r.add(bot.FindSetting, bot.WeightNote, told.says+some(told.keys, namedBeside), p.path)
		}
	}
}
