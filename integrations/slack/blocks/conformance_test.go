package blocks_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

// everyForm is every form that slipway opens, by its name.
func everyForm(t *testing.T) map[string]slack.ModalViewRequest {
	t.Helper()
	choices := []bot.FormChoice{{Service: "api", Environments: []string{"staging", "production"}}}
	at := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	deploy, ok := blocks.DeployForm(bot.Form{Choices: choices}, blocks.Context{})
	target, too := blocks.TargetForm(bot.TargetForm{Choices: choices}, blocks.Context{})
	back, also := blocks.RollbackForm(bot.RollbackForm{
		Target: bot.Target{Service: "api", Environment: "production"}, Now: at, Past: []bot.Past{{Release: "api-1", SHA: "a1b2c3d4", At: at, Quarantined: true}},
	}, blocks.Context{})
	if !ok || !too || !also {
		t.Fatal("a form has nothing to choose from")
	}
	return map[string]slack.ModalViewRequest{
		"deploy": deploy, "target": target, "back": back, "reject": blocks.RejectForm(blocks.Context{Release: "api-1"}), "run": blocks.RunForm(blocks.Context{Release: "api-1"}),
	}
}

// TestConformanceTypes checks every message of the golden files, and every form, against the types that
// Slack publishes for its own libraries (@slack/types), by the compiler of TypeScript.
// It finds wrong kinds, unknown keys and words, and what is missing; not lengths and
// counts, which CheckView and Check find.
func TestConformanceTypes(t *testing.T) {
	t.Parallel()
	modules := os.Getenv("CONFORMANCE")
	if modules == "" {
		t.Skip("Slack's own types are not here: make conformance brings them")
	}
	var text strings.Builder
	text.WriteString("import type { KnownBlock, ModalView } from \"@slack/types\";\n")
	literals := 0
	literal := func(kind, name string, raw []byte) {
		fmt.Fprintf(&text, "// %s\nexport const value%d: %s = %s;\n", name, literals, kind, raw)
		literals++
	}
	for name, m := range everyMessage() {
		literal("KnownBlock[]", name, marshal(t, m.Blocks))
	}
	for name, view := range everyForm(t) {
		raw, err := json.Marshal(view)
		if err != nil {
			t.Fatal(err)
		}
		literal("ModalView", name, raw)
	}
	dir := t.TempDir()
	if err := os.Symlink(filepath.Join(modules, "node_modules"), filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	source := filepath.Join(dir, "golden.ts")
	if err := os.WriteFile(source, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	compile := exec.CommandContext(t.Context(), filepath.Join(modules, "node_modules", ".bin", "tsc"),
		"--strict", "--noEmit", "--skipLibCheck", "--module", "nodenext", source)
	compile.Dir = dir
	if said, err := compile.CombinedOutput(); err != nil {
		t.Errorf("%v:\n%.4000s", err, said)
	}
}
