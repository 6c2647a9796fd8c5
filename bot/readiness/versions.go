package readiness

import (
	"cmp"
	"strings"
)

// compareVersions orders two versions, as far as their numbers tell.
func compareVersions(a, b string) int {
	as, bs := numbers(a), numbers(b)
	for i := range max(len(as), len(bs)) {
		if c := compareNumbers(at(as, i), at(bs, i)); c != 0 {
			return c
		}
	}
	return 0
}

// major is a version's first number, empty if there is none.
func major(version string) string { return at(numbers(version), 0) }

// numbers are the numbers at the beginning of a version: of ">=v1.20.3-rc1" 1, 20 and
// 3. They are texts, since they may be of any length.
func numbers(version string) []string {
	rest := strings.TrimLeftFunc(version, func(r rune) bool { return r < '0' || r > '9' })
	var all []string
	for {
		digits := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
		if digits == "" {
			return all
		}
		short := strings.TrimLeft(digits, "0")
		if short == "" {
			short = "0"
		}
		all = append(all, short)
		next, dotted := strings.CutPrefix(rest[len(digits):], ".")
		if !dotted {
			return all
		}
		rest = next
	}
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

// compareNumbers compares whole numbers without leading zeros; a missing one counts as
// 0.
func compareNumbers(a, b string) int {
	a, b = strings.TrimPrefix(a, "0"), strings.TrimPrefix(b, "0")
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}
