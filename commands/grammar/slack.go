package grammar

import "strings"

// undoSlack restores what was typed before Slack escaped it and turned parts of it into
// links: & < > arrive as entities, so every < is Slack's own (docs.slack.dev,
// "Formatting message text"). It does so once; the result is not processed again.
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

// undoOne restores what the text begins with, and returns how many bytes of it that
// was.
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

// undoLink restores what was typed from the inside of <...>: the label, which is empty
// for a private channel, or else the address.
func undoLink(inside string) string {
	address, label, _ := strings.Cut(inside, "|")
	mark, address := markOf(address)
	shown := label
	if shown == "" {
		shown = address
	}
	return mark + strings.TrimPrefix(undoEntities(shown), mark)
}

// markOf splits off the character that precedes a name of this kind.
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
