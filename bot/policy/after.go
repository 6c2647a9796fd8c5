package policy

import (
	"fmt"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// GateAfter is about where the commit was healthy before.
const GateAfter = "after"

// after lets a commit come only if it was healthy in another environment for long
// enough. The time counts from the end of a healthy release there until another one
// replaced it.
func after(f Facts) bot.Gate {
	commit, rules := bot.ShortSHA(f.Plan.Commit.SHA), f.Plan.Settings.Rules
	there := bot.Target{Service: f.Plan.Target.Service, Environment: rules.After}
	best, newest := soaked(f)
	switch {
	case newest == nil:
		return refuse(GateAfter, fmt.Sprintf("%s has never been on %s, and must be healthy there first.", commit, there),
			fmt.Sprintf("Deploy it to %s.", rules.After))
	case best == nil:
		return refuse(GateAfter, fmt.Sprintf("%s was not healthy on %s: %s %s.", commit, there, newest.Release, fate(*newest)),
			fmt.Sprintf("Bring it to %s again, and wait until it is healthy.", rules.After))
	case best.lived < rules.Soak && best.on:
		return refuse(GateAfter, fmt.Sprintf("%s has been healthy on %s for %s, and must be for %s.", commit, there, bot.Span(bot.Rough(best.lived)), bot.Span(rules.Soak)),
			fmt.Sprintf("Wait until %s.", inZone(f.Now.Add(rules.Soak-best.lived).UTC())))
	case best.lived < rules.Soak:
		return refuse(GateAfter, fmt.Sprintf("%s was healthy on %s for %s only, before something else came, and must be for %s.",
			commit, there, bot.Span(bot.Rough(best.lived)), bot.Span(rules.Soak)),
			fmt.Sprintf("Bring it to %s again, and leave it there that long.", rules.After))
	default:
		return pass(GateAfter, fmt.Sprintf("%s was healthy on %s (%s).", commit, there, best.release))
	}
}

// stay is how long a healthy release was left where it was.
type stay struct {
	release string
	lived   time.Duration
	on      bool // it is there still
}

// soaked finds the longest stay of the commit in the environment before, nil if it was
// never healthy there, and its newest release there.
func soaked(f Facts) (best *stay, newest *bot.Past) {
	replaced := f.Now // when the release that is looked at was replaced
	live := bot.LiveOf(f.Before).Newest
	isIt := func(p bot.Past) bool { return p.SHA == f.Plan.Commit.SHA }
	if i := slices.IndexFunc(f.Before, isIt); i >= 0 {
		newest = &f.Before[i]
	}
	for i, past := range f.Before {
		if past.Came() == bot.NeverCame {
			continue // what was there stayed
		}
		if isIt(past) {
			lived := max(0, replaced.Sub(past.At))
			if wasWell(past) && (best == nil || lived > best.lived) {
				best = &stay{release: past.Release, lived: lived, on: &f.Before[i] == live}
			}
		}
		replaced = past.At
	}
	return best, newest
}

func wasWell(p bot.Past) bool {
	return p.Healthy && p.Phase.Ended() && p.TakenBackBy == "" && !p.Quarantined
}

// fate says what came of a release that was not healthy to the end.
func fate(p bot.Past) string {
	switch {
	case p.TakenBackBy != "":
		return "was taken back by " + p.TakenBackBy
	case p.Quarantined:
		return "was taken back"
	case !p.Phase.Ended():
		return "has not ended yet"
	case p.Phase.EndedWell() && p.Emergency && p.SignedOff.ID == "":
		return "is an emergency that nobody has signed off"
	case p.Phase.EndedWell():
		return "could not be shown to be healthy"
	default:
		return "ended " + string(p.Phase)
	}
}
