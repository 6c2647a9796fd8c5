package grammar

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The flags.
const (
	FlagReason = "reason"
	FlagDryRun = "dry-run"
	FlagAgain  = "again"
	FlagFor    = "for"
	FlagUntil  = "until"
	FlagTake   = "take"
	// FlagEmergency passes rules; with history it lists the releases that did.
	FlagEmergency = "emergency"
	// FlagSeen says that the requester has looked at what was done without slipway.
	FlagSeen = "seen"
)

// Line is a command split into words and flags.
type Line struct {
	Words []string
	// Flags are the names of the flags that were given, each once.
	Flags  []string
	Reason string // as typed
	For    string // a duration, as typed
	Until  string // a time, as typed
}

// Has says whether a flag was given.
func (l Line) Has(flag string) bool { return slices.Contains(l.Flags, flag) }

// Only refuses every flag but those that are allowed.
func (l Line) Only(allowed ...string) error {
	for _, flag := range l.Flags {
		if !slices.Contains(allowed, flag) {
			return &UsageError{Says: fmt.Sprintf("--%s does not belong to this command.", flag), Mend: "Leave it out."}
		}
	}
	return nil
}

// Line splits the text.
func (t Text) Line() (Line, error) {
	var line Line
	rest := strings.TrimSpace(string(t))
	for rest != "" {
		var err error
		if body, isFlag := cutDashes(rest); isFlag {
			rest, err = line.flag(body)
		} else {
			rest, err = line.word(rest)
		}
		if err != nil {
			return Line{}, err
		}
		rest = strings.TrimSpace(rest)
	}
	return line, nil
}

func (l *Line) word(text string) (rest string, err error) {
	word, rest := cutWord(text)
	if len(word) > maxWord {
		return "", &UsageError{Says: "One of the words is too long to be a name.", Mend: "Put a reason behind --reason."}
	}
	if word != "" {
		l.Words = append(l.Words, word)
	}
	return rest, nil
}

// flag reads a flag whose dashes are off.
func (l *Line) flag(body string) (rest string, err error) {
	name, rest := cutName(body)
	known, ok := flagNamed(name)
	if !ok {
		return "", unknownFlag(name)
	}
	if l.Has(known) {
		return "", &UsageError{Says: fmt.Sprintf("--%s stands there twice.", known), Mend: "Say it once."}
	}
	l.Flags = append(l.Flags, known)
	value, hasValue := strings.CutPrefix(rest, "=")
	if known == FlagReason {
		l.Reason, rest = cutReason(strings.TrimSpace(value))
		if l.Reason == "" {
			return "", &UsageError{Says: "--reason says nothing.", Mend: "Write the reason behind it."}
		}
		return rest, nil
	}
	if known == FlagFor || known == FlagUntil {
		return l.time(known, strings.TrimSpace(value))
	}
	if hasValue {
		return "", &UsageError{Says: fmt.Sprintf("--%s takes no value.", known), Mend: fmt.Sprintf("Write --%s, or leave it out.", known)}
	}
	return rest, nil
}

// time takes the one word, or the quoted text, that belongs to a flag of time.
func (l *Line) time(flag, text string) (rest string, err error) {
	value, rest, quoted := cutQuoted(text)
	if !quoted {
		value, rest = cutWord(text)
	}
	value = strings.TrimSpace(value)
	if _, isFlag := cutDashes(value); value == "" || isFlag || len(value) > maxWord {
		return "", &UsageError{
			Says: fmt.Sprintf("--%s does not say how long.", flag),
			Mend: `Write it as --for 2h, or as --until 18:00, --until 2026-12-24 or --until "2026-12-24 18:00".`,
		}
	}
	if flag == FlagFor {
		l.For = value
	} else {
		l.Until = value
	}
	return rest, nil
}

// cutReason splits off the reason: a quoted text, or everything up to the next flag,
// which counts as a flag and not as part of the reason.
func cutReason(text string) (reason, rest string) {
	if inside, after, quoted := cutQuoted(text); quoted {
		return strings.TrimSpace(inside), after
	}
	for at := 0; at < len(text); {
		if beginsWithFlag(text[at:]) {
			return strings.TrimSpace(text[:at]), text[at:]
		}
		word := strings.IndexFunc(text[at:], unicode.IsSpace)
		if word < 0 {
			break
		}
		at = len(text) - len(strings.TrimLeftFunc(text[at+word:], unicode.IsSpace))
	}
	return text, ""
}

func beginsWithFlag(text string) bool {
	body, dashed := cutDashes(text)
	name, _ := cutName(body)
	_, known := flagNamed(name)
	return dashed && known
}

func cutName(body string) (name, rest string) {
	end := strings.IndexFunc(body, func(r rune) bool { return r == '=' || unicode.IsSpace(r) })
	if end < 0 {
		end = len(body)
	}
	return visible(body[:end]), body[end:]
}

// cutDashes removes the dashes of a flag. Phones and word processors turn two dashes
// into a long one; no branch, tag or SHA begins with any dash.
func cutDashes(text string) (body string, dashed bool) {
	body = strings.TrimLeft(text, "-‐‑‒–—―−")
	return body, len(body) < len(text)
}

// flagNamed finds a flag by its name, in any case and with any kind of dashes.
func flagNamed(name string) (string, bool) {
	plain := strings.ToLower(strings.NewReplacer("-", "", "_", "", "‐", "", "‑", "", "–", "", "—", "").Replace(name))
	for _, known := range []string{FlagReason, FlagDryRun, FlagAgain, FlagFor, FlagUntil, FlagTake, FlagEmergency, FlagSeen} {
		if plain == strings.ReplaceAll(known, "-", "") {
			return known, true
		}
	}
	return "", false
}

func unknownFlag(name string) error {
	if runes := []rune(name); len(runes) > 30 {
		name = string(runes[:30])
	}
	switch first, _ := utf8.DecodeRuneInString(name); {
	case name == "":
		return &UsageError{Says: "A dash stands there by itself.", Mend: "Leave it out, or write the name of a flag right behind it."}
	case unicode.IsDigit(first):
		return &UsageError{Says: fmt.Sprintf("`-%s` begins with a dash, as only flags do.", name), Mend: fmt.Sprintf("Leave the dash out: %s.", name)}
	}
	return &UsageError{
		Says: fmt.Sprintf("There is no flag --%s.", name),
		Mend: "The flags are --reason TEXT, --dry-run, --again, --seen and --emergency; for locks also --for, --until and --take.",
		Flag: name,
	}
}
