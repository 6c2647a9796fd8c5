package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/doctor"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
	"github.com/slipwayhq/slipway/integrations/slack/manifest"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// planted is a fault, and the finding that it must lead to.
type planted struct {
	name     string
	plant    func(p *patient)
	check    string
	severity doctor.Severity
	says     string
}

// tryPlanted plants each fault in a world of its own. It is found, by its check and its
// severity, with what mends it, and the exit status tells an error from a warning.
func tryPlanted(t *testing.T, tests []planted) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := newPatient(t)
			tt.plant(p)
			status, found, out := p.examined("--json")
			p.want(found, tt.check, tt.severity, tt.says)
			errors := strings.Contains(out, `"severity":"error"`)
			if errors != (tt.severity == doctor.Error) || errors != (status == statusFailed) {
				t.Errorf("status %d:\n%s", status, out)
			}
			// One broken check stops no other: whatever is wrong at one place, the others
			// were looked at.
			for _, area := range []string{"slack-", "github-", "redis", "probes"} {
				unasked := area == "github-" && strings.Contains(out, "private key")
				if !unasked && !strings.Contains(out, `"check":"`+area) {
					t.Errorf("nothing was said of %s:\n%s", area, out)
				}
			}
		})
	}
}

// inSlack has another workspace, or another app in it.
func (p *patient) inSlack(o slacksim.Options) {
	p.Helper()
	o.Scopes = manifest.Scopes(manifest.App{UserGroups: true})
	p.slack = slacksim.New(o)
	p.slack.AddUser(slacksim.User{ID: "U01ANNA", Name: "anna"})
	p.slack.AddChannel(slacksim.Channel{ID: "C0ALERTS", Name: "alerts"})
	p.slack.AddChannel(slacksim.Channel{ID: "C0DEPLOYS", Name: "deploys"})
	p.slack.AddUserGroup(slacksim.UserGroup{ID: "S0001", Handle: "oncall", Members: []string{"U01ANNA"}})
	server := httptest.NewServer(p.slack)
	p.Cleanup(server.Close)
	p.slack.SetURL(server.URL)
	p.vars["SLACK"], p.vars["BOT"] = p.slack.APIURL(), p.slack.Options().Token
}

// bySocket has slipway connect to Slack itself, with an app-level token; the workspace
// takes another one, if it is said.
func (p *patient) bySocket(token, taken string) {
	p.Helper()
	p.inSlack(slacksim.Options{AppToken: taken})
	p.vars["APP"] = token
	p.replaced("mode: http", "mode: socket")
	p.replaced(`signing_secret: "${SIGNING}"`, `app_token: "${APP}"`)
	p.replaced(", webhook_secret: \"${HOOK}\"", "")
}

// byApp has slipway be a GitHub App.
func (p *patient) byApp() {
	p.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		p.Fatal(err)
	}
	p.github.SetApp(1, &key.PublicKey)
	text := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	if err := os.WriteFile(filepath.Join(p.dir, "key.pem"), text, 0o600); err != nil {
		p.Fatal(err)
	}
	p.replaced(`token: "${GH}"`, "app: {id: 1, installation_id: 2, private_key_file: key.pem}")
}

const ofOurApp = "xapp-1-A0SLIPWAY-1-abc"

// What a platform engineer meets at Slack.
func TestDoctor_PlantedInSlack(t *testing.T) {
	t.Parallel()
	tryPlanted(t, []planted{
		{"a user token that Slack takes", func(p *patient) { p.inSlack(slacksim.Options{Token: "xoxp-a-user-token"}) }, "slack-token", doctor.Error, "it looks like a user token"},
		{"the app-level token in its place", func(p *patient) { p.vars["BOT"] = ofOurApp }, "slack-token", doctor.Error, "it looks like an app-level token"},
		{"a token that is rotated", func(p *patient) { p.inSlack(slacksim.Options{Token: "xoxe.xoxb-1-abc"}) }, "slack-token", doctor.Error, "ends after twelve hours"},
		{"an app-level token that is worth nothing", func(p *patient) { p.bySocket("xapp-1-A0SLIPWAY-2-x", ofOurApp) }, "slack-app-token", doctor.Error, "opens no connection with slack.app_token"},
		{"the app token of another app", func(p *patient) {
			p.bySocket("xapp-1-A0OTHER-1-abc", "xapp-1-A0OTHER-1-abc")
		}, "slack-app-token", doctor.Error, "belongs to another app (A0OTHER) than slack.bot_token (A0SLIPWAY)"},
		{"the app-level token lacks its scope", func(p *patient) {
			p.bySocket(ofOurApp, ofOurApp)
			p.slack.Inject(slacksim.Fault{Method: "apps.connections.open", Times: -1, Error: "missing_scope"})
		}, "slack-app-token", doctor.Error, "missing_scope"},
		{"Slack opens no connections for the moment", func(p *patient) {
			p.bySocket(ofOurApp, ofOurApp)
			p.slack.Inject(slacksim.Fault{Method: "apps.connections.open", Times: -1, Status: http.StatusServiceUnavailable})
		}, "slack-app-token", doctor.Error, "This could not be looked at: Slack is not working"},
		{"the app was deactivated", func(p *patient) {
			p.slack.Inject(slacksim.Fault{Method: "auth.test", Times: -1, Error: "account_inactive"})
		}, "slack-token", doctor.Error, "account_inactive"},
		{"the app is the whole organisation's", func(p *patient) { p.inSlack(slacksim.Options{EnterpriseID: "E0001", OrgWide: true}) }, "slack-token", doctor.Error, "installed for the whole organisation E0001"},
		{"a page in its place", func(p *patient) { p.vars["SLACK"] = p.page(http.StatusOK) + "/api/" }, "slack-token", doctor.Error, "sends a page for people"},
		{"a login in its place", func(p *patient) { p.vars["SLACK"] = p.page(http.StatusForbidden) + "/api/" }, "slack-token", doctor.Error, "something between slipway and Slack answered"},
		{"no such name", func(p *patient) { p.vars["SLACK"] = "https://slack.invalid/api/" }, "slack-token", doctor.Error, "its name could not be looked up"},
		{"a certificate of nobody's", func(p *patient) { p.vars["SLACK"] = p.untrusted() + "/api/" }, "slack-token", doctor.Error, "does not trust whoever signed its certificate"},
		{"another app has the command", func(p *patient) { _ = p.redis.HDel(p.Context(), "slipway:heard", seenCommand).Err() }, "slack-requests", doctor.Warning, "no slash command yet"},
		{"nothing came over a socket", func(p *patient) {
			p.bySocket(ofOurApp, ofOurApp)
			_ = p.redis.Del(p.Context(), "slipway:heard").Err()
		}, "slack-requests", doctor.Warning, "taken nothing of Slack yet"},
		{"the clock is off by 3 minutes", func(p *patient) {
			p.inSlack(slacksim.Options{Now: func() time.Time { return time.Now().Add(-3 * time.Minute) }})
		}, "slack-clock", doctor.Warning, "differ by 3 min"},
	})
}

// What they meet at GitHub.
func TestDoctor_PlantedAtGitHub(t *testing.T) {
	t.Parallel()
	good := repoFile(t, "examples/workflows/deploy.yml")
	input := func(lines string) func(p *patient) {
		return func(p *patient) {
			name, _, _ := strings.Cut(lines, ":")
			begin := strings.Index(good, "      "+name+":\n")
			rest := good[begin+len("      "+name+":\n"):]
			for strings.HasPrefix(rest, "        ") {
				_, rest, _ = strings.Cut(rest, "\n")
			}
			p.workflow(good[:begin] + "      " + lines + "\n" + rest)
		}
	}
	named := func(runName string) func(p *patient) {
		return func(p *patient) {
			p.workflow(strings.Replace(good, "run-name: ${{ inputs.release_id }} to ${{ inputs.environment }}", "run-name: "+runName, 1))
		}
	}
	sso := githubsim.Fault{Status: http.StatusForbidden, Header: map[string]string{"X-GitHub-SSO": "required; url=https://github.com/orgs/acme/sso"}, Body: "{}", Count: -1}
	tryPlanted(t, []planted{
		{"single sign-on", func(p *patient) { p.github.AddFault(sso.On(http.MethodGet, "/repos/acme/api")) }, "github-token", doctor.Error, "single sign-on"},
		{"single sign-on for one of two", func(p *patient) {
			p.github.Repo("acme/web").WriteFile("main", ".github/workflows/deploy.yml", good)
			p.replaced("notify:", "  web: {repo: acme/web, workflow: deploy.yml, environments: {production: {}}}\nnotify:")
			p.github.AddFault(sso.On(http.MethodGet, "/repos/acme/api"))
		}, "github-repository", doctor.Error, "keeps acme/api from slipway"},
		{"the installation is suspended", func(p *patient) {
			p.byApp()
			suspended := githubsim.Fault{Status: http.StatusForbidden, Body: `{"message":"This installation has been suspended"}`, Count: -1}
			p.github.AddFault(suspended.On(http.MethodPost, "/app/installations/2/access_tokens"))
		}, "github-token", doctor.Error, "its installation is suspended"},
		{"the App was uninstalled", func(p *patient) {
			p.byApp()
			gone := githubsim.Fault{Status: http.StatusNotFound, Body: `{"message":"Not Found"}`, Count: -1}
			p.github.AddFault(gone.On(http.MethodPost, "/app/installations/2/access_tokens"))
		}, "github-token", doctor.Error, "no such installation"},
		{"the key of another App", func(p *patient) {
			p.byApp()
			other, err := rsa.GenerateKey(rand.Reader, 2048)
			if err != nil {
				p.Fatal(err)
			}
			p.github.SetApp(1, &other.PublicKey)
		}, "github-token", doctor.Error, "GitHub refused slipway's GitHub App"},
		{"the App is not installed for the repository", func(p *patient) {
			p.byApp()
			p.repo.SetHidden(true)
		}, "github-repository", doctor.Error, "GitHub shows slipway no repository acme/api"},
		{"the App lacks Members: read", func(p *patient) {
			p.byApp()
			p.github.Limit("", "members", "")
		}, "github-teams", doctor.Error, "members=read"},
		{"it was renamed", func(p *patient) { _ = p.github.Rename("acme/api", "acme/api-server") }, "github-repository", doctor.Error, "acme/api is called acme/api-server at GitHub by now"},
		{"it was transferred", func(p *patient) { _ = p.github.Rename("acme/api", "umbrella/api") }, "github-repository", doctor.Error, "umbrella/api"},
		{"no Actions at all", func(p *patient) { p.github.Limit(githubsim.DefaultToken, "actions", "") }, "github-permissions", doctor.Error, "Actions: read"},
		{"no Commit statuses: read", func(p *patient) { p.github.Limit(githubsim.DefaultToken, "statuses", "") }, "github-permissions", doctor.Error, "Statuses: read"},
		{"no Deployments: read", func(p *patient) { p.github.Limit(githubsim.DefaultToken, "deployments", "") }, "github-permissions", doctor.Error, "Deployments: read"},
		{"the token has lapsed", func(p *patient) { p.vars["GH"] = "github_pat_lapsed" }, "github-token", doctor.Error, "GitHub refused slipway's credentials"},
		{"the site of an Enterprise Server", func(p *patient) { p.vars["GITHUB"] = p.page(http.StatusNotFound) }, "github-token", doctor.Error, "what answers at GitHub's address is not its API"},
		{"a page in its place", func(p *patient) { p.vars["GITHUB"] = p.page(http.StatusOK) }, "github-token", doctor.Error, "sends a page for people"},
		{"a login in its place", func(p *patient) {
			login := httptest.NewServer(http.RedirectHandler("https://login.example.com/", http.StatusFound))
			p.Cleanup(login.Close)
			p.vars["GITHUB"] = login.URL
		}, "github-token", doctor.Error, "GitHub's address leads elsewhere"},
		{"no such name", func(p *patient) { p.vars["GITHUB"] = "https://git.invalid/api/v3/" }, "github-token", doctor.Error, "its name could not be looked up"},
		{"a certificate of nobody's", func(p *patient) { p.vars["GITHUB"] = p.untrusted() }, "github-token", doctor.Error, "does not trust whoever signed its certificate"},
		{"another default branch", func(p *patient) {
			p.repo.SetBranch("trunk", "main")
			p.repo.WriteFile("trunk", ".github/workflows/deploy.yml", strings.ReplaceAll(good, "workflow_dispatch", "workflow_call"))
			p.repo.SetDefaultBranch("trunk")
		}, "github-workflow", doctor.Error, "cannot be started from outside"},
		{"a workflow_ref that is not there", func(p *patient) { p.replaced("workflow: deploy.yml", "workflow: deploy.yml\n    workflow_ref: trunk") }, "github-workflow", doctor.Error, "that can be run"},
		{"a channel has another id", func(p *patient) {
			for _, id := range []string{"C0DEPLOYS", "C0OLD"} {
				_ = p.store.RaiseTrouble(p.Context(), bot.Trouble{Kind: bot.ChannelMoved, Channel: id, Says: id + " is C0NEW by now", Mend: "Write C0NEW."})
			}
		}, "slack-channels", doctor.Error, "C0DEPLOYS is C0NEW by now"},
		{"Actions is off", func(p *patient) { p.repo.SetActions(false) }, "github-workflow", doctor.Error, "GitHub Actions is switched off for acme/api"},
		{"the token ends soon", func(p *patient) { p.github.SetTokenEnd(time.Now().Add(9*24*time.Hour + time.Hour)) }, "github-token", doctor.Warning, "that is for 9 days more"},
		{"GitHub disabled it, since nothing went on", func(p *patient) { p.repo.SetWorkflowState("deploy.yml", "disabled_inactivity") }, "github-workflow", doctor.Error, "disabled_inactivity"},
		{"another ending", func(p *patient) { p.replaced("workflow: deploy.yml", "workflow: Deploy.yaml") }, "github-workflow", doctor.Error, "but a deploy.yml"},
		{"on another branch only", func(p *patient) {
			p.repo.WriteFile("next", ".github/workflows/ship.yml", good)
			p.replaced("workflow: deploy.yml", "workflow: ship.yml\n    workflow_ref: next")
		}, "github-workflow", doctor.Error, "no ship.yml that can be run"},
		{"a choice without the environment", input("environment: {type: choice, options: [staging, live]}"), "github-workflow", doctor.Error, "takes one of staging, live, and api sends production"},
		{"a flag in place of the environment", input("environment: {type: boolean}"), "github-workflow", doctor.Error, "takes true or false, and api sends production"},
		{"an environment that is not there", input("environment: {type: environment}"), "github-workflow", doctor.Error, "takes one of the repository's environments"},
		{"a number for the commit", input("sha: {type: number}"), "github-workflow", doctor.Error, "takes a number, and api sends the commit"},
		{"a choice for the run key", input("release_id: {type: choice, options: [a]}"), "github-workflow", doctor.Error, "takes one of a, and api sends the run key"},
		{"a fixed input of another type", func(p *patient) {
			p.workflow(strings.Replace(good, "      sha:\n", "      tier: {type: number}\n      sha:\n", 1))
			p.replaced("workflow: deploy.yml", "workflow: deploy.yml\n    inputs: {tier: web}")
		}, "github-workflow", doctor.Error, "takes a number, and api sends web"},
		{"no run-name", func(p *patient) {
			p.workflow(strings.Replace(good, "run-name: ${{ inputs.release_id }} to ${{ inputs.environment }}", "# none", 1))
		}, "github-workflow", doctor.Warning, "does not show inputs.release_id"},
		{"it names the input and does not show it", named(`"inputs.release_id"`), "github-workflow", doctor.Warning, "does not show inputs.release_id"},
		{"it shows whether there is one", named("${{ inputs.release_id != '' }}"), "github-workflow", doctor.Warning, "does not show inputs.release_id"},
		{"it glues the key to a word", named("x${{ inputs.release_id }}x"), "github-workflow", doctor.Warning, "does not show inputs.release_id"},
	})
}

// However a workflow shows the run key, it is no fault.
func TestDoctor_RunNamesThatShowTheKey(t *testing.T) {
	t.Parallel()
	good := repoFile(t, "examples/workflows/deploy.yml")
	p := newPatient(t)
	for _, runName := range []string{`"${{inputs.release_id}}"`, "'Deploy ${{ github.event.inputs.release_id }}'", "${{ format('{0}', inputs['release_id']) }}", ">-\n  ${{ inputs.RELEASE_ID }}"} {
		p.workflow(strings.Replace(good, "run-name: ${{ inputs.release_id }} to ${{ inputs.environment }}", "run-name: "+runName, 1))
		if status, _, out := p.examined(); status != statusGood || !strings.Contains(out, " 0 warnings") {
			t.Errorf("%s: status %d:\n%s", runName, status, out)
		}
	}
}

// What they meet with Redis.
func TestDoctor_PlantedInRedis(t *testing.T) {
	t.Parallel()
	acl := func(rules ...any) func(p *patient) {
		return func(p *patient) {
			all := append([]any{"ACL", "SETUSER", "slipway", "on", ">hunter2"}, rules...)
			if err := p.redis.Do(p.Context(), all...).Err(); err != nil {
				p.Fatal(err)
			}
			p.vars["REDIS"] = strings.Replace(p.vars["REDIS"], "redis://", "redis://slipway:hunter2@", 1)
		}
	}
	tryPlanted(t, []planted{
		{"it wants a password", func(p *patient) { _ = p.redis.ConfigSet(p.Context(), "requirepass", "hunter2").Err() }, "redis", doctor.Error, "Redis wants a password"},
		{"the password is wrong", func(p *patient) {
			acl("~*", "&*", "+@all")(p)
			p.vars["REDIS"] = strings.Replace(p.vars["REDIS"], "hunter2", "hunter3", 1)
		}, "redis", doctor.Error, "does not accept slipway's user and password"},
		{"a command is forbidden", acl("~*", "&*", "+@all", "-zremrangebyrank", "-xadd"), "redis-permissions", doctor.Error, "ZREMRANGEBYRANK, XADD"},
		{"channels are forbidden", acl("resetchannels", "~*", "+@all"), "redis-permissions", doctor.Error, "PUBLISH, SUBSCRIBE"},
		{"keys are forbidden", acl("~other:*", "&*", "+@all"), "redis", doctor.Error, "the user that slipway has in Redis may not do that"},
		{"it is a replica", func(p *patient) { _ = p.redis.Do(p.Context(), "REPLICAOF", "127.0.0.1", "1").Err() }, "redis", doctor.Error, "the Redis that answers is a replica"},
		{"it is no cluster", func(p *patient) { p.replaced("redis: {", "redis: {mode: cluster, ") }, "redis", doctor.Error, "Redis is no cluster there"},
	})
}

// byQuery has the probe ask a Prometheus there.
func (p *patient) byQuery(address string) {
	p.Helper()
	p.replaced("probes: [{name: up, http: \"${SERVICE}/healthz\"}]", `probes: [{name: errors, prometheus: "${SERVICE}", query: up, max: 1}]`)
	p.vars["SERVICE"] = address
}

// What they meet with probes.
func TestDoctor_PlantedProbes(t *testing.T) {
	t.Parallel()
	tryPlanted(t, []planted{
		{"a probe behind a login", func(p *patient) {
			login := httptest.NewServer(http.RedirectHandler("https://login.example.com/?next=secret", http.StatusFound))
			p.Cleanup(login.Close)
			p.vars["SERVICE"] = login.URL
		}, "probes", doctor.Warning, "status 302, a redirect to login.example.com, which is not followed"},
		{"a Prometheus that wants a token", func(p *patient) {
			p.replaced("probes: [{name: up, http: \"${SERVICE}/healthz\"}]", `probes: [{name: errors, prometheus: "${SERVICE}", query: up, max: 1}]`)
			shut := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
			p.Cleanup(shut.Close)
			p.vars["SERVICE"] = shut.URL
		}, "probes", doctor.Error, "look at its token, user or headers"},
		{"a page in place of Prometheus", func(p *patient) { p.byQuery(p.page(http.StatusOK)) }, "probes", doctor.Error, "answered what cannot be read"},
		{"a login in place of Prometheus", func(p *patient) {
			login := httptest.NewServer(http.RedirectHandler("https://login.example.com/?next=secret", http.StatusFound))
			p.Cleanup(login.Close)
			p.byQuery(login.URL)
		}, "probes", doctor.Error, "cannot be asked from here"},
		{"no such Prometheus", func(p *patient) { p.byQuery("http://prometheus.invalid:9090") }, "probes", doctor.Error, "its name could not be looked up"},
		{"a Prometheus that nobody vouches for", func(p *patient) { p.byQuery(p.untrusted()) }, "probes", doctor.Error, "does not trust whoever signed its certificate"},
		{"a service that nobody vouches for", func(p *patient) { p.vars["SERVICE"] = p.untrusted() }, "probes", doctor.Warning, "does not trust whoever signed its certificate"},
		{"an Alertmanager that nobody vouches for", func(p *patient) { p.vars["ALERTS"] = p.untrusted() }, "world", doctor.Error, "does not trust whoever signed its certificate"},
		{"a webhook that nobody vouches for", func(p *patient) { p.vars["HOOKS"] = p.untrusted() }, "webhooks", doctor.Error, "has a certificate that is not valid"},
		{"TLS to a webhook that speaks none", func(p *patient) { p.vars["HOOKS"] = strings.Replace(p.vars["SERVICE"], "http:", "https:", 1) }, "webhooks", doctor.Error, "does not speak TLS"},
	})
}

// The key of the App, as it gets damaged on its way: what can be read is read, and of the
// rest it is said what it is, without a word of it.
func TestDoctor_KeysOfTheApp(t *testing.T) {
	t.Parallel()
	public := func(p *patient, _ string) string {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			p.Fatal(err)
		}
		der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
		if err != nil {
			p.Fatal(err)
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	}
	as := func(change func(string) string) func(*patient, string) string {
		return func(_ *patient, key string) string { return change(key) }
	}
	for name, tt := range map[string]struct {
		kept func(p *patient, key string) string
		says string // empty: it can be read
	}{
		"as it came":                {as(func(key string) string { return key }), ""},
		"lines of Windows":          {as(func(key string) string { return "\uFEFF" + strings.ReplaceAll(key, "\n", "\r\n") }), ""},
		"ends of lines written out": {as(func(key string) string { return `"` + strings.ReplaceAll(key, "\n", `\n`) + `"` }), ""},
		"nothing":                   {as(func(string) string { return "\n" }), "the file is empty"},
		"cut short":                 {as(func(key string) string { return key[:len(key)/2] }), "something of it is missing"},
		"without its lines":         {as(func(key string) string { return strings.ReplaceAll(key, "\n", " ") }), "something of it is missing"},
		"a word in it changed":      {as(func(key string) string { return key[:100] + "AAAAAAAA" + key[108:] }), "it is no RSA key, or something of it was changed"},
		"a token":                   {as(func(string) string { return "ghp_secret" }), "it is no key in PEM"},
		"its public half":           {public, "of the kind PUBLIC KEY"},
		"protected by a passphrase": {as(func(key string) string { return strings.ReplaceAll(key, "RSA PRIVATE", "ENCRYPTED PRIVATE") }), "a passphrase"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPatient(t)
			p.byApp()
			file := filepath.Join(p.dir, "key.pem")
			key, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			kept := tt.kept(p, string(key))
			if err := os.WriteFile(file, []byte(kept), 0o600); err != nil {
				t.Fatal(err)
			}
			status, found, out := p.examined("--json")
			if tt.says == "" {
				p.want(found, "github-token", doctor.OK, "")
			} else {
				p.want(found, "config", doctor.Error, tt.says)
			}
			if (status == statusGood) != (tt.says == "") || len(key) > 300 && strings.Contains(out, string(key[200:220])) || strings.Contains(out, "ghp_secret") {
				t.Errorf("status %d:\n%s", status, out)
			}
		})
	}
	p := newPatient(t)
	p.byApp()
	if err := os.Chmod(filepath.Join(p.dir, "key.pem"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, found, _ := p.examined("--json")
	p.want(found, "config", doctor.Warning, "private key of the GitHub App may be read by others")
}

// page has a server that sends a page for people, whatever it is asked.
func (p *patient) page(status int) (address string) {
	p.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "<!doctype html><title>Sign in</title>")
	}))
	p.Cleanup(server.Close)
	return server.URL
}

// untrusted has a server whose certificate is nobody's.
func (p *patient) untrusted() (address string) {
	p.Helper()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	p.Cleanup(server.Close)
	return server.URL
}

// What slipway.yaml itself shows to be wrong is refused where it stands: a channel by its
// name, and the bot token in place of the app-level token.
func TestDoctor_RefusedWhereItStands(t *testing.T) {
	t.Parallel()
	for says, plant := range map[string]func(p *patient){
		"channel": func(p *patient) { p.replaced("channel: C0DEPLOYS", `channel: "#deploys"`) },
		"slack.app_token: is a bot token; the app-level token begins with xapp-": func(p *patient) { p.bySocket("xoxb-1-2-abc", ofOurApp) },
	} {
		p := newPatient(t)
		plant(p)
		status, found, out := p.examined("--json")
		p.want(found, "config", doctor.Error, says)
		if status != statusWrong || strings.Contains(out, "xoxb-1-2-abc") {
			t.Errorf("status %d:\n%s", status, out)
		}
	}
}
