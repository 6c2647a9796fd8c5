package planner

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

const grouped = `
slack: {mode: http, bot_token: xoxb-1, signing_secret: abcdefgh, team: T0001}
github: {token: ghp_1}
redis: {url: "redis://127.0.0.1:6379/0"}
services:
  api: {repo: acme/api, workflow: deploy.yml, inputs: {service: api}, environments: {staging: {}, production: {}}}
  web: {repo: acme/api, workflow: deploy.yml, inputs: {service: web}, environments: {staging: {}, production: {}}}
  job: {repo: Acme/API, workflow: deploy.yml, inputs: {service: job}, environments: {staging: {}}}
  old: {repo: acme/api, workflow: deploy.yml, workflow_ref: next, environments: {staging: {}}}
  own: {repo: acme/own, workflow: deploy.yml, environments: {staging: {}}}
`

// TestSharedGroup: a group's name is worked out for all targets that start the
// workflow, and where it is that of another service's too the plan says so. What
// cannot be known beforehand is not guessed.
func TestSharedGroup(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		groups []bot.Group
		want   string // the targets with which it is shared
		is     string // the group's name
	}{
		"none":                         {},
		"one for each environment":     {groups: []bot.Group{{Name: "Deploy-${{ inputs.environment }}"}}, want: "web/staging job/staging", is: "Deploy-staging"},
		"one for all":                  {groups: []bot.Group{{Name: "deploy"}}, want: "api/production web/staging web/production job/staging", is: "deploy"},
		"by the workflow":              {groups: []bot.Group{{Name: "${{ github.workflow }}-${{ github.ref }}"}}, want: "api/production web/staging web/production job/staging", is: "deploy.yml-refs/heads/main"},
		"one for each service":         {groups: []bot.Group{{Name: "deploy-${{ inputs.service }}"}}},
		"and it cancels":               {groups: []bot.Group{{Name: "deploy-${{ inputs.service }}", Cancels: true}}, want: "api/production", is: "deploy-api"},
		"one for each target":          {groups: []bot.Group{{Name: "${{ format('{0}/{1}', inputs.service, github.event.inputs.environment) }}", Cancels: true}}},
		"one for each release":         {groups: []bot.Group{{Name: "deploy-${{ inputs.release_id }}"}}},
		"one for each run":             {groups: []bot.Group{{Name: "deploy-${{ github.run_id }}"}}},
		"all wait in line":             {groups: []bot.Group{{Name: "deploy", InLine: true}}},
		"by what nobody knows":         {groups: []bot.Group{{Name: "deploy-${{ vars.REGION }}"}}},
		"that is no expression":        {groups: []bot.Group{{Name: "deploy-${{ inputs. }}"}}},
		"of a job, and not of another": {groups: []bot.Group{{Name: "x-${{ github.run_id }}"}, {Name: "deploy"}}, want: "api/production web/staging web/production job/staging", is: "deploy"},
	} {
		w := orderlyWorld()
		p := plannerIn(t, w, grouped)
		service, env, err := p.declared(bot.Target{Service: "api", Environment: "staging"})
		if err != nil {
			t.Fatal(err)
		}
		r := bottest.Asked(bot.Deploy, "staging")
		b := &builder{p: p, r: r, service: service, plan: newPlan(r, service, env)}
		b.file = bot.WorkflowFile{Ref: "main", Groups: tt.groups, Inputs: []bot.WorkflowInput{{Name: "release_id"}, {Name: "environment"}, {Name: "service"}}}
		got := b.sharedGroup()
		var with []string
		for _, t := range got.With {
			with = append(with, t.Service+"/"+t.Environment)
		}
		if diff := cmp.Diff(tt.want, strings.Join(with, " ")); diff != "" || got.Name != tt.is {
			t.Errorf("%s: the group %q (-want +got):\n%s", name, got.Name, diff)
		}
	}
}
