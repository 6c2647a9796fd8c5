package grammar

import (
	"fmt"
	"slices"
	"strings"
)

// Deploy are the words of `deploy`. Ref and Environment are empty if they were left
// out; a single word after the services is the Ref.
type Deploy struct {
	Services         []string // each once, at least one
	Ref, Environment string
}

// Deploy reads SERVICE[,SERVICE...] [REF] [to ENV].
func (l Line) Deploy() (Deploy, error) {
	services, rest, err := l.services()
	if err != nil {
		return Deploy{}, err
	}
	before, to, err := splitTo(rest)
	switch {
	case err != nil:
		return Deploy{}, err
	case to != "" && len(before) < 2, to == "" && len(before) < 3:
	default:
		return Deploy{}, tooMany(rest, "a service, a branch, tag or SHA, and an environment")
	}
	d := Deploy{Services: services, Environment: strings.ToLower(to)}
	if len(before) > 0 {
		d.Ref = before[0]
	}
	if len(before) > 1 {
		d.Environment = strings.ToLower(before[1])
	}
	return d, nil
}

// Rollback are the words of `rollback`. To is a release's id or a SHA.
type Rollback struct {
	Service, Environment, To string
}

// Rollback reads SERVICE [ENV] [to RELEASE, SHA or list].
func (l Line) Rollback() (Rollback, error) {
	service, rest, err := l.service()
	if err != nil {
		return Rollback{}, err
	}
	before, to, err := splitTo(rest)
	switch {
	case err != nil:
		return Rollback{}, err
	case to != "" && len(before) < 2, to == "" && len(before) < 3:
	default:
		return Rollback{}, tooMany(rest, "a service, an environment, and a release or SHA to go back to")
	}
	r := Rollback{Service: service, To: strings.ToLower(to)}
	if len(before) > 0 {
		r.Environment = strings.ToLower(before[0])
	}
	if len(before) > 1 {
		r.To = strings.ToLower(before[1])
	}
	return r, nil
}

// Place is a service and, maybe, an environment of it.
type Place struct {
	Service, Environment string
}

// Place reads [SERVICE] [ENV].
func (l Line) Place() (Place, error) {
	words := withoutTo(l.Words)
	var p Place
	switch len(words) {
	case 0:
	case 1:
		p.Service = strings.ToLower(words[0])
	case 2:
		p.Service, p.Environment = strings.ToLower(words[0]), strings.ToLower(words[1])
	default:
		return Place{}, tooMany(words[1:], "a service and an environment")
	}
	return p, nil
}

// Diff are the words of `diff`: one or two, each an environment or, once, a ref. They
// keep their case, since refs have one.
type Diff struct {
	Service, First, Second string
}

// Diff reads SERVICE [ENV] [REF or ENV].
func (l Line) Diff() (Diff, error) {
	service, rest, err := l.service()
	if err != nil {
		return Diff{}, err
	}
	rest = withoutTo(rest)
	if len(rest) > 2 {
		return Diff{}, tooMany(rest, "a service, an environment, and what to compare with")
	}
	rest = append(rest, "", "")
	return Diff{Service: service, First: rest[0], Second: rest[1]}, nil
}

// Promote are the words of `promote`.
type Promote struct {
	Service, From, To string
}

// Promote reads SERVICE FROM [to] TO.
func (l Line) Promote() (Promote, error) {
	service, rest, err := l.service()
	if err != nil {
		return Promote{}, err
	}
	if rest = withoutTo(rest); len(rest) != 2 {
		return Promote{}, &UsageError{Says: "It takes a service and two environments: where it is live, and where it is to go.", Mend: "Say all three."}
	}
	return Promote{Service: service, From: strings.ToLower(rest[0]), To: strings.ToLower(rest[1])}, nil
}

// Adopt are the words of `adopt`.
type Adopt struct {
	Service, Environment, SHA string
}

// Adopt reads SERVICE ENV SHA.
func (l Line) Adopt() (Adopt, error) {
	service, rest, err := l.service()
	if err != nil {
		return Adopt{}, err
	}
	if len(rest) != 2 {
		return Adopt{}, &UsageError{Says: "It takes a service, an environment and the SHA that is live there.", Mend: "Say all three."}
	}
	return Adopt{Service: service, Environment: strings.ToLower(rest[0]), SHA: strings.ToLower(rest[1])}, nil
}

// Rejection splits the text into the id and the reason, which is all that follows, as
// typed, with or without --reason.
func (t Text) Rejection() (id, reason string, err error) {
	id, rest := t.Word()
	if id == "" || beginsWithFlag(string(t)) {
		return "", "", &UsageError{Says: "It does not say which release.", Mend: "The card shows the id, such as api-142, and so does the history."}
	}
	if !beginsWithFlag(string(rest)) {
		return id, string(rest), nil
	}
	line, err := rest.Line()
	if err != nil {
		return "", "", err
	}
	if len(line.Words) > 0 {
		return "", "", tooMany(line.Words, "a release and a reason")
	}
	return id, line.Reason, line.Only(FlagReason)
}

// ID reads the one word that names a release.
func (l Line) ID() (string, error) {
	if len(l.Words) != 1 {
		return "", &UsageError{Says: "It takes the id of one release, such as api-142.", Mend: "The card shows the id, and so does the history."}
	}
	return strings.ToLower(l.Words[0]), nil
}

// IsSHA says whether a word may be a commit's SHA: 7 to 40 hexadecimal digits,
// lower case. Fewer would soon be ambiguous.
func IsSHA(word string) bool {
	if len(word) < 7 || len(word) > 40 {
		return false
	}
	return strings.Trim(word, "0123456789abcdef") == ""
}

func (l Line) service() (service string, rest []string, err error) {
	if len(l.Words) == 0 {
		return "", nil, &UsageError{Says: "It does not say which service.", Mend: "Name one first."}
	}
	return strings.ToLower(l.Words[0]), l.Words[1:], nil
}

// services reads one service or several, separated by commas, with or without spaces.
func (l Line) services() (services []string, rest []string, err error) {
	list, rest, err := l.service()
	if err != nil {
		return nil, nil, err
	}
	for len(rest) > 0 && (strings.HasSuffix(list, ",") || strings.HasPrefix(rest[0], ",")) {
		list, rest = list+strings.ToLower(rest[0]), rest[1:]
	}
	for name := range strings.SplitSeq(list, ",") {
		if name != "" && !slices.Contains(services, name) {
			services = append(services, name)
		}
	}
	if len(services) == 0 {
		return nil, nil, &UsageError{Says: "It does not say which service.", Mend: "Name one first."}
	}
	return services, rest, nil
}

// splitTo splits the words at the last "to", which one word must follow. Earlier ones
// are filler, as in "to production to api-140".
func splitTo(words []string) (before []string, to string, err error) {
	for i, word := range slices.Backward(words) {
		if !isTo(word) {
			continue
		}
		if i != len(words)-2 {
			return nil, "", &UsageError{Says: "One word must follow \"to\", and nothing else.", Mend: "Say where it is to go, or leave \"to\" out."}
		}
		return withoutTo(words[:i]), words[i+1], nil
	}
	return words, "", nil
}

func withoutTo(words []string) []string {
	kept := make([]string, 0, len(words))
	for _, word := range words {
		if !isTo(word) {
			kept = append(kept, word)
		}
	}
	return kept
}

func isTo(word string) bool { return strings.EqualFold(word, "to") }

func tooMany(words []string, takes string) error {
	last := words[len(words)-1]
	if r := []rune(last); len(r) > 40 {
		last = string(r[:40]) + "…"
	}
	return &UsageError{
		Says: fmt.Sprintf("There are more words than it takes, up to %q.", last),
		Mend: fmt.Sprintf("It takes %s; put a reason behind --reason.", takes),
	}
}
