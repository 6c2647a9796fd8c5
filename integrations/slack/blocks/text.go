package blocks

import (
	"net/url"
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
	maxURL     = 600
)

// clean makes supplied text one harmless line: control and format characters
// (bidirectional overrides among them) go, all space becomes one blank, and
// what is longer than limit is cut.
func clean(s string, limit int) string {
	var b strings.Builder
	n, space := 0, false
	for _, r := range s {
		switch {
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
			b.WriteRune('…')
			break
		}
		b.WriteString(gap)
		b.WriteRune(r)
	}
	return b.String()
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
	s = clean(s, reasonMax)
	if s == "" {
		return ""
	}
	// A name of something, such as api-142, is left as it is.
	if word, _, _ := strings.Cut(s, " "); !strings.ContainsAny(word, "0123456789-_/.`") {
		first, size := utf8.DecodeRuneInString(s)
		s = string(unicode.ToUpper(first)) + s[size:]
	}
	return stopped(s)
}

// stopped shows words that begin as they are and end with a full stop.
func stopped(s string) markup {
	s = clean(s, reasonMax)
	if s == "" {
		return ""
	}
	if !strings.ContainsAny(s[len(s)-1:], ".!?") && !strings.HasSuffix(s, "…") {
		s += "."
	}
	return esc(s, reasonMax+2)
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
func ValidUserID(id string) bool {
	if len(id) < 2 || len(id) > 30 || (id[0] != 'U' && id[0] != 'W') {
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
