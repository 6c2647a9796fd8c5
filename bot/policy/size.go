package policy

import (
	"fmt"

	"github.com/slipwayhq/slipway/bot"
)

// GateSize is about how much goes at once.
const GateSize = "size"

// size limits how many commits go at once: the more there are, the harder it is to say
// which one broke something. Commits that are taken away are not counted; without a
// live commit there is nothing to count.
func size(f Facts) bot.Gate {
	total, most := f.Plan.Changes.Total, f.Plan.Settings.Rules.MaxCommits
	if d := f.Plan.Changes.Direction; d != bot.Forward && d != bot.Sideways {
		return pass(GateSize, "It brings no commits that could be too many.")
	}
	switch {
	case most.Refuse > 0 && total > most.Refuse:
		return refuse(GateSize, fmt.Sprintf("It brings %s at once, and at most %d may go to %s.", commits(total), most.Refuse, f.Plan.Target),
			"Go in smaller steps: deploy a commit in between first.")
	case most.Warn > 0 && total > most.Warn:
		return warn(GateSize, fmt.Sprintf("It brings %s at once, above this service's warning limit of %d.", commits(total), most.Warn))
	default:
		return pass(GateSize, fmt.Sprintf("It brings %s, which is not too many.", commits(total)))
	}
}
