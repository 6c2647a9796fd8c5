package prometheus

import (
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// fill puts the facts of a release into a query, as label values: between quotes they
// are escaped as those quotes ask for, and where there are none they get some. What
// stands in braces and is no fact stays as it is.
func fill(query string, q bot.Question) string {
	facts := factsOf(q)
	var filled strings.Builder
	var within byte // the quote that is open; 0: none
	for i := 0; i < len(query); i++ {
		if name, long := placeholder(query[i:]); long > 0 {
			if value, known := facts[name]; known {
				filled.WriteString(quoted(value, within))
				i += long - 1
				continue
			}
		}
		c := query[i]
		switch {
		case c == '\\' && within != 0 && within != '`' && i+1 < len(query):
			filled.WriteByte(c)
			i++
			c = query[i]
		case within == 0 && (c == '"' || c == '\'' || c == '`'):
			within = c
		case c == within:
			within = 0
		}
		filled.WriteByte(c)
	}
	return filled.String()
}

func factsOf(q bot.Question) map[string]string {
	return map[string]string{
		"service": q.Target.Service, "environment": q.Target.Environment, "sha": q.SHA, "release": q.Release,
	}
}

// lacking is the first placeholder of a query whose fact is not known.
func lacking(query string, q bot.Question) string {
	facts := factsOf(q)
	for i := range len(query) {
		if name, long := placeholder(query[i:]); long > 0 {
			if value, known := facts[name]; known && value == "" {
				return "{{" + name + "}}"
			}
		}
	}
	return ""
}

// placeholder reads {{ name }} at the beginning of a text, and how long it is; 0: there
// is none.
func placeholder(text string) (name string, long int) {
	inner, found := strings.CutPrefix(text, "{{")
	if !found {
		return "", 0
	}
	name, _, found = strings.Cut(inner, "}}")
	if !found || strings.ContainsAny(name, "{\"'`") {
		return "", 0
	}
	return strings.TrimSpace(name), len("{{") + len(name) + len("}}")
}

// quoted writes a value as the label values of PromQL are written.
func quoted(value string, within byte) string {
	switch within {
	case 0:
		return `"` + quoted(value, '"') + `"`
	case '`': // in which nothing is escaped
		return strings.ReplaceAll(value, "`", "")
	}
	return strings.NewReplacer(`\`, `\\`, string(within), `\`+string(within), "\n", `\n`).Replace(value)
}

// unknownIn is the first placeholder of a query that stands for nothing.
func unknownIn(query string) string {
	for i := range len(query) {
		if name, long := placeholder(query[i:]); long > 0 {
			switch name {
			case "service", "environment", "sha", "release":
			default:
				return "{{" + name + "}}"
			}
		}
	}
	return ""
}
