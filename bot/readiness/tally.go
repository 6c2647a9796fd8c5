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

// longTally is how long a line about packages may be: what is longer is cut
// where it is shown, and a name that is cut says nothing.
const longTally = 240

// says is one line, such as "12 dependencies raised, 2 of them majors: a 1 →
// 2, b 3 → 4; 1 added (c)", with as many names as there is room for.
func (t *tally) says() string {
	line := ""
	for most := t.names(); most >= 0; most-- {
		if line = t.with(most); len(line) <= longTally {
			break
		}
	}
	return line
}

// names is how many packages are named where there are more.
func (t *tally) names() int {
	if t.near == nearDirect || t.near == nearPlain {
		return 5
	}
	return 3
}

// with is the line with at most so many names for each thing that happened.
func (t *tally) with(limit int) string {
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
	say("raised", len(raised), t.ofThem(raised, limit))
	for _, turn := range []turn{turnLowered, turnReleased, turnOther} {
		say(turn.verb(), len(t.turns[turn]), t.listed(turn, limit))
	}
	for _, turn := range []turn{turnAdded, turnRemoved} { // which are named last
		say(turn.verb(), len(t.turns[turn]), t.listed(turn, limit-1))
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

// listed names the packages to which something happened. What was lowered, or
// is no plain step, says more by its words than by its number.
func (t *tally) listed(turn turn, limit int) string {
	names := t.turns[turn]
	if near := t.near == nearDirect || t.near == nearPlain; near && limit > 0 && (turn == turnLowered || turn == turnOther) {
		return " (" + firstOf(names, limit) + ")"
	}
	return ifFew(names, limit)
}

// ofThem names those that were raised by a major version.
func (t *tally) ofThem(raised []string, limit int) string {
	majors := t.turns[turnMajor]
	switch {
	case len(majors) == 0:
		return ifFew(raised, limit)
	case len(raised) == 1:
		return " to another major version: " + majors[0]
	case limit == 0:
		return ", " + count(len(majors), "of them a major", "of them majors")
	default:
		return ", " + count(len(majors), "of them a major", "of them majors") + ": " + firstOf(majors, limit)
	}
}

// ifFew names what can be named in a few words.
func ifFew(names []string, limit int) string {
	if len(names) > min(limit, 3) {
		return ""
	}
	return " (" + strings.Join(names, ", ") + ")"
}

// firstOf are the first of some steps, each whole, and how many there are
// beside them.
func firstOf(steps []string, limit int) string {
	shown := strings.Join(steps[:min(len(steps), limit)], ", ")
	if more := len(steps) - limit; more > 0 {
		shown += " and " + strconv.Itoa(more) + " more"
	}
	return shown
}
