package planner

import (
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/expression"
)

// sharedGroup finds a concurrency group in which runs of other targets would stand
// beside the release's, so that the code host would cancel one for another. A group in
// which all wait in line is harmless. If a group's name depends on something unknown it
// is not guessed.
func (b *builder) sharedGroup() bot.SharedGroup {
	for _, group := range b.file.Groups {
		if group.InLine && !group.Cancels {
			continue
		}
		name := b.groupOf(group, b.r.Target, b.plan.Inputs)
		if name == "" {
			continue
		}
		shared := bot.SharedGroup{Name: name, Cancels: group.Cancels, With: b.inGroup(group, name)}
		if b.matters(shared) {
			return shared
		}
	}
	return bot.SharedGroup{}
}

// inGroup are the other targets whose runs join a group of this name.
func (b *builder) inGroup(group bot.Group, name string) []bot.Target {
	var with []bot.Target
	for _, s := range b.p.catalog.Services {
		if !sameWorkflow(s, b.service) {
			continue
		}
		for _, env := range s.Environments {
			t := bot.Target{Service: s.Name, Environment: env.Name}
			inputs := fixedInputs(s, env)
			inputs[s.InputNames.SHA] = b.plan.Commit.SHA
			if t != b.r.Target && strings.EqualFold(b.groupOf(group, t, inputs), name) {
				with = append(with, t)
			}
		}
	}
	return with
}

// matters says whether one run could be cancelled for another. At most one release at a
// time runs on a target, so two of them merely wait for each other, unless a newcomer
// cancels the one that runs. Runs of several services can come together.
func (b *builder) matters(shared bot.SharedGroup) bool {
	others := slices.ContainsFunc(shared.With, func(t bot.Target) bool { return t.Service != b.r.Target.Service })
	return others || len(shared.With) > 1 || shared.Cancels && len(shared.With) > 0
}

func sameWorkflow(a, b catalog.Service) bool {
	return strings.EqualFold(a.Repo.String(), b.Repo.String()) && a.Workflow == b.Workflow && a.WorkflowRef == b.WorkflowRef
}

// groupOf is the name of a group for a run of a target; empty if it is not known
// beforehand or there is none. A value that each run has its own of is taken to be the
// target's.
func (b *builder) groupOf(group bot.Group, t bot.Target, sent map[string]string) string {
	own := "run of " + t.String()
	inputs, texts := map[string]any{}, map[string]any{}
	for _, in := range b.file.Inputs {
		text := valueOf(in, sent, b.plan.KeyInput)
		if text == someKey {
			text = own
		}
		inputs[in.Name], texts[in.Name] = typed(in.Type, text), text
	}
	name, whole, err := expression.Expand(group.Name, expression.Contexts{
		"inputs": inputs,
		"github": expression.Open{
			"event_name": "workflow_dispatch", "ref_name": b.file.Ref, "ref": "refs/heads/" + b.file.Ref, "repository": b.plan.Repo,
			"workflow": b.plan.Workflow, "run_id": own, "run_number": own, "sha": "its tip", "actor": "slipway", "triggering_actor": "slipway",
			"event": expression.Open{"inputs": texts},
		},
	})
	if err != nil || !whole {
		return ""
	}
	return strings.TrimSpace(name)
}
