package bot

import (
	"strconv"
	"strings"
	"time"
)

const (
	day = 24 * time.Hour
	// fromDays is where a span is counted in days: 36 h says more than 1 day 12 h.
	fromDays = 2 * day
)

// Span writes how long something takes, for people: "45 s", "12 min 30 s", "3 h",
// "4 days 2 h", "1.5 s", "800 ms". It is exact to the millisecond. Everything that is
// said of a span is written by it; one that was measured goes through [Rough] first.
// What is to be typed again is written as slipway.yaml takes it, by package catalog.
func Span(d time.Duration) string {
	switch {
	case d <= 0:
		return "0 s"
	case d < time.Millisecond:
		return "less than 1 ms"
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	}
	var parts []string
	part := func(size time.Duration, unit string) {
		if n := d / size; n > 0 {
			parts = append(parts, strconv.FormatInt(int64(n), 10)+" "+unit)
		}
		d %= size
	}
	if d >= fromDays {
		part(day, "days")
	}
	part(time.Hour, "h")
	part(time.Minute, "min")
	if ms := d.Milliseconds(); ms > 0 {
		parts = append(parts, strconv.FormatFloat(float64(ms)/1000, 'f', -1, 64)+" s")
	}
	return strings.Join(parts, " ")
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

// EarlierOf is the earlier of two times.
func EarlierOf(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// FirstSet is the first of some times that is not zero; zero: all of them are.
func FirstSet(times ...time.Time) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

// LaterOf is the later of two times.
func LaterOf(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
