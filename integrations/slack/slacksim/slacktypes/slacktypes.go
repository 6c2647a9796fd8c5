// Package slacktypes holds what is sent to Slack against the types that Slack publishes
// for its own libraries (npm @slack/types, @slack/web-api and @slack/bolt), by the
// compiler of TypeScript: every value becomes a literal of the type that it must have.
//
// It finds wrong kinds, unknown keys and words, and what is missing. Lengths and counts
// it does not see; those the simulator knows ([slacksim.Validate]).
//
// Only tests use it. `make conformance` brings the libraries.
package slacktypes

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// newer are the blocks that Slack takes and @slack/types does not know yet, each with
// the reason why it may be sent all the same. The compiler says when the types have
// learned one, so that its line here goes.
func newer() map[string]string {
	return map[string]string{
		"data_visualization": "in Slack's reference since 2026-06, in slack-go since 0.27",
	}
}

// Literals gathers values and the types that they must have.
type Literals struct {
	text  strings.Builder
	seen  map[string]bool
	count int
}

// New gives an empty collection.
func New() *Literals {
	l := &Literals{seen: map[string]bool{}}
	l.text.WriteString(`import type { HomeView, KnownBlock, ModalView, Option, OptionGroup } from "@slack/types";
import type { WebClient } from "@slack/web-api";
import type { RespondArguments, ViewResponseAction } from "@slack/bolt";
`)
	l.text.WriteString("type Block = KnownBlock")
	for kind := range newer() {
		fmt.Fprintf(&l.text, " | { type: %q; [key: string]: unknown }", kind)
	}
	l.text.WriteString(";\n")
	for kind, why := range newer() {
		fmt.Fprintf(&l.text, "// @ts-expect-error %s\nexport const %s: KnownBlock[\"type\"] = %q;\n", why, kind, kind)
	}
	return l
}

// Len is how many values there are.
func (l *Literals) Len() int { return l.count }

// add takes a value as JSON, unless the same was taken before as the same type.
func (l *Literals) add(kind, name string, value []byte) {
	key := kind + string(value)
	if l.seen[key] {
		return
	}
	l.seen[key] = true
	fmt.Fprintf(&l.text, "// %s\nexport const value%d: %s = %s;\n", strings.Join(strings.Fields(name), " "), l.count, kind, value)
	l.count++
}

// Blocks takes the blocks of a message, or of anything that shows blocks.
func (l *Literals) Blocks(name string, raw []byte) error {
	var blocks []json.RawMessage
	if err := json.Unmarshal(raw, &blocks); err != nil {
		return fmt.Errorf("read the blocks of %s: %w", name, err)
	}
	for _, block := range blocks {
		l.add("Block", name, block)
	}
	return nil
}

// View takes a modal or a Home tab, and its blocks.
func (l *Literals) View(name string, raw []byte) error {
	var view map[string]json.RawMessage
	if err := json.Unmarshal(raw, &view); err != nil {
		return fmt.Errorf("read the view %s: %w", name, err)
	}
	if err := l.Blocks(name, view["blocks"]); err != nil {
		return err
	}
	view["blocks"] = json.RawMessage("[]") // in views the types take any block
	rest, err := json.Marshal(view)
	if err != nil {
		return fmt.Errorf("write the view %s: %w", name, err)
	}
	kind := "ModalView"
	if string(view["type"]) == `"home"` {
		kind = "HomeView"
	}
	l.add(kind, name, rest)
	return nil
}

// Manifest takes the manifest of an app.
func (l *Literals) Manifest(name string, raw []byte) {
	l.add(`Parameters<WebClient["apps"]["manifest"]["validate"]>[0]["manifest"]`, name, raw)
}

// Check has the compiler look at all values; modules is where the libraries are, and
// dir a folder for what it reads. The error is what the compiler says.
func (l *Literals) Check(ctx context.Context, modules, dir string) error {
	if l.count == 0 {
		return errors.New("there is nothing to hold against Slack's types")
	}
	if err := os.Symlink(filepath.Join(modules, "node_modules"), filepath.Join(dir, "node_modules")); err != nil {
		return fmt.Errorf("make the libraries known to the compiler: %w", err)
	}
	source := filepath.Join(dir, "values.ts")
	if err := os.WriteFile(source, []byte(l.text.String()), 0o600); err != nil {
		return fmt.Errorf("write what the compiler reads: %w", err)
	}
	compile := exec.CommandContext(ctx, filepath.Join(modules, "node_modules", ".bin", "tsc"), //nolint:gosec // the compiler that make conformance brought
		"--strict", "--noEmit", "--skipLibCheck", "--module", "nodenext", "--pretty", "false", source)
	compile.Dir = dir
	if said, err := compile.CombinedOutput(); err != nil {
		return fmt.Errorf("%w:\n%s", err, named(string(said), l.text.String()))
	}
	return nil
}

// named gives the first faults, each with the value that it is about: the compiler
// names lines alone.
func named(said, source string) string {
	const limit = 20
	lines := strings.Split(source, "\n")
	var out []string
	for line := range strings.Lines(said) {
		var at, column int
		_, about, found := strings.Cut(line, "values.ts(")
		if _, err := fmt.Sscanf(about, "%d,%d)", &at, &column); !found || err != nil || at < 2 || at > len(lines) {
			out = append(out, strings.TrimRight(line, "\n"))
			continue
		}
		out = append(out, fmt.Sprintf("%s\n%s  %.2000s", strings.TrimRight(line, "\n"), lines[at-2], lines[at-1]))
		if len(out) == limit {
			break
		}
	}
	return strings.Join(out, "\n")
}
