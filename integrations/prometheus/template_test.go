package prometheus

import (
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
)

func TestFill(t *testing.T) {
	t.Parallel()
	q := bot.Question{Target: bot.Target{Service: "api", Environment: `prod"uction`}, SHA: "abc", Release: "api-7"}
	for query, want := range map[string]string{
		`up{service="{{service}}"}`:                 `up{service="api"}`,
		`up{service={{service}}}`:                   `up{service="api"}`,
		`up{service='{{ service }}',r={{release}}}`: `up{service='api',r="api-7"}`,
		"up{service=`{{service}}`}":                 "up{service=`api`}",
		`up{e="{{environment}}"}`:                   `up{e="prod\"uction"}`,
		`up{e='{{environment}}'}`:                   `up{e='prod"uction'}`,
		`up{e={{environment}}}`:                     `up{e="prod\"uction"}`,
		`up{a="\"{{sha}}"}`:                         `up{a="\"abc"}`,
		`up{a=~"{{sha}}.*",b="x"}`:                  `up{a=~"abc.*",b="x"}`,
		`{{other}}`:                                 `{{other}}`,
		`{{service`:                                 `{{service`,
		`sum({job="a"})`:                            `sum({job="a"})`,
	} {
		if got := fill(query, q); got != want {
			t.Errorf("fill(%s) = %s, want %s", query, got, want)
		}
	}
}

func TestUnknownIn(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{"": "", `x{a="{{service}}{{sha}}"}`: "", `x{a="{{service}}{{host}}"}`: "{{host}}", "{{}}": "{{}}"} {
		if got := unknownIn(query); got != want {
			t.Errorf("unknownIn(%s) = %q, want %q", query, got, want)
		}
	}
}

// FuzzFill: no value can end the string literal that it is put into.
func FuzzFill(f *testing.F) {
	f.Add(`a"b`)
	f.Add("`\\'\n")
	f.Fuzz(func(t *testing.T, value string) {
		q := bot.Question{Target: bot.Target{Service: value}}
		filled := fill(`up{service="{{service}}"}`, q)
		inner := strings.TrimSuffix(strings.TrimPrefix(filled, `up{service="`), `"}`)
		for i := 0; i < len(inner); i++ {
			switch inner[i] {
			case '\\':
				i++
			case '"', '\n':
				t.Fatalf("%q leaves its quotes: %s", value, filled)
			}
		}
	})
}
