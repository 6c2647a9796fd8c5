package grammar

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxText is how many bytes a command may have.
const MaxText = 2000

// maxWord is how many bytes a word may have; a branch's name has at most 255.
const maxWord = 255

// UsageError says what is wrong with the words that somebody typed, for that
// person to read.
type UsageError struct {
	Says string // what is wrong, one sentence
	Mend string // what would help, one sentence; may be empty
	Flag string // the name of a flag that there is not, if that is what is wrong
}

// Error is what is wrong.
func (e *UsageError) Error() string { return e.Says }

// Text is what a person typed: Slack's escapes are undone and no control
// character is left.
type Text string

// Open turns what Slack sent into what was typed. It MUST be called once only,
// since a text that was typed may look like an escape.
func Open(sent string) (Text, error) {
	if len(sent) > MaxText {
		return "", &UsageError{Says: "That is longer than 2,000 bytes.", Mend: "Say it in fewer words."}
	}
	typed := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r):
			return ' '
		case turnsDirection(r):
			return -1
		default:
			return r
		}
	}, undoSlack(strings.ToValidUTF8(sent, "\uFFFD")))
	return Text(strings.TrimSpace(typed)), nil
}

// turnsDirection says whether a character makes the text after it appear in another
// order than written; in a reason it could fake the contents of a card.
func turnsDirection(r rune) bool {
	return r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069'
}

// Word splits off the first word, in lower case, as verbs and ids are.
func (t Text) Word() (word string, rest Text) {
	first, after := cutWord(strings.TrimLeftFunc(string(t), unicode.IsSpace))
	return strings.ToLower(first), Text(strings.TrimSpace(after))
}

// cutWord splits off a word; the text does not begin with a space.
func cutWord(text string) (word, rest string) {
	if inside, after, quoted := cutQuoted(text); quoted {
		return visible(inside), after
	}
	end := strings.IndexFunc(text, unicode.IsSpace)
	if end < 0 {
		end = len(text)
	}
	return visible(text[:end]), text[end:]
}

// cutQuoted splits off a quoted text; false if the text does not begin with a quote, or
// the quote is never closed.
func cutQuoted(text string) (inside, rest string, ok bool) {
	opening, size := utf8.DecodeRuneInString(text)
	for _, kind := range []string{"\"“”„«»", "'‘’‚", "`"} {
		if size == 0 || !strings.ContainsRune(kind, opening) {
			continue
		}
		i := strings.IndexAny(text[size:], kind)
		if i < 0 {
			return "", "", false
		}
		_, closing := utf8.DecodeRuneInString(text[size+i:])
		return text[size : size+i], text[size+i+closing:], true
	}
	return "", "", false
}

// Quoted writes a text so that it is read as one word, or one reason, again.
func Quoted(text string) string {
	return `"` + strings.NewReplacer(`"`, "'", "“", "'", "”", "'", "„", "'", "«", "'", "»", "'").Replace(text) + `"`
}

// Sent is a text as Slack would send it to whoever opens it: Open undoes that.
func Sent(typed string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(typed)
}

// visible removes invisible characters, such as the zero-width space that comes along
// when a name is copied from a web page.
func visible(word string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, word)
}
