package doctor

import (
	"errors"
	"slices"
	"strings"
	"unicode"

	"github.com/slipwayhq/slipway/bot"
)

// Severity is how bad a finding is.
type Severity string

// Error: something that slipway.yaml asks for does not work. Warning: it works, but may
// stop working, or could work better.
const (
	OK      Severity = "ok"
	Warning Severity = "warning"
	Error   Severity = "error"
)

// Finding is one thing that was found.
type Finding struct {
	// Check is what was looked at, such as slack-token.
	Check    string   `json:"check"`
	Severity Severity `json:"severity"`
	// Says is what was found, Breaks what does not work because of it, and Mend what
	// helps. The last two are empty where nothing is wrong.
	Says   string `json:"says"`
	Breaks string `json:"breaks"`
	Mend   string `json:"mend"`

	kind string
}

// Kind is a kind of finding. Words in braces in its sentences are placeholders.
type Kind struct {
	// Name tells it from every other kind, and is never shown.
	Name     string
	Check    string
	Severity Severity
	Says     string
	Breaks   string
	Mend     string
}

// Of is the name of a finding's kind.
func (f Finding) Of() string { return f.kind }

// find makes a finding of a kind. pairs are placeholders, each followed by its value.
func find(name string, pairs ...string) Finding {
	all := Kinds()
	at := slices.IndexFunc(all, func(k Kind) bool { return k.Name == name })
	if at < 0 {
		return Finding{Check: "doctor", Severity: Error, Says: "There is no finding " + name + ".", kind: name}
	}
	var words []string
	for i := 0; i+1 < len(pairs); i += 2 {
		words = append(words, "{"+pairs[i]+"}", plain(pairs[i+1]))
	}
	fill := strings.NewReplacer(words...)
	k := all[at]
	return Finding{
		Check: k.Check, Severity: k.Severity, Says: fill.Replace(k.Says), Breaks: fill.Replace(k.Breaks), Mend: fill.Replace(k.Mend), kind: name,
	}
}

// plain makes foreign text safe to print: on one line, without control characters, and
// not too long.
func plain(text string) string {
	const longest = 400
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, text)
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return text
}

// why is what an error tells people, without the error that it wraps and without a full
// stop.
func why(err error) string {
	e, is := errors.AsType[*bot.Error](err)
	if !is || e.Says == "" {
		return "it did not answer in time"
	}
	return strings.TrimSuffix(e.Says, ".")
}

// mendOf is the mend that an error names, or the given one if it names none.
func mendOf(err error, otherwise string) string {
	if e, is := errors.AsType[*bot.Error](err); is && e.Mend != "" {
		return e.Mend
	}
	return otherwise
}

// Unknown says that a check could not be carried out.
func Unknown(check string, err error) Finding {
	f := find(kindUnknown, "why", why(err), "mend", mendOf(err, "Run slipway doctor again."))
	f.Check = check
	return f
}

// Overdue says that a check took too long. of is what was looked at, where there are
// several; otherwise empty.
func Overdue(check, of string) Finding { return lookedAt(check, of, kindOverdue) }

// Broken says that a check panicked, which is a fault of slipway's.
func Broken(check, of string) Finding { return lookedAt(check, of, kindBroken) }

func lookedAt(check, of, kind string) Finding {
	f := find(kind)
	f.Check = check
	if of != "" {
		f.Says = plain(of) + ": " + f.Says
	}
	return f
}

// Worst is the worst severity among the findings.
func Worst(all []Finding) Severity {
	worst := OK
	for _, f := range all {
		if f.Severity == Error || worst == OK {
			worst = f.Severity
		}
	}
	return worst
}
