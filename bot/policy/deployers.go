package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// Deployer is what was found out about who may deploy.
type Deployer struct {
	// Allowed says that the requester is in one of the groups now. What could
	// not be found out MUST be false.
	Allowed bool
	// Unread are the groups of which it could not be found out.
	Unread []string
	// Others are the people who are, as far as they are known by name.
	Others []string
}

// requester keeps back what somebody asked for who has left since.
func requester(f Facts) bot.Gate {
	return refuse(GateRequester, fmt.Sprintf("%s is not a full member of the team any more.", f.Release.Requester),
		"Ask for it yourself if it is still wanted.")
}

// deployers lets only members of the named groups start something on the
// target. It holds for rollbacks too: they start the same workflow.
func deployers(f Facts) bot.Gate {
	groups, target := f.Plan.Settings.Rules.Deployers, f.Plan.Target
	of := choice(groups)
	if f.Deployer.Allowed {
		return pass(GateDeployers, fmt.Sprintf("%s may deploy to %s, as a member of %s.", f.Release.Requester, target, of))
	}
	if len(f.Deployer.Unread) > 0 {
		return refuse(GateDeployers, fmt.Sprintf("Only members of %s may deploy to %s, and it could not be read who is in %s.",
			of, target, strings.Join(f.Deployer.Unread, " and ")), "Try again in a minute; slipway's log says why.")
	}
	gate := refuse(GateDeployers, fmt.Sprintf("Only members of %s may deploy to %s, and %s is not known to be one.",
		of, target, f.Release.Requester), "One of them can type the same.")
	gate.Who = f.Deployer.Others
	if len(gate.Who) == 0 {
		gate.Who = groups
	}
	return gate
}

// channel takes commands for the target in the named channels only. A button
// stands where the operator has the cards shown, and the shell is in no
// channel at all: neither is a command that somebody typed in a wrong place.
func channel(f Facts) bot.Gate {
	rules, origin := f.Plan.Settings.Rules, f.Release.Origin
	switch {
	case origin.Source == bot.FromButton || origin.Source == bot.FromShell:
		return pass(GateChannel, "It was not asked for in a channel.")
	case slices.Contains(rules.Channels, origin.Channel):
		return pass(GateChannel, fmt.Sprintf("Commands for %s are taken in this channel.", f.Plan.Target))
	}
	gate := refuse(GateChannel, fmt.Sprintf("Commands for %s are not taken in the channel in which this was typed.", f.Plan.Target),
		"Type it again in one of its channels.")
	gate.Where = rules.Channels
	return gate
}
