package readiness_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/readiness"
)

// locked is a lock file of npm with these packages.
func locked(packages ...string) string {
	var entries []string
	for _, p := range packages {
		name, version, _ := strings.Cut(p, "@")
		entries = append(entries, fmt.Sprintf("%q:{\"version\":%q}", "node_modules/"+name, version))
	}
	return `{"packages":{` + strings.Join(entries, ",") + `}}`
}

// TestLines covers the lines that TestReport leaves out, one at a time.
func TestLines(t *testing.T) {
	t.Parallel()
	var many []string
	for i := range 15 {
		many = append(many, fmt.Sprintf("KEY_%02d=\n", i))
	}
	tests := []struct {
		name    string
		changes []change
		want    []string
	}{
		{"Go, told by its module alone", []change{{"go.mod", "module x\n\ngo 1.25 // old\n", "module x\n\ngo 1.26\n"}}, []string{"look: Go 1.25 → 1.26"}},
		{"a language that is not named any more", []change{{".tool-versions", "# ours\nnodejs 22\n\n", "#\n# none\n"}}, []string{"note: Node.js 22, not named any more"}},
		{"an image that is not used any more", []change{
			{"Dockerfile", "FROM debian:12\nFROM ghcr.io/acme/base:1\n", "FROM ghcr.io/acme/base:1\n"},
		}, []string{"note: image debian 12 is not used any more"}},
		{"nothing beneath", []change{{"Dockerfile", "FROM scratch\nCMD [\"/a\"]\n", "FROM scratch\nCMD [\"/b\"]\n"}}, []string{"look: start command changed: “/a” → “/b”"}},
		{"a port that is new", []change{{"Dockerfile", "FROM a:1\nEXPOSE 80\n", "FROM a:1\nEXPOSE 80 9090\n"}}, []string{"look: port 9090 is new"}},
		{"a port that is gone", []change{{"Dockerfile", "FROM a:1\nEXPOSE 80 9090\n", "FROM a:1\nEXPOSE 80\n"}}, []string{"look: port 9090 is gone"}},
		{"a Dockerfile of many names", []change{
			{"Dockerfile.prod", "FROM golang:1.25\n", "FROM golang:1.26\n"}, {"api.dockerfile", "FROM node:20\n", "FROM node:22\n"},
		}, []string{"look: Go 1.25 → 1.26", "look: Node.js 20 → 22"}},
		{"what a script in a Dockerfile says", []change{{
			"Dockerfile", "FROM a:1\nCMD a\nRUN <<END\nCMD no\nEND\nEXPOSE 80\n", "FROM a:1\nCMD a\nRUN <<-'END'\n  CMD neither\n\tEND\nEXPOSE 81\n",
		}}, []string{"look: port 80 → 81"}},
		{"a line that is cut", []change{{"Dockerfile", "FROM a:1\nCMD a \\\n# a remark\n\n  b", "FROM a:1\nCMD a \\\n  c"}}, []string{"look: start command changed: “a b” → “a c”"}},
		{"many settings", []change{{".env.example", "A=\n", "A=\n" + strings.Join(many, "")}}, append(settingLines(6),
			"look: 9 more new settings: KEY_06, KEY_07, KEY_08, KEY_09, KEY_10, KEY_11, KEY_12, KEY_13 and 1 more: are they set in production?")},
		{"as many as have a line each", []change{{".env.example", "A=\n", "A=\n" + strings.Join(many[:6], "")}}, settingLines(6)},
		{"one dependency", []change{{"package-lock.json", locked("a@1.0.0"), locked("a@1.0.1")}}, []string{"note: 1 dependency raised (a 1.0.0 → 1.0.1)"}},
		{"four dependencies", []change{
			{"package-lock.json", locked("a@1.0.0", "b@1.0.0", "c@1.0.0", "d@1.0.0"), locked("a@1.1.0", "b@1.1.0", "c@1.1.0", "d@1.1.0")},
		}, []string{"note: 4 dependencies raised"}},
		{"a dependency less", []change{{"package-lock.json", locked("a@1.0.0", "b@1.0.0"), locked("a@1.0.0")}}, []string{"note: 1 dependency removed (b)"}},
		{"one of another kind", []change{{"package-lock.json", locked("a@main"), locked("a@next")}}, []string{"note: 1 dependency changed (a main → next)"}},
		{"a wish where nothing is locked", []change{
			{"package.json", `{"dependencies":{"a":"^1.0.0"},"scripts":{"start":"node a"}}`, `{"dependencies":{"a":"^2.0.0"},"scripts":{"start":"node b"}}`},
		}, []string{"look: npm start changed: “node a” → “node b”", "look: 1 direct dependency raised to another major version: a 1 → 2"}},
		{"requirements from elsewhere", []change{
			{"requirements.txt", "a==1.0\n  b==1.0\nhttps://x/c==1.whl\nd @ file:///d==1\n", "a==1.0\n  b==1.1\nhttps://x/c==2.whl\nd @ file:///d==2\n"},
		}, []string{"note: 1 direct dependency raised (b 1.0 → 1.1); 1 changed (d: another path)"}},
		{"text that would be no line", []change{{".env.example", "A=\n", "A=\nB\u202e_\u0007C=\n"}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := lines(report(t, bot.Forward, readiness.Rules{Environment: "production"}, tt.changes...))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
		})
	}
}

func settingLines(n int) []string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf("look: new setting KEY_%02d: is it set in production?", i))
	}
	return all
}

// TestWithoutAnEnvironment: without a named environment a new setting is asked about in
// general words.
func TestWithoutAnEnvironment(t *testing.T) {
	t.Parallel()
	got := lines(report(t, bot.Forward, readiness.Rules{}, change{".env.example", "A=\n", "A=\nB=\n"}))
	if diff := cmp.Diff([]string{"look: new setting B: is it set in the environment?"}, got); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

// TestReadsAreCounted: a changed file is read twice, an added or removed one once, and
// the most important are read first.
func TestReadsAreCounted(t *testing.T) {
	t.Parallel()
	file := func(kind bot.FileChange, folder int, name string) bot.ChangedFile {
		return bot.ChangedFile{Path: fmt.Sprintf("s%02d/%s", folder, name), Change: kind}
	}
	tests := []struct {
		name                     string
		modified, added, removed int
		before, after, left      int
	}{
		{"as many as may be", 5, 1, 1, 6, 6, 0},
		{"one too many", 6, 1, 0, 6, 6, 1},
		{"two would be one too many", 5, 0, 1, 6, 5, 0},
		{"six that changed", 6, 0, 0, 6, 6, 0},
		{"seven that changed", 7, 0, 0, 6, 6, 1},
		{"twelve that came", 0, 12, 0, 0, 12, 0},
		{"thirteen that went", 0, 0, 13, 12, 0, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var changed []bot.ChangedFile
			for i := range tt.modified {
				changed = append(changed, file(bot.FileModified, i, "go.mod"))
			}
			for i := range tt.added {
				changed = append(changed, file(bot.FileAdded, 20+i, "go.mod"))
			}
			for i := range tt.removed {
				changed = append(changed, file(bot.FileRemoved, 40+i, "go.mod"))
			}
			got := readiness.Wanted(changed, readiness.Rules{Paths: []string{"**"}, Own: func(string) bool { return true }})
			if len(got.Before) != tt.before || len(got.After) != tt.after || len(got.Left) != tt.left || len(got.Before)+len(got.After) > readiness.MaxReads {
				t.Errorf("reads %d and %d, leaves %v", len(got.Before), len(got.After), got.Left)
			}
		})
	}
	mixed := readiness.Wanted([]bot.ChangedFile{
		{Path: "package-lock.json", Change: bot.FileModified}, {Path: "main.go", Change: bot.FileModified}, {Path: ".env.example", Change: bot.FileModified},
	}, readiness.Rules{})
	// The manifest, which did not change, says which packages of the lock file are
	// direct.
	if want := []string{".env.example", "package-lock.json"}; !slices.Equal(mixed.Before, want) || !slices.Equal(mixed.After, append(want, "package.json")) || !slices.Equal(mixed.Beside, []string{"package.json"}) {
		t.Errorf("reads %v and %v, beside %v, want %v and package.json", mixed.Before, mixed.After, mixed.Beside, want)
	}
}

// TestLinesAreBounded: beyond a limit things are counted, not listed.
func TestLinesAreBounded(t *testing.T) {
	t.Parallel()
	var before, after []string
	for i := range 100 {
		before, after = append(before, fmt.Sprintf("FROM a%02d:1", i)), append(after, fmt.Sprintf("FROM a%02d:2", i))
	}
	got := report(t, bot.Forward, readiness.Rules{}, change{"Dockerfile", strings.Join(before, "\n"), strings.Join(after, "\n")})
	left := 100 - len(got.Findings)
	if want := []string{fmt.Sprintf("%d more changes are not listed", left)}; left <= 0 || !slices.Equal(got.Unread, want) {
		t.Errorf("%d lines, unread %q, want %q", len(got.Findings), got.Unread, want)
	}
}
