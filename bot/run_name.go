package bot

import (
	"slices"
	"strings"
)

// ShowsRunKey says whether the name of a run contains a run key as a whole word:
// "api-14.k3v9x2mq" is not in "api-14.k3v9x2mqz".
func ShowsRunKey(runName, key string) bool { return slices.Contains(RunNameWords(runName), key) }

// RunNameWords splits the name of a run at everything that cannot be part of a run key.
// A full stop at the end of a word is dropped.
func RunNameWords(runName string) []string {
	words := strings.FieldsFunc(runName, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_' && r != '.'
	})
	for i, word := range words {
		words[i] = strings.Trim(word, ".")
	}
	return words
}
