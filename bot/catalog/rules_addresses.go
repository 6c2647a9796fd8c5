package catalog

import (
	"net/url"
	"path"
	"strconv"
	"strings"
	"unicode"
)

// reachRule is for the destinations that probes may connect to.
func reachRule() rule {
	return rule{
		words:   "a host such as api.example.com or *.example.com, an address, or a range such as 10.0.0.0/8",
		pattern: `^(\*\.)?[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9:])?(/[0-9]{1,3})?$`,
	}
}

// What several rules refuse.
const (
	badGlob = "this glob has a bracket or brace without its partner"
	badPort = "has a port that does not exist; ports are 1 to 65535"
)

const (
	webPattern = `^https?://[^\s]+$`
	webWords   = "a URL such as https://example.com/page"
)

// linkRule is for addresses that people or probes open.
func linkRule() rule { return rule{words: webWords, pattern: webPattern, also: brokenURL} }

// apiURLRule is for the base of an API, to which paths are appended.
func apiURLRule() rule {
	return rule{
		words:   webWords,
		pattern: webPattern,
		also: func(value string) string {
			if strings.ContainsAny(value, "?#") {
				return "the base of an API has no ? and no #"
			}
			return brokenURL(value)
		},
	}
}

// publicURLRule is for the address at which slipway is reached from outside, to which
// it appends its paths. Slack requires https.
func publicURLRule() rule {
	return rule{
		words:   "a URL such as https://bot.example.com",
		pattern: `^https://[^\s]+$`,
		also:    apiURLRule().also,
	}
}

// hookRule is for an address that is a secret as a whole, so that a password may be in it.
func hookRule() rule { return rule{words: webWords, pattern: webPattern, also: brokenHook} }

// brokenURL refuses, among other things, passwords, since addresses are shown.
func brokenURL(value string) string {
	if parsed, err := url.Parse(value); err == nil && parsed.Hostname() != "" && parsed.User != nil {
		return "has a user or password in it, which everybody would see; take it out"
	}
	return brokenHook(value)
}

func brokenHook(value string) string {
	parsed, err := url.Parse(value)
	switch {
	case err != nil || parsed.Hostname() == "":
		return "must be " + webWords
	case !goodPort(parsed.Port()):
		return badPort
	default:
		return ""
	}
}

func goodPort(port string) bool {
	if port == "" {
		return true
	}
	n, err := strconv.Atoi(port)
	return err == nil && n >= 1 && n <= 65535
}

func hostPortRule() rule {
	const words = "host:port, such as 127.0.0.1:8080 or :8080"
	return rule{words: words, pattern: `^[^\s/@?#]{0,255}:[0-9]{1,5}$`, also: func(value string) string {
		parsed, err := url.Parse("http://" + value)
		if err != nil || (!goodPort(parsed.Port()) && parsed.Port() != "0") {
			return "must be " + words + ", with a port from 1 to 65535, or 0 for any free one"
		}
		return ""
	}}
}

// redisURLRule accepts the URL forms of go-redis and leaves their many options to it.
func redisURLRule() rule {
	const words = "a URL such as redis://127.0.0.1:6379/0, rediss://... or unix:///run/redis.sock"
	return rule{words: words, pattern: `^(rediss?|unix)://[^\s]+$`, also: func(value string) string {
		parsed, err := url.Parse(value)
		switch {
		case err != nil:
			return "must be " + words
		case parsed.Scheme == "unix":
			return brokenSocket(parsed)
		case parsed.Hostname() == "":
			return "names no host; it must be " + words
		case !goodPort(parsed.Port()):
			return badPort
		case strings.Trim(parsed.Path, "/") != "" && !isDatabase(strings.Trim(parsed.Path, "/")):
			return "ends in something that is not the number of a database, such as /0"
		default:
			return ""
		}
	}}
}

func brokenSocket(parsed *url.URL) string {
	if !path.IsAbs(parsed.Path) || parsed.Path == "/" {
		return "names no socket; it must be as unix:///run/redis.sock"
	}
	return ""
}

func isDatabase(segment string) bool {
	return len(segment) <= 4 && strings.IndexFunc(segment, func(r rune) bool { return !unicode.IsDigit(r) }) < 0
}
