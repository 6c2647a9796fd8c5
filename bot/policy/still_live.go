package policy

import (
	"fmt"
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// GateStillLive compares what was said to be live with what is live now.
const GateStillLive = "still live"

// RollThatBack is what helps if something else is live by now.
const RollThatBack = "Look at what is live, and roll that back if it is still wanted."

// NothingToTakeBack says that nobody knows what is live.
func NothingToTakeBack(t bot.Target) string {
	return fmt.Sprintf("Nothing is known to be live on %s, so there is nothing to take back.", t)
}

// IsGone says whether what a rollback takes back is no longer live.
func IsGone(r bot.Release, past []bot.Past) bool {
	return r.Reversal.Back != "" && stillLive(Facts{Release: r, Past: past}).Outcome == bot.Refuse
}

// asSaid checks that a rollback, or an adoption, is still about what is live.
func asSaid(f Facts) bot.Gate {
	if f.Release.Kind == bot.Adopt {
		return since(f)
	}
	return stillLive(f)
}

// stillLive lets a rollback take back only what is live, or may be, when it starts: its
// approvers saw what it takes away, and something else may have come since. If the
// release ended before it changed anything, the rollback may still make sure of that.
// If it is under way, the rollback waits for it and is judged again. What may have been
// done without slipway does not keep slipway's own release from being taken back.
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

// since refuses an adoption if something else went out after it was requested: it was
// true when it was said.
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
