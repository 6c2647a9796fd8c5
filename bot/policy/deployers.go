package policy

import (
	"fmt"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// GateDeployers is about who may deploy.
const GateDeployers = "deployers"

// Deployer is what was found out about who may deploy.
type Deployer struct {
	// Allowed says that the requester is in one of the groups now. What could
	// not be found out MUST be false.
	Allowed bool
	// Unread are the groups whose members could not be read.
	Unread []string
	// Others are the people who may, as far as their names are known.
	Others []string
}

// deployers lets only members of the named groups start something on the
// target. It holds for rollbacks too: they start the same workflow.
func deployers(f Facts) bot.Gate {
	groups, target := f.Plan.Settings.Rules.Deployers, f.Plan.Target
	of := choice(groups)
	if f.Release.ByItself() {
		return pass(GateDeployers, fmt.Sprintf("slipway.yaml has slipway itself deploy to %s.", target))
	}
	if f.Deployer.Allowed {
		return pass(GateDeployers, fmt.Sprintf("%s may deploy to %s, as a member of %s.", bot.ActorName(f.Release.Requester), target, of))
	}
	if len(f.Deployer.Unread) > 0 {
		return refuse(GateDeployers, fmt.Sprintf("Only members of %s may deploy to %s, and it could not be read who is in %s.",
			of, target, strings.Join(f.Deployer.Unread, " and ")), TryAgain)
	}
	gate := refuse(GateDeployers, fmt.Sprintf("Only members of %s may deploy to %s, and %s is not known to be one.",
		of, target, bot.ActorName(f.Release.Requester)), "One of them can type the same.")
	gate.Who = f.Deployer.Others
	if len(gate.Who) == 0 {
		gate.Who = groups
	}
	return gate
}
