package policy

import (
	"fmt"

	"github.com/slipwayhq/slipway/bot"
)

// GateSource is about what is promoted.
const GateSource = "source"

// source lets a commit be promoted only if it was not taken back in the environment
// that it comes from.
func source(f Facts) bot.Gate {
	id, from := f.Release.Source, f.Source
	const mend = "Promote what is live and healthy there now, if it is still wanted."
	switch {
	case from == nil:
		return refuse(GateSource, fmt.Sprintf("Nothing is known any more of %s, whose commit is promoted.", id), mend)
	case from.TakenBackBy != "":
		return refuse(GateSource, fmt.Sprintf("%s, whose commit is promoted, was taken back from %s by %s.", id, from.Target, from.TakenBackBy), mend)
	default:
		return pass(GateSource, fmt.Sprintf("It promotes %s from %s.", id, from.Target))
	}
}
