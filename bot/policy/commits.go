package policy

import (
	"fmt"

	"github.com/slipwayhq/slipway/bot"
)

// GateCommits is about the signatures of what goes.
const GateCommits = "commits"

// verified lets only commits pass whose signatures the code host verified: the deployed
// one and all that it brings. An author's name alone proves nothing, since anybody can
// write it into a commit. What is not known counts as no. A rollback's commits passed
// this gate when they came.
func verified(f Facts) bot.Gate {
	commit, changes := bot.ShortSHA(f.Plan.Commit.SHA), f.Plan.Changes
	const mend = "Sign commits, or let GitHub sign them when it merges, and see there that they are verified; or change commits in slipway.yaml."
	if !f.Plan.Commit.Verified {
		return refuse(GateCommits, fmt.Sprintf("GitHub does not show %s as verified, and only verified commits go to %s.", commit, f.Plan.Target), mend)
	}
	switch changes.Direction {
	case bot.Forward, bot.Sideways:
		if missing := changes.Total - changes.Verified; missing > 0 {
			return refuse(GateCommits, fmt.Sprintf("It brings %s, and GitHub does not show %d of them as verified; only verified commits go to %s.",
				commits(changes.Total), missing, f.Plan.Target), mend+beyondList(changes.Total))
		}
		return pass(GateCommits, fmt.Sprintf("GitHub shows all of the %s that it brings as verified.", commits(changes.Total)))
	case bot.Unrelated:
		return refuse(GateCommits, fmt.Sprintf("GitHub cannot compare %s with what is live, so it cannot be told whether all that it brings is verified.", commit),
			"Deploy a commit that has.")
	case bot.Same, bot.Backward:
	}
	return pass(GateCommits, fmt.Sprintf("GitHub shows %s as verified, and it brings nothing else.", commit))
}

// maxCompared is how many commits, the newest, GitHub lists in a comparison.
const maxCompared = 250

func beyondList(total int) string {
	if total <= maxCompared {
		return ""
	}
	return fmt.Sprintf(" Of more than %d at once the oldest cannot be told; go in smaller steps.", maxCompared)
}
