package planner

import (
	"maps"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// Declared is the part of a release's plan that slipway.yaml decides, for a commit.
func (p *Planner) Declared(r bot.Release, commit bot.Commit) (bot.Plan, error) {
	service, env, err := p.declared(r.Target)
	if err != nil {
		return bot.Plan{}, err
	}
	plan := newPlan(r, service, env)
	plan.Commit = commit
	plan.Inputs[service.InputNames.SHA] = commit.SHA
	return plan, nil
}

// newPlan is the part of a plan that slipway.yaml decides.
func newPlan(r bot.Release, service catalog.Service, env catalog.Environment) bot.Plan {
	inputs := fixedInputs(service, env)
	return bot.Plan{
		Target: r.Target, Repo: service.Repo.String(), Workflow: service.Workflow, WorkflowRef: service.WorkflowRef,
		Inputs: inputs, KeyInput: service.InputNames.ReleaseID, Settings: settingsFor(r.Kind, env.Settings), Production: env.Production,
	}
}

// fixedInputs are the inputs that slipway.yaml decides.
func fixedInputs(service catalog.Service, env catalog.Environment) map[string]string {
	inputs := maps.Clone(service.Inputs)
	if inputs == nil {
		inputs = map[string]string{}
	}
	inputs[service.InputNames.Environment] = env.Name
	return inputs
}

// settingsFor are the settings that hold for a kind of release.
func settingsFor(kind bot.Kind, s catalog.Settings) bot.Settings {
	approvals := s.Approvals
	switch kind {
	case bot.Rollback:
		approvals = s.RollbackApprovals
	case bot.Deploy, bot.Preview, bot.Batch, bot.Adopt:
	}
	settings := bot.Settings{
		Approvals: approvals,
		Checks:    s.Checks,
		Timeout:   s.Timeout,
		DeployJob: s.DeployJob,
		Health:    s.Health.HealthRule,
		Rules:     s.Rules,
	}
	if kind == bot.Deploy || kind == bot.Preview {
		settings.Approvals.Confirm = s.Readiness.Confirm
	}
	return settings
}
