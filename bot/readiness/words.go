package readiness

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// How many bytes are kept of a text from a file.
const (
	longName    = 80
	longCommand = 120
	longScript  = 20_000
)

// clip turns untrusted text into one line of printable characters of limited length.
func clip(text string, limit int) string {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r) || r == utf8.RuneError
	}), " ")
	if len(text) <= limit {
		return text
	}
	cut := limit
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func wasOrWere(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

// some lists the first names and counts the rest.
func some(names []string, limit int) string {
	shown := make([]string, 0, limit)
	for _, name := range names[:min(len(names), limit)] {
		shown = append(shown, clip(name, longName))
	}
	listed := strings.Join(shown, ", ")
	if more := len(names) - len(shown); more > 0 {
		listed += " and " + strconv.Itoa(more) + " more"
	}
	return listed
}
