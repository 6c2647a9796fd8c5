package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// addition is something new of a kind that the house has a place for: the files that
// are new, and those in which a line is added.
type addition struct {
	what  string // as the table in docs/architecture.md calls it
	fresh map[string]string
	edits map[string][]string // by file: a line, what stands in its place, and so on
	// proof is a test that is added beside it, in the package that it is run in, and
	// finds the new thing at work.
	proofIn, proof string
}

// additions are as small as can be, and each works. They stand beside each other, so that
// the whole program is compiled anew only once.
func additions() []addition {
	return []addition{newVerb(), newGate(), newGateWithSetting(), newSource(), newPhase()}
}

func newVerb() addition {
	return addition{
		what: "command",
		fresh: map[string]string{"commands/verb_greet.go": `package commands

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
)

func greetVerb(c *Commands) verb {
	return verb{run: c.greet, who: bot.AnyMember, bound: onlyShows, looks: true, help: bot.VerbHelp{
		Verb: "greet", Usage: []string{c.slash("greet")}, Summary: "Says hello.", Examples: []string{c.slash("greet")},
	}}
}

func (c *Commands) greet(context.Context, request) (bot.Answer, error) { return bot.Done{Says: "Hello."}, nil }
`},
		edits: map[string][]string{
			"commands/registry.go": {"\t\thelpVerb(c),\n", "\t\tgreetVerb(c),\n\t\thelpVerb(c),\n"},
		},
		proofIn: "commands", proof: `package commands_test

import (
	"slices"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/commands"
)

func TestTheNewThing(t *testing.T) {
	answer, err := newCommands(t, newHouse(t)).Command(t.Context(), typed("/deploy greet"))
	if done, is := answer.(bot.Done); err != nil || !is || done.Says != "Hello." {
		t.Errorf("it is answered with %#v, %v", answer, err)
	}
	answer, err = newCommands(t, newHouse(t)).Command(t.Context(), typed("/deploy help greet"))
	if help, is := answer.(bot.Help); err != nil || !is || help.Verb != "greet" {
		t.Errorf("help says %#v, %v", answer, err)
	}
	if !slices.Contains(commands.Verbs(), "greet") {
		t.Error("a service may bear its name")
	}
}
`,
	}
}

func newGate() addition {
	return addition{
		what: "gate",
		fresh: map[string]string{"bot/policy/monday.go": `package policy

import (
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// GateMonday is about Mondays.
const GateMonday = "monday"

func monday(Facts) bot.Gate { return refuse(GateMonday, "It is Monday.", "Wait for Tuesday.") }

func isMonday(f Facts) bool { return f.Now.Weekday() == time.Monday }
`},
		edits: map[string][]string{
			"bot/policy/gates.go": {
				"\t\t{name: GateDeployers,",
				"\t\t{name: GateMonday, scope: local, passable: true, when: isMonday, ask: one(monday)},\n\t\t{name: GateDeployers,",
			},
		},
		proofIn: "bot/policy", proof: `package policy_test

import (
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

func TestTheNewThing(t *testing.T) {
	for day, want := range map[int]bool{2: true, 3: false} {
		facts := policy.Facts{Now: time.Date(2026, 11, day, 12, 0, 0, 0, time.UTC)}
		for _, d := range []bot.Decision{policy.Decide(facts), policy.Update(bot.Decision{}, facts)} {
			said := false
			for _, g := range d.Refusals() {
				said = said || g.Name == policy.GateMonday
			}
			if said != want {
				t.Errorf("on November %d it says %v", day, d.Refusals())
			}
		}
	}
}
`,
	}
}

// newGateWithSetting is a gate that an operator switches on: the setting is read,
// checked, covered by the digest and stored with the plan.
func newGateWithSetting() addition {
	gate, another := newGate(), strings.NewReplacer("Monday", "Sunday", "monday", "sunday", "return f.", "return f.rules().NoSundays && f.")
	return addition{
		what:  "gate with a setting",
		fresh: map[string]string{"bot/policy/sunday.go": another.Replace(gate.fresh["bot/policy/monday.go"])},
		edits: map[string][]string{
			"bot/policy/gates.go": {"\t\t{name: GateDeployers,", another.Replace(gate.edits["bot/policy/gates.go"][1])},
			"bot/catalog/settings.go": {
				"\t\toptional(\"coalesce\",",
				"\t\toptional(\"no_sundays\", boolOf(\"Whether nothing goes on Sundays.\").or(\"false\")).into(func(s *Settings, n *node) { s.NoSundays = n.yes() }),\n\t\toptional(\"coalesce\",",
			},
			"bot/rules.go": {
				"\tReviews ReviewRule\n", "\tReviews ReviewRule\n\tNoSundays bool\n",
				"\tparts = append(parts, r.Reviews.digested()...)\n", "\tparts = append(parts, r.Reviews.digested()...)\n\tif r.NoSundays {\n\t\tparts = append(parts, \"no sundays\")\n\t}\n",
			},
			"state/stored_rules.go": {
				"`json:\"reviews,omitzero\"`\n", "`json:\"reviews,omitzero\"`\n\tNoSundays bool `json:\"no_sundays,omitempty\"`\n",
				"Reviews: storedReview(r.Reviews),", "Reviews: storedReview(r.Reviews), NoSundays: r.NoSundays,",
				"Reviews: bot.ReviewRule(r.Reviews),", "Reviews: bot.ReviewRule(r.Reviews), NoSundays: r.NoSundays,",
			},
		},
		proofIn: "cmd/slipway", proof: `package main

import (
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/policy"
)

func TestTheNewThing(t *testing.T) {
	sunday := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	var digests []string
	for _, said := range []string{"false", "true"} {
		text := "redis: {url: redis://localhost}\ngithub: {token: t}\nslack: {mode: http, bot_token: xoxb-1, signing_secret: s, team: T0001}\n" +
			"services: {api: {repo: acme/api, workflow: deploy.yml, channel: C0DEPLOYS, environments: {production: {no_sundays: " + said + "}}}}\n"
		declared, err := catalog.Parse([]byte(text), func(string) (string, bool) { return "", false }, vocabulary())
		if err != nil {
			t.Fatal(err)
		}
		plan := bot.Plan{Settings: bot.Settings{Rules: declared.Services[0].Environments[0].Rules}}
		digests = append(digests, plan.Digest())
		var refused []string
		for _, g := range policy.Decide(policy.Facts{Plan: plan, Now: sunday}).Refusals() {
			refused = append(refused, g.Name)
		}
		if got := strings.Contains(strings.Join(refused, " "), policy.GateSunday); got != (said == "true") {
			t.Errorf("no_sundays: %s is refused by %v", said, refused)
		}
	}
	if digests[0] == digests[1] {
		t.Error("the digest does not cover it")
	}
}
`,
	}
}

func newSource() addition {
	return addition{
		what: "health source",
		fresh: map[string]string{"integrations/coinprobe/coin.go": `// Package coinprobe tosses a coin.
package coinprobe

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// Kind is what a probe may say that tosses a coin.
func Kind() catalog.Source {
	return catalog.Source{
		Name: "coin", Marks: []string{"coin"}, Keys: []catalog.Key{{Name: "coin", Shape: catalog.WorkflowFile("The coin.")}},
		Kind:   func(catalog.Said) bot.SampleKind { return bot.Verdicts },
		Agrees: func(_, _ catalog.Said) []catalog.Misfit { return nil },
	}
}

// Source tosses.
type Source struct{}

// Ask tosses once.
func (Source) Ask(context.Context, bot.Question) bot.Sample { return bot.Sample{Outcome: bot.Good, Says: "heads"} }
`},
		edits: map[string][]string{
			"cmd/slipway/sources.go": {
				"\t\t{httpprobe.Kind(), openHTTP},\n",
				"\t\t{httpprobe.Kind(), openHTTP},\n\t\t{coinprobe.Kind(), func(opening) (watcher.Source, error) { return coinprobe.Source{}, nil }},\n",
				"\t\"github.com/slipwayhq/slipway/integrations/checkprobe\"\n",
				"\t\"github.com/slipwayhq/slipway/integrations/checkprobe\"\n\t\"github.com/slipwayhq/slipway/integrations/coinprobe\"\n",
			},
		},
		proofIn: "cmd/slipway", proof: `package main

import (
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

func TestTheNewThing(t *testing.T) {
	text := "redis: {url: redis://localhost}\ngithub: {token: t}\nslack: {mode: http, bot_token: xoxb-1, signing_secret: s, team: T0001}\n" +
		"services: {api: {repo: acme/api, workflow: deploy.yml, channel: C0DEPLOYS, environments: {production: {health: {probes: [{name: toss, coin: head.yml}]}}}}}\n"
	declared, err := catalog.Parse([]byte(text), func(string) (string, bool) { return "", false }, vocabulary())
	if err != nil {
		t.Fatal(err)
	}
	toss, err := sources()[1].open(opening{})
	if err != nil {
		t.Fatal(err)
	}
	probe := declared.Services[0].Environments[0].Health.Probes[0]
	if got := toss.Ask(t.Context(), bot.Question{Probe: probe}); got.Says != "heads" || probe.Source != "coin" || probe.Setting("coin") != "head.yml" {
		t.Errorf("%+v shows %+v", probe, got)
	}
}
`,
	}
}

// TestFewPlacesToTouch adds one of each kind to a copy of the files that it
// touches, builds the program with these in place of its own, and sees the new thing
// work. docs/architecture.md says how many files that are.
func TestFewPlacesToTouch(t *testing.T) {
	t.Parallel()
	said := placesSaid(t)
	all := additions()
	for _, a := range all {
		if n := len(a.fresh) + len(a.edits); said[a.what] != n {
			t.Errorf("docs/architecture.md says that a new %s is %d files, and it is %d: %v", a.what, said[a.what], n, slices.Sorted(maps.Keys(a.edits)))
		}
	}
	overlay := lay(t, all)
	run := func(args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir = repoRoot
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	run("build", "-overlay", overlay, "-o", filepath.Join(t.TempDir(), "slipway"), "./cmd/slipway")
	proofs := []string{"test", "-vet=off", "-overlay", overlay, "-run", "^TestTheNewThing"}
	for _, a := range all {
		proofs = append(proofs, "./"+a.proofIn)
	}
	run(proofs...) // the packages in which there are two are tested once
}

// lay writes the files into a folder of their own, and an overlay that puts them in
// the place of those of the repository.
func lay(tb testing.TB, together []addition) (overlay string) {
	tb.Helper()
	dir := tb.TempDir()
	root, err := filepath.Abs(repoRoot)
	if err != nil {
		tb.Fatal(err)
	}
	texts := map[string]string{}
	for i, a := range together {
		maps.Copy(texts, a.fresh)
		texts[fmt.Sprintf("%s/new_thing_%d_test.go", a.proofIn, i)] = strings.Replace(a.proof, "TestTheNewThing", fmt.Sprint("TestTheNewThing", i), 1)
		for name, lines := range a.edits {
			if _, edited := texts[name]; !edited {
				text, err := os.ReadFile(filepath.Join(repoRoot, name))
				if err != nil {
					tb.Fatal(err)
				}
				texts[name] = string(text)
			}
			for line := range slices.Chunk(lines, 2) {
				if strings.Count(texts[name], line[0]) != 1 {
					tb.Fatalf("%s has no place for a new %s", name, a.what)
				}
				texts[name] = strings.Replace(texts[name], line[0], line[1], 1)
			}
		}
	}
	replace := map[string]string{}
	for name, text := range texts {
		at := filepath.Join(dir, strconv.Itoa(len(replace))+"_"+filepath.Base(name))
		if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
			tb.Fatal(err)
		}
		replace[filepath.Join(root, name)] = at
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		tb.Fatal(err)
	}
	overlay = filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(overlay, text, 0o600); err != nil {
		tb.Fatal(err)
	}
	return overlay
}

// placesSaid reads the table of docs/architecture.md that says how many files a new
// thing touches.
func placesSaid(tb testing.TB) map[string]int {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join(repoRoot, "docs", "architecture.md"))
	if err != nil {
		tb.Fatal(err)
	}
	said := map[string]int{}
	for _, row := range regexp.MustCompile(`(?m)^\| ([a-z ]+) \|.*\| (\d+) \|$`).FindAllStringSubmatch(string(text), -1) {
		said[row[1]], _ = strconv.Atoi(row[2]) // it is a number
	}
	return said
}
