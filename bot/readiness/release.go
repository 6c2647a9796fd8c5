package readiness

import (
	"regexp"
	"slices"
	"strings"
)

// Versions of languages and images are compared as people write them: "20", "v20.1",
// ">=18 <23", "bookworm-slim". The comparison does not ask which is newer, only whether
// they are the same, and which is more precise.

var (
	dottedNumbers = regexp.MustCompile(`\d+(?:\.\d+)*`)
	comparator    = regexp.MustCompile(`([<>=^~!]*)\s*v?(\d+(?:\.(?:\d+|[xX*]))*)`)
	openEnd       = regexp.MustCompile(`(?:\.(?:0|[xX*]))+$`)
	anyEnd        = regexp.MustCompile(`(?:\.[xX*])+$`)
)

// sameRange says whether two texts allow the same versions: ">=20" and ">= 20.0.0",
// "20.x" and "20".
func sameRange(a, b string) bool { return a == b || plainRange(a) == plainRange(b) }

func plainRange(text string) string {
	plain := comparator.ReplaceAllStringFunc(strings.TrimSpace(text), func(found string) string {
		part := comparator.FindStringSubmatch(found)
		if strings.ContainsAny(part[1], "<>^") {
			return " " + part[1] + openEnd.ReplaceAllString(part[2], "")
		}
		return " " + part[1] + anyEnd.ReplaceAllString(part[2], "")
	})
	return strings.Join(strings.FieldsFunc(plain, func(r rune) bool { return r == ' ' || r == ',' }), " ")
}

// isRange says whether a text leaves the version open.
func isRange(text string) bool { return strings.ContainsAny(text, "<>=^~|* ") }

// parts are the numbers of a version.
func parts(version string) []string {
	number := dottedNumbers.FindString(version)
	if number == "" {
		return nil
	}
	return strings.Split(number, ".")
}

// agree says whether two texts may mean the same version, one more precisely.
func agree(a, b string) bool {
	as, bs := parts(a), parts(b)
	if as == nil || bs == nil {
		return a == b
	}
	n := min(len(as), len(bs))
	return slices.Equal(as[:n], bs[:n])
}

// moreExact is the more precise of two texts.
func moreExact(a, b string) string {
	if a == "" || b != "" && len(parts(b)) > len(parts(a)) {
		return b
	}
	return a
}

// sameSeries says whether two versions differ only after their second number, as patch
// releases do.
func sameSeries(a, b string) bool {
	as, bs := parts(a), parts(b)
	return len(as) > 2 && len(bs) > 2 && slices.Equal(as[:2], bs[:2])
}
