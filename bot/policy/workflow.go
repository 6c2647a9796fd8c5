package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// workflow asks whether the code host would start the workflow with the inputs
// that are sent: GitHub answers 422 to an input that is not declared, which is
// better known before anybody approves. A run that does not show the run key
// only warns: it can be started, but not be found again after a lost answer.
func workflow(f Facts) bot.Gate {
	file := f.Plan.Workflow
	if f.Workflow.Ref != "" {
		file += " on " + f.Workflow.Ref
	}
	if !f.Workflow.Dispatchable {
		return refuse(GateWorkflow, fmt.Sprintf("The workflow %s cannot be started from outside.", file),
			"Give it the trigger workflow_dispatch.")
	}
	if absent := undeclared(f.Plan, f.Workflow); len(absent) > 0 {
		noun := "input"
		if len(absent) > 1 {
			noun = "inputs"
		}
		return refuse(GateWorkflow, fmt.Sprintf("The workflow %s does not declare the %s %s.", file, noun, listed(absent)),
			"Declare what is missing under on.workflow_dispatch.inputs, or change the inputs in slipway.yaml.")
	}
	if !f.Workflow.ShowsKey {
		return warn(GateWorkflow, fmt.Sprintf("The run-name of %s does not show inputs.%s, so a run whose start was not confirmed cannot be found again.",
			file, f.Plan.KeyInput))
	}
	return pass(GateWorkflow, fmt.Sprintf("The workflow %s takes every input.", file))
}

// undeclared are the inputs that are sent and that the workflow does not know.
// GitHub does not tell upper and lower case apart in their names.
func undeclared(p bot.Plan, file bot.WorkflowFile) []string {
	sent := slices.Sorted(maps.Keys(p.Inputs))
	if !slices.Contains(sent, p.KeyInput) {
		sent = append(sent, p.KeyInput)
	}
	return slices.DeleteFunc(sent, func(name string) bool {
		return slices.ContainsFunc(file.Inputs, func(declared string) bool { return strings.EqualFold(declared, name) })
	})
}
