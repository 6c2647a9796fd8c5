package bot

import (
	"math"
	"strconv"
	"strings"
)

// Figure writes a number that was measured with as many digits as are worth reading:
// three, and all of those before the point, by threes. People read noughts more easily than
// powers of ten, which only what is very small or large is written with.
func Figure(v float64) string {
	const small, least, enough, limit = 1e-4, 1e-9, 100, 1e15
	v += 0 // the zero below zero is read as zero
	a := math.Abs(v)
	switch {
	case a >= least && a < small:
		noughts := int(math.Ceil(-math.Log10(a)))
		return strings.TrimRight(strconv.FormatFloat(v, 'f', noughts+2, 64), "0")
	case a < enough || a >= limit:
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
