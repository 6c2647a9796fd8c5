package commands_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/golden"
	"github.com/slipwayhq/slipway/bot/policy"
	"github.com/slipwayhq/slipway/commands"
)

const securityPage = "../docs/security.md"

// TestPromise4_TableOfRights: docs/security.md holds the table of every verb and
// every button as the registries have it.
func TestPromise4_TableOfRights(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(securityPage)
	if err != nil {
		t.Fatal(err)
	}
	verbs, buttons := "| Verb | Who | Bound by |\n|---|---|---|\n", "| Button | Who | Bound by |\n|---|---|---|\n"
	for _, r := range newCommands(t, newHouse(t)).Rights() {
		if who := commands.InWords(r.Who); who == "" || r.Bound == "" {
			t.Errorf("%s%s says not who may, or by what it is bound: %+v", r.Verb, r.Button, r)
		} else if r.Verb != "" {
			verbs += fmt.Sprintf("| `%s` | %s | %s |\n", r.Verb, who, r.Bound)
		} else {
			buttons += fmt.Sprintf("| %s | %s | %s |\n", r.Label, who, r.Bound)
		}
	}
	want := between(t, between(t, string(page), "verbs", verbs), "buttons", buttons)
	golden.Check(t, securityPage, want)
}

// TestPromise4_WhatMakesAReleaseIsJudged: whatever makes a release that changes
// what is live, or says what is, meets the rule about who may deploy, and whatever
// else is bound by it.
func TestPromise4_WhatMakesAReleaseIsJudged(t *testing.T) {
	t.Parallel()
	kinds := map[string]bot.Kind{"deploy": bot.Deploy, "promote": bot.Deploy, "rollback": bot.Rollback, "adopt": bot.Adopt}
	h := fullHouse(t)
	for verb, kind := range kinds {
		for _, rule := range []string{"deployers", "channel", "lock", "freeze", "quarantine"} {
			if !slices.Contains(policy.Bound(kind), rule) {
				t.Errorf("%s is not bound by %s", verb, rule)
			}
		}
	}
	for verb, texts := range whole {
		for _, text := range texts {
			h.drafts = nil
			if _, err := newCommands(t, h).Command(t.Context(), byBen(text)); err != nil {
				t.Fatal(err)
			}
			for _, d := range h.drafts {
				if kind, known := kinds[verb]; d.Kind != bot.Preview && d.Kind != bot.Batch && (!known || d.Kind != kind) {
					t.Errorf("%s makes a %s, and nothing says that it may", text, d.Kind)
				}
			}
		}
	}
}

// between puts a text between two marks of a page.
func between(tb testing.TB, page, mark, text string) string {
	tb.Helper()
	before, rest, opens := strings.Cut(page, "<!-- "+mark+" -->\n")
	_, after, closes := strings.Cut(rest, "<!-- /"+mark+" -->\n")
	if !opens || !closes {
		tb.Fatalf("the page has no place for the %s", mark)
	}
	return before + "<!-- " + mark + " -->\n" + text + "<!-- /" + mark + " -->\n" + after
}

// actions are all buttons that there are, as they are declared.
func actions(tb testing.TB) []bot.Action {
	tb.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../bot/invocation.go", nil, 0)
	if err != nil {
		tb.Fatal(err)
	}
	var all []bot.Action
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if of, named := spec.Type.(*ast.Ident); named && of.Name == "Action" {
			value, isText := spec.Values[0].(*ast.BasicLit)
			if !isText {
				tb.Fatalf("%s is no text", spec.Names[0])
			}
			text, err := strconv.Unquote(value.Value)
			if err != nil {
				tb.Fatal(err)
			}
			all = append(all, bot.Action(text))
		}
		return true
	})
	return all
}

// TestPromise4_EveryButtonHasARow: a button that is declared is in the table of
// rights, once, and tried in every cell.
func TestPromise4_EveryButtonHasARow(t *testing.T) {
	t.Parallel()
	declared := actions(t)
	if len(declared) < 15 {
		t.Fatalf("only %v are declared", declared)
	}
	rights := newCommands(t, newHouse(t)).Rights()
	for _, a := range declared {
		rows := slices.DeleteFunc(slices.Clone(rights), func(r commands.Right) bool { return r.Button != a })
		if len(rows) != 1 {
			t.Errorf("%s has %d rows", a, len(rows))
		}
		if _, tried := pressable()[a]; !tried {
			t.Errorf("%s is not tried", a)
		}
	}
}
