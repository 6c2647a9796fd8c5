package policy

import (
	"fmt"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// GateWayBack is about where a rollback goes.
const GateWayBack = "way back"

// DeployInstead is what helps if nothing can be rolled back.
const DeployInstead = "Deploy a commit that is known to be good instead."

// NoWayBack says that there is nothing to go back to.
func NoWayBack(t bot.Target) string {
	return fmt.Sprintf("There is no earlier healthy release to go back to on %s.", t)
}

// wayBack lets a rollback go only to a release that ran on the target and was
// healthy there.
func wayBack(f Facts) bot.Gate {
	to, target := f.Plan.RollbackTo, f.Plan.Target
	switch {
	case to == nil:
		return refuse(GateWayBack, NoWayBack(target), DeployInstead)
	case to.SHA != f.Plan.Commit.SHA:
		return refuse(GateWayBack, fmt.Sprintf("%s is not the commit of a release that ran on %s.", bot.ShortSHA(f.Plan.Commit.SHA), target),
			"Choose a release that ran there: the history lists them.")
	case !to.Healthy && to.Kind != bot.Adopt:
		return refuse(GateWayBack, fmt.Sprintf("%s was not healthy on %s.", to.Release, target),
			"Choose a release that was healthy: the history lists them.")
	case len(f.Plan.Unproven) > 0:
		return warn(GateWayBack, fmt.Sprintf("It goes back to %s, and the approvals of a deploy hold for it: %s.", to.Release, strings.Join(f.Plan.Unproven, "; ")))
	default:
		return pass(GateWayBack, fmt.Sprintf("It goes back to %s, which was healthy on %s.", to.Release, target))
	}
}
