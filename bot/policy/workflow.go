package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// GateWorkflow is about whether the workflow would start.
const GateWorkflow = "workflow"

// workflow checks whether the code host would start the workflow with the inputs that
// are sent. GitHub would answer 422 otherwise, which is better known before anybody
// approves. A run that the answer to the dispatch does not name, and whose name does
// not show the run key, could never be followed; if only the key is missing, the run
// cannot be found after a lost answer.
func workflow(f Facts) bot.Gate {
	file := f.Plan.Workflow
	if f.Workflow.Ref != "" {
		file += " on " + f.Workflow.Ref
	}
	if !f.Workflow.Dispatchable {
		return refuse(GateWorkflow, fmt.Sprintf("The workflow %s cannot be started from outside.", file),
			"Give it the trigger workflow_dispatch.")
	}
	for _, judge := range []func(file string, f Facts) (reason, mend string){tooMany, undeclared, missingInputs, wrongValues, missingCalls, unnamed, noDeployJob} {
		if reason, mend := judge(file, f); reason != "" {
			return refuse(GateWorkflow, reason, mend)
		}
	}
	if reason := foreignActions(file, f); reason != "" {
		return warn(GateWorkflow, reason)
	}
	if !f.ShowsKey {
		return warn(GateWorkflow, fmt.Sprintf("The run-name of %s does not show inputs.%s, so a run whose start was not confirmed cannot be found again.",
			file, f.Plan.KeyInput))
	}
	return pass(GateWorkflow, fmt.Sprintf("The workflow %s takes every input.", file))
}

// sent are the inputs that are sent, by name. The run key, which differs for every
// release, has an empty value.
func sent(p bot.Plan) []input {
	all := []input{{name: p.KeyInput, key: true}}
	for name, value := range p.Inputs {
		if name != p.KeyInput {
			all = append(all, input{name: name, value: value})
		}
	}
	slices.SortFunc(all[1:], func(a, b input) int { return strings.Compare(a.name, b.name) })
	return append(all[1:], all[0])
}

// input is an input that is sent.
type input struct {
	name, value string
	key         bool // it carries the run key
}

// declaredAs finds the input in the workflow. GitHub ignores case in the names of
// inputs.
func (in input) declaredAs(file bot.WorkflowFile) (bot.WorkflowInput, bool) {
	at := slices.IndexFunc(file.Inputs, func(d bot.WorkflowInput) bool { return strings.EqualFold(d.Name, in.name) })
	if at < 0 {
		return bot.WorkflowInput{}, false
	}
	return file.Inputs[at], true
}

// tooMany: GitHub rejects a workflow with too many inputs as invalid.
func tooMany(file string, f Facts) (reason, mend string) {
	most := f.Workflow.Host.MaxInputs
	if most == 0 || len(f.Workflow.Inputs) <= most {
		return "", ""
	}
	return fmt.Sprintf("The workflow %s declares %d inputs, and GitHub takes at most %d.", file, len(f.Workflow.Inputs), most),
		"Take inputs out of on.workflow_dispatch.inputs."
}

// undeclared: GitHub refuses inputs that the workflow does not declare.
func undeclared(file string, f Facts) (reason, mend string) {
	var absent []string
	for _, in := range sent(f.Plan) {
		if _, declared := in.declaredAs(f.Workflow); !declared {
			absent = append(absent, in.name)
		}
	}
	if len(absent) == 0 {
		return "", ""
	}
	return fmt.Sprintf("The workflow %s does not declare the %s %s.", file, plural("input", len(absent)), listed(absent)),
		"Declare what is missing under on.workflow_dispatch.inputs, or say under `input_names` in slipway.yaml what the workflow calls it."
}

// missingInputs: GitHub refuses a start without an input that is required and has
// no default.
func missingInputs(file string, f Facts) (reason, mend string) {
	var absent []string
	for _, declared := range f.Workflow.Inputs {
		isSent := slices.ContainsFunc(sent(f.Plan), func(in input) bool { return strings.EqualFold(in.name, declared.Name) })
		if declared.Required && declared.Default == nil && !isSent {
			absent = append(absent, declared.Name)
		}
	}
	if len(absent) == 0 {
		return "", ""
	}
	return fmt.Sprintf("The workflow %s requires the %s %s, and slipway does not send %s.", file, plural("input", len(absent)), listed(absent), itOrThem(len(absent))),
		"Give it a value under `inputs` of the service in slipway.yaml, or a default in the workflow."
}

// wrongValues: GitHub refuses a value that is not of the input's type.
func wrongValues(file string, f Facts) (reason, mend string) {
	for _, in := range sent(f.Plan) {
		declared, _ := in.declaredAs(f.Workflow)
		if declared.Fits(in.value, f.Environments) {
			continue
		}
		takes := f.takes(declared)
		if in.key {
			return fmt.Sprintf("The input %s of the workflow %s takes %s, and it is to bear the run key.", in.name, file, takes),
				"Make it an input of the type string."
		}
		return fmt.Sprintf("The input %s of the workflow %s takes %s, and not %q.", in.name, file, takes, cut(in.value)), f.mendValue(in, declared)
	}
	return "", ""
}

// takes says what an input accepts.
func (f Facts) takes(declared bot.WorkflowInput) string {
	switch declared.Type {
	case bot.InputChoice:
		return "one of " + listed(declared.Options)
	case bot.InputBoolean:
		return "true or false"
	case bot.InputNumber:
		return "a number"
	case bot.InputEnvironment:
		return "one of the repository's environments " + listed(f.Environments)
	case bot.InputText:
	}
	return "any text"
}

// mendValue says where a value comes from that the workflow does not accept.
func (f Facts) mendValue(in input, declared bot.WorkflowInput) string {
	_, own := f.Plan.Inputs[in.name]
	switch {
	case in.value == f.Plan.Commit.SHA:
		return "Make it an input of the type string."
	case own && in.value == f.Plan.Target.Environment && declared.Type == bot.InputEnvironment:
		return "Create the environment " + in.value + " in the repository's settings at GitHub, or make it an input of the type string."
	case own && in.value == f.Plan.Target.Environment && declared.Type == bot.InputChoice:
		return "Add " + in.value + " to its options, or name the environment in slipway.yaml as the workflow does."
	}
	return "Correct it under `inputs` of the service in slipway.yaml, or let the workflow take it."
}

// unnamed: a run that neither GitHub's answer nor its own name identifies could not be
// followed.
func unnamed(file string, f Facts) (reason, mend string) {
	if f.ShowsKey || f.Workflow.Host.NamesRuns {
		return "", ""
	}
	return fmt.Sprintf("The run-name of %s does not show inputs.%s, and this GitHub does not tell which run it starts, so the run could not be followed.", file, f.Plan.KeyInput),
		fmt.Sprintf("Write `run-name: ${{ inputs.%s }}` into the workflow.", f.Plan.KeyInput)
}

// noDeployJob: without the job that is said to deploy, no run could ever count as
// having deployed.
func noDeployJob(file string, f Facts) (reason, mend string) {
	job := f.Plan.Settings.DeployJob
	ofMatrix, _, _ := strings.Cut(job, " (")
	if job == "" || len(f.Workflow.Jobs) == 0 || slices.Contains(f.Workflow.Jobs, job) || slices.Contains(f.Workflow.Jobs, ofMatrix) {
		return "", ""
	}
	mend = "Name one of its jobs there, as GitHub shows them: " + listed(f.Workflow.Jobs) + "."
	return fmt.Sprintf("The workflow %s has no job %q, which slipway.yaml names as the one that deploys (deploy_job).", file, job), mend
}
