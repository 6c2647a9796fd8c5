package readiness

import (
	"maps"
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// migration is what a tool runs once and records by name. It may consist of several
// files: to apply and to undo it, and the same for several databases.
type migration struct {
	name  string // under which a tool records it, whatever folder it is in
	files []migrationFile
}

// migrationFile is one file of a migration that differs.
type migrationFile struct {
	bot.ChangedFile
	place
}

// forward lists the files that apply the migration.
func (m migration) forward() []migrationFile {
	return slices.DeleteFunc(slices.Clone(m.files), func(f migrationFile) bool { return f.down })
}

// is says whether a file that applies it changed in this way.
func (m migration) is(change bot.FileChange) bool {
	return slices.ContainsFunc(m.forward(), func(f migrationFile) bool { return f.Change == change })
}

// migrationsOf groups the files that differ into migrations, sorted by name, without
// those that only moved.
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

// migrationAt says whether a path is a migration: as the operator declared or, without
// that, by the tools' conventions.
func (r Rules) migrationAt(file string) (place, bool) {
	if !r.owns(file) {
		return place{}, false
	}
	if r.Migrations != nil {
		return named(file), r.Migrations(file)
	}
	return placeOf(file)
}

// those selects the migrations of a kind that changed in a way.
func those(all []migration, kind migrationKind, change bot.FileChange) []migration {
	return slices.DeleteFunc(slices.Clone(all), func(m migration) bool {
		return m.files[0].kind != kind || !m.is(change)
	})
}

// Undone says what a rollback would not undo, from the files that differ between the
// two commits: a migration that has run, and a file that the operator marked.
func Undone(changed bot.ChangedFiles, rules Rules) bot.Undone {
	all := rules.migrationsOf(changed.Files)
	n, _ := counted(slices.Concat(
		those(all, runsOnce, bot.FileAdded), those(all, runsAgain, bot.FileAdded), those(all, runsAgain, bot.FileModified),
		those(all, holdsMany, bot.FileAdded), those(all, holdsMany, bot.FileModified),
	))
	return bot.Undone{Unread: changed.Cut, Migrations: n, Marked: len(rules.marked(changed.Files))}
}

// counted is the number of migrations and, if they are for several databases, for how
// many each is.
func counted(all []migration) (n, databases int) {
	engines := map[string]bool{}
	most := map[string]map[string]int{} // by name without date: how many for each database
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
	if n > 0 { // some do not say for which
		engines = nil
	}
	for _, each := range most {
		n += slices.Max(slices.Collect(maps.Values(each)))
	}
	return n, len(engines)
}

// migrations reports what will happen to the database, and files that changed without
// any effect on it.
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
	if len(edited)+len(those(all, holdsMany, bot.FileAdded)) == 0 { // otherwise the edit only names what is reported here
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

// say reports migrations, if there are any.
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
