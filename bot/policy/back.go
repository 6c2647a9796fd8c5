package policy

import (
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// WaysBack are the releases that a rollback may go to, newest first: those that were
// healthy. As long as none of slipway's own was, the newest adopted one counts too, so
// that a target has a way back from the first day on.
func WaysBack(history []bot.Past) []bot.Past {
	firstDay := !slices.ContainsFunc(history, func(p bot.Past) bool { return p.Healthy && p.Kind != bot.Adopt })
	var ways []bot.Past
	for _, past := range history {
		adopted := past.Kind == bot.Adopt && past.Came() == bot.Arrived
		if past.Healthy || adopted && firstDay {
			ways = append(ways, past)
		}
		firstDay = firstDay && !adopted
	}
	return ways
}

// RollbackTarget is where a rollback goes by default: the newest release that it may go
// to whose commit is neither in quarantine nor one that it is to get away from. The
// history is newest first; false means that there is nowhere to go.
func RollbackTarget(history []bot.Past, away ...string) (bot.Past, bool) {
	// A quarantine is about the commit: another release of it is no way back either.
	quarantined := map[string]bool{}
	for _, past := range history {
		if past.Quarantined {
			quarantined[past.SHA] = true
		}
	}
	for _, past := range WaysBack(history) {
		if past.SHA != "" && !slices.Contains(away, past.SHA) && !quarantined[past.SHA] {
			return past, true
		}
	}
	return bot.Past{}, false
}

// Unproven says why a rollback needs the approvals of a deploy, one reason a line. It
// needs none if slipway itself saw the commit run on the target and be healthy there,
// no later than what is live now.
func Unproven(plan bot.Plan, history []bot.Past) []string {
	to := plan.RollbackTo
	if to == nil {
		return nil
	}
	var why []string
	if !slices.ContainsFunc(history, func(p bot.Past) bool { return p.SHA == to.SHA && unseen(p) == "" }) {
		why = append(why, to.Release+" "+unseen(*to))
	}
	if bot.LiveOf(history).Holds(to.SHA) {
		return why
	}
	commit := bot.ShortSHA(to.SHA)
	switch plan.Changes.Direction {
	case bot.Backward, bot.Same:
	case bot.Forward:
		why = append(why, commit+" is newer than what is live")
	case bot.Sideways:
		why = append(why, commit+" lies on another line than what is live")
	case bot.Unrelated:
		why = append(why, "GitHub cannot compare "+commit+" with what is live")
	default:
		why = append(why, "it is not known how "+commit+" lies to what is live")
	}
	return why
}

// unseen says what is missing for a release to prove that its commit ran on the
// target and was healthy there; empty: nothing.
func unseen(p bot.Past) string {
	switch {
	case p.Kind == bot.Adopt:
		return "was adopted, so slipway never saw it run there"
	case p.Recovered:
		return "was recovered from GitHub's deployments, which anybody with write access to the repository can make"
	case !p.Healthy:
		return "was not healthy there"
	case p.Emergency && p.SignedOff.ID == "":
		return "was an emergency that nobody has signed off"
	default:
		return ""
	}
}
