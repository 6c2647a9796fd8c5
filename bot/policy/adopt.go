package policy

import (
	"fmt"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// yesWithin is how long the yes of another person may take where the target's
// own approvals do not say so.
const yesWithin = 2 * time.Hour

// ForAdoption is whose yes an adoption needs: that of whoever approves deploys,
// by the rule, and where slipway.yaml would let nobody else see it, that of
// another person who may deploy there. A commit that is on no allowed branch
// needs it, and so does whatever is recorded while others keep the target
// closed: the truth may have to be told in a freeze, but not by one person.
func ForAdoption(rule bot.ApprovalRule, f Facts) bot.ApprovalRule {
	another := f.Plan.Lineage.On == ""
	if !another && closedByOthers(f) {
		another = true
		for _, set := range rule.Sets {
			another = another && set.Self
		}
	}
	if another {
		rule.Sets = append(slices.Clip(rule.Sets), bot.ApprovalSet{Count: 1, From: f.Plan.Settings.Rules.Deployers})
	}
	if rule.Asked() && rule.Expires == 0 {
		rule.Expires = yesWithin
	}
	return rule
}

// closedByOthers says whether the target is frozen, or locked by somebody else.
func closedByOthers(f Facts) bool {
	for _, l := range f.Locks {
		if !ownLock(f, l) {
			return true
		}
	}
	return len(Closed(f.Plan.Settings.Rules.Freeze, f.Now).Reasons) > 0
}

// slot keeps what is live from being recorded while it is being changed.
func slot(f Facts) bot.Gate {
	if f.Under == "" || f.Under == f.Release.ID {
		return pass(GateSlot, fmt.Sprintf("Nothing is under way on %s.", f.Plan.Target))
	}
	return refuse(GateSlot, fmt.Sprintf("%s is under way on %s, so what is live there may be changing.", f.Under, f.Plan.Target),
		"Wait until it has ended, look at what is live then, and type this again.")
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
