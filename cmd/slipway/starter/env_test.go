package starter_test

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/slipwayhq/slipway/cmd/slipway/starter"
)

// ofOthers are .env files of many shapes, each with one value of slipway's.
func ofOthers() []string {
	return []string{
		"", "GITHUB_TOKEN=old", "GITHUB_TOKEN=\n", "# GITHUB_TOKEN=no\nA=1\n", "export GITHUB_TOKEN='old'\nA=1\n", "GITHUB_TOKEN: old\nA: 1\n", "\uFEFFGITHUB_TOKEN=old\r\nA=1\r\n",
		"KEY='-----BEGIN\nGITHUB_TOKEN=inside\n-----END'\nGITHUB_TOKEN=old\nA=1\n", "GITHUB_TOKEN=\"several\nlines # of\n it\" # and a word\nA=1\n",
		"GITHUB_TOKEN=one\nA=1\nGITHUB_TOKEN=two\n", "A=\"1\" GITHUB_TOKEN=old\n", "  GITHUB_TOKEN = old\n\n\nA=1",
	}
}

// readsBack writes a value and reads it as slipway does; nothing else may change.
func readsBack(t *testing.T, before, value string) {
	t.Helper()
	had, err := starter.Names(before)
	if err != nil {
		t.Skip("it cannot be read to begin with")
	}
	f, err := starter.With(before, "GITHUB_TOKEN", value)
	if err != nil {
		odd := func(r rune) bool { return !unicode.IsPrint(r) || r == utf8.RuneError || strings.ContainsRune(`'"\`, r) }
		if !strings.ContainsFunc(value, odd) || value != "" && strings.Contains(err.Error(), value) && len(value) > 3 {
			t.Errorf("%q is refused: %v", value, err)
		}
		return
	}
	got, err := starter.Names(f.Text)
	if err != nil {
		t.Fatalf("%q in %q cannot be read: %q", value, before, f.Text)
	}
	want := maps.Clone(had)
	want["GITHUB_TOKEN"] = value
	if !maps.Equal(got, want) {
		t.Errorf("%q in %q reads %q, want %q, from %q", value, before, got, want, f.Text)
	}
}

// What init writes into a .env of any shape is what slipway reads there, however odd.
func TestEnv_ReadsBack(t *testing.T) {
	t.Parallel()
	for _, before := range ofOthers() {
		if _, err := starter.Names(before); err != nil { // what readsBack leaves out is for the fuzzer alone
			t.Errorf("%q cannot be read to begin with: %v", before, err)
			continue
		}
		for _, value := range []string{
			"", "ghp_1", "a b", "#", "a #b", "$HOME", "${A}", `\$A`, `\`, `a\`, `a\'`, `'`, `"`, `'"`, `it's "quoted"`, `"it's"`, "two\nlines", "two\r\nlines", "\n", "a\nGITHUB_TOKEN=b\n", "`x`", "=", "A=1", " ", "ü", "\t", "'a'", `"a"`, `\n`, "%41", "!x", "a'b\nc",
		} {
			readsBack(t, before, value)
		}
	}
}

// A shell takes the same from it, but for what only double quotes can hold.
func TestEnv_AsShellsReadIt(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal("there is no shell here: ", err)
	}
	for _, value := range []string{"ghp_1", "a b", "#no", "$HOME", `a\b`, `say "it"`, "two\nlines", "`x`", "!x", "a;b", "*"} {
		f, err := starter.With("", "GITHUB_TOKEN", value)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "env")
		if err := os.WriteFile(file, []byte(f.Text), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(shell, "-c", `. "$0"; printf %s "$GITHUB_TOKEN"`, file).CombinedOutput()
		if err != nil || string(out) != value {
			t.Errorf("%q reads %q, %v, from %q", value, out, err, f.Text)
		}
	}
}

// FuzzEnv looks for a value that slipway reads otherwise than it was written, or that
// changes another one.
func FuzzEnv(f *testing.F) {
	for _, before := range ofOthers() {
		f.Add(before, "xoxb-1")
		f.Add(before, "it's \"x\"\n$Y\\")
	}
	f.Fuzz(readsBack)
}
