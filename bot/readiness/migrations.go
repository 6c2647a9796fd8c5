package readiness

import (
	"maps"
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// A migration is what a tool runs once, and remembers by its name. It may be
// several files: a way up and a way down, and the same for several databases.
type migration struct {
	name  string // by which a tool remembers it, whatever folder it lies in
	files []migrationFile
}

// migrationFile is one file of a migration that differs.
type migrationFile struct {
	bot.ChangedFile
	place
}

// forward are the files that are run on the way up.
func (m migration) forward() []migrationFile {
	return slices.DeleteFunc(slices.Clone(m.files), func(f migrationFile) bool { return f.down })
}

// is says whether a forward file of it changed in a way.
func (m migration) is(change bot.FileChange) bool {
	return slices.ContainsFunc(m.forward(), func(f migrationFile) bool { return f.Change == change })
}

// migrationsOf gathers the files that differ into migrations, in the order of
// their names, and leaves out those that only lie elsewhere now.
func (r Rules) migrationsOf(files []bot.ChangedFile) []migration {
	byName := map[string]migration{}
	for _, file := range files {
		if at, is := r.migrationAt(file.Path); is {
			m := byName[at.unit]
			m.name = at.name
			m.files = append(m.files, migrationFile{file, at})
			byName[at.unit] = m
		}
	}
	gone := map[string]bool{}
	came := map[string]bool{}
	for _, m := range byName {
		gone[m.name] = gone[m.name] || m.is(bot.FileRemoved) && !m.is(bot.FileAdded)
		came[m.name] = came[m.name] || m.is(bot.FileAdded) && !m.is(bot.FileRemoved)
	}
	var all []migration
	for _, unit := range slices.Sorted(maps.Keys(byName)) {
		m := byName[unit]
		moved := gone[m.name] && came[m.name] || m.is(bot.FileRemoved) && m.is(bot.FileAdded)
		if len(m.forward()) > 0 && !moved {
			all = append(all, m)
		}
	}
	return all
}

// migrationAt says what a path is by the tools' habits, or by the operator's
// word.
func (r Rules) migrationAt(file string) (place, bool) {
	if !r.owns(file) {
		return place{}, false
	}
	if r.Migrations != nil {
		return named(file), r.Migrations(file)
	}
	return placeOf(file)
}

// those picks the migrations of a kind to which something happened.
func those(all []migration, kind migrationKind, change bot.FileChange) []migration {
	return slices.DeleteFunc(slices.Clone(all), func(m migration) bool {
		return m.files[0].kind != kind || !m.is(change)
	})
}

// Undone says what going back would leave as it is, of the files that differ
// on the way there: a migration that went out stays, and so does what the operator
// marked.
func Undone(changed bot.ChangedFiles, rules Rules) bot.Undone {
	all := rules.migrationsOf(changed.Files)
	n, _ := counted(slices.Concat(
		those(all, runsOnce, bot.FileAdded), those(all, runsAgain, bot.FileAdded), those(all, runsAgain, bot.FileModified),
		those(all, holdsMany, bot.FileAdded), those(all, holdsMany, bot.FileModified),
	))
	return bot.Undone{Unread: changed.Cut, Migrations: n, Marked: len(rules.marked(changed.Files))}
}

// counted is how many migrations there are, and for how many databases each
// is, if for several.
func counted(all []migration) (n, databases int) {
	engines := map[string]bool{}
	most := map[string]map[string]int{} // by name without its date: how many for each database
	for _, m := range all {
		engine, key := m.files[0].engine, m.files[0].key
		if engine == "" {
			n++
			continue
		}
		engines[engine] = true
		if most[key] == nil {
			most[key] = map[string]int{}
		}
		most[key][engine]++
	}
	if n > 0 { // of some it is not said for which
		engines = nil
	}
	for _, each := range most {
		n += slices.Max(slices.Collect(maps.Values(each)))
	}
	return n, len(engines)
}

// migrations tells what happens to the database, and what happened to files
// from which nothing follows there.
func (r *report) migrations(files []bot.ChangedFile, way bot.Direction) {
	all := r.rules.migrationsOf(files)
	gone := those(all, runsOnce, bot.FileRemoved)
	if way != bot.Forward {
		r.say(gone, bot.WeightIrreversible, "migration lies between, and going back does not undo it", "migrations lie between, and going back does not undo them")
		gone = nil
	}
	r.say(slices.Concat(those(all, runsOnce, bot.FileAdded), those(all, runsAgain, bot.FileAdded), those(all, holdsMany, bot.FileAdded)),
		bot.WeightIrreversible, "migration: a rollback will not undo it", "migrations: a rollback will not undo them")
	r.say(those(all, runsAgain, bot.FileModified), bot.WeightIrreversible,
		"repeatable migration was edited and runs again: a rollback will not undo it", "repeatable migrations were edited and run again: a rollback will not undo them")
	if way != bot.Forward {
		return
	}
	edited := those(all, holdsMany, bot.FileModified)
	if len(edited)+len(those(all, holdsMany, bot.FileAdded)) == 0 { // else it was edited to name what is told of here
		edited = those(all, namesOthers, bot.FileModified)
	}
	if len(those(all, holdsMany, bot.FileAdded)) == 0 {
		r.say(edited, bot.WeightLook,
			"changelog of the database was edited: what is new in it runs", "changelogs of the database were edited: what is new in them runs")
	}
	r.say(those(all, runsOnce, bot.FileModified), bot.WeightLook,
		"old migration was edited; it does not run again where it was applied", "old migrations were edited; they do not run again where they were applied")
	r.say(gone, bot.WeightNote, "migration was deleted from the repository", "migrations were deleted from the repository")
}

// say tells of some migrations, if there are any.
func (r *report) say(all []migration, weight bot.Weight, one, many string) {
	if len(all) == 0 {
		return
	}
	var paths, names []string
	for _, m := range all {
		names = append(names, m.forward()[0].Path)
		for _, f := range m.files {
			paths = append(paths, f.Path)
		}
	}
	n, databases := counted(all)
	if databases > 1 {
		one, many = forDatabases(one, databases), forDatabases(many, databases)
	}
	r.add(bot.FindMigration, weight, count(n, one, many)+" ("+some(names, 3)+")", paths...)
}
