package policy

import (
	"fmt"

	"github.com/slipwayhq/slipway/bot"
)

// GateBranch is about the branches that a commit may come from.
const GateBranch = "branch"

// branch lets only commits pass that are on one of the allowed branches, since nobody
// may have reviewed others. It does not apply to a rollback, whose commit came from one
// of them. An adoption is only warned about, and needs another person's approval.
func branch(f Facts) bot.Gate {
	gate := judgeBranch(f)
	if f.Release.Kind == bot.Adopt && gate.Outcome == bot.Refuse {
		return warn(GateBranch, gate.Reason)
	}
	return gate
}

func judgeBranch(f Facts) bot.Gate {
	commit, target := bot.ShortSHA(f.Plan.Commit.SHA), f.Plan.Target
	switch {
	case f.Plan.Lineage.On != "":
		return pass(GateBranch, fmt.Sprintf("%s is on %s.", commit, f.Plan.Lineage.On))
	case len(f.Plan.Lineage.Asked) == 0:
		return refuse(GateBranch, fmt.Sprintf("%s has no branch that may go to %s: %s.", f.Plan.Repo, target, allowed(f)),
			"Make one, or change branches in slipway.yaml.")
	}
	if untold := f.Plan.Lineage.Untold; len(untold) > 0 {
		return refuse(GateBranch, fmt.Sprintf("It cannot be told whether %s is on a branch that may go to %s: GitHub finds nothing to compare it by with %s.",
			commit, target, listed(untold)),
			"Look at GitHub whether the commit is still there; a force push may have taken it away. Deploy one that is on such a branch.")
	}
	reason := fmt.Sprintf("%s is on no branch that may go to %s: %s", commit, target, listed(f.Plan.Lineage.Asked))
	if f.Plan.Lineage.Left > 0 {
		reason += fmt.Sprintf(", and %d further ones that match were not looked at", f.Plan.Lineage.Left)
	}
	return refuse(GateBranch, reason+".", "Merge it into one of them, or deploy a commit that is on one.")
}

func allowed(f Facts) string {
	if branches := f.Plan.Settings.Rules.Branches; len(branches) > 0 {
		return listed(branches)
	}
	return "the default branch"
}
