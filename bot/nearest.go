package bot

import (
	"unicode"
	"unicode/utf8"
)

// longestWord limits what Nearest compares: nobody mistypes longer words, and the time
// grows with the square of the length.
const longestWord = 64

// Nearest finds the candidate that a mistyped word most probably means, such as `api`
// for `apo`; false: none is close. It allows about one mistake in three letters, and
// counts a swap of two neighbours as one. Of equally close candidates it returns the
// first in the alphabet.
func Nearest(word string, candidates []string) (string, bool) {
	length := utf8.RuneCountInString(word)
	if length == 0 || length > longestWord {
		return "", false
	}
	limit := min(max(1, length/3), 3, length-1)
	best, bestDistance, typed := "", limit+1, lowered(word, nil)
	var rows [3][longestWord + 1]int
	other := make([]rune, 0, longestWord)
	for _, candidate := range candidates {
		n := utf8.RuneCountInString(candidate)
		if n == 0 || n > longestWord || n-length > limit || length-n > limit {
			continue
		}
		other = lowered(candidate, other[:0])
		d := distance(typed, other, limit, &rows)
		if d < bestDistance || d == bestDistance && best != "" && candidate < best {
			best, bestDistance = candidate, d
		}
	}
	return best, best != ""
}

// lowered appends the letters of a word, in lower case.
func lowered(word string, to []rune) []rune {
	for _, r := range word {
		to = append(to, unicode.ToLower(r))
	}
	return to
}

// distance is the Damerau-Levenshtein distance in its "optimal string alignment" form:
// it counts insertions, deletions, replacements and swaps of neighbours. Beyond limit
// it returns limit+1, since it only compares parts of a and b whose distance stays
// within that; their lengths must differ by limit at most. It works in rows.
func distance(a, b []rune, limit int, rows *[3][longestWord + 1]int) int {
	a, b = differing(a, b)
	before, last, row := rows[0][:len(b)+1], rows[1][:len(b)+1], rows[2][:len(b)+1]
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		from, to := max(1, i-limit), min(len(b), i+limit)
		row[from-1] = i // the distance to an empty text or, if that is out of reach, more than limit
		for j := from; j <= to; j++ {
			replace := last[j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			row[j] = min(last[j]+1, row[j-1]+1, replace)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		if to < len(b) {
			row[to+1] = limit + 1
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit+1)
}

// differing takes away what two words begin and end with alike, which is nothing to their
// distance.
func differing(a, b []rune) (restA, restB []rune) {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return a, b
}
