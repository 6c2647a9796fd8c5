package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The house of docs/architecture.md as a table. The linter (depguard) names the
// line that breaks it while somebody types; this test knows the whole graph, so it
// also finds a package that nobody put on the map.
const (
	module   = "github.com/slipwayhq/slipway"
	repoRoot = "../.."
)

// A floor is a part of the house: its packages, which of our own folders they may
// import, and why no others. A folder that ends in "/..." means everything below it too.
type floor struct {
	packages  string
	mayImport []string
	why       string
}

// Whatever adapts the outside to the bot may know its nouns and its pure parts.
var pure = []string{"bot", "bot/catalog", "bot/expression", "bot/guard", "bot/health", "bot/lifecycle", "bot/policy", "bot/readiness"}

const (
	whyPure        = "what is pure imports only the nouns"
	whyRoom        = "a room knows the bot, declares ports for the rest, and knows no other room"
	whyIntegration = "an integration knows neither another one nor the engine, commands or state"
)

var floors = []floor{
	{"bot", nil, "the nouns are the ground and import nothing of ours"},
	{"bot/guard", nil, "what a panic costs is decided where work begins, and the guard knows no work"},
	{"bot/lifecycle", []string{"bot"}, whyPure},
	{"bot/policy", []string{"bot"}, whyPure},
	{"bot/health", []string{"bot"}, whyPure},
	{"bot/readiness", []string{"bot"}, whyPure},
	{"bot/expression", nil, "an expression has a value whoever asks"},
	{"bot/catalog", []string{"bot"}, whyPure},
	{"bot/doctor", []string{"bot"}, whyPure},
	{"bot/watcher", []string{"bot", "bot/guard", "bot/health"}, "it asks by ports and has health judge"},
	{"bot/loop", []string{"bot", "bot/guard"}, "a loop knows no work"},
	{"bot/people", pure, whyRoom},
	{"bot/changes", []string{"bot", "bot/catalog", "bot/guard"}, whyRoom},
	{"bot/planner", pure, whyRoom},
	{"bot/announcer", append(pure, "bot/loop"), whyRoom},
	{"bot/reconciler", append(pure, "bot/loop"), whyRoom},
	{"bot/engine", append(pure, "bot/loop"), whyRoom},
	{"bot/bottest", pure, "it holds what the tests of the rooms have in common, and knows none of them"},
	{"bot/golden", nil, "it compares files, whatever is in them"},
	{"commands/...", []string{"bot/...", "commands/..."}, "commands, integrations and state meet in cmd only"},
	{"integrations/lastcheck", nil, "it holds requests back, whatever is in them"},
	{"integrations/slack/...", append(pure, "integrations/slack/...", "integrations/lastcheck"), whyIntegration},
	{"integrations/github/...", append(pure, "integrations/github/...", "integrations/lastcheck"), whyIntegration},
	{"integrations/alertmanager/...", append(pure, "integrations/alertmanager/...", "integrations/reach"), whyIntegration},
	{"integrations/checkprobe", append(pure, "integrations/reach"), whyIntegration},
	{"integrations/workflowprobe", pure, whyIntegration},
	{"integrations/reach", []string{"bot"}, "sources share it, whatever they ask"},
	{"integrations/prometheus/...", append(pure, "integrations/prometheus/...", "integrations/reach"), whyIntegration},
	{"integrations/contract", nil, "what tests compare with knows nothing of ours"},
	{"integrations/httpprobe/...", append(pure, "integrations/httpprobe/...", "integrations/reach"), whyIntegration},
	{"integrations/webhook", append(pure, "integrations/reach"), whyIntegration},
	{"state/...", append(pure, "state/..."), "the store knows neither the engine nor an integration"},
	{"scripts/readiness", []string{"bot", "bot/readiness"}, "it runs one report and nothing else"},
	{"cmd/...", []string{"bot/...", "commands/...", "integrations/...", "state/...", "cmd/..."}, "cmd joins everything"},
}

// The drivers, and who may import each: everybody else asks a port.
var drivers = []struct {
	packages   string
	importedBy []string
	why        string
}{
	{"github.com/slack-go/slack/...", []string{"integrations/slack/...", "cmd/..."}, "Slack is spoken in integrations/slack"},
	{"github.com/google/go-github/v62/...", []string{"integrations/github/...", "cmd/..."}, "GitHub is spoken in integrations/github"},
	{"github.com/redis/go-redis/v9/...", []string{"state/...", "cmd/..."}, "Redis is spoken in state"},
	{"gonum.org/v1/plot/...", []string{"integrations/slack/picture"}, "charts are drawn in integrations/slack/picture"},
	{"testing/...", []string{"integrations/contract", "bot/bottest", "bot/golden"}, "no production code asks whether it is in a test"},
	{"integrations/contract", nil, "only tests compare with the contract"},
	{"bot/bottest", nil, "only tests use what tests have in common"},
	{"bot/golden", nil, "only tests compare with golden files"},
}

func within(folder, pkg string) bool {
	tree, deep := strings.CutSuffix(folder, "/...")
	return pkg == tree || deep && strings.HasPrefix(pkg, tree+"/")
}

func anyWithin(folders []string, pkg string) bool {
	return slices.ContainsFunc(folders, func(folder string) bool { return within(folder, pkg) })
}

func floorOf(pkg string) (floor, bool) {
	i := slices.IndexFunc(floors, func(f floor) bool { return within(f.packages, pkg) })
	if i < 0 {
		return floor{}, false
	}

	return floors[i], true
}

// violations returns a sentence for every import that points against the house, and
// for every package that has no place in it.
func violations(packages []listed) []string {
	var found []string
	for _, p := range packages {
		from, known := floorOf(p.ImportPath)
		if !known {
			found = append(found, p.ImportPath+" is not on the map: give it a floor here and in docs/architecture.md")

			continue
		}
		for _, imported := range p.Imports {
			if why := objection(from, p.ImportPath, imported); why != "" {
				found = append(found, fmt.Sprintf("%s imports %s: %s", p.ImportPath, imported, why))
			}
		}
	}

	return found
}

// objection says why a package on a floor may not import another, or nothing.
func objection(from floor, pkg, imported string) string {
	if _, ours := floorOf(imported); ours && !anyWithin(from.mayImport, imported) {
		return from.why
	}
	for _, d := range drivers {
		if within(d.packages, imported) && !anyWithin(d.importedBy, pkg) {
			return d.why
		}
	}

	return ""
}

// What `go list` says of a package. Imports are those of its code, not of its tests:
// tests may reach anywhere. Packages of ours are named by their folder.
type listed struct {
	ImportPath string   `json:"ImportPath"`
	Dir        string   `json:"Dir"`
	GoFiles    []string `json:"GoFiles"`
	Imports    []string `json:"Imports"`
}

// listings are the answers of go list, by what it was asked: several tests ask the same.
var listings sync.Map

func listPackages(tb testing.TB, args ...string) []listed {
	tb.Helper()
	known, _ := listings.LoadOrStore(strings.Join(args, " "), sync.OnceValues(func() ([]listed, error) { return goList(args) }))
	list, _ := known.(func() ([]listed, error))
	packages, err := list()
	if err != nil {
		tb.Fatalf("go list %q: %v", args, err)
	}
	return packages
}

func goList(args []string) ([]listed, error) {
	cmd := exec.CommandContext(context.Background(), "go", append([]string{"list", "-json=ImportPath,Dir,GoFiles,Imports"}, args...)...)
	cmd.Dir = repoRoot
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	var packages []listed
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages, nil
		}
		if err != nil {
			return nil, fmt.Errorf("decode the answer: %w", err)
		}
		p.ImportPath = strings.TrimPrefix(p.ImportPath, module+"/")
		for i, imported := range p.Imports {
			p.Imports[i] = strings.TrimPrefix(imported, module+"/")
		}
		packages = append(packages, p)
	}
}

func TestArrowsPointDown(t *testing.T) {
	t.Parallel()
	for _, v := range violations(listPackages(t, "./...")) {
		t.Error(v)
	}
}

// TestRoomsAreSmall: a room in which nobody finds anything any more is two.
func TestRoomsAreSmall(t *testing.T) {
	t.Parallel()
	const limit = 19
	rooms := 0
	for _, p := range listPackages(t, "./bot/...") {
		at, _ := floorOf(p.ImportPath)
		if at.why != whyRoom && p.ImportPath != "bot/watcher" {
			continue
		}
		rooms++
		if len(p.GoFiles) > limit {
			t.Errorf("%s has %d files, at most %d: give one of its trades a room of its own", p.ImportPath, len(p.GoFiles), limit)
		}
	}
	if rooms != 7 {
		t.Errorf("there are %d rooms, not the seven of docs/architecture.md", rooms)
	}
}

// TestTheLinkerCanLeaveOut: a program that calls methods by names that are only known
// at run time keeps every exported method of every type in it, called or not. These do,
// by themselves; text/template does too, and is there for templates of cobra's that
// nobody uses, which the linker sees.
func TestTheLinkerCanLeaveOut(t *testing.T) {
	t.Parallel()
	unwanted := []string{"html/template", "github.com/modern-go/reflect2", "github.com/json-iterator/go"}
	for _, p := range listPackages(t, "-deps", "./cmd/slipway") {
		if anyWithin(unwanted, p.ImportPath) {
			t.Errorf("%s is linked into slipway, which makes it half as large again: see docs/adr/0015-what-the-program-weighs.md", p.ImportPath)
		}
	}
}

// TestNothingSimulatedIsShipped looks at everything that is linked into the program
// that people install.
func TestNothingSimulatedIsShipped(t *testing.T) {
	t.Parallel()
	unwanted := []string{
		"integrations/slack/slacksim/...", "integrations/github/githubsim/...", "integrations/contract/...", "bot/bottest", "bot/golden",
		"github.com/alicebob/miniredis/v2/...", "github.com/getkin/kin-openapi/...", "testing/...",
	}
	linked := listPackages(t, "-deps", "./cmd/slipway")
	for _, p := range linked {
		if anyWithin(unwanted, p.ImportPath) {
			t.Errorf("%s is linked into slipway; it belongs to tests and to slipway-demo", p.ImportPath)
		}
	}
	if !slices.ContainsFunc(linked, func(p listed) bool { return p.ImportPath == "bot/engine" }) {
		t.Error("the list of what is linked lacks the engine: it is not the list")
	}
	for _, p := range listPackages(t, "-deps", "./cmd/slipway-demo") {
		if within("github.com/getkin/kin-openapi/...", p.ImportPath) {
			t.Errorf("%s is linked into slipway-demo; only tests compare with GitHub's description", p.ImportPath)
		}
	}
}

// The check itself must be able to fail.
func TestViolations(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, from, to string
		want           string // empty: the import is fine
	}{
		{"nouns import a pure package", "bot", "bot/policy", "import nothing of ours"},
		{"lifecycle imports policy", "bot/lifecycle", "bot/policy", "only the nouns"},
		{"policy imports the engine", "bot/policy", "bot/engine", "only the nouns"},
		{"engine imports the store", "bot/engine", "state", "declares ports"},
		{"engine imports another room", "bot/engine", "bot/people", "no other room"},
		{"room imports the engine", "bot/people", "bot/engine", "no other room"},
		{"room imports another", "bot/reconciler", "bot/announcer", "no other room"},
		{"program imports what tests have in common", "cmd/slipway", "bot/bottest", "only tests use"},
		{"engine imports an adapter", "bot/engine", "integrations/github", "declares ports"},
		{"command imports an adapter", "commands", "integrations/slack", "meet in cmd only"},
		{"command imports the store", "commands/grammar", "state", "meet in cmd only"},
		{"adapter imports commands", "integrations/slack", "commands", "an integration knows neither"},
		{"adapter imports the engine", "integrations/github", "bot/engine", "an integration knows neither"},
		{"adapter imports another", "integrations/slack/blocks", "integrations/github", "an integration knows neither"},
		{"simulator imports another adapter's", "integrations/github/githubsim", "integrations/slack/slacksim", "an integration knows neither"},
		{"probe imports the store", "integrations/httpprobe", "state", "an integration knows neither"},
		{"store imports the engine", "state", "bot/engine", "neither the engine nor an integration"},
		{"store imports an adapter", "state", "integrations/github", "neither the engine nor an integration"},
		{"something imports cmd", "commands", "cmd/slipway", "meet in cmd only"},
		{"command speaks Slack", "commands", "github.com/slack-go/slack", "integrations/slack"},
		{"slack speaks GitHub", "integrations/slack", "github.com/google/go-github/v62/github", "integrations/github"},
		{"engine speaks Redis", "bot/engine", "github.com/redis/go-redis/v9", "state"},
		{"slack draws", "integrations/slack", "gonum.org/v1/plot", "are drawn in"},
		{"simulator imports testing", "integrations/slack/slacksim", "testing", "no production code"},
		{"program imports what tests compare with", "cmd/slipway", "integrations/contract", "only tests compare"},
		{"package that is not on the map", "bot/misc", "fmt", "not on the map"},
		{"folder at the top that is not on the map", "internal/util", "fmt", "not on the map"},

		{"pure package imports the nouns", "bot/policy", "bot", ""},
		{"engine imports a pure package", "bot/engine", "bot/lifecycle", ""},
		{"command imports the engine", "commands", "bot/engine", ""},
		{"command imports the grammar", "commands", "commands/grammar", ""},
		{"adapter imports its own folder", "integrations/slack", "integrations/slack/blocks", ""},
		{"cmd imports an adapter", "cmd/slipway", "integrations/slack", ""},
		{"store speaks Redis", "state", "github.com/redis/go-redis/v9", ""},
		{"anything imports the standard library", "bot", "strings", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := strings.Join(violations([]listed{{ImportPath: tt.from, Imports: []string{tt.to}}}), "\n")
			if (tt.want == "") != (got == "") || !strings.Contains(got, tt.want) {
				t.Errorf("violations(%s imports %s) = %q, want it to say %q", tt.from, tt.to, got, tt.want)
			}
		})
	}
}

// What the top level may hold. Files and folders that begin with a dot belong to
// tools (git, the linter, CI, editors) and are left to them.
func TestTopLevelIsFixed(t *testing.T) {
	t.Parallel()
	allowed := []string{
		"cmd", "bot", "commands", "integrations", "state", "go.mod", "go.sum", "Dockerfile",
		"README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "Makefile",
		"docs", "scripts", "examples", "deploy",
		"bin", "data", // what is built and what an embedded Redis writes; git ignores both
	}
	entries, err := os.ReadDir(repoRoot)
	if err != nil {
		t.Fatal(err)
	}
	var strangers []string
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(allowed, e.Name()) {
			strangers = append(strangers, e.Name())
		}
	}
	if diff := cmp.Diff([]string(nil), strangers); diff != "" {
		t.Errorf("the top level is fixed, so that everybody finds their way; not on its list:\n%s", diff)
	}
}

func TestEveryPackageIsDocumented(t *testing.T) {
	t.Parallel()
	const fewest = 3
	for _, p := range listPackages(t, "./...") {
		if len(p.GoFiles) == 0 {
			continue // tests only
		}
		if got := sentences(packageDoc(t, p)); got < fewest {
			t.Errorf("%s: its package documentation has %d sentences, want at least %d: say what it is, why, and what it does not do", p.ImportPath, got, fewest)
		}
	}
}

// packageDoc returns the whole package comment; go list knows only its first sentence.
func packageDoc(tb testing.TB, p listed) string {
	tb.Helper()
	var doc strings.Builder
	for _, name := range p.GoFiles {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			tb.Fatal(err)
		}
		doc.WriteString(textOf(file.Doc))
	}

	return doc.String()
}

func textOf(doc *ast.CommentGroup) string {
	if doc == nil {
		return ""
	}

	return doc.Text()
}

func sentences(text string) int {
	return len(regexp.MustCompile(`[.!?](\s|$)`).FindAllString(text, -1))
}
