package manifest

import (
	"fmt"
	"regexp"
	"slices"
)

// Lint says what Slack would refuse of an app, or keep for itself, and what its JSON
// Schema does not know: whole sentences, none if there is nothing.
func Lint(a App) []string {
	var wrong []string
	seen := map[string]bool{}
	for _, c := range a.commands() {
		switch {
		case !wellFormed(c.Command):
			wrong = append(wrong, fmt.Sprintf("The slash command %q is ill-formed: it is / and 1 to 31 lowercase letters, digits, - or _.", c.Command))
		case slices.Contains(reserved(), c.Command):
			wrong = append(wrong, fmt.Sprintf("The slash command %s is one of Slack's own, so it would never reach slipway; choose another under slack.commands, such as %s-service.", c.Command, c.Command))
		case seen[c.Command]:
			wrong = append(wrong, fmt.Sprintf("The slash command %s stands twice under slack.commands; each needs a name of its own.", c.Command))
		}
		seen[c.Command] = true
	}
	return wrong
}

func wellFormed(name string) bool {
	return regexp.MustCompile(`^/[a-z0-9_-]{1,31}$`).MatchString(name)
}

// reserved are the names that Slack keeps for itself. It publishes no list; these are
// its built-in commands, of which it is known that an app cannot have them or that
// what is typed never reaches an app.
func reserved() []string {
	return []string{
		"/active", "/apps", "/archive", "/away", "/call", "/collapse", "/dm", "/dnd", "/expand", "/feed", "/help", "/invite", "/join", "/kick",
		"/leave", "/me", "/msg", "/mute", "/open", "/part", "/prefs", "/pro", "/remind", "/remove", "/rename", "/search", "/shortcuts", "/shrug",
		"/star", "/status", "/topic", "/unarchive", "/who",
	}
}
