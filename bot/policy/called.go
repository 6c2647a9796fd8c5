package policy

import (
	"fmt"
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// missingCalls finds workflows that are called and missing: GitHub then starts no run.
func missingCalls(file string, f Facts) (reason, mend string) {
	absent := slices.DeleteFunc(slices.Clone(f.Plan.Called.Missing), func(path string) bool { return !bot.IsWorkflowFile(path) })
	if len(absent) == 0 {
		return "", ""
	}
	return fmt.Sprintf("The workflow %s calls what is not there beside it: %s.", file, listed(absent)),
		"Add it on the branch of the workflow, or take the call out."
}

// foreignActions finds actions that come with the commit: an action's folder is looked
// up in what a job has checked out, not beside the workflow.
func foreignActions(file string, f Facts) string {
	if absent := f.Plan.Called.Missing; len(absent) > 0 {
		return fmt.Sprintf("The workflow %s uses actions that are not beside it, so they come with what its jobs check out: %s.", file, listed(absent))
	}
	return ""
}
