package doctor

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

const (
	kindWorkflowGood     = "github-workflow-good"
	kindWorkflowMissing  = "github-workflow-missing"
	kindWorkflowBroken   = "github-workflow-broken"
	kindWorkflowDisabled = "github-workflow-disabled"
	kindActionsOff       = "github-actions-off"
	kindWorkflowTrigger  = "github-workflow-trigger"
	kindWorkflowInput    = "github-workflow-input"
	kindWorkflowRequired = "github-workflow-required"
	kindWorkflowValue    = "github-workflow-value"
	kindWorkflowNear     = "github-workflow-near"
	kindWorkflowName     = "github-workflow-run-name"
	kindWorkflowSHA      = "github-workflow-sha"
	kindWorkflowCheckout = "github-workflow-checkout"
	kindEnvironmentGood  = "github-environment-good"
	kindEnvironmentTwice = "github-environment-reviewers"
	kindEnvironmentWait  = "github-environment-wait"
	kindEnvironmentRefs  = "github-environment-branches"
)

func workflowKinds() []Kind {
	return []Kind{
		{kindWorkflowGood, "github-workflow", OK, "{workflow} of {repo} takes what slipway sends, shows the run key, and deploys the commit that is asked for.", "", ""},
		{
			kindWorkflowMissing, "github-workflow", Error, "{repo} has no {workflow} that can be run: {why}.", "Its services cannot be deployed.",
			"Put the workflow on the default branch (slipway init writes one), or correct workflow and workflow_ref in slipway.yaml.",
		},
		{
			kindWorkflowNear, "github-workflow", Error, "{repo} has no {workflow} that can be run, but a {near}.", "Its services cannot be deployed.",
			"Write workflow: {near} for {service} in slipway.yaml; GitHub tells upper and lower case apart, and .yml from .yaml.",
		},
		{kindWorkflowBroken, "github-workflow", Error, "{workflow} of {repo} cannot be understood: {why}.", "GitHub does not start it.", "actionlint tells what is wrong with it."},
		{kindWorkflowDisabled, "github-workflow", Error, "{workflow} of {repo} is disabled at GitHub ({state}).", "GitHub does not start it.", "Under Actions in the repository choose the workflow and press Enable workflow."},
		{
			kindActionsOff, "github-workflow", Error, "GitHub Actions is switched off for {repo}, so {workflow} does not run.", "GitHub starts nothing there.",
			"Switch GitHub Actions on, in the settings of the repository or of the organization, under Actions, General.",
		},
		{kindWorkflowTrigger, "github-workflow", Error, "{workflow} of {repo} cannot be started from outside.", "Its services cannot be deployed.", "Give it the trigger workflow_dispatch with the inputs {inputs}."},
		{
			kindWorkflowInput, "github-workflow", Error, "{workflow} of {repo} does not declare the input {input}, which {service} sends.", "GitHub refuses to start it.",
			"Declare {input} under on.workflow_dispatch.inputs, or say under input_names in slipway.yaml what the workflow calls it.",
		},
		{
			kindWorkflowRequired, "github-workflow", Error, "{workflow} of {repo} requires the input {input}, and {service} does not send it.", "GitHub refuses to start it.",
			"Give it a value under inputs of the service in slipway.yaml, or a default in the workflow.",
		},
		{
			kindWorkflowValue, "github-workflow", Error, "The input {input} of {workflow} in {repo} takes {takes}, and {service} sends {value}.", "GitHub refuses to start it.",
			"{mend}",
		},
		{
			kindWorkflowName, "github-workflow", Warning, "The run-name of {workflow} in {repo} does not show inputs.{input}.", "A run whose start was not confirmed cannot be found again, and a person must look for it.",
			"Write run-name: ${{ inputs.{input} }} into the workflow.",
		},
		{
			kindWorkflowSHA, "github-workflow", Error, "{workflow} of {repo} uses inputs.{input} nowhere.", "It deploys whatever is at the tip of its branch, and not the commit that was approved.",
			"Check out the commit that is asked for: ref: ${{ inputs.{input} }} under the with of actions/checkout. A job that calls another workflow hands it on there, under its with.",
		},
		{
			kindWorkflowCheckout, "github-workflow", Warning, "{workflow} of {repo} checks out {ref}, and not inputs.{input}.", "What it builds from there is not the commit that was approved.",
			"Write ref: ${{ inputs.{input} }} under the with of actions/checkout.",
		},
		{kindEnvironmentGood, "github-environment", OK, "GitHub's environment {environment} of {repo} asks nobody a second time.", "", ""},
		{
			kindEnvironmentTwice, "github-environment", Warning, "GitHub's environment {environment} of {repo} asks reviewers too.", "Whoever approved in Slack is asked again at GitHub, and the run waits until somebody answers there.",
			"Take the required reviewers out of that environment at GitHub, or the environment out of the workflow, and let slipway ask.",
		},
		{
			kindEnvironmentWait, "github-environment", Warning, "GitHub's environment {environment} of {repo} holds each run for {wait}.", "Every deploy waits that long after it was approved, and so does a rollback.",
			"Take the wait timer out of that environment at GitHub, unless that is what you want.",
		},
		{
			kindEnvironmentRefs, "github-environment", Warning, "GitHub's environment {environment} of {repo} takes runs of some branches only.", "slipway starts the workflow on {branch}; where the rules do not name it, the run fails at once.",
			"Let that environment's deployment branches name {branch}, or take the rule out and use branches in slipway.yaml.",
		},
	}
}

// Workflow is the workflow of a service as it is at GitHub.
type Workflow struct {
	Repo, File, Service string
	Err                 error
	// State is its state at GitHub; active is the good one.
	State string
	// Off says that GitHub Actions is switched off in the repository.
	Off   bool
	Found bot.WorkflowFile
	// Near is another workflow of the repository that may be meant; empty: none.
	Near string
	// Sends are the inputs that slipway sends, of which Key bears the run key, SHA the
	// commit, and Env the environment.
	Sends         []string
	Key, SHA, Env string
	// Values are all values that are sent for inputs, but for the run key and the commit,
	// and Environments those of the repository.
	Values       []Value
	Environments []string
	// ShowsKey says that the names of its runs show the run key.
	ShowsKey bool
}

// Value is what an input is sent.
type Value struct{ Input, Text string }

// Findings judges one workflow.
func (w Workflow) Findings() []Finding {
	switch kind := bot.KindOf(w.Err); {
	case w.Err != nil && kind == bot.NotFound && w.Near != "":
		return []Finding{w.find(kindWorkflowNear, "near", w.Near)}
	case w.Err != nil && kind == bot.NotFound:
		return []Finding{w.find(kindWorkflowMissing, "why", why(w.Err))}
	case w.Err != nil && kind == bot.Invalid:
		return []Finding{w.find(kindWorkflowBroken, "why", reasonOf(w.Err))}
	case w.Err != nil:
		f := Unknown("github-workflow", w.Err)
		f.Says = plain(w.File) + " of " + w.Repo + ": " + f.Says
		return []Finding{f}
	}
	var found []Finding
	switch {
	case w.Off:
		found = append(found, w.find(kindActionsOff))
	case w.State != "" && w.State != "active":
		found = append(found, w.find(kindWorkflowDisabled, "state", w.State))
	}
	if !w.Found.Dispatchable {
		return append(found, w.find(kindWorkflowTrigger, "inputs", strings.Join(w.Sends, ", ")))
	}
	found = append(append(found, w.inputs()...), w.values()...)
	if !w.ShowsKey {
		found = append(found, w.find(kindWorkflowName, "input", w.Key))
	}
	found = append(found, w.commit()...)
	if len(found) == 0 {
		found = append(found, w.find(kindWorkflowGood))
	}
	return found
}

func (w Workflow) find(kind string, pairs ...string) Finding {
	return find(kind, append([]string{"repo", w.Repo, "workflow", w.File, "service", w.Service}, pairs...)...)
}

// inputs compares the inputs that are sent with those that are declared. GitHub ignores
// case in their names.
func (w Workflow) inputs() []Finding {
	var found []Finding
	for _, name := range w.Sends {
		if !slices.ContainsFunc(w.Found.Inputs, func(in bot.WorkflowInput) bool { return strings.EqualFold(in.Name, name) }) {
			found = append(found, w.find(kindWorkflowInput, "input", name))
		}
	}
	for _, in := range w.Found.Inputs {
		sent := slices.ContainsFunc(w.Sends, func(name string) bool { return strings.EqualFold(in.Name, name) })
		if in.Required && in.Default == nil && !sent {
			found = append(found, w.find(kindWorkflowRequired, "input", in.Name))
		}
	}
	return found
}

// values are those that GitHub would refuse, since the input is of another type.
func (w Workflow) values() []Finding {
	const text = "Make it an input of the type string."
	sent := append([]Value{{w.Key, "api-1.abcd2345"}, {w.SHA, strings.Repeat("a", 40)}}, w.Values...)
	var found []Finding
	for _, v := range sent {
		i := slices.IndexFunc(w.Found.Inputs, func(in bot.WorkflowInput) bool { return strings.EqualFold(in.Name, v.Input) })
		if i < 0 || w.Found.Inputs[i].Fits(v.Text, w.Environments) {
			continue
		}
		in, value, mend := w.Found.Inputs[i], v.Text, "Correct it under inputs of the service in slipway.yaml, or let the workflow take it."
		switch {
		case v.Input == w.Key:
			value, mend = "the run key", text
		case v.Input == w.SHA:
			value, mend = "the commit", text
		case v.Input == w.Env && in.Type == bot.InputChoice:
			mend = "Add " + v.Text + " to its options, or name the environment in slipway.yaml as the workflow does."
		case v.Input == w.Env && in.Type == bot.InputEnvironment:
			mend = "Create the environment " + v.Text + " in the repository's settings at GitHub, or make it an input of the type string."
		case v.Input == w.Env:
			mend = text
		}
		found = append(found, w.find(kindWorkflowValue, "input", in.Name, "takes", w.takes(in), "value", value, "mend", mend))
	}
	return found
}

// takes is what an input accepts.
func (w Workflow) takes(in bot.WorkflowInput) string {
	switch in.Type {
	case bot.InputChoice:
		return "one of " + strings.Join(in.Options, ", ")
	case bot.InputBoolean:
		return "true or false"
	case bot.InputNumber:
		return "a number"
	case bot.InputEnvironment:
		return "one of the repository's environments (" + cmp.Or(strings.Join(w.Environments, ", "), "there is none") + ")"
	case bot.InputText:
	}
	return "any text"
}

// commit checks whether the workflow deploys the commit that is sent. A checkout whose ref
// is an expression counts as one, since the expression may stand for it.
func (w Workflow) commit() []Finding {
	if !slices.ContainsFunc(w.Found.Uses, func(name string) bool { return strings.EqualFold(name, w.SHA) }) {
		return []Finding{w.find(kindWorkflowSHA, "input", w.SHA)}
	}
	if len(w.Found.Checkouts) == 0 || slices.ContainsFunc(w.Found.Checkouts, func(ref string) bool { return strings.Contains(ref, "${{") }) {
		return nil
	}
	return []Finding{w.find(kindWorkflowCheckout, "input", w.SHA, "ref", cmp.Or(w.Found.Checkouts[0], "the branch that it runs on"))}
}

// Environment is an environment at GitHub that has the name of one in slipway.yaml.
type Environment struct {
	Repo, Name string
	Err        error
	// Reviewers says that somebody must approve at GitHub, Wait how long a run has to
	// wait, and Branches that only some branches may use it.
	Reviewers bool
	Wait      time.Duration
	Branches  bool
	// Branch is the one on which slipway starts the workflow.
	Branch string
}

// Findings judges the rules of one environment. One that does not exist has none.
func (e Environment) Findings() []Finding {
	if e.Err != nil && bot.KindOf(e.Err) != bot.NotFound {
		f := Unknown("github-environment", e.Err)
		f.Says = plain(e.Name) + " of " + e.Repo + ": " + f.Says
		return []Finding{f}
	}
	fill := []string{"environment", e.Name, "repo", e.Repo, "wait", bot.Span(e.Wait), "branch", cmp.Or(e.Branch, "the default branch")}
	var found []Finding
	if e.Reviewers {
		found = append(found, find(kindEnvironmentTwice, fill...))
	}
	if e.Wait > 0 {
		found = append(found, find(kindEnvironmentWait, fill...))
	}
	if e.Branches {
		found = append(found, find(kindEnvironmentRefs, fill...))
	}
	if len(found) == 0 {
		found = append(found, find(kindEnvironmentGood, fill...))
	}
	return found
}
