package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot/golden"
	"github.com/slipwayhq/slipway/integrations/slack/manifest"
)

// printed is what slipway prints to somebody who has no variables set.
func printed(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	nothing := func(string) (string, bool) { return "", false }
	if status := run(t.Context(), args, world{in: &bytes.Buffer{}, out: &out, err: &errs, lookup: nothing}); status != statusGood {
		t.Fatalf("slipway %q: status %d: %s", args, status, errs.String())
	}
	return out.String()
}

// fresh holds a committed file to what generates it, and writes it again with -update.
func fresh(t *testing.T, name, want string) {
	t.Helper()
	golden.Check(t, filepath.Join(repoRoot, name), want)
}

func TestClaims_TheExampleManifestIsGenerated(t *testing.T) {
	t.Parallel()
	const head = `# The Slack app that examples/slipway.yaml needs, as slipway manifest prints it. Replace
# bot.example.com by the public name of your slipway, or print your own.
`
	fresh(t, "examples/slack-manifest.yaml", head+printed(t, "manifest", "-c", filepath.Join(repoRoot, "examples", "slipway.yaml")))
}

// What slipway init writes and the example that people copy are one workflow.
func TestClaims_TheExampleWorkflowIsTheOneThatInitWrites(t *testing.T) {
	t.Parallel()
	fresh(t, "examples/workflows/deploy.yml", strings.TrimPrefix(repoFile(t, "cmd/slipway/starter/deploy.yml"), ""))
}

// TestClaims_TheTableOfScopesIsGenerated: docs/security.md says of every scope and event
// what it is for, as the manifest has them.
func TestClaims_TheTableOfScopesIsGenerated(t *testing.T) {
	t.Parallel()
	const name, begins, ends = "docs/security.md", "<!-- scopes -->\n", "<!-- /scopes -->"
	before, rest, found := strings.Cut(repoFile(t, name), begins)
	_, after, ended := strings.Cut(rest, ends)
	if !found || !ended {
		t.Fatalf("%s has no place for the table", name)
	}
	var table strings.Builder
	table.WriteString("| Scope or event | For |\n|---|---|\n| `connections:write` | Socket Mode: opening the connection (of the app-level token, not of the bot's) |\n")
	for _, g := range append(manifest.AllScopes(), manifest.AllEvents()...) {
		fmt.Fprintf(&table, "| `%s` | %s |\n", g.Name, g.For)
	}
	fresh(t, name, before+begins+table.String()+ends+after)
}
