package grammar

import "strings"

// undoSlack gives back what was typed before Slack escaped it and made links
// of what looks like one: & < > arrive as entities, so that every < is Slack's
// own (docs.slack.dev, "Formatting message text"). It goes over the text once:
// what comes out is not looked at again.
func undoSlack(text string) string {
	var typed strings.Builder
	for text != "" {
		i := strings.IndexAny(text, "<&")
		if i < 0 {
			break
		}
		typed.WriteString(text[:i])
		text = text[i:]
		out, size := undoOne(text)
		typed.WriteString(out)
		text = text[size:]
	}
	typed.WriteString(text)
	return typed.String()
}

// undoOne undoes what text begins with and says how many bytes that were.
func undoOne(text string) (typed string, size int) {
	if text[0] == '&' {
		return undoEntity(text)
	}
	end := strings.IndexByte(text, '>')
	if end < 0 || strings.Contains(text[1:end], "<") {
		return "<", 1
	}
	return undoLink(text[1:end]), end + 1
}

func undoEntity(text string) (typed string, size int) {
	entities := [...]struct{ escaped, plain string }{{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}}
	for _, e := range entities {
		if strings.HasPrefix(text, e.escaped) {
			return e.plain, len(e.escaped)
		}
	}
	return "&", 1
}

// undoLink gives what was typed of the inside of <...>: the label, which for a
// private channel is empty, or else the address.
func undoLink(inside string) string {
	address, label, _ := strings.Cut(inside, "|")
	mark, address := markOf(address)
	shown := label
	if shown == "" {
		shown = address
	}
	return mark + strings.TrimPrefix(undoEntities(shown), mark)
}

// markOf is the character before a name that Slack made a link of.
func markOf(address string) (mark, rest string) {
	switch {
	case strings.HasPrefix(address, "@"):
		return "@", address[1:]
	case strings.HasPrefix(address, "!"):
		return "@", strings.TrimPrefix(address[1:], "subteam^")
	case strings.HasPrefix(address, "#"):
		return "#", address[1:]
	default:
		return "", strings.TrimPrefix(strings.TrimPrefix(address, "mailto:"), "tel:")
	}
}

func undoEntities(text string) string {
	return strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">").Replace(text)
}
