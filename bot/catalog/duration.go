package catalog

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// durationPattern is Go's syntax for durations without a sign, plus d for days of 24
// hours.
const durationPattern = `^([0-9]{1,12}(\.[0-9]{1,9})?(ms|s|m|h|d))+$`

var (
	durationSyntax = regexp.MustCompile(durationPattern)
	durationParts  = regexp.MustCompile(`([0-9.]+)([a-z]+)`)
)

const day = 24 * time.Hour

// longestDuration is about thirty years, far below what overflows.
const longestDuration = 10_000 * day

var errDuration = errors.New("not a duration")

// Duration reads a duration as people write it here: 90s, 1h30m, 7d.
func Duration(written string) (time.Duration, error) { return parseDuration(written) }

// parseDuration reads 90s, 1h30m, 500ms or 7d.
func parseDuration(written string) (time.Duration, error) {
	if !durationSyntax.MatchString(written) {
		return 0, errDuration
	}
	total := 0.0
	for _, part := range durationParts.FindAllStringSubmatch(written, -1) {
		amount, err := strconv.ParseFloat(part[1], 64)
		if err != nil {
			return 0, errDuration
		}
		total += amount * float64(unit(part[2]))
	}
	if total > float64(longestDuration) {
		return 0, errDuration
	}
	return time.Duration(total + 0.5), nil
}

func unit(name string) time.Duration {
	switch name {
	case "ms":
		return time.Millisecond
	case "s":
		return time.Second
	case "m":
		return time.Minute
	case "h":
		return time.Hour
	default:
		return day
	}
}

// written formats a duration as it is typed: 30s, 1m30s, 2d. [Duration] reads the same
// back. What people only read is formatted by bot.Span.
func written(d time.Duration) string {
	if d <= 0 {
		return "0s"
	}
	var text strings.Builder
	for _, name := range []string{"d", "h", "m", "s", "ms"} {
		size := unit(name)
		if name == "d" && d < 2*day { // 36h is easier to read than 1d12h
			continue
		}
		if n := d / size; n > 0 {
			text.WriteString(strconv.FormatInt(int64(n), 10) + name)
			d %= size
		}
	}
	return text.String()
}
