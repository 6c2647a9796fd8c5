package policy

import (
	"fmt"

	"github.com/slipwayhq/slipway/bot"
)

// GateSlot is about what is under way on the target of an adoption.
const GateSlot = "slot"

// slot refuses an adoption while a release is changing the target.
func slot(f Facts) bot.Gate {
	if f.Under == "" || f.Under == f.Release.ID {
		return pass(GateSlot, fmt.Sprintf("Nothing is under way on %s.", f.Plan.Target))
	}
	return refuse(GateSlot, fmt.Sprintf("%s is under way on %s, so what is live there may be changing.", f.Under, f.Plan.Target),
		"Wait until it has ended, look at what is live then, and type this again.")
}
