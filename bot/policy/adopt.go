package policy

import (
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
