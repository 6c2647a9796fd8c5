package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// passable are the gates that an emergency passes: those that say "not now" and
// "not yet". It does not pass those that say "not by you" and "not this": who
// may deploy, the branches, and a workflow that would fail. The slot and the
// plan's digest are no gates, and nothing passes them.
func passable() []string {
	return []string{GateChannel, GateLock, GateFreeze, GateAfter, GateChecks, GateSize}
}

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
		return pass(GateEmergency, fmt.Sprintf("%s may pass rules in an emergency, as a member of %s.", f.Release.Requester, of))
	case len(f.Emergency.Unread) > 0:
		return refuse(GateEmergency, fmt.Sprintf("Only members of %s may pass rules in an emergency, and it could not be read who is in %s.",
			of, strings.Join(f.Emergency.Unread, " and ")), "Try again in a minute; slipway's log says why.")
	}
	gate := refuse(GateEmergency, fmt.Sprintf("Only members of %s may pass rules in an emergency, and %s is not known to be one.",
		of, f.Release.Requester), "Ask one of them to type the same.")
	gate.Who = f.Emergency.Others
	return gate
}

// withEmergency lets an emergency pass what it may pass, and says of every other
// refusal that could be passed who could do it.
func withEmergency(f Facts, gates []bot.Gate) []bot.Gate {
	groups := f.Plan.Settings.Rules.Emergency
	if len(groups) == 0 && !f.Release.Emergency.Asked {
		return gates
	}
	allowed := f.Release.Emergency.Asked && emergency(f).Outcome == bot.Pass
	for i, g := range gates {
		if g.Outcome != bot.Refuse || !slices.Contains(passable(), g.Name) || f.Release.Kind == bot.Rollback {
			continue
		}
		switch {
		case allowed:
			gates[i].Outcome, gates[i].Mend, gates[i].Emergency = bot.Warn, "", true
		case !f.Release.Emergency.Asked:
			gates[i].Mend = strings.TrimSpace(g.Mend + " In an emergency, a member of " + strings.Join(groups, " or ") + " may pass it with --emergency and --reason.")
		}
	}
	return gates
}
