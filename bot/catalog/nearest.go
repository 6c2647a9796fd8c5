package catalog

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// longestWord bounds what Nearest compares: nobody mistypes longer words, and
// the comparison takes time in proportion to the square of the length.
const longestWord = 64

// Nearest finds the candidate that a mistyped word most probably means, as
// `api` for `apo`. It answers false where nothing is near: about one slip in
// three letters is forgiven, and a swap of two neighbours counts as one. Of
// several equally near ones the first in the alphabet is given.
func Nearest(word string, candidates []string) (string, bool) {
	length := utf8.RuneCountInString(word)
	if length == 0 || length > longestWord {
		return "", false
	}
	best, bestDistance := "", min(max(1, length/3), 3)+1
	for _, candidate := range slices.Sorted(slices.Values(candidates)) {
		if candidate == "" || utf8.RuneCountInString(candidate) > longestWord {
			continue
		}
		d := distance([]rune(strings.ToLower(word)), []rune(strings.ToLower(candidate)))
		if d < bestDistance && d < length {
			best, bestDistance = candidate, d
		}
	}
	return best, best != ""
}

// distance is the Damerau-Levenshtein distance in its "optimal string
// alignment" form: insertions, deletions, replacements and swaps of neighbours.
func distance(a, b []rune) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			replace := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, replace)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
