package policy

import (
	"fmt"

	"github.com/slipwayhq/slipway/bot"
)

// GateRerun names a run that was started again.
const GateRerun = "rerun"

// rerun reports a run that somebody started again at the code host and that is still
// going. It does not refuse: the release waits until that run is over.
func rerun(f Facts) bot.Gate {
	again := f.Plan.Rerun
	return warn(GateRerun, fmt.Sprintf("%s was run again at GitHub (attempt %d), past slipway, and that goes on: %s. This waits until it is over; cancel it there if it was a mistake.",
		again.Release, again.Attempt, again.URL))
}
