package commands

import (
	"regexp"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot/catalog"
)

// typedSpan reads a duration that somebody typed: as slipway.yaml has it (30m, 1h30m, 7d),
// or in words, some of which slipway itself says (30 min, 2 hours, 3 days).
func typedSpan(typed string) (time.Duration, error) {
	words := regexp.MustCompile(`[a-z]+`)
	written := strings.Join(strings.Fields(lower(typed)), "") // phones begin with a capital
	return catalog.Duration(words.ReplaceAllStringFunc(written, func(word string) string {
		switch word {
		case "sec", "secs", "second", "seconds":
			return "s"
		case "min", "mins", "minute", "minutes":
			return "m"
		case "hr", "hrs", "hour", "hours":
			return "h"
		case "day", "days":
			return "d"
		}
		return word
	}))
}
