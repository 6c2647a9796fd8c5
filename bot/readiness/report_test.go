package readiness_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/readiness"
)

// change is a file before and after; empty: it does not exist.
type change struct{ path, before, after string }

// report runs both steps of the package on the changes.
func report(tb testing.TB, way bot.Direction, rules readiness.Rules, changes ...change) bot.Readiness {
	tb.Helper()
	in := readiness.Input{Direction: way, Rules: rules}
	before, after := map[string]string{}, map[string]string{}
	for _, c := range changes {
		file := bot.ChangedFile{Path: c.path, Change: bot.FileModified}
		switch {
		case c.before == "":
			file.Change = bot.FileAdded
		case c.after == "":
			file.Change = bot.FileRemoved
		}
		before[c.path], after[c.path] = c.before, c.after
		if c.before == c.after {
			continue // there to be read beside others
		}
		in.Changed.Files = append(in.Changed.Files, file)
	}
	in.Reads = readiness.Wanted(in.Changed.Files, rules)
	in.Before, in.After = read(in.Reads.Before, before), read(in.Reads.After, after)
	return readiness.Report(in)
}

func read(paths []string, texts map[string]string) []bot.RepoFile {
	var files []bot.RepoFile
	for _, path := range paths {
		files = append(files, bot.RepoFile{FileAt: bot.FileAt{Path: path}, Text: texts[path]})
	}
	return files
}

func lines(r bot.Readiness) []string {
	var all []string
	for _, f := range r.Findings {
		all = append(all, string(f.Weight)+": "+f.Says)
	}
	for _, u := range r.Unread {
		all = append(all, "unread: "+u)
	}
	return all
}

func TestReport(t *testing.T) {
	t.Parallel()
	production := readiness.Rules{Environment: "production"}
	tests := []struct {
		name    string
		changes []change
		want    []string
	}{
		{"nothing that matters", []change{{"main.go", "a", "b"}}, nil},
		{"Go, told by two files", []change{
			{"go.mod", "module x\n\ngo 1.25\n", "module x\n\ngo 1.26\n"},
			{"Dockerfile", "FROM golang:1.25-alpine\n", "FROM golang:1.26-alpine\n"},
		}, []string{"look: Go 1.25 → 1.26"}},
		{"files that say the same more and less exactly", []change{
			{".nvmrc", "v20.1.0\n", "v22\n"},
			{"package.json", `{"engines":{"node":">=20"}}`, `{"engines":{"node":">=22"}}`},
		}, []string{"look: Node.js 20.1.0 → 22"}},
		{"stages and arguments", []change{{
			"Dockerfile",
			"# syntax=docker/dockerfile:1\nARG GO=1.25\nARG BASE=bookworm\nFROM --platform=$BUILDPLATFORM golang:${GO} AS build\nRUN <<EOF\nCMD not this\nEOF\nFROM debian:${BASE}-slim\nCOPY --from=build /api /api\nEXPOSE 8080/tcp 9000/udp\nENTRYPOINT [\"/api\", \"serve\"]\nCMD --quiet\n",
			"ARG GO=1.26\nARG BASE=trixie\nFROM golang:${GO} as build\nFROM debian:${BASE:-x}-slim\nEXPOSE 9090 \\\n  9000/udp\nENTRYPOINT [\"/api\",\n\"serve\"]\nENTRYPOINT [\"/api\", \"run\"]\nCMD --quiet\n",
		}}, []string{
			"look: entry point changed: “/api serve” → “/api run”", "look: port 8080 → 9090",
			"look: Go 1.25 → 1.26", "look: image debian bookworm-slim → trixie-slim",
		}},
		{"the system beneath, and a digest", []change{{
			"Dockerfile", "FROM node:22-alpine\nFROM ghcr.io/acme/base:1@sha256:0123456789abcdef\n", "FROM node:22\nFROM ghcr.io/acme/base:1@sha256:fedcba9876543210\n",
		}}, []string{"look: image node 22-alpine → 22", "note: 1 image is another build of the same tag: ghcr.io/acme/base"}},
		{"a stage on a stage", []change{{
			"Dockerfile", "FROM ruby:3.3 AS base\nCMD a\nEXPOSE 80\nFROM base\n", "FROM ruby:3.4 AS base\nCMD b\nEXPOSE 80\nFROM base\n",
		}}, []string{"look: start command changed: “a” → “b”", "look: Ruby 3.3 → 3.4"}},
		{"settings", []change{
			{".env.example", "# keys\nexport DB_URL=x\nOLD=1\nMOVED=1\n", "DB_URL=y\nSTRIPE_KEY=\n"},
			{".env.template", "A: 1\n", "A: 1\nMOVED = 1\n"},
		}, []string{"look: new setting STRIPE_KEY: is it set in production?", "note: 1 setting not asked for any more: OLD"}},
		{"start commands", []change{
			{"Procfile", "web: ./a\nworker: ./w\n", "web: ./b\nclock: ./c\n"},
			{"package.json", `{"scripts":{"start":"node a.js"}}`, `{"scripts":{"start":"node b.js"},"engines":7`},
		}, []string{
			"look: start command of web changed: “./a” → “./b”", "look: start command of worker is gone, it was “./w”",
			"note: start command of clock is new: “./c”", "unread: package.json is not valid, so it was not compared",
		}},
		{"migrations", []change{
			{"db/migrate/1_a.rb", "", "x"},
			{"db/migrate/2_b.rb", "", "x"},
			{"db/migrate/README.md", "", "x"},
			{"app/migrations/__init__.py", "", "x"},
			{"migrations/0001_old.sql", "x", ""},
		}, []string{
			"irreversible: 2 migrations: a rollback will not undo them (db/migrate/1_a.rb, db/migrate/2_b.rb)",
			"note: 1 migration was deleted from the repository (migrations/0001_old.sql)",
		}},
		{"a lock is believed before a wish", []change{
			{"package.json", `{"dependencies":{"left-pad":"^1.0.0"}}`, `{"dependencies":{"left-pad":"^2.0.0"}}`},
			{
				"package-lock.json",
				`{"packages":{"":{"version":"9","dependencies":{"left-pad":"1","@a/b":"1"}},"node_modules/left-pad":{"version":"1.3.0"},"node_modules/@a/b":{"version":"1.0.0"},"node_modules/x/node_modules/@a/b":{"version":"1.2.0"},"node_modules/jest":{"version":"1.0.0","dev":true}}}`,
				`{"packages":{"":{"version":"9","dependencies":{"left-pad":"1","@a/b":"1"}},"node_modules/left-pad":{"version":"2.0.1"},"node_modules/@a/b":{"version":"1.3.0"},"node_modules/jest":{"version":"2.0.0","dev":true},"node_modules/new":{"version":"0.1.0"}}}`,
			},
		}, []string{
			"look: 2 direct dependencies raised, 1 of them a major: left-pad 1 → 2",
			"note: 1 indirect dependency added (new)",
			"note: 1 development dependency raised to another major version: jest 1 → 2",
		}},
		{"modules of Go", []change{{
			"go.mod",
			"module x\ngo 1.26\nrequire github.com/a/b v1.2.3\nrequire (\n\tgithub.com/c/d/v2 v2.0.0\n\tgopkg.in/yaml.v2 v2.4.0 // indirect\n\texample.com/e v0.2.0\n)\n",
			"module x\ngo 1.26\nrequire (\n\tgithub.com/a/b v1.2.4\n\tgithub.com/c/d/v3 v3.1.0\n\tgopkg.in/yaml.v3 v3.0.1\n\texample.com/e v0.1.0\n)\nreplace x => ../x\n",
		}}, []string{"look: 3 direct dependencies raised, 2 of them majors: github.com/c/d 2 → 3, gopkg.in/yaml 2 → 3; 1 lowered (example.com/e v0.2.0 → v0.1.0)"}},
		{"a lock file that is new", []change{{"Cargo.lock", "", "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n"}}, nil},
		{"what lies aside", []change{{"vendor/x/go.mod", "go 1.1\n", "go 1.2\n"}, {"docs/Dockerfile", "FROM a:1\n", "FROM a:2\n"}}, nil},
		{"a new Dockerfile", []change{{"Dockerfile", "", "FROM golang:1.26\nCMD ./api\n"}}, []string{
			"note: Dockerfile is new: image golang 1.26, start command “./api”",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := report(t, bot.Forward, production, tt.changes...)
			if diff := cmp.Diff(tt.want, lines(got)); diff != "" || !got.Compared {
				t.Errorf("report, compared: %v (-want +got):\n%s", got.Compared, diff)
			}
		})
	}
}

func TestReportOfAStepBack(t *testing.T) {
	t.Parallel()
	got := report(t, bot.Backward, readiness.Rules{}, change{"db/migration/V7__drop.sql", "x", ""})
	want := []string{"irreversible: 1 migration lies between, and going back does not undo it (db/migration/V7__drop.sql)"}
	if diff := cmp.Diff(want, lines(got)); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

// TestRules: the operator's declarations are followed.
func TestRules(t *testing.T) {
	t.Parallel()
	under := func(folder string) func(string) bool {
		return func(path string) bool { return strings.HasPrefix(path, folder) }
	}
	rules := readiness.Rules{
		Environment: "staging", Paths: []string{"api/**", "shared/lib/*.go"}, Own: under("api/"),
		Config: []string{"deploy/values.yaml", "settings.json", "app.toml"}, Migrations: under("api/sql/"), Irreversible: under("api/queue/"),
	}
	got := report(t, bot.Forward, rules,
		change{"Dockerfile", "FROM golang:1.25\n", "FROM golang:1.26\n"},         // at the root, which all share
		change{"web/Dockerfile", "FROM node:20\n", "FROM node:22\n"},             // another service's
		change{"shared/lib/.nvmrc", "20", "22"},                                  // in a folder that a glob begins with
		change{"deploy/values.yaml", "a:\n  b: 1\n", "a:\n  b: 2\n  c: 1 # x\n"}, // named
		change{"settings.json", `{"a":{"d":1}}`, `{"a":{"d":1,"e":[1]}}`},
		change{"app.toml", "x = 1\n[t]\ny = 1\n", "x = 1\n[t]\ny = 1\nz = 1\n"},
		change{"api/sql/1.txt", "", "x"},
		change{"api/migrations/1.sql", "", "x"}, // the operator's declaration replaces the conventions
		change{"web/migrations/1.sql", "", "x"},
		change{"api/queue/format.proto", "a", "b"},
	)
	want := []string{
		"irreversible: 1 changed file is marked as irreversible: api/queue/format.proto",
		"irreversible: 1 migration: a rollback will not undo it (api/sql/1.txt)",
		"look: new setting a.c: is it set in staging?",
		"look: new setting a.e: is it set in staging?",
		"look: new setting t.z: is it set in staging?",
		"look: Go 1.25 → 1.26",
		"look: Node.js 20 → 22",
	}
	if diff := cmp.Diff(want, lines(got)); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

func TestWhatCannotBeReadIsSaid(t *testing.T) {
	t.Parallel()
	file := func(path, text, problem string) bot.RepoFile {
		return bot.RepoFile{FileAt: bot.FileAt{Path: path}, Text: text, Problem: problem}
	}
	got := readiness.Report(readiness.Input{
		Changed: bot.ChangedFiles{Cut: true},
		Reads:   readiness.Reads{Left: []string{"a/package-lock.json"}},
		Before:  []bot.RepoFile{file("go.mod", "go 1.25", ""), file("package.json", "{", ""), file("Procfile", "", "could not be read: GitHub did not answer in time")},
		After:   []bot.RepoFile{file("go.mod", "", "could not be read: it is larger than 1 MB"), file("package.json", "{}", ""), file("Procfile", "web: x", "")},
	})
	want := []string{
		"unread: 1 file changed as well and was not read, since there are too many: a/package-lock.json",
		"unread: so many files differ that only the first ones were looked at",
		"unread: Procfile, as it is live, could not be read: GitHub did not answer in time",
		"unread: go.mod could not be read: it is larger than 1 MB",
		"unread: package.json, as it is live, is not valid, so it was not compared",
	}
	if diff := cmp.Diff(want, lines(got)); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

// TestWanted: the number of reads is bounded, and the most important files are read
// first.
func TestWanted(t *testing.T) {
	t.Parallel()
	var changed []bot.ChangedFile
	for i := range 6 {
		changed = append(changed, bot.ChangedFile{Path: fmt.Sprintf("s%d/Cargo.lock", i), Change: bot.FileModified})
	}
	changed = append(changed,
		bot.ChangedFile{Path: "Dockerfile", Change: bot.FileModified},
		bot.ChangedFile{Path: ".env.example", Change: bot.FileAdded},
		bot.ChangedFile{Path: "Procfile", Change: bot.FileRemoved},
	)
	got := readiness.Wanted(changed, readiness.Rules{})
	want := readiness.Reads{
		Before: []string{"Dockerfile", "Procfile", "s0/Cargo.lock", "s1/Cargo.lock", "s2/Cargo.lock", "s3/Cargo.lock"},
		After:  []string{".env.example", "Dockerfile", "s0/Cargo.lock", "s1/Cargo.lock", "s2/Cargo.lock", "s3/Cargo.lock"},
		Left:   []string{"s4/Cargo.lock", "s5/Cargo.lock"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Wanted (-want +got):\n%s", diff)
	}
	if n := len(got.Before) + len(got.After); n > readiness.MaxReads {
		t.Errorf("%d reads, at most %d are allowed", n, readiness.MaxReads)
	}
}

// TestUndone: what a rollback leaves behind is the service's migrations that were
// added, or that ran again.
func TestUndone(t *testing.T) {
	t.Parallel()
	own := readiness.Rules{Own: func(path string) bool { return strings.HasPrefix(path, "api/") }}
	marked := readiness.Rules{Migrations: func(path string) bool { return strings.HasSuffix(path, ".ddl") }}
	tests := []struct {
		name  string
		rules readiness.Rules
		cut   bool
		files []bot.ChangedFile
		want  bot.Undone
	}{
		{name: "nothing differs"},
		{
			name:  "added, changed and removed",
			files: []bot.ChangedFile{{Path: "db/migrate/1.sql", Change: bot.FileAdded}, {Path: "db/migrate/2.sql", Change: bot.FileModified}, {Path: "db/migrate/3.sql", Change: bot.FileRemoved}, {Path: "main.go", Change: bot.FileAdded}},
			want:  bot.Undone{Migrations: 1}, // what changed does not run again
		},
		{
			name:  "changed, and runs again",
			files: []bot.ChangedFile{{Path: "db/migration/R__views.sql", Change: bot.FileModified}},
			want:  bot.Undone{Migrations: 1},
		},
		{
			name: "another service's", rules: own,
			files: []bot.ChangedFile{{Path: "api/db/migrate/1.sql", Change: bot.FileAdded}, {Path: "web/db/migrate/1.sql", Change: bot.FileAdded}},
			want:  bot.Undone{Migrations: 1},
		},
		{
			name: "by the operator's own paths", rules: marked,
			files: []bot.ChangedFile{{Path: "db/migrate/1.sql", Change: bot.FileAdded}, {Path: "x/1.ddl", Change: bot.FileAdded}},
			want:  bot.Undone{Migrations: 1},
		},
		{
			name: "what the operator marked", rules: readiness.Rules{Irreversible: func(path string) bool { return strings.HasPrefix(path, "infra/") }},
			files: []bot.ChangedFile{{Path: "infra/queue.tf", Change: bot.FileModified}, {Path: "infra/old.tf", Change: bot.FileRemoved}, {Path: "main.go", Change: bot.FileAdded}},
			want:  bot.Undone{Marked: 2},
		},
		{name: "more than the code host lists", cut: true, want: bot.Undone{Unread: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := readiness.Undone(bot.ChangedFiles{Files: tt.files, Cut: tt.cut}, tt.rules)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("left behind (-want +got):\n%s", diff)
			}
		})
	}
}
