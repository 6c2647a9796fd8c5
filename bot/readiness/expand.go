package readiness

import (
	"regexp"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// longWord bounds a word before and after its variables were put in, so that
// no file can make a text of any length by naming one over and over.
const longWord = 500

// variables are names with their values.
type variables map[string]string

// scope is where variables are looked up: the first that knows one counts.
type scope []variables

// Get gives a variable to the lexer.
func (s scope) Get(name string) (string, bool) {
	for _, known := range s {
		if value, set := known[name]; set {
			return value, true
		}
	}
	return "", false
}

// Keys would list the names for patterns over them, which nothing here has.
func (s scope) Keys() []string { return nil }

// expander puts variables into words, as a shell does.
type expander struct{ escape rune }

var plainVariable = regexp.MustCompile(`\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})`)

// expand puts the values of variables in their places. One that has none, and
// no default where it stands, stays as it is written: it is given by whoever
// builds or starts, and nothing is known of it.
func (e expander) expand(word string, known ...variables) string {
	if len(word) > longWord || !strings.ContainsAny(word, `$"'`+string(e.escape)) {
		return word
	}
	kept := plainVariable.ReplaceAllStringFunc(word, func(found string) string {
		if _, set := scope(known).Get(strings.Trim(found, "${}")); set {
			return found
		}
		return string(e.escape) + found
	})
	expanded, _, err := shell.NewLex(e.escape).ProcessWord(kept, scope(known))
	if err != nil || len(expanded) > longWord {
		return word
	}
	return expanded
}
