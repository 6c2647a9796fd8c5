package prometheus

import (
	"strings"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/reach"
)

// fill replaces the placeholders of a query. Within a string literal the value is escaped
// for its kind of quotes; elsewhere it becomes a string literal. Unknown placeholders are
// kept as they are.
func fill(query string, q bot.Question) string {
	facts := reach.Facts(q)
	var filled strings.Builder
	var within byte // the quote of the string literal; 0 outside of one
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

// lacking is the first placeholder of a query whose value is not known; empty if there is
// none.
func lacking(query string, q bot.Question) string {
	facts := reach.Facts(q)
	for i := range len(query) {
		if name, long := placeholder(query[i:]); long > 0 {
			if value, known := facts[name]; known && value == "" {
				return "{{" + name + "}}"
			}
		}
	}
	return ""
}

// placeholder parses {{ name }} at the beginning of a text. long is its length, and 0 if
// there is none.
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

// quoted writes a value for a place within a string literal, or for one outside (0).
func quoted(value string, within byte) string {
	switch within {
	case 0:
		return `"` + reach.Escape(value, '"') + `"`
	case '`': // which has no escapes
		return strings.ReplaceAll(value, "`", "")
	}
	return reach.Escape(value, within)
}

// unknownIn is the first unknown placeholder of a query; empty if there is none.
func unknownIn(query string) string {
	for i := range len(query) {
		if name, long := placeholder(query[i:]); long > 0 && !reach.IsPlaceholder(name) {
			return "{{" + name + "}}"
		}
	}
	return ""
}
