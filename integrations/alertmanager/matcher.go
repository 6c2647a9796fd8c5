package alertmanager

import (
	"regexp"
	"strings"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/reach"
)

// matcher is one condition on a label. It is parsed and written anew, not passed on as it
// is: the versions of Alertmanager accept different syntax, but all of them accept a plain
// name with a value in double quotes.
type matcher struct{ name, op, value string }

// operators are in an order in which = cannot match the beginning of =~.
func operators() []string { return []string{"=~", "!~", "!=", "="} }

// parse reads a matcher, or says what is wrong with it.
func parse(text string) (m matcher, problem string) {
	text = strings.TrimSpace(text)
	end := strings.IndexFunc(text+" ", func(r rune) bool { return !isWord(r) })
	if end == 0 || text[0] >= '0' && text[0] <= '9' {
		return m, "must begin with the name of a label, of letters, digits and _"
	}
	rest := strings.TrimSpace(text[end:])
	m.name = text[:end]
	for _, op := range operators() {
		if value, found := strings.CutPrefix(rest, op); found {
			m.op = op
			m.value, problem = unquote(strings.TrimSpace(value))
			return m, problem
		}
	}
	return m, "has no =, !=, =~ or !~ after the label"
}

func isWord(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// unquote parses a value, in double quotes or as a bare word.
func unquote(text string) (value, problem string) {
	const quotes = "must have its value in double quotes, with \\ before those in it"
	if !strings.HasPrefix(text, `"`) {
		if text == "" || strings.ContainsAny(text, "\"'`{}=!~, \t\\") && !isPlaceholder(text) {
			return "", quotes
		}
		return text, ""
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"' && i == len(text)-1:
			return b.String(), ""
		case c == '"':
			return "", quotes
		case c == '\\' && i+1 < len(text):
			i++
			switch text[i] {
			case 'n':
				b.WriteByte('\n')
			case '"', '\\':
				b.WriteByte(text[i])
			default: // the backslash belongs to a regular expression
				b.WriteString(text[i-1 : i+1])
			}
		default:
			b.WriteByte(c)
		}
	}
	return "", quotes
}

// String writes the matcher in the syntax that all versions accept.
func (m matcher) String() string {
	return m.name + m.op + `"` + reach.Escape(m.value, '"') + `"`
}

// isRegexp says whether the value is a regular expression.
func (m matcher) isRegexp() bool { return strings.HasSuffix(m.op, "~") }

// placeholder is {{ name }}.
func placeholder() *regexp.Regexp { return regexp.MustCompile(`\{\{ *([^{}]*?) *\}\}`) }

// isPlaceholder says whether a text is a placeholder and nothing else.
func isPlaceholder(text string) bool { return placeholder().FindString(text) == text }

// filled replaces the placeholders in the value. In a regular expression what is put in
// matches itself.
func (m matcher) filled(q bot.Question) matcher {
	facts := reach.Facts(q)
	m.value = placeholder().ReplaceAllStringFunc(m.value, func(found string) string {
		fact, known := facts[strings.TrimSpace(strings.Trim(found, "{}"))]
		switch {
		case !known:
			return found
		case m.isRegexp():
			return regexp.QuoteMeta(fact)
		}
		return fact
	})
	return m
}

// broken says what is wrong with a matcher in slipway.yaml; empty if it is valid.
func broken(text string) string {
	m, problem := parse(text)
	if problem != "" {
		return problem
	}
	for _, found := range placeholder().FindAllStringSubmatch(m.value, -1) {
		if !reach.IsPlaceholder(found[1]) {
			return "has a {{…}} that is not known; " + reach.Placeholders
		}
	}
	if m.isRegexp() {
		if _, err := regexp.Compile("^(?:" + placeholder().ReplaceAllString(m.value, "x") + ")$"); err != nil {
			return "has no valid regular expression behind " + m.op
		}
	}
	return ""
}
