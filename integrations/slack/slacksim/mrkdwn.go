package slacksim

import "strings"

// Names gives the name that is shown for an id of a user, a channel or a user
// group; empty if there is none.
type Names func(id string) string

// plainText turns mrkdwn into what a person reads: mentions as @names, links
// as text <url>, emoji as pictures, no marks for bold and the like. What was
// escaped is unescaped last, so that an escaped mention stays the plain text
// that it is for a person, too.
func plainText(text string, names Names) string {
	var out strings.Builder
	for text != "" {
		open := strings.IndexByte(text, '<')
		if open < 0 {
			break
		}
		length := strings.IndexByte(text[open:], '>')
		if length < 0 {
			break
		}
		out.WriteString(unmark(text[:open]))
		out.WriteString(reference(text[open+1:open+length], names))
		text = text[open+length+1:]
	}
	out.WriteString(unmark(text))
	return out.String()
}

// reference resolves what stands between angle brackets
// (docs.slack.dev/messaging/formatting-message-text).
func reference(inner string, names Names) string {
	what, text, _ := strings.Cut(inner, "|")
	if what == "" {
		return unescape(inner)
	}
	id := what[1:]
	switch what[0] {
	case '@':
		return "@" + firstOf(names(id), text, id)
	case '#':
		return "#" + firstOf(names(id), text, id)
	case '!':
		return special(id, text, names)
	}
	url := unescape(strings.TrimPrefix(what, "mailto:"))
	if text == "" {
		return "<" + url + ">"
	}
	return unmark(text) + " <" + url + ">"
}

func special(id, text string, names Names) string {
	group, isGroup := strings.CutPrefix(id, "subteam^")
	switch {
	case isGroup:
		return "@" + firstOf(names(group), strings.TrimPrefix(text, "@"), group)
	case strings.HasPrefix(id, "date^"):
		return unescape(text)
	default:
		return "@" + id // here, channel, everyone
	}
}

func firstOf(words ...string) string {
	for _, w := range words {
		if w != "" {
			return unescape(w)
		}
	}
	return ""
}

// unmark takes the marks off a stretch of mrkdwn, and puts emoji in.
func unmark(text string) string {
	for _, mark := range []byte("*_~") {
		text = strip(text, mark)
	}
	return unescape(emoji(text))
}

// strip takes pairs of one mark away where Slack would take them for marks:
// around words, within a line, and not in code.
func strip(text string, mark byte) string {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		end := i
		switch {
		case text[i] == '`':
			end = codeEnd(text, i)
		case text[i] == mark && opens(text, i):
			if to := closing(text, i); to > 0 {
				out.WriteString(text[i+1 : to])
				i = to
				continue
			}
		}
		out.WriteString(text[i : end+1])
		i = end
	}
	return out.String()
}

// codeEnd is where the code that begins at i ends; i itself if it never does.
func codeEnd(text string, i int) int {
	if n := strings.IndexByte(text[i+1:], '`'); n >= 0 {
		return i + 1 + n
	}
	return i
}

func opens(text string, i int) bool {
	return (i == 0 || !isWord(text[i-1])) && i+1 < len(text) && text[i+1] != ' ' && text[i+1] != text[i]
}

// closing is where the mark that opens at i is closed, or 0.
func closing(text string, i int) int {
	for j := i + 1; j < len(text) && text[j] != '\n'; j++ {
		switch text[j] {
		case '`':
			j = codeEnd(text, j)
		case text[i]:
			if j > i+1 && text[j-1] != ' ' && (j+1 == len(text) || !isWord(text[j+1])) {
				return j
			}
		}
	}
	return 0
}

func isWord(b byte) bool {
	return b == '_' || ('0' <= b && b <= '9') || ('a' <= b|0x20 && b|0x20 <= 'z')
}

func unescape(text string) string {
	if !strings.Contains(text, "&") {
		return text // making a replacer costs more than looking
	}
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(text)
}

// emoji replaces the names of common emoji by their pictures.
func emoji(text string) string {
	if !strings.Contains(text, ":") {
		return text
	}
	return strings.NewReplacer(
		":white_check_mark:", "✅", ":heavy_check_mark:", "✔", ":x:", "❌", ":warning:", "⚠", ":rocket:", "🚀",
		":hourglass:", "⌛", ":hourglass_flowing_sand:", "⏳", ":rewind:", "⏪", ":lock:", "🔒", ":unlock:", "🔓",
		":no_entry:", "⛔", ":no_entry_sign:", "🚫", ":red_circle:", "🔴", ":large_green_circle:", "🟢",
		":large_yellow_circle:", "🟡", ":large_blue_circle:", "🔵", ":white_circle:", "⚪", ":black_circle:", "⚫",
		":clock1:", "🕐", ":arrows_counterclockwise:", "🔄", ":leftwards_arrow_with_hook:", "↩",
		":eyes:", "👀", ":thumbsup:", "👍", ":+1:", "👍", ":thumbsdown:", "👎", ":-1:", "👎", ":tada:", "🎉",
		":fire:", "🔥", ":rotating_light:", "🚨", ":bell:", "🔔", ":information_source:", "ℹ", ":question:", "❓",
		":exclamation:", "❗", ":snowflake:", "❄", ":package:", "📦", ":mag:", "🔍", ":chart_with_upwards_trend:", "📈",
		":ship:", "🚢", ":construction:", "🚧", ":octagonal_sign:", "🛑", ":wave:", "👋", ":bulb:", "💡", ":link:", "🔗",
		":memo:", "📝", ":zzz:", "💤", ":bust_in_silhouette:", "👤", ":stopwatch:", "⏱", ":skull:", "💀",
	).Replace(text)
}
