package readiness

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// migrationKind says when a tool runs a migration's file.
type migrationKind int

const (
	runsOnce    migrationKind = iota
	runsAgain                 // whenever it changed: Flyway's repeatable migrations
	holdsMany                 // a changelog that grows: Liquibase's
	namesOthers               // a changelog that only includes others
)

// place is what the path of a migration tells.
type place struct {
	kind   migrationKind
	unit   string // the same for all files of one migration
	name   string // under which its tool records it
	key    string // name without its date, the same for all databases
	engine string // the database, if it is for one of several
	down   bool   // it undoes the migration
}

// conventions are patterns for the names of migration files, by extension, after the
// conventions of the common tools: Rails, Sequel, Django, Alembic, Flyway, Prisma,
// Drizzle, Knex, TypeORM, Sequelize, golang-migrate, goose, Atlas, dbmate, sqlx,
// diesel, SeaORM, EF Core, Ecto, Laravel, Doctrine, Phinx, Yii and Play. Most begin
// with a number or a date; other files in the folder are the tool's own code.
func conventions() map[string]*regexp.Regexp {
	return map[string]*regexp.Regexp{
		".sql":  sqlConvention,
		".cql":  numberConvention,
		".rb":   rubyConvention,
		".py":   pythonConvention,
		".js":   scriptConvention,
		".mjs":  scriptConvention,
		".cjs":  scriptConvention,
		".ts":   scriptConvention,
		".mts":  scriptConvention,
		".go":   goConvention,
		".cs":   sharpConvention,
		".exs":  elixirConvention,
		".ex":   elixirConvention,
		".php":  phpConvention,
		".rs":   rustConvention,
		".java": javaConvention,
		".kt":   javaConvention,
	}
}

var (
	sqlConvention    = regexp.MustCompile(`(?i)^([vbu]?\d[\w.+-]*|up|down|migration|[a-z][\w.-]*)$`)
	numberConvention = regexp.MustCompile(`^[vV]?\d`)
	rubyConvention   = regexp.MustCompile(`^\d+_[\w-]+(\.\w+)?$`) // the last part may name the engine that it came from
	pythonConvention = regexp.MustCompile(`^\d{4,}_\w+$`)
	goConvention     = regexp.MustCompile(`^[vV]?\d+[\w-]*$`)
	sharpConvention  = regexp.MustCompile(`^[M_]?\d{3,}\w*$`)
	elixirConvention = regexp.MustCompile(`^\d{3,}_[\w-]+$`)
	phpConvention    = regexp.MustCompile(`^(\d{4,}_\w+|Version\d+\w*|m\d{6}_\w+)$`)
	rustConvention   = regexp.MustCompile(`^[mV]\d+_\w+$`)
	javaConvention   = regexp.MustCompile(`^V\d[\w.]*__\w+$`)
	scriptConvention = regexp.MustCompile(`^(\d{2,}[-_.]?[\w.-]+|\d{4}[\w.-]*|[A-Za-z]\w*[-_]?\d{10,}|Migration\d{8,}\w*)$`)
	// alembicConvention is a revision or a date, which may be missing, and a name.
	alembicConvention = regexp.MustCompile(`^(\d[\w.-]*|[a-zA-Z][\w-]*)$`)
	numbered          = regexp.MustCompile(`(?i)^[vbu]?\d|^(up|down|migration)$`)
	listsOthers       = regexp.MustCompile(`(?i)master|^root[._-]|[._-]root$|^final-changelog`)
	flywayName        = regexp.MustCompile(`^[VBU][0-9][\w.]*__\w|^R__\w`)
	notSQL            = regexp.MustCompile(`(?i)^(schema|latest|structure|seeds?|dump|fixtures?|tests?|setup|reset|clean|queries|query|permissions|grants|sample|example|template|atlas)`)
	dated             = regexp.MustCompile(`^[VvMm]?_?\d{4,}`)
	ofTest            = regexp.MustCompile(`(?i)(\.(tests?|spec|snapshot|designer|d)|ModelSnapshot)$|^test_`)
	ofTestToo         = regexp.MustCompile(`(?i)[_-](tests?|spec|snapshot|designer)$`) // the name of a migration may end like this too
	wayDown           = regexp.MustCompile(`(?i)(\.(down|undo|rollback|revert))$`)
	wayDownSQL        = regexp.MustCompile(`(?i)([._-](down|undo|rollback|revert))$`)
	wayUp             = regexp.MustCompile(`(?i)([._-](up|do))$`)
	engineWord        = regexp.MustCompile(`(?i)^(mysql\d?|mariadb|postgres|postgresql|pg|sqlite\d?|mssql|sqlserver|oracle|h2|cockroach|cockroachdb|clickhouse|tidb|yugabyte)(migrations?)?$`)
	leadingDate       = regexp.MustCompile(`^[VvMm_]?[\d._-]+`)
)

// placeOf says whether a path is a migration by the conventions of the tools.
func placeOf(file string) (place, bool) {
	dir, base := path.Dir(file), path.Base(file)
	ext := strings.ToLower(path.Ext(base))
	stem := strings.TrimSuffix(base, path.Ext(base))
	flyway := slices.Contains([]string{".sql", ".java", ".kt"}, ext) && flywayName.MatchString(stem)
	switch {
	case notDeployed(besideName(file)), tests(stem, ext):
		return place{}, false
	case changelog(dir, base, ext):
		at := named(file)
		if at.kind = holdsMany; listsOthers.MatchString(stem) {
			at.kind = namesOthers
		}
		return at, true
	case flyway && stem[0] == 'R':
		at := named(file)
		at.kind = runsAgain
		return at, true
	case flyway:
		at := named(file)
		at.down = stem[0] == 'U'
		return at, true
	case !migrationFolder(dir), !followsConvention(dir, stem, ext):
		return place{}, false
	}
	return named(file), true
}

// besideName is a path without the folder that has a migration's name, which may be
// about templates, samples or tests.
func besideName(file string) string {
	if dir := path.Dir(file); dated.MatchString(path.Base(dir)) {
		return path.Join(path.Dir(dir), path.Base(file))
	}
	return file
}

// tests says whether a file is one that tests migrations, or that a tool generates
// alongside them.
func tests(stem, ext string) bool {
	return ofTest.MatchString(stem) || ofTestToo.MatchString(stem) && (ext == ".go" || !dated.MatchString(stem))
}

// followsConvention says whether a file in a folder of migrations is one.
func followsConvention(dir, stem, ext string) bool {
	switch {
	case dataFolder(dir) && !dated.MatchString(stem):
		return false
	case ext == ".py" && slices.Contains(strings.Split(dir, "/"), "versions"):
		return alembicConvention.MatchString(stem) && !strings.HasPrefix(stem, "__")
	case ext == ".sql" && notSQL.MatchString(stem):
		return false
	case ext == ".sql" && !numbered.MatchString(stem): // a name without a number may be anything, unless the folder leaves no doubt
		return slices.ContainsFunc(strings.Split(strings.ToLower(dir), "/"), func(part string) bool {
			return part == "migrations" || part == "migration" || part == "migrate"
		})
	}
	names := conventions()[ext]
	if names == scriptConvention && stem == "migration" {
		return dated.MatchString(path.Base(dir)) // the folder has the migration's name
	}
	return names != nil && names.MatchString(stem)
}

// migrationFolder says whether a folder is one of migrations, or lies in one.
func migrationFolder(dir string) bool {
	parts := strings.Split(dir, "/")
	return slices.ContainsFunc(parts, func(part string) bool {
		lower := strings.ToLower(part)
		return lower == "migration" || strings.HasSuffix(lower, "migrations") || strings.HasSuffix(lower, "_migrate") || strings.HasSuffix(lower, "_migration") ||
			lower == "evolutions" || lower == "drizzle" || lower == "alembic" || lower == "migrate"
	}) || dataFolder(dir)
}

// dataFolder says whether a folder is where the gem data_migrate keeps its migrations.
// Others keep seed data there.
func dataFolder(dir string) bool { return dir == "db/data" || strings.HasSuffix(dir, "/db/data") }

// changelog recognises the files of Liquibase: those in a folder of changelogs, and
// elsewhere those whose name says so.
func changelog(dir, base, ext string) bool {
	if !slices.Contains([]string{".xml", ".yml", ".yaml", ".json", ".sql"}, ext) || strings.HasPrefix(strings.ToLower(base), "liquibase.") {
		return false
	}
	parts := strings.Split(strings.ToLower(dir), "/")
	within := slices.ContainsFunc(parts, func(part string) bool { return part == "changelog" || part == "changelogs" })
	changes := slices.ContainsFunc(parts, func(part string) bool { return part == "changes" || part == "changesets" || part == "changeset" })
	lower := strings.ToLower(base)
	switch {
	case strings.HasPrefix(lower, "db.changelog"), strings.HasPrefix(lower, "changelog-master"), strings.HasPrefix(lower, "db-changelog"):
		return true
	case slices.Contains(parts, "liquibase"):
		return within || changes || strings.Contains(lower, "changelog") || strings.Contains(lower, "changeset") || lower == "master.xml"
	}
	return within && slices.Contains(parts, "db")
}

// named reads the path of a migration: which one it is, for which database, and whether
// it applies or undoes it.
func named(file string) place {
	dir, base := path.Dir(file), path.Base(file)
	var at place
	stem := at.withoutMarks(strings.TrimSuffix(base, path.Ext(base)), path.Ext(base))
	at.unit, at.name = path.Join(dir, stem)+"."+at.engine, stem
	switch strings.ToLower(stem) {
	case "", "up", "down", "migration": // the folder has the migration's name
		at.down = at.down || strings.EqualFold(stem, "down")
		at.unit, at.name = dir, path.Base(dir)
	}
	if strings.HasSuffix(base, ".py") { // Django numbers them in each app separately
		at.name = path.Base(path.Dir(dir)) + "/" + at.name
	}
	for part := range strings.SplitSeq(dir, "/") {
		for _, word := range engineParts(part) {
			if engineWord.MatchString(word) {
				at.engine = strings.TrimSuffix(strings.ToLower(word), "migrations")
			}
		}
	}
	if at.key = leadingDate.ReplaceAllString(at.name, ""); at.key == "" {
		at.key = at.name
	}
	return at
}

// withoutMarks removes from a name the parts that say for which database the file is,
// and whether it applies or undoes the migration.
func (p *place) withoutMarks(stem, ext string) string {
	down := wayDown
	if ext == ".sql" { // other files may have such a name by chance
		down = wayDownSQL
	}
	if short := down.ReplaceAllString(stem, ""); short != stem {
		p.down, stem = true, short
	}
	parts := strings.Split(wayUp.ReplaceAllString(stem, ""), ".")
	rest := parts[:1]
	for _, part := range parts[1:] {
		switch lower := strings.ToLower(part); {
		case engineWord.MatchString(part):
			p.engine = lower
		case lower == "autocommit", lower == "tx", lower == "notx":
		default:
			rest = append(rest, part)
		}
	}
	return strings.Join(rest, ".")
}

// engineParts are the words of a folder's name that may be a database.
func engineParts(folder string) []string {
	return append(strings.FieldsFunc(folder, func(r rune) bool { return strings.ContainsRune("._-", r) }), folder)
}

// forDatabases adds for how many databases something is.
func forDatabases(words string, n int) string {
	first, rest, _ := strings.Cut(words, "migration")
	more := ""
	if strings.HasPrefix(rest, "s") {
		more, rest = "s", rest[1:]
	}
	return first + "migration" + more + " for " + strconv.Itoa(n) + " databases" + rest
}
