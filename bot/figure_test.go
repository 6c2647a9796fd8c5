package bot_test

import (
	"math"
	"testing"

	"github.com/slipwayhq/slipway/bot"
)

// TestFigure: three digits, and all of those before the point, whatever was measured.
func TestFigure(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		of   float64
		want string
	}{
		{0, "0"},
		{math.Copysign(0, -1), "0"},
		{0.1 + 0.2, "0.3"},
		{99.96, "100"},
		{999.6, "1,000"},
		{-1234567, "-1,234,567"},
		{0.000012345, "0.0000123"},
		{-0.00005, "-0.00005"},
		{0.00009999, "0.0001"},
		{0.00001, "0.00001"},
		{0.000000001, "0.000000001"},
		{0.00000000099, "9.9e-10"},
		{999_999_999_999_999, "999,999,999,999,999"},
		{1e15, "1e+15"},
		{math.MaxFloat64, "1.8e+308"},
		{math.SmallestNonzeroFloat64, "4.94e-324"},
		{math.NaN(), "NaN"},
	} {
		if got := bot.Figure(tt.of); got != tt.want {
			t.Errorf("%g is written %s, want %s", tt.of, got, tt.want)
		}
	}
}
