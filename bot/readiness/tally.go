package readiness

import (
	"slices"
	"strconv"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// tally counts what happened to the packages of one scope.
type tally struct {
	scope  scope
	deltas map[delta][]string
	files  []string
}

func (t *tally) add(m move) {
	if t.deltas == nil {
		t.deltas = map[delta][]string{}
	}
	t.deltas[m.delta] = append(t.deltas[m.delta], m.says)
	if !slices.Contains(t.files, m.file) {
		t.files = append(t.files, m.file)
	}
}

// weight is that of the scope's line: a possibly breaking change to a direct dependency
// needs a look.
func (t *tally) weight() bot.Weight {
	if t.scope.mayBeDirect() && len(t.deltas[deltaMajor])+len(t.deltas[deltaLowered]) > 0 {
		return bot.WeightLook
	}
	return bot.WeightNote
}

// longTally is the longest line about packages: a longer one would be cut where it is
// shown, and a name cut short is useless.
const longTally = 240

// says formats the line, such as "12 dependencies raised, 2 of them majors: a 1 → 2, b
// 3 → 4; 1 added (c)", with as many names as fit.
func (t *tally) says() string {
	line := ""
	for most := t.names(); most >= 0; most-- {
		if line = t.with(most); len(line) <= longTally {
			break
		}
	}
	return line
}

// names is how many packages are named at most.
func (t *tally) names() int {
	if t.scope.mayBeDirect() {
		return 5
	}
	return 3
}

// with formats the line with at most this many names for each kind of change.
func (t *tally) with(limit int) string {
	var parts []string
	say := func(verb string, n int, more string) {
		switch {
		case n == 0:
		case len(parts) == 0:
			one, many := t.scope.noun()
			parts = append(parts, count(n, one, many)+" "+verb+more)
		default:
			parts = append(parts, strconv.Itoa(n)+" "+verb+more)
		}
	}
	raised := slices.Concat(t.deltas[deltaMajor], t.deltas[deltaRaised])
	say("raised", len(raised), t.ofThem(raised, limit))
	for _, delta := range []delta{deltaLowered, deltaReleased, deltaOther} {
		say(delta.verb(), len(t.deltas[delta]), t.listed(delta, limit))
	}
	for _, delta := range []delta{deltaAdded, deltaRemoved} { // these come last
		say(delta.verb(), len(t.deltas[delta]), t.listed(delta, limit-1))
	}
	return strings.Join(parts, "; ")
}

func (t delta) verb() string {
	switch t {
	case deltaLowered:
		return "lowered"
	case deltaReleased:
		return "released"
	case deltaOther:
		return "changed"
	case deltaAdded:
		return "added"
	case deltaRemoved:
		return "removed"
	case deltaNone, deltaRaised, deltaMajor:
	}
	return "raised"
}

// listed names the packages with one kind of change. For a lowered version, or one that
// changed in another way, the description matters more than the number.
func (t *tally) listed(delta delta, limit int) string {
	names := t.deltas[delta]
	if t.scope.mayBeDirect() && limit > 0 && (delta == deltaLowered || delta == deltaOther) {
		return " (" + firstOf(names, limit) + ")"
	}
	return ifFew(names, limit)
}

// ofThem names those that were raised by a major version.
func (t *tally) ofThem(raised []string, limit int) string {
	majors := t.deltas[deltaMajor]
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

// ifFew names the packages if they fit in a few words.
func ifFew(names []string, limit int) string {
	if len(names) > min(limit, 3) {
		return ""
	}
	return " (" + strings.Join(names, ", ") + ")"
}

// firstOf lists the first few, each whole, and counts the rest.
func firstOf(steps []string, limit int) string {
	shown := strings.Join(steps[:min(len(steps), limit)], ", ")
	if more := len(steps) - limit; more > 0 {
		shown += " and " + strconv.Itoa(more) + " more"
	}
	return shown
}
