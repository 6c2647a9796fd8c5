package readiness

import (
	"regexp"
	"strings"
)

// aroundIt is how many words are shown on each side of a difference.
const aroundIt = 2

// differ reduces two long texts to the part that differs, with a few of the words that
// they share before and after it. A short text is shown whole.
func differ(before, after string) (string, string) {
	if len(before) <= longCommand && len(after) <= longCommand {
		return before, after
	}
	a, b := strings.Fields(before), strings.Fields(after)
	same := 0
	for same < min(len(a), len(b)) && a[same] == b[same] {
		same++
	}
	end := 0
	for end < min(len(a), len(b))-same && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	begin, rest := max(0, same-aroundIt), max(0, end-aroundIt)
	return clipMiddle(excerpt(a, begin, rest)), clipMiddle(excerpt(b, begin, rest))
}

// excerpt shortens a text at both ends.
func excerpt(words []string, first, last int) string {
	part := strings.Join(words[first:len(words)-last], " ")
	if first > 0 {
		part = "… " + part
	}
	if last > 0 {
		part += " …"
	}
	return part
}

// clipMiddle cuts a text that is still too long in its middle, since the difference may
// be at the end.
func clipMiddle(text string) string {
	letters := []rune(text)
	if len(letters) <= longCommand {
		return text
	}
	half := longCommand / 2
	return string(letters[:half]) + "…" + string(letters[len(letters)-half:])
}

// Parts of a command that must not be shown: the value of a variable or an option whose
// name suggests a secret, and a password in an address.
var (
	variableValue = regexp.MustCompile(`(^|[\s"';&|(])([A-Z_][A-Z0-9_]*)=("[^"]*"|'[^']*'|[^\s"';&|)]+)`)
	secretOption  = regexp.MustCompile(`(?i)(--?[a-z0-9-]*(?:pass|secret|token|key|credential|auth)[a-z0-9-]*)([= ])("[^"]*"|'[^']*'|[^\s"'-][^\s"']*)`)
	userOption    = regexp.MustCompile(`(\s(?:-u|--user)[= ]["']?[^\s:"']+:)[^\s"']+`)
	inAddress     = regexp.MustCompile(`(://)[^/\s@"']+@`)
)

// masked hides the values of settings in a command.
func masked(command string) string {
	command = variableValue.ReplaceAllString(command, "$1$2=…")
	command = secretOption.ReplaceAllString(command, "$1$2…")
	command = userOption.ReplaceAllString(command, "$1…")
	return inAddress.ReplaceAllString(command, "$1…@")
}
