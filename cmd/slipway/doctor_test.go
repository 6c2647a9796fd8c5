package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/doctor"
	"github.com/slipwayhq/slipway/integrations/alertmanager/alertsim"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
	"github.com/slipwayhq/slipway/integrations/slack/manifest"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
	"github.com/slipwayhq/slipway/state"
)

// patient is a world in which everything is well, until a test plants a fault.
type patient struct {
	*testing.T
	slack   *slacksim.Server
	github  *githubsim.Server
	repo    *githubsim.Repo
	service *service
	alerts  *alertsim.Server
	redis   *redis.Client
	store   *state.Store
	config  string
	vars    map[string]string
	dir     string
}

const patientConfig = `
slack: {mode: http, bot_token: "${BOT}", signing_secret: "${SIGNING}", api_url: "${SLACK}", team: T0001, alerts: C0ALERTS}
github: {token: "${GH}", api_url: "${GITHUB}", webhook_secret: "${HOOK}"}
redis: {url: "${REDIS}"}
public_url: https://bot.example.com
people: {anna: {slack: U01ANNA, github: anna-gh}}
groups:
  sre: {members: [anna]}
  oncall: {slack_usergroup: S0001}
  owners: {github_team: acme/owners}
services:
  api:
    repo: acme/api
    workflow: deploy.yml
    channel: C0DEPLOYS
    environments:
      production:
        checks: all
        reviews: 1
        health: {probes: [{name: up, http: "${SERVICE}/healthz"}]}
        world: [{name: pages, alerts: "${ALERTS}", matching: ['service="{{service}}"']}, {healthy: true}]
notify: [{webhook: "${HOOKS}", secret: "a-webhook-secret"}]
`

func newPatient(t *testing.T, redisArgs ...string) *patient {
	t.Helper()
	needRedis(t)
	p := &patient{T: t, dir: t.TempDir(), config: patientConfig, service: &service{status: http.StatusOK}, alerts: alertsim.New()}
	app := manifest.App{UserGroups: true}
	p.slack = slacksim.New(slacksim.Options{Scopes: manifest.Scopes(app)})
	p.slack.AddUser(slacksim.User{ID: "U01ANNA", Name: "anna"})
	p.slack.AddChannel(slacksim.Channel{ID: "C0ALERTS", Name: "alerts"})
	p.slack.AddChannel(slacksim.Channel{ID: "C0DEPLOYS", Name: "deploys"})
	p.slack.AddUserGroup(slacksim.UserGroup{ID: "S0001", Handle: "oncall", Members: []string{"U01ANNA"}})
	p.github = held(t, githubsim.Options{})
	p.repo = p.github.Repo("acme/api")
	p.github.SetTeam("acme/owners", "anna-gh")
	p.workflow(repoFile(t, "examples/workflows/deploy.yml"))
	at := func(h http.Handler) string {
		server := httptest.NewServer(h)
		t.Cleanup(server.Close)
		return server.URL
	}
	address := p.startRedis(redisArgs...)
	p.slack.SetURL(at(p.slack))
	p.vars = map[string]string{
		"BOT": p.slack.Options().Token, "SIGNING": "a-signing-secret", "SLACK": p.slack.APIURL(),
		"GH": githubsim.DefaultToken, "GITHUB": at(p.github) + "/", "HOOK": "a-hook-secret", "REDIS": "redis://" + address + "/0", "SERVICE": at(p.service),
		"ALERTS": at(p.alerts), "HOOKS": at(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("something was sent to the webhook") })) + "/hook",
	}
	var err error
	if p.store, err = state.Open(t.Context(), state.Options{URL: p.vars["REDIS"]}, newLogger(&bytes.Buffer{})); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.store.Close() })
	for _, what := range []string{seenSlack, seenCommand} {
		if err := p.store.NoteSeen(t.Context(), what); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func (p *patient) workflow(text string) {
	p.repo.WriteFile("main", ".github/workflows/deploy.yml", text)
}

func (p *patient) startRedis(args ...string) string {
	p.Helper()
	address, err := freeAddress()
	if err != nil {
		p.Fatal(err)
	}
	host, port, _ := strings.Cut(address, ":")
	p.runs("redis-server", append([]string{"--bind", host, "--port", port, "--dir", p.TempDir(), "--save", "", "--appendonly", "yes"}, args...)...)
	client := redis.NewClient(&redis.Options{Addr: address, MaxRetries: -1})
	p.redis = client
	p.Cleanup(func() { _ = client.Close() })
	if err := eventually(func() error { return p.redis.Ping(context.Background()).Err() }); err != nil {
		p.Fatal(err)
	}
	return address
}

// runs runs a program until the test ends.
func (p *patient) runs(program string, args ...string) {
	p.Helper()
	process := exec.Command(program, args...)
	if err := process.Start(); err != nil {
		p.Fatal(err)
	}
	p.Cleanup(func() {
		_ = process.Process.Kill() // it may have ended
		_ = process.Wait()
	})
}

// replaced has the configuration say something else.
func (p *patient) replaced(old, with string) {
	p.Helper()
	if !strings.Contains(p.config, old) {
		p.Fatalf("the configuration does not say %q", old)
	}
	p.config = strings.Replace(p.config, old, with, 1)
}

// examined runs slipway doctor and gives its exit status and what it found.
func (p *patient) examined(args ...string) (status int, found []doctor.Finding, out string) {
	p.Helper()
	path := filepath.Join(p.dir, "slipway.yaml")
	if err := os.WriteFile(path, []byte(p.config), 0o600); err != nil {
		p.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	lookup := func(name string) (string, bool) { v, ok := p.vars[name]; return v, ok }
	status = run(p.Context(), append([]string{"doctor", "-c", path}, args...), world{in: &bytes.Buffer{}, out: &stdout, err: &stderr, lookup: lookup})
	for name, secret := range p.vars {
		if (name == "BOT" || name == "SIGNING" || name == "GH" || name == "HOOK") && strings.Contains(stdout.String()+stderr.String(), secret) {
			p.Errorf("%s is shown:\n%s%s", name, stdout.String(), stderr.String())
		}
	}
	for line := range strings.Lines(stdout.String()) {
		var f doctor.Finding
		if json.Unmarshal([]byte(line), &f) == nil {
			found = append(found, f)
		}
	}
	return status, found, stdout.String() + stderr.String()
}

// want looks for a finding.
func (p *patient) want(found []doctor.Finding, check string, severity doctor.Severity, says string) {
	p.Helper()
	var near []string
	for _, f := range found {
		if f.Check == check && f.Severity == severity && strings.Contains(f.Says, says) {
			return
		}
		if f.Check == check || f.Severity != doctor.OK {
			near = append(near, fmt.Sprintf("%+v", f))
		}
	}
	p.Errorf("no %s of %s that says %q; there are\n%s", severity, check, says, strings.Join(near, "\n"))
}

func TestDoctor_AllIsWell(t *testing.T) {
	t.Parallel()
	p := newPatient(t)
	status, found, out := p.examined("--json")
	if status != statusGood || len(found) < 15 {
		t.Errorf("status %d:\n%s", status, out)
	}
	for _, f := range found {
		if f.Severity != doctor.OK {
			t.Errorf("%+v", f)
		}
	}
	if status, _, out := p.examined(); status != statusGood || !strings.Contains(out, "0 errors, 0 warnings, ") {
		t.Errorf("as text, status %d:\n%s", status, out)
	}
	for _, call := range p.slack.Calls() {
		if strings.HasPrefix(call.Method, "chat.") || call.Method == "conversations.open" || strings.HasPrefix(call.Method, "views.") {
			t.Errorf("something was sent: %s", call.Method)
		}
	}
	if runs, deployments := p.github.Runs(), p.repo.Deployments(); len(runs)+len(deployments) > 0 {
		t.Errorf("something was made at GitHub: %v %v", runs, deployments)
	}
}

// Each fault is found, by its check and its severity, and the exit status tells an
// error from a warning.
func TestDoctor_PlantedFaults(t *testing.T) {
	t.Parallel()
	good := repoFile(t, "examples/workflows/deploy.yml")
	tryPlanted(t, []planted{
		{"a variable is not set", func(p *patient) { delete(p.vars, "HOOK") }, "config", doctor.Error, "github.webhook_secret needs the variable HOOK"},
		{"the bot token is worth nothing", func(p *patient) { p.vars["BOT"] = "xoxb-wrong" }, "slack-token", doctor.Error, "does not accept slack.bot_token"},
		{"it is no bot token", func(p *patient) { p.vars["BOT"] = "xoxp-wrong" }, "slack-token", doctor.Error, "is no bot token"},
		{"the token was revoked", func(p *patient) { p.slack.RevokeToken() }, "slack-token", doctor.Error, "token_revoked"},
		{"Slack is away", func(p *patient) { p.vars["SLACK"] = "http://127.0.0.1:1/api/" }, "slack-token", doctor.Error, "Slack cannot be asked"},
		{"another workspace", func(p *patient) { p.replaced("T0001", "T0002") }, "slack-token", doctor.Error, "belongs to the workspace T0001, but slack.team is T0002"},
		{"the app token is worth nothing", func(p *patient) {
			p.replaced("mode: http", "mode: socket")
			p.replaced(`signing_secret: "${SIGNING}"`, `app_token: "${SIGNING}"`)
		}, "slack-app-token", doctor.Error, "slack.app_token is no app-level token, which begins with xapp-: it looks like none of Slack's"},
		{"a command of Slack's own", func(p *patient) { p.replaced("team: T0001", "team: T0001, commands: {deploy: /remind}") }, "slack-commands", doctor.Error, "/remind is one of Slack's own"},
		{"the bot is not in a channel", func(p *patient) {
			p.slack.AddChannel(slacksim.Channel{ID: "C0DEPLOYS", Name: "deploys", BotAbsent: true})
		}, "slack-channels", doctor.Error, "not in the channel #deploys (C0DEPLOYS) (api)"},
		{"nor in a private one", func(p *patient) {
			p.slack.AddChannel(slacksim.Channel{ID: "C0ALERTS", Name: "alerts", Private: true, BotAbsent: true})
		}, "slack-channels", doctor.Error, "cannot see the channel C0ALERTS (alerts)"},
		{"a channel is archived", func(p *patient) { _ = p.slack.Archive("C0ALERTS", true) }, "slack-channels", doctor.Error, "is archived"},
		{"a channel that is told is not there", func(p *patient) {
			p.replaced("notify: [{", "notify: [{to: [C0INCIDENTS]}, {")
		}, "slack-channels", doctor.Error, "C0INCIDENTS (notify)"},
		{"there is no such channel", func(p *patient) { p.replaced("C0DEPLOYS", "C0NOWHERE") }, "slack-channels", doctor.Error, "C0NOWHERE"},
		{"a group is disabled", func(p *patient) {
			p.slack.AddUserGroup(slacksim.UserGroup{ID: "S0001", Handle: "oncall", Disabled: true})
		}, "slack-groups", doctor.Error, "oncall (S0001) cannot be read"},
		{"a group is empty", func(p *patient) { p.slack.AddUserGroup(slacksim.UserGroup{ID: "S0001", Handle: "oncall"}) }, "slack-groups", doctor.Warning, "no members"},
		{"somebody has left", func(p *patient) { _ = p.slack.EditUser("U01ANNA", func(u *slacksim.User) { u.Deleted = true }) }, "slack-people", doctor.Warning, "anna (U01ANNA)"},
		{"somebody is nobody", func(p *patient) { p.replaced("U01ANNA", "U09NOBODY") }, "slack-people", doctor.Warning, "U09NOBODY"},
		{"the Messages tab is off", func(p *patient) {
			_ = p.store.RaiseTrouble(p.Context(), bot.Trouble{Kind: bot.NoDirect, Says: "Slack takes no direct messages from slipway"})
		}, "slack-messages-tab", doctor.Error, "Messages tab of its app is off"},
		{"nothing came from Slack", func(p *patient) { _ = p.redis.Del(p.Context(), "slipway:heard").Err() }, "slack-requests", doctor.Warning, "no request of Slack yet"},
		{"the token of GitHub is worth nothing", func(p *patient) { p.github.Revoke("") }, "github-token", doctor.Error, "does not accept slipway's credentials"},
		{"GitHub is away", func(p *patient) { p.vars["GITHUB"] = "http://127.0.0.1:1/" }, "github-token", doctor.Error, "GitHub cannot be asked"},
		{"the App's key is not there", func(p *patient) {
			p.replaced(`token: "${GH}"`, "app: {id: 1, installation_id: 2, private_key_file: none.pem}")
		}, "config", doctor.Error, "private key of the GitHub App cannot be used"},
		{"a probe's workflow is missing", func(p *patient) {
			p.replaced("probes: [{", "probes: [{name: smoke, workflow: smoke.yml}, {")
		}, "github-workflow", doctor.Error, "has no smoke.yml"},
		{"the workspace is not said", func(p *patient) { p.replaced("team: T0001", `team: "${TEAM}"`) }, "slack-token", doctor.Error, "belongs to the workspace T0001, but slack.team is not set"},
		{"no such repository", func(p *patient) { p.replaced("repo: acme/api", "repo: acme/none") }, "github-repository", doctor.Error, "no repository acme/none"},
		{"it is archived", func(p *patient) { p.repo.SetArchived(true) }, "github-repository", doctor.Error, "acme/api is archived"},
		{"no Actions: write", func(p *patient) { p.github.Limit(githubsim.DefaultToken, "actions", "read") }, "github-permissions", doctor.Error, "Actions: write"},
		{"no Contents: read", func(p *patient) { p.github.Limit(githubsim.DefaultToken, "contents", "") }, "github-permissions", doctor.Error, "Contents: read"},
		{"no Checks: read", func(p *patient) { p.github.Limit(githubsim.DefaultToken, "checks", "") }, "github-permissions", doctor.Error, "Checks: read"},
		{"no Pull requests: read", func(p *patient) { p.github.Limit(githubsim.DefaultToken, "pull_requests", "") }, "github-permissions", doctor.Error, "Pull requests: read"},
		{"no Deployments: write", func(p *patient) { p.github.Limit(githubsim.DefaultToken, "deployments", "read") }, "github-deployments", doctor.Error, "may not record Deployments"},
		{"no team", func(p *patient) { p.replaced("acme/owners", "acme/nobody") }, "github-teams", doctor.Error, "acme/nobody"},
		{"no workflow", func(p *patient) { p.replaced("workflow: deploy.yml", "workflow: ship.yml") }, "github-workflow", doctor.Error, "has no ship.yml"},
		{"it is no YAML", func(p *patient) { p.workflow("on: [") }, "github-workflow", doctor.Error, "cannot be understood"},
		{"it is disabled", func(p *patient) { p.repo.SetWorkflowState("deploy.yml", "disabled_manually") }, "github-workflow", doctor.Error, "disabled_manually"},
		{"it cannot be started", func(p *patient) { p.workflow(strings.Replace(good, "workflow_dispatch:", "workflow_call:", 1)) }, "github-workflow", doctor.Error, "cannot be started from outside"},
		{"an input is missing", func(p *patient) { p.workflow(strings.Replace(good, "      sha:\n", "      commit:\n", 1)) }, "github-workflow", doctor.Error, "does not declare the input sha"},
		{"another is required", func(p *patient) {
			p.workflow(strings.Replace(good, "      sha:\n", "      tier: {required: true}\n      sha:\n", 1))
		}, "github-workflow", doctor.Error, "requires the input tier"},
		{"the run-name shows no key", func(p *patient) {
			p.workflow(strings.Replace(good, "run-name: ${{ inputs.release_id }}", "run-name: deploy", 1))
		}, "github-workflow", doctor.Warning, "does not show inputs.release_id"},
		{"the commit is not used", func(p *patient) { p.workflow(strings.ReplaceAll(good, "inputs.sha", "github.sha")) }, "github-workflow", doctor.Error, "uses inputs.sha nowhere"},
		{"the branch is checked out", func(p *patient) { p.workflow(strings.Replace(good, "          ref: ${{ inputs.sha }}\n", "", 1)) }, "github-workflow", doctor.Warning, "checks out the branch that it runs on"},
		{"the environment asks twice", func(p *patient) {
			p.repo.SetEnvironment("production", githubsim.EnvironmentSpec{Reviewers: []string{"anna-gh"}})
		}, "github-environment", doctor.Warning, "asks reviewers too"},
		{"the environment waits", func(p *patient) {
			p.repo.SetEnvironment("production", githubsim.EnvironmentSpec{Wait: githubsim.Duration(5 * time.Minute)})
		}, "github-environment", doctor.Warning, "5 min"},
		{"the environment takes some branches", func(p *patient) {
			p.repo.SetEnvironment("production", githubsim.EnvironmentSpec{Branches: []string{"release/*"}})
		}, "github-environment", doctor.Warning, "some branches only"},
		{"Redis is away", func(p *patient) { p.vars["REDIS"] = "redis://127.0.0.1:1/0" }, "redis", doctor.Error, "Redis cannot be asked"},
		{"Redis holds another store", func(p *patient) { _ = p.redis.Set(p.Context(), "slipway:partitions", "8", 0).Err() }, "redis", doctor.Error, "Redis cannot be used"},
		{"Redis evicts", func(p *patient) { _ = p.redis.ConfigSet(p.Context(), "maxmemory-policy", "allkeys-lru").Err() }, "redis-eviction", doctor.Error, "allkeys-lru"},
		{"replicas are missing", func(p *patient) { p.replaced("redis: {", "redis: {wait_replicas: 1, ") }, "redis-replicas", doctor.Error, "0 replicas"},
		{"a probe is answered badly", func(p *patient) { p.service.set(http.StatusServiceUnavailable) }, "probes", doctor.Warning, "status 503"},
		{"a query is not answered", func(p *patient) {
			p.replaced("probes: [{", `probes: [{name: errors, prometheus: "http://127.0.0.1:1", query: up, max: 1}, {`)
		}, "probes", doctor.Error, "The probe errors of api in production cannot be asked from here"},
		{"a query is refused", func(p *patient) {
			p.replaced("probes: [{", `probes: [{name: errors, prometheus: "${SERVICE}", query: "up(", max: 1}, {`)
			p.service.set(http.StatusBadRequest)
		}, "probes", doctor.Error, "The probe errors of api in production cannot be asked from here"},
		{"a gate is shut", func(p *patient) {
			p.replaced("world: [{", `world: [{name: budget, http: "${SERVICE}/", status: 204}, {`)
		}, "world", doctor.Warning, "The gate budget of api in production answers, and stops deploys now: status 200 (good: status 204)"},
		{"an alert fires", func(p *patient) {
			p.alerts.Fire(map[string]string{"alertname": "HighErrorRate", "service": "api"})
		}, "world", doctor.Warning, "stops deploys now: 1 alert fires: HighErrorRate"},
		{"a matcher that no Alertmanager takes", func(p *patient) { p.alerts.Fail(http.StatusBadRequest) }, "world", doctor.Error, "does not understand what stands under matching"},
		{"what answers is no Alertmanager", func(p *patient) { p.vars["ALERTS"] = p.vars["SERVICE"] }, "world", doctor.Error, "The gate pages of api in production cannot be asked from here"},
		{"no Alertmanager answers", func(p *patient) { p.vars["ALERTS"] = "http://127.0.0.1:1" }, "world", doctor.Error, "Alertmanager cannot be reached"},
		{"a number is not to be had", func(p *patient) {
			p.replaced("world: [{", `world: [{name: budget, prometheus: "http://127.0.0.1:1", query: up, max: 1}, {`)
		}, "world", doctor.Error, "The gate budget of api in production cannot be asked from here"},
		{"a webhook is away", func(p *patient) { p.vars["HOOKS"] = "http://127.0.0.1:1/secret" }, "webhooks", doctor.Error, "The webhook at 127.0.0.1 cannot be reached from here: it takes no connection"},
		{"a webhook has no such name", func(p *patient) { p.vars["HOOKS"] = "https://hooks.invalid/secret" }, "webhooks", doctor.Error, "a name that could not be looked up"},
		{"a webhook is where none may be", func(p *patient) { p.vars["HOOKS"] = "http://169.254.169.254/secret" }, "webhooks", doctor.Error, "an address to which slipway may not connect"},
		{"a probe is not answered", func(p *patient) { p.vars["SERVICE"] = "http://nowhere.invalid" }, "probes", doctor.Error, "cannot be asked from here"},
	})
}

// Whatever a platform repeats of what it was sent, no secret is shown (examined looks).
func TestPromise9_DoctorShowsNoSecret(t *testing.T) {
	t.Parallel()
	p := newPatient(t)
	echo := githubsim.Fault{Status: http.StatusForbidden, Body: `{"message":"the token ` + p.vars["GH"] + ` may not"}`, Count: -1}
	p.github.AddFault(echo.On(http.MethodGet, "/repos/acme/api"))
	_, found, _ := p.examined("--json")
	p.want(found, "github-token", doctor.Error, "[redacted]")
}

// One secret may be the beginning of another, of which nothing is shown either.
func TestPromise9_DoctorShowsNoRestOfASecret(t *testing.T) {
	t.Parallel()
	var declared catalog.Catalog
	declared.GitHub.StateKeys = []catalog.Secret{catalog.NewSecret("abcd"), catalog.NewSecret("abcd-and-more"), catalog.NewSecret("abc")}
	found := withoutSecrets(&declared, []doctor.Finding{{Says: "abcd-and-more, abcd, abc"}})
	if want := "[redacted], [redacted], abc"; found[0].Says != want {
		t.Errorf("it says %q, want %q", found[0].Says, want)
	}
}

// Every scope that is missing is named by itself.
func TestDoctor_MissingScopes(t *testing.T) {
	t.Parallel()
	for _, scope := range manifest.AllScopes() {
		t.Run(scope.Name, func(t *testing.T) {
			t.Parallel()
			p := newPatient(t)
			have := strings.Split(strings.ReplaceAll(strings.Join(manifest.Scopes(manifest.App{UserGroups: true}), " "), scope.Name, "team:read"), " ")
			p.slack = slacksim.New(slacksim.Options{Scopes: have})
			server := httptest.NewServer(p.slack)
			t.Cleanup(server.Close)
			p.vars["SLACK"] = server.URL + "/api/"
			_, found, _ := p.examined("--json")
			severity := doctor.Error
			if scope.Without != "" {
				severity = doctor.Warning
			}
			p.want(found, "slack-scopes", severity, "lacks the scope "+scope.Name)
		})
	}
}

// A file that cannot be used is a wrong use, as everywhere, and each fault of it is a
// finding.
func TestDoctor_BadConfiguration(t *testing.T) {
	t.Parallel()
	p := newPatient(t)
	p.replaced("alerts:", "alarms:")
	status, found, out := p.examined("--json")
	p.want(found, "config", doctor.Error, "slack.alarms")
	if status != statusWrong {
		t.Errorf("status %d:\n%s", status, out)
	}
	if status := run(t.Context(), []string{"doctor", "-c", filepath.Join(t.TempDir(), "none.yaml")}, world{out: &bytes.Buffer{}, err: &bytes.Buffer{}, lookup: os.LookupEnv}); status != statusWrong {
		t.Errorf("without a file: status %d", status)
	}
}
