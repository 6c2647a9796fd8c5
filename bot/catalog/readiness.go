package catalog

import (
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/slipwayhq/slipway/bot"
)

// Readiness says what the report on a deploy examines beyond its defaults, and which
// findings an approver must tick off.
type Readiness struct {
	// Config are files whose keys are settings.
	Config []string
	// Migrations are globs of the files that change the database; empty: the places
	// where the common tools keep them.
	Migrations Globs
	// Irreversible are globs of files whose change a rollback does not undo.
	Irreversible Globs
	// Confirm are the kinds of finding that an approver must tick off.
	Confirm []bot.FindingKind
}

// The values of confirm.
const (
	confirmSettings   = "settings"
	confirmMigrations = "migrations"
)

// Globs are patterns of paths in a repository.
type Globs []string

// Match says whether a path matches one of them.
func (g Globs) Match(path string) bool {
	return slices.ContainsFunc(g, func(glob string) bool { return doublestar.MatchUnvalidated(glob, path) })
}

func readinessShape() shape {
	globs := func(about string) shape {
		return listOf(textOf(globRule(), "A glob such as db/migrate/**."), maxNames, about).filled()
	}
	return object("What the report looks at that says what changes in what the service needs to run.",
		optional("config", listOf(textOf(pathRule(), "The path of a file."), 20,
			"Further files whose keys are settings: JSON, YAML, TOML, INI, properties or .env.").filled()),
		optional("migrations", globs("The files that change the database; the places of the common tools if left out.")),
		optional("irreversible", globs("Further files whose change a rollback does not undo.")),
		optional("confirm", listOf(oneOf("A kind of finding.", confirmSettings, confirmMigrations), 2,
			"What an approver must tick off: new settings, and what a rollback does not undo.").filled()),
	)
}

// pathRule is for the path of one file in a repository.
func pathRule() rule {
	return rule{
		words:   "the path of a file in the repository, such as config/app.yml",
		pattern: `^[^\r\n\\*?\[\]{}]{1,500}$`,
		also: func(path string) string {
			for part := range strings.SplitSeq(path, "/") {
				if part == "" || part == "." || part == ".." {
					return "paths begin at the root of the repository and stay inside it, without empty parts, . or .."
				}
			}
			return ""
		},
	}
}

// confirmAgrees checks that an environment that has something to tick off has
// approvers. settings are the environment's own and the defaults behind them.
func (c *checker) confirmAgrees(settings ...*node) {
	confirm, asked := firstWith("readiness", settings).find("confirm"), false
	if confirm == nil {
		return
	}
	for _, set := range firstWith("approvals", settings).each() {
		asked = asked || set.get("count").num() > 0
	}
	if !asked {
		c.fault(confirm, "needs approvals: an approver ticks it off, and nobody is asked here")
	}
}

func decodeReadiness(n *node) Readiness {
	r := Readiness{
		Config:       n.get("config").strs(),
		Migrations:   n.get("migrations").strs(),
		Irreversible: n.get("irreversible").strs(),
	}
	for _, word := range n.get("confirm").strs() {
		switch word {
		case confirmSettings:
			r.Confirm = append(r.Confirm, bot.FindSetting)
		case confirmMigrations:
			r.Confirm = append(r.Confirm, bot.FindMigration, bot.FindIrreversible)
		}
	}
	return r
}
