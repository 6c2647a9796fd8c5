package readiness

import (
	"path"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// commonMigration says whether a path is a migration by the habits of the
// common tools: Rails (db/migrate), Django, Prisma, Ecto, Knex, golang-migrate
// and goose (a folder migrations), Alembic (versions), Flyway (db/migration),
// Liquibase (changelogs) and Ent (ent/migrate).
func commonMigration(file string) bool {
	name := path.Base(file)
	if aside(file) || !mayMigrate(name) {
		return false
	}
	if strings.HasPrefix(name, "db.changelog") {
		return true
	}
	parts := strings.Split(path.Dir(file), "/")
	if slices.Contains(parts, "migrations") {
		return true
	}
	dir := "/" + path.Dir(file) + "/"
	return slices.ContainsFunc([]string{"/db/migrate/", "/db/migration/", "/alembic/versions/", "/db/changelog/", "/ent/migrate/"},
		func(place string) bool { return strings.Contains(dir, place) })
}

// migrations counts the changes to the database.
func (r *report) migrations(files []bot.ChangedFile, way bot.Direction) {
	var there, gone []string
	for _, file := range files {
		switch {
		case !r.rules.migrates(file.Path):
		case file.Change == bot.FileRemoved:
			gone = append(gone, file.Path)
		default:
			there = append(there, file.Path)
		}
	}
	if len(there) > 0 {
		r.add(bot.FindMigration, bot.WeightIrreversible,
			count(len(there), "migration: a rollback will not undo it", "migrations: a rollback will not undo them")+" ("+some(there, 3)+")", there...)
	}
	switch {
	case len(gone) == 0:
	case way == bot.Forward:
		r.add(bot.FindMigration, bot.WeightNote, count(len(gone), "migration was", "migrations were")+" deleted from the repository ("+some(gone, 3)+")")
	default:
		r.add(bot.FindMigration, bot.WeightIrreversible,
			count(len(gone), "migration lies between, and going back does not undo it", "migrations lie between, and going back does not undo them")+" ("+some(gone, 3)+")", gone...)
	}
}

// Undone says what going back would leave as it is, of the files that differ
// on the way there: a migration that went out stays.
func Undone(changed bot.ChangedFiles, rules Rules) bot.Undone {
	undone := bot.Undone{Unread: changed.Cut}
	for _, file := range changed.Files {
		if file.Change != bot.FileRemoved && rules.migrates(file.Path) {
			undone.Migrations++
		}
	}
	return undone
}

// migrates says whether a path is a migration of the service.
func (r Rules) migrates(file string) bool {
	is := r.Migrations
	if is == nil {
		is = commonMigration
	}
	return is(file) && r.owns(file)
}

// mayMigrate says whether a file of that name can be a migration, and not what
// lies beside them.
func mayMigrate(name string) bool {
	if name == "__init__.py" || name == "env.py" || strings.Contains(name, "_test.") || strings.Contains(name, ".test.") {
		return false
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".sql", ".rb", ".py", ".js", ".mjs", ".ts", ".go", ".php", ".cs", ".java", ".kt", ".exs", ".xml", ".yml", ".yaml", ".json":
		return true
	}
	return false
}
