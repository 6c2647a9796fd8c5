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
