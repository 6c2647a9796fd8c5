package policy

import (
	"fmt"

	"github.com/slipwayhq/slipway/bot"
)

// GateGroup names a concurrency group that is shared.
const GateGroup = "group"

// group warns of a concurrency group that runs of other targets share. It refuses
// nothing: a release that goes alone is not harmed.
func group(f Facts) bot.Gate {
	with := make([]string, len(f.Shared.With))
	for i, t := range f.Shared.With {
		with[i] = t.String()
	}
	harm := "GitHub lets one run of it wait and cancels that when another comes, so releases that go together may cancel each other"
	if f.Shared.Cancels {
		harm = "a run of one cancels that of another that is under way"
	}
	return warn(GateGroup, fmt.Sprintf("The concurrency group %q of %s is also that of %s: %s. Put what tells them apart into the group's name.",
		cut(f.Shared.Name), f.Plan.Workflow, listed(with), harm))
}
