package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

// newPhase is one in which a release waits for a minute, behind the queue.
func newPhase() addition {
	return addition{
		what: "phase",
		fresh: map[string]string{"bot/lifecycle/paused.go": `package lifecycle

import "github.com/slipwayhq/slipway/bot"

// paused: it goes back into the queue by itself.
func (s *step) paused(ev bot.Event) {
	switch ev := ev.(type) {
	case bot.Ticked:
		s.enter(bot.Queued)
	default:
		s.late(ev)
	}
}
`},
		edits: map[string][]string{
			"bot/phase.go": {
				"\t// Dispatching: holds", "\t// Paused: waits for a minute.\n\tPaused Phase = \"paused\"\n\t// Dispatching: holds",
				"\t\tRequested, AwaitingApproval, Queued,", "\t\tRequested, AwaitingApproval, Queued, Paused,",
				"\tcase AwaitingApproval, Queued:", "\tcase AwaitingApproval, Queued, Paused:",
			},
			"bot/outcome.go":         {"\tcase Requested, AwaitingApproval, Queued,", "\tcase Requested, AwaitingApproval, Queued, Paused,"},
			"bot/lifecycle/batch.go": {"\tcase bot.Requested, bot.AwaitingApproval, bot.Queued,", "\tcase bot.Requested, bot.AwaitingApproval, bot.Queued, bot.Paused,"},
			"bot/lifecycle/lifecycle.go": {
				"//\tdispatching ", "//\tpaused             -> queued\n//\tdispatching ",
				"\tcase bot.Dispatching:\n", "\tcase bot.Paused:\n\t\ts.paused(ev)\n\tcase bot.Dispatching:\n",
			},
			"bot/lifecycle/timers.go": {"\tcase bot.Dispatching:\n", "\tcase bot.Paused:\n\t\treturn r.Since().Add(time.Minute)\n\tcase bot.Dispatching:\n"},
			"commands/truth.go": {
				"\tcase bot.Dispatching:\n", "\tcase bot.Paused:\n\t\treturn r.ID + \" waits for a minute\"\n\tcase bot.Dispatching:\n",
				"\tcase bot.Requested, bot.AwaitingApproval, bot.Queued,", "\tcase bot.Requested, bot.AwaitingApproval, bot.Queued, bot.Paused,",
			},
			"integrations/slack/blocks/button.go": {"\tcase bot.Requested, bot.Dispatching:", "\tcase bot.Requested, bot.Paused, bot.Dispatching:"},
			"integrations/slack/blocks/state.go":  {"\tcase bot.Dispatching:\n", "\tcase bot.Paused:\n\t\treturn \"It waits for a minute.\"\n\tcase bot.Dispatching:\n"},
			"integrations/slack/blocks/words.go": {
				"\tcase bot.Dispatching:\n\t\treturn \"starting\"", "\tcase bot.Paused:\n\t\treturn \"paused\"\n\tcase bot.Dispatching:\n\t\treturn \"starting\"",
				"\tcase bot.Queued:\n\t\treturn \"🚦\"", "\tcase bot.Queued, bot.Paused:\n\t\treturn \"🚦\"",
			},
		},
		proofIn: "bot/lifecycle", proof: `package lifecycle_test

import (
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/lifecycle"
)

func TestTheNewThing(t *testing.T) {
	r := newRelease(bot.Deploy)
	r.Phase = bot.Paused
	if next, _ := lifecycle.Next(r, bot.Ticked{}, time.Now()); next.Phase != bot.Queued {
		t.Errorf("it is %s after a minute", next.Phase)
	}
	if !r.Phase.Known() || !r.Phase.Waits() || r.Phase.HoldsSlot() || !r.CanBeStopped() {
		t.Error("it answers wrongly")
	}
}
`,
	}
}

// TestANewPhaseIsNamedEverywhere: the linter lists each switch over phases that does
// not name all of them, so these are the files that a new one touches.
func TestANewPhaseIsNamedEverywhere(t *testing.T) {
	t.Parallel()
	var touched []string
	for file := range newPhase().edits {
		touched = append(touched, file)
	}
	slices.Sort(touched)
	if diff := cmp.Diff(touched, switchesOverPhases(t)); diff != "" {
		t.Errorf("the files that switch over all phases (-named by newPhase +found):\n%s", diff)
	}
}

// switchesOverPhases are the files in which a switch names every phase.
func switchesOverPhases(tb testing.TB) []string {
	tb.Helper()
	var files []string
	for _, p := range listPackages(tb, "./...") {
		for _, name := range p.GoFiles {
			file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				tb.Fatal(err)
			}
			all := false
			ast.Inspect(file, func(n ast.Node) bool {
				s, is := n.(*ast.SwitchStmt)
				all = all || is && len(phasesNamed(s)) == len(bot.Phases())
				return !all
			})
			if all {
				files = append(files, p.ImportPath+"/"+name)
			}
		}
	}
	slices.Sort(files)
	return files
}

// wordsWithin is where a word begins within a name.
var wordsWithin = regexp.MustCompile(`([a-z])([A-Z])`)

// phasesNamed are the phases that stand behind the word case in a switch.
func phasesNamed(s *ast.SwitchStmt) map[string]bool {
	named := map[string]bool{}
	for _, clause := range s.Body.List {
		c, is := clause.(*ast.CaseClause)
		if !is {
			continue
		}
		for _, e := range c.List {
			name := ""
			switch e := e.(type) {
			case *ast.Ident:
				name = e.Name
			case *ast.SelectorExpr:
				name = e.Sel.Name
			}
			phase := bot.Phase(strings.ToLower(wordsWithin.ReplaceAllString(name, "${1}_$2")))
			if phase.Known() {
				named[name] = true
			}
		}
	}
	return named
}
