package slack

import (
	"strings"
	"testing"
	"unicode"
)

// TestSpoken: people call slipway as one calls somebody.
func TestSpoken(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"<@U0> status":                         "status",
		"<@U0>: status":                        "status",
		"<@U0>, status":                        "status",
		"<@U0> , status":                       "status",
		"<@U0>:status":                         "status",
		"<@U0> - status":                       "status",
		"<@U0> — status":                       "status",
		"<@U0>! status":                        "status",
		"*<@U0>* status":                       "status",
		"<@U0>\nstatus":                        "status",
		"<@U0>\u00a0status":                    "status",
		"<@U0>\u200bstatus":                    "status",
		"<@U0|slipway> status":                 "status",
		"<@U0|slipway>: status":                "status",
		"hey <@U0> status":                     "status",
		"hey <@U0>, status":                    "status",
		"Hi all, could <@U0> deploy api":       "deploy api",
		"<@U0> <@U0> status":                   "status",
		"<@U0>: <@U0|slipway>, status":         "status",
		"status <@U0>":                         "status",
		"status, <@U0>!":                       "status",
		"deploy api main - <@U0>":              "deploy api main",
		"<@U0>":                                "",
		"<@U0>:":                               "",
		"<@U0> --dry-run api":                  "--dry-run api",
		"<@U0> deploy api --reason <@U0> said": "deploy api --reason <@U0> said",
		"<@U9> <@U0> status":                   "status",
		"<@U0> deploy <@U9>":                   "deploy <@U9>",
		"<@U9> status":                         "<@U9> status",
		"<@U0":                                 "<@U0",
		"<@U01> status":                        "<@U01> status",
		"<@U0> :rocket: deploy":                "rocket: deploy",
		"status":                               "status",
	} {
		if got := spoken(typed, []string{"U0"}); got != want {
			t.Errorf("%q is heard as %q, want %q", typed, got, want)
		}
	}
}

func FuzzSpoken(f *testing.F) {
	for _, seed := range []string{"<@U0>: status", "hey <@U0|slipway> - deploy api", "<@U0", "<@U0><@U0>", "a <@U9> b <@U0>", " a<@U0>"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		got := spoken(typed, []string{"U0"})
		if !strings.Contains(typed, got) {
			t.Errorf("%q is heard as %q, which nobody typed", typed, got)
		}
		if trimmed := strings.TrimFunc(got, unicode.IsSpace); trimmed != got {
			t.Errorf("%q is heard with space around it: %q", typed, got)
		}
		if start, _ := calledIn(got, []string{"U0"}); start == 0 {
			t.Errorf("%q is heard as %q, with the name before it", typed, got)
		}
	})
}
