package policy

import (
	"fmt"

	"github.com/slipwayhq/slipway/bot"
)

// quarantine keeps a commit that was taken back from coming back by itself: a
// person may bring it back by saying why.
func quarantine(f Facts) bot.Gate {
	commit, target := bot.ShortSHA(f.Plan.Commit.SHA), f.Plan.Target
	if f.Quarantine == nil {
		return pass(GateQuarantine, fmt.Sprintf("%s is not in quarantine on %s.", commit, target))
	}
	reason := fmt.Sprintf("%s was taken back from %s: %s brought it, %s took it back.",
		commit, target, f.Quarantine.Release, f.Quarantine.By)
	if f.Release.Reason == "" {
		return refuse(GateQuarantine, reason, "Say why it may come back: type it again with --reason and the reason.")
	}
	return warn(GateQuarantine, reason)
}

// stillLive lets a rollback take back only what is live when it goes. Whoever
// said yes saw what it takes away; something else may have come meanwhile.
func stillLive(f Facts) bot.Gate {
	back, target := f.Release.Takes.Back, f.Plan.Target
	switch {
	case f.Live == nil:
		return refuse(GateStillLive, fmt.Sprintf("Nothing is known to be live on %s, so there is nothing to take back.", target),
			"Deploy a commit that is known to be good instead.")
	case f.Live.Release != back:
		return refuse(GateStillLive, fmt.Sprintf("%s is not what is live on %s any more: %s is.", back, target, f.Live.Release),
			"Look at what is live, and roll that back if it is still wanted.")
	default:
		return pass(GateStillLive, fmt.Sprintf("%s is what is live on %s.", back, target))
	}
}

// wayBack lets a rollback go only to a release that ran on the target and was
// healthy there.
func wayBack(f Facts) bot.Gate {
	to, target := f.Plan.RollbackTo, f.Plan.Target
	switch {
	case to == nil:
		return refuse(GateWayBack, fmt.Sprintf("There is no earlier healthy release to go back to on %s.", target),
			"Deploy a commit that is known to be good instead.")
	case to.SHA != f.Plan.Commit.SHA:
		return refuse(GateWayBack, fmt.Sprintf("%s is not the commit of a release that ran on %s.", bot.ShortSHA(f.Plan.Commit.SHA), target),
			"Choose a release that ran there: the history lists them.")
	case !to.Healthy:
		return refuse(GateWayBack, fmt.Sprintf("%s was not healthy on %s.", to.Release, target),
			"Choose a release that was healthy: the history lists them.")
	default:
		return pass(GateWayBack, fmt.Sprintf("It goes back to %s, which was healthy on %s.", to.Release, target))
	}
}

// direction says where the commit lies from what is live. It never refuses:
// going back by a deploy can be meant.
func direction(f Facts) bot.Gate {
	changes, target := f.Plan.Changes, f.Plan.Target
	switch changes.Direction {
	case bot.Forward:
		return pass(GateDirection, fmt.Sprintf("It brings %s to %s.", commits(changes.Total), target))
	case bot.Same:
		return warn(GateDirection, fmt.Sprintf("%s is already live on %s.", bot.ShortSHA(f.Plan.Commit.SHA), target))
	case bot.Backward:
		return warn(GateDirection, fmt.Sprintf("It goes back %s from what is live on %s.", commits(changes.Removed), target))
	case bot.Sideways:
		return warn(GateDirection, fmt.Sprintf("It takes away %s that %s live on %s, and brings %s.",
			commits(changes.Removed), isOrAre(changes.Removed), target, commits(changes.Total)))
	case bot.Unrelated:
		return warn(GateDirection, fmt.Sprintf("It has no common history with what is live on %s.", target))
	}
	return pass(GateDirection, fmt.Sprintf("Nothing is known to be live on %s.", target))
}

func commits(n int) string {
	if n == 1 {
		return "1 commit"
	}
	return fmt.Sprintf("%d commits", n)
}

func isOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// RollbackTarget is where a rollback goes when nobody says: the newest healthy
// release whose commit is neither in quarantine nor the one that is live. The
// history is newest first; false means that there is nowhere to go.
func RollbackTarget(history []bot.Past, currentSHA string) (bot.Past, bool) {
	// A quarantine is the commit's: another release of it is no way back
	// either.
	quarantined := map[string]bool{}
	for _, past := range history {
		if past.Quarantined {
			quarantined[past.SHA] = true
		}
	}
	for _, past := range history {
		if past.Healthy && past.SHA != "" && past.SHA != currentSHA && !quarantined[past.SHA] {
			return past, true
		}
	}
	return bot.Past{}, false
}
