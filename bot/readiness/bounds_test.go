package readiness

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
)

// TestBounds: what would keep a parser busy, or make a text of any length, is refused
// or left as it is.
func TestBounds(t *testing.T) {
	t.Parallel()
	wide := func(keys int, line string) string {
		var text strings.Builder
		for i := range keys {
			fmt.Fprintf(&text, line, i)
		}
		return text.String()
	}
	for name, text := range map[string]string{
		"many keys":        wide(2000, "k%d: 1\n"),
		"many below one":   "a:\n" + wide(2000, "  k%d: 1\n"),
		"many in one line": "a: {" + wide(2000, "k%d: 1, ") + "}\n",
		"a long key":       strings.Repeat("k", 400) + ": 1\n",
		"a long text":      "a: " + strings.Repeat("x", maxYAML),
	} {
		if _, err := decodeYAML(text); !errors.Is(err, errLarge) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := decodeYAML(strings.Repeat("a:\n"+wide(900, "  k%d: 1\n"), 1) + "b: 1\n"); err != nil {
		t.Errorf("as wide as it may be: %v", err)
	}
	words := expander{escape: '\\'}
	half := strings.Repeat("x", longWord/2)
	for word, want := range map[string]string{"$A": half, "$A$A$A": "$A$A$A", "${B:-" + half + "}": half, "$B": "$B", "${B}/x": "${B}/x", "'$A'": "$A"} {
		if got := words.expand(word, variables{"A": half}); got != want {
			t.Errorf("expand(%q) = %q, want %q", word, got, want)
		}
	}
	for name, text := range map[string]string{
		"a long Dockerfile":               strings.Repeat("#", maxText+1),
		"variables within their defaults": "FROM a\nRUN <<" + strings.Repeat("${a:-", maxReferences+1) + strings.Repeat("}", maxReferences+1) + "\n",
	} {
		if _, err := readWith(Rules{}.formatsOf("Dockerfile", formats()), source{"Dockerfile", text}); !errors.Is(err, errLarge) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAnchorsWithinAnchors: anchors that refer to anchors are followed no further than
// the size of the text justifies.
func TestAnchorsWithinAnchors(t *testing.T) {
	t.Parallel()
	var anchors strings.Builder
	anchors.WriteString("a0: &a0 {x: 1, y: 2, z: 3}\n")
	for i := range 14 {
		fmt.Fprintf(&anchors, "a%d: &a%d {p: *a%d, q: *a%d, r: *a%d, s: *a%d}\n", i+1, i+1, i, i, i, i)
	}
	text := anchors.String()
	for _, path := range []string{"c.yaml", "values.yaml", "compose.yaml"} {
		f, err := readWith(Rules{Config: []string{"c.yaml"}}.formatsOf(path, formats()), source{path, text})
		if err != nil {
			t.Fatal(err)
		}
		if len(f.settings) > maxKeys {
			t.Errorf("%s: %d settings", path, len(f.settings))
		}
	}
}

// TestNearestFirst: if there are too many files, those closest to the root, or to the
// service, are read.
func TestNearestFirst(t *testing.T) {
	t.Parallel()
	var changed []bot.ChangedFile
	for i := range 10 {
		changed = append(changed, bot.ChangedFile{Path: fmt.Sprintf("far/%d/Dockerfile", i), Change: bot.FileModified})
	}
	changed = append(changed, bot.ChangedFile{Path: "api/go.mod", Change: bot.FileModified}, bot.ChangedFile{Path: "Cargo.lock", Change: bot.FileModified})
	got := Wanted(changed, Rules{Paths: []string{"api/**", "far/**"}, Own: func(string) bool { return true }})
	if len(got.After) == 0 || got.After[0] != "api/go.mod" || got.After[1] != "Cargo.lock" {
		t.Errorf("read: %v", got.After)
	}
}
