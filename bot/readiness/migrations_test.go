package readiness

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

// TestWhereMigrationsLie covers the tools: which files each of them runs, and which
// files beside those are no migrations.
func TestWhereMigrationsLie(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{ // the tool, and paths; "!" before one that is no migration
		"Rails": {
			"db/migrate/20240101000000_add_x.rb", "db/post_migrate/20240101000000_drop_x.rb", "db/queue_migrate/20240101000000_x.rb", "engines/shop/db/migrate/1_a.rb",
			"!db/schema.rb", "!db/seeds.rb", "!db/migrate/README.md", "!db/migration/runner.rb", "!spec/migrations/1_spec.rb", "!db/structure.sql",
		},
		"Django":         {"shop/migrations/0002_x.py", "!shop/migrations/__init__.py", "!shop/migrations/utils.py", "!shop/tests/migrations/0001_x.py", "!shop/migrations/max_migration.txt"},
		"Alembic":        {"alembic/versions/abc123_add.py", "migrations/versions/2024-01-01_x.py", "server/migrations/versions/0123456789ab_x.py", "!alembic/env.py", "!migrations/versions/__init__.py", "!alembic/versions/x_test.py"},
		"Flyway":         {"src/main/resources/db/migration/V1__x.sql", "db/V2_1__y.sql", "src/main/java/db/migration/V3__z.java", "sql/R__view.sql", "!src/main/java/db/migration/Runner.java"},
		"Liquibase":      {"src/main/resources/config/liquibase/changelog/20240101_added.xml", "config/db.changelog-master.yaml", "src/main/resources/db/changelog/1.xml", "src/main/resources/config/liquibase/master.xml", "src/main/resources/liquibase/changes/001_x.xml", "!changes/liquibase.md", "!config/liquibase/data/user.csv", "!config/liquibase/fake-data/user.xml", "!CHANGELOG.md", "!docs/changelog/1.yaml", "!changelog/1.yaml"},
		"Prisma":         {"prisma/migrations/20240101_x/migration.sql", "!prisma/migrations/migration_lock.toml", "!prisma/schema.prisma"},
		"Drizzle":        {"drizzle/0001_x.sql", "src/db/migrations/0000_y.sql", "!drizzle/meta/_journal.json", "!src/db/migrations/_journal.json", "!drizzle/meta/0000_snapshot.json", "!drizzle/schema.ts"},
		"Knex":           {"migrations/20240101000000_x.js", "db/knex_migrations/20240101000000_x.cjs", "core/data/migrations/versions/5.0/2022-05-01-00-00-x.js", "!migrations/index.js", "!migrations/20240101_x.test.js", "!knexfile.js"},
		"TypeORM":        {"src/migration/1690000000000-AddX.ts", "src/migrations/AddX1690000000000.ts", "!src/migration/index.ts", "!src/migrations/helpers.ts", "!src/migrations/1690000000000-AddX.spec.ts", "!src/migrations/types.d.ts"},
		"Sequelize":      {"server/migrations/20240101000000-x.js", "!server/models/x.js"},
		"MikroORM":       {"src/migrations/Migration20240101000000.ts", "!src/migrations/.snapshot-db.json"},
		"golang-migrate": {"migrations/0001_x.up.sql", "!internal/migrations/migrations.go", "!internal/db/migrate/migrate.go", "!db/migration/runner.go"},
		"goose":          {"db/migrations/20240101000000_x.go", "migrations/00001_x.sql", "!migrations/00001_x_test.go", "!migrations/embed.go"},
		"Atlas":          {"migrations/20240101000000.sql", "!migrations/atlas.sum"},
		"dbmate":         {"db/migrations/20240101000000_x.sql", "!db/schema.sql"},
		"sqlx":           {"migrations/20240101000000_x.sql", "!.sqlx/query-0123.json"},
		"diesel":         {"migrations/2024-01-01-000000_x/up.sql", "!src/schema.rs", "!diesel.toml"},
		"SeaORM":         {"migration/src/m20240101_000001_x.rs", "!migration/src/lib.rs"},
		"EF Core":        {"Migrations/20240101_Init.cs", "src/Data/Migrations/20240101000000_Init.cs", "util/MySqlMigrations/Migrations/20240101000000_Init.cs", "!Migrations/20240101_Init.Designer.cs", "!Migrations/DbModelSnapshot.cs", "!Migrations/Runner.cs"},
		"Ecto":           {"priv/repo/migrations/20240101000000_x.exs", "priv/repo/migrations/20240101000000_x.ex", "!priv/repo/migrations/.formatter.exs", "!lib/app/migrations.ex", "!priv/repo/seeds.exs"},
		"Laravel":        {"database/migrations/2024_01_01_000000_create_x.php", "!database/seeders/X.php", "!database/migrations/Base.php"},
		"Doctrine":       {"migrations/Version20240101000000.php", "src/DoctrineMigrations/Version20240101000000.php", "!migrations/AbstractMigration.php"},
		"Play":           {"conf/evolutions/default/1.sql"},
		"none":           {"!migrations.go", "!testdata/migrations/1.sql", "!docs/migrations/a.sql", "!ent/migrate/schema.go", "!migrations/schema.sql", "!node_modules/x/migrations/1.sql", "!.github/workflows/1.yml", "!scripts/data-migrations/fill.sql"},
	}
	for tool, paths := range tests {
		for _, path := range paths {
			path, none := strings.CutPrefix(path, "!")
			if _, is := placeOf(path); is == none {
				t.Errorf("%s: placeOf(%q) says %v", tool, path, is)
			}
		}
	}
}

// TestWhatHappensToTheDatabase: an added migration runs, once; one that is edited,
// moved or repeatable is reported as that.
func TestWhatHappensToTheDatabase(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		files string // "+" added, "~" modified, "-" removed
		want  []string
	}{
		{"an old one that somebody edited", "~db/migrate/2014_a.rb", []string{"look: 1 old migration was edited; it does not run again where it was applied (db/migrate/2014_a.rb)"}},
		{"two of them", "~m/migrations/1_a.sql ~m/migrations/2_b.sql", []string{"look: 2 old migrations were edited; they do not run again where they were applied (m/migrations/1_a.sql, m/migrations/2_b.sql)"}},
		{"up and down", "+migrations/1/up.sql +migrations/1/down.sql", []string{"irreversible: 1 migration: a rollback will not undo it (migrations/1/up.sql)"}},
		{"up and down in their names", "+migrations/1_a.up.sql +migrations/1_a.down.sql +migrations/2_b.sql", []string{"irreversible: 2 migrations: a rollback will not undo them (migrations/1_a.up.sql, migrations/2_b.sql)"}},
		{"the way down alone", "+migrations/1_a.down.sql", nil},
		{"three databases", "+migrations/mysql/1/up.sql +migrations/postgres/1/up.sql +migrations/sqlite/1/up.sql +migrations/sqlite/1/down.sql", []string{
			"irreversible: 1 migration for 3 databases: a rollback will not undo it (migrations/mysql/1/up.sql, migrations/postgres/1/up.sql, migrations/sqlite/1/up.sql)",
		}},
		{"some for two databases", "+a/migrations/mysql/1_x.sql +a/migrations/sqlite/1_x.sql +b/migrations/2_y.sql", []string{
			"irreversible: 2 migrations: a rollback will not undo them (a/migrations/mysql/1_x.sql, a/migrations/sqlite/1_x.sql, b/migrations/2_y.sql)",
		}},
		{"databases in their names", "+persistence/sql/migrations/2024_a.mysql.up.sql +persistence/sql/migrations/2024_a.sqlite3.up.sql +persistence/sql/migrations/2024_a.sqlite3.down.sql", []string{
			"irreversible: 1 migration for 2 databases: a rollback will not undo it (persistence/sql/migrations/2024_a.mysql.up.sql, persistence/sql/migrations/2024_a.sqlite3.up.sql)",
		}},
		{"databases with dates of their own", "+util/MySqlMigrations/Migrations/20240101000001_A.cs +util/PostgresMigrations/Migrations/20240101000002_A.cs +util/PostgresMigrations/Migrations/20240101000002_A.Designer.cs", []string{
			"irreversible: 1 migration for 2 databases: a rollback will not undo it (util/MySqlMigrations/Migrations/20240101000001_A.cs, util/PostgresMigrations/Migrations/20240101000002_A.cs)",
		}},
		{"one that lies elsewhere now", "-db/migrate/1_a.rb +legacy/db/migrate/1_a.rb", nil},
		{"a folder that lies elsewhere now", "-db/migrations/1_a/migration.sql +prisma/migrations/1_a/migration.sql -db/migrations/1_a/down.sql", nil},
		{"first ones of two apps", "+a/migrations/0001_initial.py -b/migrations/0001_initial.py", []string{
			"irreversible: 1 migration: a rollback will not undo it (a/migrations/0001_initial.py)", "note: 1 migration was deleted from the repository (b/migrations/0001_initial.py)",
		}},
		{"one that bears another date now runs", "-db/migrate/1_a.rb +db/migrate/2_a.rb", []string{
			"irreversible: 1 migration: a rollback will not undo it (db/migrate/2_a.rb)", "note: 1 migration was deleted from the repository (db/migrate/1_a.rb)",
		}},
		{"Flyway's repeatable", "~db/migration/R__view.sql", []string{"irreversible: 1 repeatable migration was edited and runs again: a rollback will not undo it (db/migration/R__view.sql)"}},
		{"Flyway's way down", "+db/migration/U2__x.sql", nil},
		{"Liquibase's changelog", "~db/changelog/db.changelog-master.yaml", []string{"look: 1 changelog of the database was edited: what is new in it runs (db/changelog/db.changelog-master.yaml)"}},
		{"a file of Liquibase, and its name in the changelog", "~src/main/resources/config/liquibase/master.xml +src/main/resources/config/liquibase/changelog/20240101_a.xml", []string{
			"irreversible: 1 migration: a rollback will not undo it (src/main/resources/config/liquibase/changelog/20240101_a.xml)",
		}},
		{"code, tests and journals", "+db/migration/runner.go +migrations/index.js +src/db/migrations/_journal.json +spec/migrations/1_spec.rb ~db/schema.rb", nil},
	}
	changes := map[byte]bot.FileChange{'+': bot.FileAdded, '~': bot.FileModified, '-': bot.FileRemoved}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var in Input
			in.Direction = bot.Forward
			for word := range strings.FieldsSeq(tt.files) {
				in.Changed.Files = append(in.Changed.Files, bot.ChangedFile{Path: word[1:], Change: changes[word[0]]})
			}
			found, _ := Lines(in)
			var got []string
			for _, line := range found {
				got = append(got, string(line.Weight)+": "+line.Says)
				if len(line.Files) == 0 || line.Kind != bot.FindMigration {
					t.Errorf("line %q of %s has files %q", line.Says, line.Kind, line.Files)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
		})
	}
}
