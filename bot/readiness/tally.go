package readiness

import (
	"slices"
	"strconv"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// tally counts what became of the packages of one scope.
type tally struct {
	near  nearness
	turns map[turn][]string
	files []string
}

func (t *tally) add(m move) {
	if t.turns == nil {
		t.turns = map[turn][]string{}
	}
	t.turns[m.turn] = append(t.turns[m.turn], m.says)
	if !slices.Contains(t.files, m.file) {
		t.files = append(t.files, m.file)
	}
}

// weight is that of the scope's line: what is built on directly, and may break
// it, asks for a look.
func (t *tally) weight() bot.Weight {
	near := t.near == nearDirect || t.near == nearPlain
	if near && len(t.turns[turnMajor])+len(t.turns[turnLowered]) > 0 {
		return bot.WeightLook
	}
	return bot.WeightNote
}

// says is one line, such as "12 dependencies raised, 2 of them majors: a 1 →
// 2, b 3 → 4; 1 added (c)".
func (t *tally) says() string {
	var parts []string
	say := func(verb string, n int, more string) {
		switch {
		case n == 0:
		case len(parts) == 0:
			one, many := t.near.noun()
			parts = append(parts, count(n, one, many)+" "+verb+more)
		default:
			parts = append(parts, strconv.Itoa(n)+" "+verb+more)
		}
	}
	raised := slices.Concat(t.turns[turnMajor], t.turns[turnRaised])
	say("raised", len(raised), t.ofThem(raised))
	for _, turn := range []turn{turnLowered, turnReleased, turnOther, turnAdded, turnRemoved} {
		say(turn.verb(), len(t.turns[turn]), ifFew(t.turns[turn]))
	}
	return strings.Join(parts, "; ")
}

func (t turn) verb() string {
	switch t {
	case turnLowered:
		return "lowered"
	case turnReleased:
		return "released"
	case turnOther:
		return "changed"
	case turnAdded:
		return "added"
	case turnRemoved:
		return "removed"
	case turnNone, turnRaised, turnMajor:
	}
	return "raised"
}

// ofThem names those that were raised by a major version.
func (t *tally) ofThem(raised []string) string {
	majors := t.turns[turnMajor]
	switch {
	case len(majors) == 0:
		return ifFew(raised)
	case len(raised) == 1:
		return " to another major version: " + majors[0]
	default:
		return ", " + count(len(majors), "of them a major", "of them majors") + ": " + some(majors, t.names())
	}
}

// ifFew names what can be named in a few words.
func ifFew(names []string) string {
	if len(names) > 3 {
		return ""
	}
	return " (" + strings.Join(names, ", ") + ")"
}

// names is how many packages are named where there are more.
func (t *tally) names() int {
	if t.near == nearDirect || t.near == nearPlain {
		return 5
	}
	return 3
}
