package blocks

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/slipwayhq/slipway/bot"
)

// markup is text in Slack's mrkdwn that is safe to send: whatever somebody
// supplied has been through esc or code.
type markup string

// How much of a supplied text is shown.
const (
	nameMax    = 60
	subjectMax = 100
	reasonMax  = 300
	// sentenceMax bounds what slipway says itself, which holds supplied names.
	sentenceMax = 600
	maxURL      = 600
)

// clean makes supplied text one harmless line: control and format characters
// (bidirectional overrides among them) go, all space becomes one blank, and
// what is longer than limit is cut, between two words where there is room for it.
func clean(s string, limit int) string {
	var line []byte
	n, space := 0, false
	for _, r := range s {
		switch {
		case '!' <= r && r <= '~':
		case unicode.IsSpace(r) || r == '\u2028' || r == '\u2029':
			space = n > 0
			continue
		case !unicode.IsPrint(r) || r == utf8.RuneError:
			continue
		}
		gap := ""
		if space {
			gap, space = " ", false
		}
		if n += len(gap) + units(r); n > limit-1 {
			return cut(string(line), gap) + "…"
		}
		line = utf8.AppendRune(append(line, gap...), r)
	}
	return string(line)
}

// cut takes the word away that a text breaks off in, unless that is much of it.
// gap is what would have come next.
func cut(s, gap string) string {
	if gap != "" {
		return s
	}
	at := strings.LastIndex(s, " ")
	if at < len(s)*2/3 {
		return s
	}
	return s[:at]
}

// esc makes supplied text safe within mrkdwn. Slack knows three escapes (&, <
// and >) and none for its own marks: those are replaced by letters that look
// alike. An underscore within a word is no mark and stays, so that a branch
// can be copied.
func esc(s string, limit int) markup {
	runes := []rune(clean(s, limit))
	if len(runes) > 0 && runes[0] == '>' {
		runes[0] = '›' // at the beginning of a line it would be a quotation
	}
	closing := emojiColons(runes)
	var b strings.Builder
	for i, r := range runes {
		switch r {
		case '*':
			b.WriteRune('∗')
		case '~':
			b.WriteRune('∼')
		case '`':
			b.WriteByte('\'')
		case '_':
			b.WriteRune(underscore(runes, i))
		case ':':
			if closing[i] {
				r = '꞉'
			}
			b.WriteRune(r)
		default:
			writeEscaped(&b, r)
		}
	}
	return markup(b.String())
}

func underscore(runes []rune, i int) rune {
	within := func(j int) bool {
		return j >= 0 && j < len(runes) && (unicode.IsLetter(runes[j]) || unicode.IsDigit(runes[j]))
	}
	if within(i-1) && within(i+1) {
		return '_'
	}
	return 'ˍ'
}

// emojiColons finds the colons that would open or close an emoji's name.
func emojiColons(runes []rune) map[int]bool {
	if !slices.Contains(runes, ':') {
		return nil
	}
	found := map[int]bool{}
	open := -1
	for i, r := range runes {
		switch {
		case r == ':':
			if open >= 0 && i-open > 1 {
				found[open], found[i] = true, true
			}
			open = i
		case !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_+-'", r):
			open = -1
		}
	}
	return found
}

func writeEscaped(b *strings.Builder, r rune) {
	switch r {
	case '&':
		b.WriteString("&amp;")
	case '<':
		b.WriteString("&lt;")
	case '>':
		b.WriteString("&gt;")
	default:
		b.WriteRune(r)
	}
}

// code shows supplied text letter by letter, to be copied. Within a code span
// only a backtick could end it.
func code(s string, limit int) markup {
	var b strings.Builder
	for _, r := range strings.ReplaceAll(clean(s, limit), "`", "'") {
		writeEscaped(&b, r)
	}
	if b.Len() == 0 {
		return ""
	}
	return markup("`" + b.String() + "`")
}

// bare makes supplied text safe for a plain_text object, which knows no
// escapes.
func bare(s string, limit int) string {
	return strings.NewReplacer("<", "‹", ">", "›", "&", "+").Replace(clean(s, limit))
}

func bold(m markup) markup {
	if m == "" {
		return ""
	}
	return "*" + m + "*"
}

// quoted is somebody's own words.
func quoted(s string) markup {
	if clean(s, reasonMax) == "" {
		return ""
	}
	return "“" + esc(s, reasonMax) + "”"
}

// sentence shows words of slipway's own account, which may hold supplied
// names: it begins with a capital and ends with a full stop.
func sentence(s string) markup {
	s = clean(s, sentenceMax)
	if s == "" || beginsWithName(s) {
		return stopped(s)
	}
	first, size := utf8.DecodeRuneInString(s)
	return stopped(string(unicode.ToUpper(first)) + s[size:])
}

// beginsWithName says whether a name stands first, which is left as it is: what is
// in backticks, a target such as "api → production", an id such as api-142, a file, or
// slipway itself.
func beginsWithName(s string) bool {
	word, rest, _ := strings.Cut(s, " ")
	return word == "slipway" || strings.ContainsAny(word, "0123456789-_/.`") || strings.HasPrefix(rest, "→ ")
}

// stopped shows words that begin as they are and end with a full stop. What stands
// in backticks is shown letter by letter, as it is to be typed.
func stopped(s string) markup {
	s = clean(s, sentenceMax)
	if s == "" {
		return ""
	}
	if !strings.ContainsAny(s[len(s)-1:], ".!?") && !strings.HasSuffix(s, "…") {
		s += "."
	}
	return spans(s)
}

// spans shows words of slipway's own account with what it put in backticks. Only
// words between two backticks are; one that is left over is none.
func spans(s string) markup {
	var out markup
	for {
		before, behind, opened := strings.Cut(s, "`")
		inside, rest, closed := strings.Cut(behind, "`")
		if !opened || !closed {
			return out + escaped(s)
		}
		out += escaped(before)
		if strings.TrimSpace(inside) == "" {
			out += escaped("`" + inside + "`")
		} else {
			out += code(inside, sentenceMax)
		}
		s = rest
	}
}

// escaped is esc without taking the spaces at the ends away, for a part of a text
// that is clean already.
func escaped(s string) markup {
	kept := strings.Trim(s, " ")
	if kept == "" {
		return markup(s)
	}
	lead, _, _ := strings.Cut(s, kept)
	return markup(lead) + esc(kept, sentenceMax) + markup(s[len(lead)+len(kept):])
}

// link leads to an http or https address; any other leaves the label alone.
func link(address string, label markup) markup {
	safe, ok := safeURL(address)
	if !ok || label == "" {
		return label
	}
	return markup("<" + strings.ReplaceAll(safe, "&", "&amp;") + "|" + strings.ReplaceAll(string(label), "|", "∣") + ">")
}

// safeURL lets only web addresses through, with everything encoded that could
// end the link.
func safeURL(address string) (string, bool) {
	if !strings.Contains(address, "//") {
		return "", false // it names no host
	}
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil {
		return "", false
	}
	const unsafe = `<>|"\^{}` + "`"
	var b strings.Builder
	for _, c := range []byte(u.String()) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte(unsafe, c) >= 0 {
			const hex = "0123456789ABCDEF"
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
			continue
		}
		b.WriteByte(c)
	}
	return b.String(), b.Len() <= maxURL
}

// mention calls a person by the account that Slack knows, and else by name.
func mention(p bot.Person) markup {
	if ValidUserID(p.ID) {
		return markup("<@" + p.ID + ">")
	}
	return named(p)
}

// named calls a person by name, so that nobody is notified.
func named(p bot.Person) markup {
	if name := esc(p.String(), nameMax); name != "" {
		return name
	}
	return "somebody"
}

// ValidUserID says whether id has the shape of an account of Slack's.
func ValidUserID(id string) bool { return validID(id, "UW") }

// ValidChannelID says whether id has the shape of a channel of Slack's.
func ValidChannelID(id string) bool { return validID(id, "CG") }

// validID says whether id has the shape of Slack's, and begins with one of some letters.
func validID(id, begins string) bool {
	if len(id) < 2 || len(id) > 30 || !strings.ContainsRune(begins, rune(id[0])) {
		return false
	}
	for _, c := range []byte(id) {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// join puts the parts that are not empty together.
func join(sep markup, parts ...markup) markup {
	var b strings.Builder
	for _, p := range parts {
		if p == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(string(sep))
		}
		b.WriteString(string(p))
	}
	return markup(b.String())
}

// list puts at most limit parts together and says how many it left out.
func list(parts []markup, limit int) markup {
	if len(parts) > limit {
		parts = append(parts[:limit:limit], markup("and "+count(len(parts)-limit, "other")))
	}
	return join(", ", parts...)
}

// series is a list within a sentence: "Anna, Ben and Cara".
func series(parts []markup, limit int) markup {
	if n := len(parts); n > limit {
		parts = append(parts[:limit:limit], markup(count(n-limit, "other")))
	}
	n := len(parts)
	if n < 2 {
		return join("", parts...)
	}
	return join(", ", parts[:n-1]...) + " and " + parts[n-1]
}
