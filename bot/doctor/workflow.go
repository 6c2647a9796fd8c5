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
	kindWorkflowTrigger  = "github-workflow-trigger"
	kindWorkflowInput    = "github-workflow-input"
	kindWorkflowRequired = "github-workflow-required"
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
		{kindWorkflowBroken, "github-workflow", Error, "{workflow} of {repo} cannot be understood: {why}.", "GitHub does not start it.", "actionlint tells what is wrong with it."},
		{kindWorkflowDisabled, "github-workflow", Error, "{workflow} of {repo} is disabled at GitHub ({state}).", "GitHub does not start it.", "Under Actions in the repository choose the workflow and press Enable workflow."},
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
			kindWorkflowName, "github-workflow", Warning, "The run-name of {workflow} in {repo} does not show inputs.{input}.", "A run whose start was not confirmed cannot be found again, and a person must look for it.",
			"Write run-name: ${{ inputs.{input} }} into the workflow.",
		},
		{
			kindWorkflowSHA, "github-workflow", Error, "{workflow} of {repo} uses inputs.{input} nowhere.", "It deploys whatever is at the tip of its branch, and not the commit that was approved.",
			"Check out the commit that is asked for: ref: ${{ inputs.{input} }} under the with of actions/checkout.",
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
	Found bot.WorkflowFile
	// Sends are the names of the inputs that slipway sends; Key is that of the run key and
	// SHA that of the commit.
	Sends    []string
	Key, SHA string
}

// Findings judges one workflow.
func (w Workflow) Findings() []Finding {
	switch kind := bot.KindOf(w.Err); {
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
	if w.State != "" && w.State != "active" {
		found = append(found, w.find(kindWorkflowDisabled, "state", w.State))
	}
	if !w.Found.Dispatchable {
		return append(found, w.find(kindWorkflowTrigger, "inputs", strings.Join(w.Sends, ", ")))
	}
	found = append(found, w.inputs()...)
	if !strings.Contains(strings.ToLower(w.Found.RunName), strings.ToLower("inputs."+w.Key)) {
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
