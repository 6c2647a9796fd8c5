package bot

import (
	"math"
	"strconv"
	"strings"
)

// Figure writes a number that was measured with as many digits as are worth reading:
// three, and all of those before the point, by threes.
func Figure(v float64) string {
	const enough, limit = 100, 1e15
	v += 0 // the zero below zero is read as zero
	a := math.Abs(v)
	if a < enough || a >= limit {
		return strconv.FormatFloat(v, 'g', 3, 64)
	}
	digits := strconv.FormatFloat(math.Round(a), 'f', 0, 64)
	var b strings.Builder
	if v < 0 {
		b.WriteByte('-')
	}
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}
