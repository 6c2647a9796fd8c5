package bot

import (
	"strconv"
	"strings"
	"time"
)

const (
	day = 24 * time.Hour
	// fromDays is the shortest span written in days: 36 h is easier to read than 1 day
	// 12 h.
	fromDays = 2 * day
)

// Span formats a duration for people: "45 s", "12 min 30 s", "3 h", "4 days 2 h", "1.5
// s", "800 ms". It is exact to the millisecond. All messages use it; measured durations
// go through [Rough] first. Package catalog formats durations that are to be typed.
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

// Rough drops the part of a duration that nobody would notice. It rounds down, so that
// nothing is said to be over before it is.
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

// EarlierOf returns the earlier of two times.
func EarlierOf(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// FirstSet returns the first of these times that is not zero; zero: all are.
func FirstSet(times ...time.Time) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

// LaterOf returns the later of two times.
func LaterOf(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
