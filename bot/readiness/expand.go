package readiness

import (
	"regexp"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// longWord limits a word before and after its variables are expanded, so that no file
// can make a text of any length by repeating one.
const longWord = 500

// variables maps names to values.
type variables map[string]string

// lookup is a list of places to look up a variable, in order of precedence.
type lookup []variables

// Get returns a variable, for the lexer.
func (s lookup) Get(name string) (string, bool) {
	for _, known := range s {
		if value, set := known[name]; set {
			return value, true
		}
	}
	return "", false
}

// Keys would list the names for patterns over them, which are not used here.
func (s lookup) Keys() []string { return nil }

// expander expands variables in words, as a shell does.
type expander struct{ escape rune }

var plainVariable = regexp.MustCompile(`\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})`)

// expand replaces variables with their values. One that has neither a value nor a
// default stays as it is written: whoever builds or starts the image sets it.
func (e expander) expand(word string, known ...variables) string {
	if len(word) > longWord || !strings.ContainsAny(word, `$"'`+string(e.escape)) {
		return word
	}
	kept := plainVariable.ReplaceAllStringFunc(word, func(found string) string {
		if _, set := lookup(known).Get(strings.Trim(found, "${}")); set {
			return found
		}
		return string(e.escape) + found
	})
	expanded, _, err := shell.NewLex(e.escape).ProcessWord(kept, lookup(known))
	if err != nil || len(expanded) > longWord {
		return word
	}
	return expanded
}
