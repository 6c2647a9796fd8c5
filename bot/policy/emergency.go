package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// GateEmergency is about who may pass rules.
const GateEmergency = "emergency"

// emergency judges whether the requester may pass rules at all.
func emergency(f Facts) bot.Gate {
	groups := f.Plan.Settings.Rules.Emergency
	of := strings.Join(groups, " or ")
	switch {
	case len(groups) == 0:
		return refuse(GateEmergency, fmt.Sprintf("Nobody may deploy to %s as an emergency.", f.Plan.Target),
			"Leave out --emergency; whoever looks after slipway.yaml can name groups for emergencies.")
	case f.Release.Reason == "":
		return refuse(GateEmergency, "An emergency needs a reason.", "Type it again with --emergency and --reason.")
	case f.Emergency.Allowed:
		return pass(GateEmergency, fmt.Sprintf("%s may pass rules in an emergency, as a member of %s.", bot.ActorName(f.Release.Requester), of))
	case len(f.Emergency.Unread) > 0:
		return refuse(GateEmergency, fmt.Sprintf("Only members of %s may pass rules in an emergency, and it could not be read who is in %s.",
			of, strings.Join(f.Emergency.Unread, " and ")), TryAgain)
	}
	gate := refuse(GateEmergency, fmt.Sprintf("Only members of %s may pass rules in an emergency, and %s is not known to be one.",
		of, bot.ActorName(f.Release.Requester)), "One of them can type the same.")
	gate.Who = f.Emergency.Others
	return gate
}

// withEmergency lets an emergency pass the gates that it may pass. If somebody could
// pass all that refuses, the last refusal says so.
func withEmergency(f Facts, gates []bot.Gate) []bot.Gate {
	if !comes(f) {
		return gates // what goes back or is there already has no emergency
	}
	if f.Release.Emergency.Asked {
		if emergency(f).Outcome == bot.Pass {
			passAll(gates)
		}
		return gates
	}
	refuses := func(g bot.Gate) bool { return g.Outcome == bot.Refuse }
	beyond := func(g bot.Gate) bool { return refuses(g) && !passable(g.Name) }
	groups := f.Plan.Settings.Rules.Emergency
	if len(groups) == 0 || slices.ContainsFunc(gates, beyond) {
		return gates
	}
	for i, g := range slices.Backward(gates) {
		if refuses(g) {
			gates[i].Mend = g.Mend + " In an emergency, a member of " + strings.Join(groups, " or ") + " may pass whatever is in the way here with --emergency and --reason."
			break
		}
	}
	return gates
}

// passAll passes what may be passed.
func passAll(gates []bot.Gate) {
	for i, g := range gates {
		if g.Outcome == bot.Refuse && passable(g.Name) {
			gates[i].Outcome, gates[i].Mend, gates[i].Emergency = bot.Warn, "", true
		}
	}
}
