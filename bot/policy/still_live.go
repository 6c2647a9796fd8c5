package policy

import (
	"fmt"
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// GateStillLive holds what was said of what is live to what is live by now.
const GateStillLive = "still live"

// RollThatBack is what helps where something else is live by now.
const RollThatBack = "Look at what is live, and roll that back if it is still wanted."

// NothingToTakeBack says that nobody knows what is live.
func NothingToTakeBack(t bot.Target) string {
	return fmt.Sprintf("Nothing is known to be live on %s, so there is nothing to take back.", t)
}

// IsGone says that what a rollback takes back is not what is live any more.
func IsGone(r bot.Release, past []bot.Past) bool {
	return r.Reversal.Back != "" && stillLive(Facts{Release: r, Past: past}).Outcome == bot.Refuse
}

// asSaid holds a rollback, and what is said to be live, to what is live by now.
func asSaid(f Facts) bot.Gate {
	if f.Release.Kind == bot.Adopt {
		return since(f)
	}
	return stillLive(f)
}

// stillLive lets a rollback take back only what is live when it goes, or may be.
// Whoever said yes saw what it takes away; something else may have come
// meanwhile. What was stopped before it changed anything has not come itself, and
// a rollback may still make sure of that. What is still under way has not come
// yet: the rollback waits for it, and is judged again when its turn comes. What was
// perhaps done there past slipway keeps nobody from taking back what slipway brought.
func stillLive(f Facts) bot.Gate {
	back, target := f.Release.Reversal.Back, f.Plan.Target
	history := slices.DeleteFunc(slices.Clone(f.Past), func(p bot.Past) bool {
		return p.Release != back && (p.Came() == bot.NeverCame || p.PerhapsBeside() || !p.Phase.Ended() && p.Came() != bot.Arrived)
	})
	if len(history) == 0 {
		return refuse(GateStillLive, NothingToTakeBack(target), DeployInstead)
	}
	newest, takes := history[0], bot.ToTakeBack(history)
	switch {
	case newest.Release == back && newest.Came() == bot.Arrived:
		return pass(GateStillLive, fmt.Sprintf("%s is what is live on %s.", back, target))
	case newest.Release == back, takes != nil && takes.Release == back:
		return pass(GateStillLive, fmt.Sprintf("%s is what came last to %s, as far as it can be told.", back, target))
	default:
		return refuse(GateStillLive, fmt.Sprintf("%s is not what is live on %s any more: %s is.", back, target, newest.Release),
			RollThatBack)
	}
}

// since keeps somebody's word on what is live from counting after something else
// went out: it was true when they said it.
func since(f Facts) bot.Gate {
	if f.Release.Plan == nil || liveIn(*f.Release.Plan) == liveIn(f.Plan) {
		return pass(GateStillLive, fmt.Sprintf("Nothing went to %s since this was said.", f.Plan.Target))
	}
	return refuse(GateStillLive, fmt.Sprintf("%s went to %s after this was said.", liveIn(f.Plan), f.Plan.Target),
		"Look at what is live now, and type this again if it is something else.")
}

func liveIn(p bot.Plan) string {
	if p.Current == nil {
		return ""
	}
	return p.Current.Release
}
