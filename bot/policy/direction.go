package policy

import (
	"fmt"

	"github.com/slipwayhq/slipway/bot"
)

// GateDirection is about where the commit lies relative to what is live.
const GateDirection = "direction"

// direction says where the commit lies relative to what is live. It never refuses:
// going back by a deploy may be intended.
func direction(f Facts) bot.Gate {
	changes, target := f.Plan.Changes, f.Plan.Target
	switch changes.Direction {
	case bot.Forward:
		return pass(GateDirection, fmt.Sprintf("It brings %s to %s.", commits(changes.Total), target))
	case bot.Same:
		return warn(GateDirection, fmt.Sprintf("%s is already live on %s.", bot.ShortSHA(f.Plan.Commit.SHA), target))
	case bot.Backward:
		return warn(GateDirection, fmt.Sprintf("It goes back %s from what is live on %s.", commits(changes.Removed), target))
	case bot.Sideways:
		return warn(GateDirection, fmt.Sprintf("It takes away %s that %s live on %s, and brings %s.",
			commits(changes.Removed), isOrAre(changes.Removed), target, commits(changes.Total)))
	case bot.Unrelated:
		return warn(GateDirection, fmt.Sprintf("It cannot be told how it lies to what is live on %s: GitHub cannot compare them.", target))
	}
	return pass(GateDirection, fmt.Sprintf("Nothing is known to be live on %s.", target))
}
