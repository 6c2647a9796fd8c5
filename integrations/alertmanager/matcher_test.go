package alertmanager

import (
	"regexp"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
)

// TestMatchers: a valid matcher is written in the syntax that all versions of Alertmanager
// accept; of an invalid one it is said what is wrong.
func TestMatchers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`severity="page"`:           `severity="page"`,
		` severity = page `:         `severity="page"`,
		`service=~"api|web"`:        `service=~"api|web"`,
		`service!~web`:              `service!~"web"`,
		`team!="a,b"`:               `team!="a,b"`,
		`_x1="a \"quoted\" \\word"`: `_x1="a \"quoted\" \\word"`,
		`a="b\nc"`:                  `a="b\nc"`,
		`a=~"\d+"`:                  `a=~"\\d+"`,
		`a=""`:                      `a=""`,
		`a={{service}}`:             `a="{{service}}"`,
	} {
		m, problem := parse(text)
		if problem != "" || m.String() != want || broken(text) != "" {
			t.Errorf("%s: %s (%s, %s), want %s", text, m, problem, broken(text), want)
		}
	}
	for text, want := range map[string]string{
		"":                     "must begin with the name of a label",
		`="page"`:              "must begin with the name of a label",
		`1a="page"`:            "must begin with the name of a label",
		`sevérity="page"`:      "has no =",
		`severity`:             "has no =",
		`severity "page"`:      "has no =",
		`severity>"page"`:      "has no =",
		`severity=`:            "in double quotes",
		`severity="page`:       "in double quotes",
		`severity="pa"ge"`:     "in double quotes",
		`severity="page\"`:     "in double quotes",
		`severity='page'`:      "in double quotes",
		"severity=`page`":      "in double quotes",
		`severity=a b`:         "in double quotes",
		`a="b", c="d"`:         "in double quotes",
		`{a="b"}`:              "must begin with the name of a label",
		`a=~"("`:               "no valid regular expression",
		`a!~"[z-a]"`:           "no valid regular expression",
		`a="{{cluster}}"`:      "there are {{service}}",
		`a=api-{{service}}`:    "in double quotes",
		`a="{{ environmnt }}"`: "there are {{service}}",
	} {
		if got := broken(text); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// TestFilled: in a regular expression what is put in matches itself.
func TestFilled(t *testing.T) {
	t.Parallel()
	q := bot.Question{Target: bot.Target{Service: `a.b"c\`, Environment: "prod|.*"}, SHA: "abc", Release: "api-7"}
	for text, want := range map[string]string{
		`s="{{service}}"`:                         `s="a.b\"c\\"`,
		`s=~"{{ environment }}"`:                  `s=~"prod\\|\\.\\*"`,
		`s="{{sha}}/{{release}} {{ {nothing} }}"`: `s="abc/api-7 {{ {nothing} }}"`,
	} {
		m, problem := parse(text)
		if got := m.filled(q).String(); problem != "" || got != want {
			t.Errorf("%s: %s (%s), want %s", text, got, problem, want)
		}
	}
}

// FuzzMatcher: parsing never panics, and a matcher that is written is parsed as the same.
func FuzzMatcher(f *testing.F) {
	for _, text := range []string{`severity="page"`, `a=~"\d+|{{service}}"`, `a!="\\\""`, "a='b'", "=", `a="` + "\n" + `"`} {
		f.Add(text)
	}
	whole := regexp.MustCompile(`(?s)^[a-zA-Z_][a-zA-Z0-9_]*(=~|!~|!=|=)"(\\.|[^"\\])*"$`)
	f.Fuzz(func(t *testing.T, text string) {
		m, problem := parse(text)
		if problem != "" {
			return
		}
		written := m.String()
		if !whole.MatchString(written) {
			t.Errorf("%q is written as %q", text, written)
		}
		if again, problem := parse(written); problem != "" || again != m {
			t.Errorf("%q is read again as %v (%s), was %v", written, again, problem, m)
		}
	})
}
