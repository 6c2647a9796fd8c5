package catalog_test

import (
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot/catalog"
)

// TestHostileText feeds the parser what would keep a YAML library busy, or crash it,
// without bounds.
func TestHostileText(t *testing.T) {
	t.Parallel()
	const tooLong, full = catalog.MaxBytes + 8, 1 << 17
	tests := []struct {
		name, piece string
		size        int
	}{
		{"brackets", "[", full},
		{"braces", "{a: ", full},
		{"dashes", "- ", full},
		{"dashes in lines", "-\n", full},
		{"question marks", "? ", full},
		{"anchors", "&a ", full},
		{"aliases", "*a ", full},
		{"tags", "!t ", full},
		{"quotes", `"`, full},
		{"single quotes", "'", full},
		{"literals", "|\n", full},
		{"colons", ": ", full},
		{"items", "[a],", full},
		{"pairs", "{a: 1}, ", full},
		{"one long list", "a, ", full},
		{"variables", "${A}", full},
		{"documents", "---\n", full},
		{"comments", "#\n", full},
		{"spaces", " ", full},
		{"line breaks", "\n", full},
		{"keys", "a:\n", 20_000},
		{"too long", "x", tooLong},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, lead := range []string{"", "slack: [", "slack: "} {
				text := (lead + strings.Repeat(test.piece, test.size/len(test.piece)+8))[:test.size]
				_, err := catalog.Parse([]byte(text), variables, vocabulary())
				if err == nil {
					t.Errorf("Parse(%q...) found no fault", text[:20])
				}
			}
		})
	}
}
