package main

import (
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/doctor"
)

// Of many, each is looked at: what one repository lacks, or one of the services that
// share a workflow, is said of it alone.
func TestDoctor_OneOfMany(t *testing.T) {
	t.Parallel()
	p := newPatient(t)
	p.github.Repo("acme/broken").WriteFile("main", ".github/workflows/deploy.yml", "on: push\njobs: {}\n")
	p.replaced("notify:", `  web: {repo: acme/api, workflow: deploy.yml, inputs: {tier: front}, environments: {production: {}}}
  gone: {repo: acme/gone, workflow: deploy.yml, environments: {production: {}}}
  broken: {repo: acme/broken, workflow: deploy.yml, environments: {production: {}}}
notify:`)
	status, found, out := p.examined("--json")
	p.want(found, "github-token", doctor.OK, "accepts")
	p.want(found, "github-workflow", doctor.OK, "deploy.yml of acme/api")
	p.want(found, "github-workflow", doctor.Error, "does not declare the input tier, which web sends")
	p.want(found, "github-repository", doctor.Error, "no repository acme/gone")
	p.want(found, "github-repository", doctor.OK, "acme/broken is to be seen")
	p.want(found, "github-workflow", doctor.Error, "deploy.yml of acme/broken cannot be started from outside")
	if status != statusFailed {
		t.Errorf("status %d:\n%s", status, out)
	}
}

// With all three away at once each is said, and so is what does not need them.
func TestDoctor_AllAreAway(t *testing.T) {
	t.Parallel()
	p := newPatient(t)
	p.vars["SLACK"], p.vars["GITHUB"], p.vars["REDIS"] = "http://127.0.0.1:1/api/", "http://127.0.0.1:1/", "redis://:hidden@127.0.0.1:1/0"
	p.replaced("team: T0001", "team: T0001, commands: {deploy: /remind}")
	status, found, out := p.examined("--json")
	p.want(found, "slack-token", doctor.Error, "Slack cannot be asked")
	p.want(found, "github-token", doctor.Error, "GitHub cannot be asked")
	p.want(found, "redis", doctor.Error, "Redis cannot be asked")
	p.want(found, "slack-commands", doctor.Error, "/remind")
	p.want(found, "probes", doctor.OK, "")
	p.want(found, "world", doctor.OK, "")
	p.want(found, "webhooks", doctor.OK, "")
	if status != statusFailed || strings.Contains(out, "hidden") {
		t.Errorf("status %d:\n%s", status, out)
	}
}

// Webhooks are judged by what slipway took itself, and by the runs that went on.
func TestDoctor_WebhooksThatDoNotArrive(t *testing.T) {
	t.Parallel()
	p := newPatient(t)
	target := bot.Target{Service: "api", Environment: "production"}
	began := time.Now().Add(-time.Hour)
	_, err := p.store.Restore(t.Context(), bot.Release{
		ID: "api-1", RunKey: "api-1.aaaaaaaa", Kind: bot.Deploy, Target: target, Phase: bot.Succeeded, RequestedAt: began, Verdict: bot.Healthy, Healthy: true,
		Plan: &bot.Plan{Target: target, Repo: "acme/api", Commit: bot.Commit{SHA: "a1"}}, Run: bot.Run{ID: 9001, StartedAt: began},
		Moments: []bot.Moment{{Phase: bot.Running, At: began}, {Phase: bot.Succeeded, At: began.Add(time.Minute)}},
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	_, found, _ := p.examined("--json")
	p.want(found, "github-webhooks", doctor.Warning, "No webhook about acme/api was ever taken, although runs went on there")
	if err := p.store.NoteSeen(t.Context(), seenOf("acme/api")); err != nil {
		t.Fatal(err)
	}
	_, found, _ = p.examined("--json")
	p.want(found, "github-webhooks", doctor.OK, "The last webhook about acme/api was taken")
}
