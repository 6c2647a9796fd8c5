package bot

import (
	"strconv"
	"strings"
	"time"
)

const (
	day = 24 * time.Hour
	// fromDays is where a span is counted in days: 36h says more than 1d12h.
	fromDays = 2 * day
)

// Span writes how long something takes, for people: "45s", "12m30s", "3h", "4d2h",
// "1.5s", "800ms". It is exact to the millisecond, and what slipway.yaml and --for
// read back as the same span. Everything that is said of a span is written by it; one
// that was measured goes through [Rough] first.
func Span(d time.Duration) string {
	switch {
	case d <= 0:
		return "0s"
	case d < time.Millisecond:
		return "less than 1ms"
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + "ms"
	}
	var text strings.Builder
	part := func(size time.Duration, unit string) {
		if n := d / size; n > 0 {
			text.WriteString(strconv.FormatInt(int64(n), 10) + unit)
		}
		d %= size
	}
	if d >= fromDays {
		part(day, "d")
	}
	part(time.Hour, "h")
	part(time.Minute, "m")
	if ms := d.Milliseconds(); ms > 0 {
		text.WriteString(strconv.FormatFloat(float64(ms)/1000, 'f', -1, 64) + "s")
	}
	return text.String()
}

// Rough is a span without what nobody would notice of it. It cuts off and does not
// round, so that nothing is said to be over that is not.
func Rough(d time.Duration) time.Duration {
	switch {
	case d < time.Second:
		return d
	case d < 10*time.Second:
		return d.Truncate(100 * time.Millisecond)
	case d < time.Hour:
		return d.Truncate(time.Second)
	case d < fromDays:
		return d.Truncate(time.Minute)
	}
	return d.Truncate(time.Hour)
}
