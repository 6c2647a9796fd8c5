package expression

import (
	"errors"
	"fmt"
	"strings"
)

const (
	opens  = "${{"
	closes = "}}"
	// insteadOfUnknown stands in an expanded text for what is unknown. It is a
	// letter, so that what it touches is not taken for a word of its own.
	insteadOfUnknown = "x"
)

// Evaluate tells the value of one expression, without the braces around it.
func Evaluate(text string, c Contexts) (any, error) {
	n, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("expression: %w", err)
	}
	return n.eval(c), nil
}

// Expand puts values in place of the expressions of a text. whole is false
// where something is unknown, which then shows as insteadOfUnknown. An error
// says that GitHub could not read the text either.
func Expand(template string, c Contexts) (text string, whole bool, err error) {
	var b strings.Builder
	whole = true
	for {
		before, rest, found := strings.Cut(template, opens)
		b.WriteString(before)
		if !found {
			return b.String(), whole, nil
		}
		length := end(rest)
		if length < 0 {
			return "", false, errors.New("expression: the braces are not closed")
		}
		value, err := Evaluate(rest[:length], c)
		if err != nil {
			return "", false, err
		}
		if isUnknown(value) {
			whole = false
			value = insteadOfUnknown
		}
		b.WriteString(textOf(value))
		template = rest[length+len(closes):]
	}
}

// end finds the braces that close an expression. Those within a text of it do
// not.
func end(text string) int {
	inText := false
	for i := range len(text) {
		switch {
		case text[i] == '\'':
			inText = !inText
		case !inText && strings.HasPrefix(text[i:], closes):
			return i
		}
	}
	return -1
}
