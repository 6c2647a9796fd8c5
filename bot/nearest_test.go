package bot_test

import (
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
)

func TestNearest(t *testing.T) {
	t.Parallel()
	services := []string{"web", "payments", "api", "apis", "worker", ""}
	tests := []struct {
		name, word, want string
	}{
		{"a letter replaced", "apo", "api"},
		{"neighbours swapped", "aip", "api"},
		{"a letter missing", "pyments", "payments"},
		{"a letter too many", "workerr", "worker"},
		{"other case", "API", "api"},
		{"the word itself", "apis", "apis"},
		{"a tie goes to the first", "apix", "api"},
		{"three slips in a long word", "paymantz", "payments"},
		{"nothing near", "database", ""},
		{"two slips in three letters", "axx", ""},
		{"one letter is no hint", "w", ""},
		{"empty", "", ""},
		{"absurdly long", strings.Repeat("api", 1000), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, ok := bot.Nearest(test.word, services)
			if got != test.want || ok != (test.want != "") {
				t.Errorf("Nearest(%q) = %q, %t, want %q", test.word, got, ok, test.want)
			}
		})
	}
}
