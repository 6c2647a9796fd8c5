package policy

import (
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// yesWithin is how long an adoption waits for another person's approval if the target's
// own rule does not say.
const yesWithin = 2 * time.Hour

// ForAdoption is the approval rule of an adoption: that of deploys. If nobody else
// would see the adoption by that rule, it also needs another person who may deploy
// there; so does a commit on no allowed branch, and any adoption while others keep the
// target closed. The truth may have to be recorded during a freeze, but not by one
// person alone.
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
