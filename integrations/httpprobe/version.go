package httpprobe

import (
	"encoding/json"
	"strings"
	"unicode"

	"github.com/slipwayhq/slipway/bot"
)

// minPrefix is how many characters of a SHA a service must tell at least.
const minPrefix = 7

// judgeVersion compares what the service says it runs with the released
// commit. Another version is no fault: the release may be on its way.
func judgeVersion(a answer, path, sha string) (bot.SampleOutcome, string) {
	if len(sha) < minPrefix {
		return bot.NoAnswer, "no commit to compare the version with"
	}
	document, problem := documentOf(a)
	if problem != "" {
		return bot.Bad, problem
	}
	var version string
	switch found := lookUp(document, path).(type) {
	case string:
		version = strings.ToLower(strings.TrimSpace(found))
	case json.Number: // what writes YAML as JSON takes a SHA of digits alone for one
		version = found.String()
	default:
		return bot.Bad, "the answer holds no version"
	}
	if len(version) >= minPrefix && strings.HasPrefix(strings.ToLower(sha), version) {
		return bot.Good, ""
	}
	return bot.NotYet, "version " + harmless(version)
}

// harmless makes a service's word fit to be shown: printable and short.
func harmless(word string) string {
	const longest = 20
	runes := []rune(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, word))
	switch {
	case len(runes) == 0:
		return "is empty"
	case len(runes) > longest:
		return strings.TrimSpace(string(runes[:longest])) + "…"
	default:
		return string(runes)
	}
}
