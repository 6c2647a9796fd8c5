package blocks

import (
	"strconv"
	"time"

	"github.com/slipwayhq/slipway/bot"
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

// clockOn shows it with its day behind it, for a sentence that goes on after "at".
func clockOn(t time.Time) markup {
	return dateToken(t, "{time} on {date_short}")
}

func dateToken(t time.Time, format string) markup {
	if t.IsZero() || t.Unix() <= 0 {
		return ""
	}
	fallback := stamp(t)
	switch format {
	case "{time}":
		fallback = t.UTC().Format("15:04 UTC")
	case "{time} on {date_short}":
		fallback = t.UTC().Format("15:04 UTC on 2 Jan 2006")
	}
	return markup("<!date^" + strconv.FormatInt(t.Unix(), 10) + "^" + format + "|" + fallback + ">")
}

// stamp is a moment in plain text.
func stamp(t time.Time) string { return t.UTC().Format("2 Jan 2006 15:04 UTC") }

// took is a span that was measured.
func took(d time.Duration) markup { return markup(bot.Span(bot.Rough(d))) }

// count is a number with its noun: "1 commit", "2 commits".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
