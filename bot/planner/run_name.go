package planner

import (
	"context"
	"strconv"
	"strings"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/expression"
)

// someKey is a run key as any other, to see where one would show.
const someKey = "api-1.abcd2345"

// ShowsKey says whether the workflow file at a commit names its runs by the run key
// of the release.
func (p *Planner) ShowsKey(ctx context.Context, r bot.Release, sha string) (bool, error) {
	file, err := p.ports.Workflows.Workflow(ctx, r.Plan.Repo, r.Plan.Workflow, r.Plan.WorkflowRef, sha)
	if err != nil {
		return false, err
	}
	return ShowsRunKey(file, r.Plan.Inputs, r.Plan.KeyInput), nil
}

// ShowsRunKey says whether the code host would show the run key in the name of a
// run that is started with the given inputs.
func ShowsRunKey(file bot.WorkflowFile, sent map[string]string, keyInput string) bool {
	inputs, texts := map[string]any{}, map[string]any{}
	for _, in := range file.Inputs {
		text := valueOf(in, sent, keyInput)
		inputs[in.Name], texts[in.Name] = typed(in.Type, text), text
	}
	name, _, err := expression.Expand(file.RunName, expression.Contexts{
		"inputs": inputs,
		"github": expression.Open{
			"event_name": "workflow_dispatch",
			"ref_name":   file.Ref,
			"event":      expression.Open{"inputs": texts},
		},
	})
	return err == nil && bot.ShowsRunKey(name, someKey)
}

// valueOf is what an input would have as its value: what is sent, else the
// default.
func valueOf(in bot.WorkflowInput, sent map[string]string, keyInput string) string {
	if strings.EqualFold(in.Name, keyInput) {
		return someKey
	}
	for name, text := range sent {
		if strings.EqualFold(in.Name, name) {
			return text
		}
	}
	if in.Default != nil {
		return *in.Default
	}
	return ""
}

// typed is a value as an expression sees it.
func typed(as bot.InputType, text string) any {
	switch as {
	case bot.InputBoolean:
		return text == "true"
	case bot.InputNumber:
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			return n
		}
	case bot.InputText, bot.InputChoice, bot.InputEnvironment:
	}
	return text
}
