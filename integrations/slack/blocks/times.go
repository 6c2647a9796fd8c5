package blocks

import (
	"fmt"
	"strconv"
	"time"
)

// at shows a moment with its day, in the reader's own zone; a client that
// cannot do that shows the fallback.
// Source: docs.slack.dev/messaging/formatting-message-text, "Date formatting".
func at(t time.Time) markup {
	return dateToken(t, "{date_short_pretty} {time}")
}

// clock shows a moment's time of day.
func clock(t time.Time) markup {
	return dateToken(t, "{time}")
}

func dateToken(t time.Time, format string) markup {
	if t.IsZero() || t.Unix() <= 0 {
		return ""
	}
	fallback := stamp(t)
	if format == "{time}" {
		fallback = t.UTC().Format("15:04 UTC")
	}
	return markup("<!date^" + strconv.FormatInt(t.Unix(), 10) + "^" + format + "|" + fallback + ">")
}

// stamp is a moment in plain text.
func stamp(t time.Time) string { return t.UTC().Format("2 Jan 2006 15:04 UTC") }

// took is a span as people say it: "45s", "12m 30s", "3h 5m", "4 days".
func took(d time.Duration) string {
	switch {
	case d < 0:
		return "0s"
	case 0 < d && d < time.Millisecond:
		return "less than 1ms"
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + "ms"
	case d < time.Minute:
		return strconv.Itoa(int(d.Seconds())) + "s"
	case d < time.Hour:
		return pair(int(d.Minutes()), "m", int(d.Seconds())%60, "s")
	case d < 48*time.Hour:
		return pair(int(d.Hours()), "h", int(d.Minutes())%60, "m")
	}
	return count(int(d.Hours()/24), "day")
}

func pair(big int, bigUnit string, small int, smallUnit string) string {
	if small == 0 {
		return fmt.Sprintf("%d%s", big, bigUnit)
	}
	return fmt.Sprintf("%d%s %d%s", big, bigUnit, small, smallUnit)
}

// count is a number with its noun: "1 commit", "2 commits".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
