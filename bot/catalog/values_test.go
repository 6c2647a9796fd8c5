package catalog_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// minimal is a good file with lines added at its end.
func minimal(lines ...string) string {
	return `slack:
  bot_token: ${SLACK_BOT_TOKEN}
  signing_secret: ${SLACK_SIGNING_SECRET}
  team: T0001
github:
  token: ${GITHUB_TOKEN}
redis:
  url: redis://127.0.0.1:6379/0
services:
  api:
    repo: acme/api
    workflow: deploy.yml
    environments:
      production: {}
` + strings.Join(lines, "\n") + "\n"
}

// with is a good file with one piece replaced.
func with(tb testing.TB, old, replacement string) string {
	tb.Helper()
	if strings.Count(minimal(), old) != 1 {
		tb.Fatalf("%q does not stand once in the file", old)
	}
	return strings.Replace(minimal(), old, replacement, 1)
}

func TestVariables(t *testing.T) {
	t.Parallel()
	read := func(replacement string) *catalog.Catalog {
		return mustParse(t, with(t, "  team: T0001\n", replacement))
	}
	if got := read("  team: ${TEAM}\n").Slack.Team; got != "T0002" {
		t.Errorf("team = %q, want what TEAM holds", got)
	}
	if got := read("  team: T${REPLICAS}0${REPLICAS}\n").Slack.Team; got != "T202" {
		t.Errorf("team = %q, want two variables replaced", got)
	}
}

func TestVariablesTakeTheTypeOfThePlace(t *testing.T) {
	t.Parallel()
	text := strings.Replace(minimal("people: {anna: {slack: U01ANNA}}", "groups: {sre: {members: [anna]}}"),
		"production: {}", `production: {approvals: {self: "${YES}", from: [sre]}}`, 1)
	text = strings.Replace(text, "redis:\n", "  poll: ${POLL}\nredis:\n  wait_replicas: ${REPLICAS}\n", 1)
	parsed := mustParse(t, text)
	if parsed.Redis.WaitReplicas != 2 || parsed.GitHub.Poll != 30*time.Second || !parsed.Services[0].Environments[0].Approvals.Sets[0].Self {
		t.Errorf("wait_replicas, poll, self = %d, %v, %v", parsed.Redis.WaitReplicas, parsed.GitHub.Poll, parsed.Services[0].Environments[0].Approvals)
	}
}

// TestSettingsAreTakenWhole shows which setting comes from where.
func TestSettingsAreTakenWhole(t *testing.T) {
	t.Parallel()
	parsed := mustParse(t, with(t, "      production: {}\n", `      one: {}
      two: {timeout: 3m, approvals: {count: 0}}
    defaults: {timeout: 2m, checks: all}
people: {anna: {slack: U01ANNA}}
groups: {sre: {members: [anna]}}
defaults: {timeout: 1m, checks: none, approvals: {from: [sre], expires: 5m, self: true}}
`))
	sets := bot.ApprovalRule{Sets: []bot.ApprovalSet{{Count: 1, From: []string{"sre"}, Self: true}}, Expires: 5 * time.Minute}
	none := bot.ApprovalRule{Expires: 2 * time.Hour}
	want := []catalog.Environment{
		{Name: "one", Settings: catalog.Settings{Timeout: 2 * time.Minute, Approvals: sets}},
		{Name: "two", Settings: catalog.Settings{Timeout: 3 * time.Minute, Approvals: none}},
	}
	if diff := cmp.Diff(want, parsed.Services[0].Environments); diff != "" {
		t.Errorf("environments (-want +got):\n%s", diff)
	}
	if got := parsed.Defaults.Timeout; got != time.Minute {
		t.Errorf("defaults.timeout = %v", got)
	}
}

func TestGoodValues(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, old, replacement string }{
		{"org workspace", "T0001", "E0001"},
		{"windows line breaks", "  team: T0001\n", "  team: T0001\r\n"},
		{"loopback API", "  team: T0001", "  team: T0001\n  api_url: http://127.0.0.1:1234/api"},
		{"one signing secret in a list", "${SLACK_SIGNING_SECRET}", `["${SLACK_SIGNING_SECRET}"]`},
		{"redis with TLS and user", "redis://127.0.0.1:6379/0", "rediss://user:pw@redis.example.com:6380/12?dial_timeout=5s"},
		{"redis over a socket", "redis://127.0.0.1:6379/0", "unix:///run/redis.sock?db=1"},
		{"sentinel", "redis://127.0.0.1:6379/0", "redis://h:26379/?master_name=m&addr=h2:26379\n  mode: sentinel"},
		{"cluster", "redis://127.0.0.1:6379/0", "redis://h:6379?addr=h2:6379\n  mode: cluster"},
		{"managed user as owner", "acme/api", "anna_acme/api.go"},
		{"name of 40 characters", "  api:\n", "  a" + strings.Repeat("b", 39) + ":\n"},
		{"environment null", "production: {}", "production:"},
		{"flow style", "production: {}", `production: {timeout: "90m"}`},
		{"listen on all", "services:", "listen: :8080\nservices:"},
		{"listen twice on any port", "services:", "listen: 127.0.0.1:0\nlisten_admin: 127.0.0.1:0\nservices:"},
		{"listen on IPv6", "services:", "listen: \"[::1]:8080\"\nservices:"},
		{"branch with slashes", "    environments:", "    workflow_ref: release/2026.1_x\n    environments:"},
		{"a comment at the end", "production: {}", "production: {} # ${NOT_SET} &a *b"},
		{"document marks", "slack:", "# head\n---\nslack:"},
		{"link with a query", "    environments:", "    links: {grafana: \"https://g.example.com/d/1?x=${TEAM}\"}\n    environments:"},
		{"link to a release", "    environments:", "    links: {logs: \"https://{environment}.g.example.com/{release}?v={sha}&from={from}&to={to:iso}\"}\n    environments:"},
		{"webhook that is signed in to", "services:", "notify: [{webhook: \"https://slipway:hidden@hooks.example.com/1\", secret: s3cr3t-s3cr3t}]\nservices:"},
		{"link with a variable and a placeholder", "    environments:", "    links: {logs: \"https://g.example.com/${TEAM}/{release}\"}\n    environments:"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			mustParse(t, with(t, test.old, test.replacement))
		})
	}
	t.Run("byte order mark", func(t *testing.T) {
		t.Parallel()
		mustParse(t, "\uFEFF"+minimal())
	})
}

// TestSetsShareOneClock: the shortest wait and the earliest reminder of several sets
// hold for all, in any order.
func TestSetsShareOneClock(t *testing.T) {
	t.Parallel()
	const people = "people: {anna: {slack: U01ANNA}}\ngroups: {sre: {members: [anna]}}\nservices:"
	sets := []string{"{from: [sre], expires: 3h, remind: 1h}", "{from: [sre], expires: 2h, remind: 30m}", "{from: [sre], expires: 4h}"}
	for _, order := range [][]int{{0, 1, 2}, {1, 0, 2}, {2, 1, 0}} {
		var written []string
		for _, i := range order {
			written = append(written, sets[i])
		}
		text := strings.Replace(with(t, "services:", people), "production: {}", "production: {approvals: ["+strings.Join(written, ", ")+"]}", 1)
		api, _ := mustParse(t, text).Service("api")
		production, _ := api.Environment("production")
		got := production.Settings.Approvals
		if got.Expires != 2*time.Hour || got.Remind != 30*time.Minute || len(got.Sets) != 3 {
			t.Errorf("%v: %d sets that expire after %s, with a reminder after %s", order, len(got.Sets), got.Expires, got.Remind)
		}
	}
}

// TestBadFiles checks one fault of each file: its place and part of its message.
func TestBadFiles(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"empty", "", "1:1 the file is empty: it needs at least slack, github, redis and services"},
		{"comments only", "# nothing\n---\n", "1:1 the file is empty"},
		{"a word", "hello\n", "1:1 must be a mapping with the keys slack, github,"},
		{"a list", "- a\n", "1:1 must be a mapping with the keys"},
		{"two documents", "a: 1\n---\nb: 2\n", "2:1 a second document begins here"},
		{"two documents with dots", "a: 1\n...\nb: 2\n", "a second document begins here"},
		{"anchor", "slack: &a {team: T0001}\n", "1:8 anchors, aliases and merge keys"},
		{"alias", "slack: *a\n", "1:8 anchors, aliases and merge keys"},
		{"merge key", "slack:\n  <<: {a: b}\n", "2:3 anchors, aliases and merge keys"},
		{"tag", "slack: !!str a\n", "1:8 tags (!) are not read"},
		{"directive", "%YAML 1.2\n---\nslack: a\n", "1:1 directives (%) are not read"},
		{"question mark", "? slack\n: a\n", "1:1 keys that begin with ? are not read"},
		{"not UTF-8", "slack:\n  team: \xff\n", "2:1 this line is not UTF-8 text"},
		{"control character", "slack:\n  é\x00: a\n", "2:4 there is an invisible control character here"},
		{"syntax", "slack: [a\nb: 3\n", "2:1 this is not YAML: ',' or ']' must be specified"},
		{"tab", "slack:\n\tteam: T0001\n", "this is not YAML"},
		{"deep", "slack: " + strings.Repeat("[", 30) + "\n", "nested more than 24 deep"},
		{"deep in lines", deepLines(), "nested more than 24 deep"},
		{"variable in braces", "slack: {bot_token: ${SLACK_BOT_TOKEN}}\n", `inside { } and [ ] put "${NAME}" in quotes`},
		{"windows line breaks keep the count", "# a\r\nslack:\r\n  mode: \"a\r\n   b\"\r\n  team: 3\r\n", "5:9 slack.team: must be text"},
		{"infinity", "slack: .inf\n", "1:8 slack: must be a mapping with the keys mode, bot_token, app_token, signing_secret"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := faultsOf(t, test.text).Error(); !strings.Contains(got, test.want) {
				t.Errorf("faults =\n%s\nwant %q", got, test.want)
			}
		})
	}
}

func deepLines() string {
	var text strings.Builder
	for depth := range 30 {
		text.WriteString(strings.Repeat(" ", depth) + "a:\n")
	}
	return text.String()
}

// TestBadValues replaces one piece of a good file, and expects exactly one fault.
func TestBadValues(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, old, replacement, want string }{
		{"no slack", "slack:\n  bot_token: ${SLACK_BOT_TOKEN}\n  signing_secret: ${SLACK_SIGNING_SECRET}\n  team: T0001\n", "", "1:1 slack: is missing: the Slack workspace"},
		{"no token", "  bot_token: ${SLACK_BOT_TOKEN}\n", "", "1:1 slack.bot_token: is missing: the bot token of the Slack app; it begins with xoxb-"},
		{"no signing secret", "  signing_secret: ${SLACK_SIGNING_SECRET}\n", "", "1:1 slack.signing_secret: is missing: in http mode"},
		{"no app token", "team: T0001", "team: T0001\n  mode: socket", "1:1 slack.app_token: is missing: in socket mode"},
		{"a bot token for an app token", "team: T0001", "team: T0001\n  app_token: xoxb-1", "slack.app_token: is a bot token"},
		{"no signing secret in spite of an app token", "  signing_secret: ${SLACK_SIGNING_SECRET}\n", "  app_token: xapp-1\n  mode: http\n", "1:1 slack.signing_secret: is missing: in http mode"},
		{"no team", "  team: T0001\n", "", "1:1 slack.team: is missing"},
		{"no GitHub token", "  token: ${GITHUB_TOKEN}", "  poll: 15s", "5:1 github.token: is missing: give a token, or app with"},
		{"null section", "redis:\n  url: redis://127.0.0.1:6379/0", "redis:", "7:1 redis: has no value; it must be a mapping"},
		{"no Redis URL", "  url: redis://127.0.0.1:6379/0", "  mode: single", "7:1 redis.url: is missing: say where Redis is"},
		{"no services", "  api:\n    repo: acme/api\n    workflow: deploy.yml\n    environments:\n      production: {}\n", "  {}\n", "services: is empty; it needs at least one entry"},
		{"list where names are", "      production: {}\n", "      - production\n", "13:5 services.api.environments: must be a mapping of names, but is a list"},
		{"soak without after", "production: {}", "production: {soak: 1h}", "production.soak: needs after"},
		{"no commits at all", "production: {}", "production: {max_commits: 0}", "production.max_commits: must be a whole number from 1 to 10000"},
		{"most commits without a number", "production: {}", "production: {max_commits: {}}", "production.max_commits: is empty: give warn, refuse or both"},
		{"a warning that never comes", "production: {}", "production: {max_commits: {warn: 30, refuse: 30}}", "production.max_commits.warn: must be less than refuse"},
		{"a freeze without days", "production: {}", "production: {freeze: [{reason: no}]}", "production.freeze[0].days: is missing"},
		{"a freeze with days and dates", "production: {}", "production: {freeze: [{days: [fri], from_date: 2026-12-20, to_date: 2026-12-21, reason: no}]}", "production.freeze[0].days: stands beside dates"},
		{"a freeze that only ends", "production: {}", "production: {freeze: [{to_date: 2026-12-21, reason: no}]}", "production.freeze[0].from_date: is missing"},
		{"a freeze that only begins", "production: {}", "production: {freeze: [{from_date: 2026-12-21, reason: no}]}", "production.freeze[0].to_date: is missing"},
		{"a freeze that ends before it begins", "production: {}", "production: {freeze: [{from_date: 2026-12-21, to_date: 2026-12-20, reason: no}]}", "production.freeze[0].to_date: is before from_date"},
		{"a freeze of no time", "production: {}", "production: {freeze: [{from_date: 2026-12-21, to_date: 2026-12-21, from: \"10:00\", to: \"10:00\", reason: no}]}", "production.freeze[0].to: must be later than from"},
		{"a day that is none", "production: {}", "production: {freeze: [{from_date: 2026-02-30, to_date: 2026-03-01, reason: no}]}", "production.freeze[0].from_date: there is no such day"},
		{"a branch that git does not have", "production: {}", "production: {branches: [\"release//*\"]}", "production.branches[0]: git has no branch of this name"},
		{"a glob that is broken", "production: {}", "production: {branches: [\"release/[*\"]}", "production.branches[0]: this glob has a bracket"},
		{"a channel by its name", "production: {}", "production: {channels: [\"#deploys\"]}", "production.channels[0]: must be the ID of a channel"},
		{"text where keys are", "production: {}", "production: yes", "14:19 services.api.environments.production: must be a mapping with the keys after, soak, production,"},
		{"list where text is", "team: T0001", "team: [T0001]", "4:3 slack.team: must be a single value, but is a list"},
		{"null where text is", "team: T0001", "team:", "4:3 slack.team: has no value; must be the ID of a workspace"},
		{"empty text", "team: T0001", `team: ""`, "4:9 slack.team: must be the ID of a workspace, such as T0123ABCD, not empty"},
		{"unset variable", "${GITHUB_TOKEN}", "${GITHUB_TOKN}", "6:10 github.token: needs the environment variable GITHUB_TOKN, which is not set"},
		{"empty variable", "${GITHUB_TOKEN}", "${EMPTY}", "6:10 github.token: needs the environment variable EMPTY, which is set but empty"},
		{"variable with a line break", "${GITHUB_TOKEN}", "${NEWLINE}", "6:10 github.token: must be a secret without spaces or line breaks in or after it"},
		{"unclosed variable", "team: T0001", "team: \"${TEAM\"", "4:9 slack.team: has a ${ that begins no ${NAME}"},
		{"odd variable", "team: T0001", "team: \"${1}\"", "4:9 slack.team: has a ${ that begins no ${NAME}"},
		{"variables are not read twice", "team: T0001", "team: ${NESTED}", `4:9 slack.team: must be the ID of a workspace, such as T0123ABCD, but is "${NESTED}"`},
		{"huge variable", "team: T0001", "team: ${HUGE}", "is not set"},
		{"two commands alike", "team: T0001", "team: T0001\n  commands: {rollback: /deploy}", "5:24 slack.commands.rollback: is the same command as that for deploy"},
		{"command clashes with a default", "team: T0001", "team: T0001\n  commands: {deploy: /rollback}", "slack.commands.rollback: is the same command as that for deploy"},
		{"too long a command", "team: T0001", "team: T0001\n  commands: {deploy: /" + strings.Repeat("a", 32) + "}", "5:22 slack.commands.deploy: must be a slash command"},
		{"API with a query", "team: T0001", "team: T0001\n  api_url: https://slack.com/api/?a=b", "slack.api_url: the base of an API has no ?"},
		{"API without host", "team: T0001", "team: T0001\n  api_url: https:///api", "slack.api_url: must be a URL"},
		{"API with a bad port", "team: T0001", "team: T0001\n  api_url: https://slack.com:99999/", "slack.api_url: has a port that does not exist"},
		{"one address twice", "services:", "listen_admin: 127.0.0.1:8080\nservices:", "listen_admin: is the address of listen too; leave it out"},
		{"no number that has an end", "production: {}", "production: {health: {probes: [{name: up, http: \"http://a\", json: {path: a, max: .inf}}]}}", "json.max: must be a number such as 0.01, but is \".inf\""},
		{"no number at all", "production: {}", "production: {max_commits: .nan}", "max_commits: must be a whole number from 1 to 10000, but is \".nan\""},
		{"empty list of secrets", "${SLACK_SIGNING_SECRET}", "[]", "3:3 slack.signing_secret: is empty"},
		{"poll too long", "${GITHUB_TOKEN}", "${GITHUB_TOKEN}\n  poll: 15h", "7:9 github.poll: must be a duration from 100ms to 10m, but is \"15h\""},
		{"endless duration", "${GITHUB_TOKEN}", "${GITHUB_TOKEN}\n  poll: 999999999999d", "github.poll: must be a duration such as"},
		{"duration without a unit in text", "${GITHUB_TOKEN}", "${GITHUB_TOKEN}\n  poll: \"15\"", "github.poll: must be a duration such as"},
		{"a key that can be guessed", "${GITHUB_TOKEN}", "${GITHUB_TOKEN}\n  state_keys: [hidden-and-fine-key, hidden]", "github.state_keys[1]: must be a key of 16 characters or more"},
		{"no key", "${GITHUB_TOKEN}", "${GITHUB_TOKEN}\n  state_keys: []", "github.state_keys: is empty"},
		{"hexadecimal", "redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0\n  wait_replicas: 0x1", "redis.wait_replicas: must be a whole number from 0 to 10"},
		{"number in quotes", "redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0\n  wait_replicas: \"1\"", "redis.wait_replicas: must be a whole number from 0 to 10"},
		{"Redis with a bad database", "redis://127.0.0.1:6379/0", "redis://:hidden@127.0.0.1:6379/zero", "8:8 redis.url: ends in something that is not the number of a database"},
		{"Redis without host", "redis://127.0.0.1:6379/0", "redis:///0", "redis.url: names no host"},
		{"Redis port", "redis://127.0.0.1:6379/0", "redis://127.0.0.1:0", "redis.url: has a port that does not exist"},
		{"Redis URL broken", "redis://127.0.0.1:6379/0", "redis://[::1", "redis.url: must be a URL"},
		{"Redis without a socket", "redis://127.0.0.1:6379/0", "unix:///", "redis.url: names no socket"},
		{"sentinel without master", "redis://127.0.0.1:6379/0", "redis://127.0.0.1:26379\n  mode: sentinel", "8:8 redis.url: must name the master in mode: sentinel"},
		{"cluster on a socket", "redis://127.0.0.1:6379/0", "unix:///run/redis.sock\n  mode: cluster", "8:8 redis.url: is a socket"},
		{"embedded with URL", "redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0\n  mode: embedded", "8:8 redis.url: is not used with mode: embedded"},
		{"embedded with replicas", "url: redis://127.0.0.1:6379/0", "mode: embedded\n  wait_replicas: 1", "9:18 redis.wait_replicas: must be 0 with mode: embedded"},
		{"listen without port", "services:", "listen: localhost\nservices:", "listen: must be host:port"},
		{"listen on no port", "services:", "listen: localhost:70000\nservices:", "listen: must be host:port"},
		{"service in capitals", "  api:\n", "  API:\n", "10:3 services.API: this name must be lowercase letters"},
		{"service too long", "  api:\n", "  a" + strings.Repeat("b", 40) + ":\n", "this name must be lowercase letters, digits and -, beginning with a letter, at most 40"},
		{"service like a flag", "  api:\n", "  -api:\n", "this name must be lowercase letters"},
		{"service of several lines", "  api:\n", "  \"a\\nb\":\n", `services."a\nb": this name must be lowercase letters`},
		{"service called to", "  api:\n", "  to:\n", `services.to: "to" is a word of the commands`},
		{"environment called to", "production: {}", "to: {}", `services.api.environments.to: "to" is a word of the commands`},
		{"repository as a URL", "acme/api", "https://github.com/acme/api", "services.api.repo: must be owner/name"},
		{"repository dots", "acme/api", "acme/..", "services.api.repo: no repository bears the name of a folder"},
		{"workflow up and away", "deploy.yml", "../deploy.yml", "services.api.workflow: must be the name of a file"},
		{"workflow of another kind", "deploy.yml", "deploy.sh", "services.api.workflow: must be the name of a file"},
		{"glob leaves", "    environments:", "    paths: [a/../../b]\n    environments:", "services.api.paths[0]: globs stay inside the repository"},
		{"same glob twice", "    environments:", "    paths: [a, a]\n    environments:", "13:16 services.api.paths[1]: stands in this list twice"},
		{"branch with .lock", "    environments:", "    workflow_ref: a.lock/b\n    environments:", "services.api.workflow_ref: git has no branch of this name"},
		{"branch with spaces", "    environments:", "    workflow_ref: a b\n    environments:", "services.api.workflow_ref: must be the name of a branch"},
		{"bad input name", "    environments:", "    inputs: {\"a b\": c}\n    environments:", "this name must be the name of a workflow input"},
		{"input is a list", "    environments:", "    inputs: {a: [b]}\n    environments:", "services.api.inputs.a: must be a single value, but is a list"},
		{"input clashes with a renamed one", "    environments:", "    inputs: {id: x}\n    input_names: {release_id: id}\n    environments:", "13:18 services.api.inputs.id: is the input by which slipway tells release_id"},
		{"two input names alike", "    environments:", "    input_names: {release_id: sha}\n    environments:", "services.api.input_names.sha: is the name that release_id has already"},
		{"link with a mistyped placeholder", "    environments:", "    links: {logs: \"https://g.example.com/{relase}\"}\n    environments:", "13:19 services.api.links.logs: \"{relase}\" is no placeholder that is known here; did you mean {release}?"},
		{"link with a time in no known form", "    environments:", "    links: {logs: \"https://g.example.com/?f={from:isoo}\"}\n    environments:", "did you mean {from:iso}?"},
		{"link with a query in braces", "    environments:", "    links: {logs: \"https://g.example.com/?q={app='api'}\"}\n    environments:", "a brace that begins none is written %7B"},
		{"link with an empty placeholder", "    environments:", "    links: {logs: \"https://g.example.com/{}\"}\n    environments:", "\"{}\" is no placeholder that is known here; the placeholders are {sha}, "},
		{"link with a brace that stays open", "    environments:", "    links: {logs: \"https://g.example.com/{sha\"}\n    environments:", "services.api.links.logs: has a { that is not closed; a brace that begins no placeholder is written %7B"},
		{"link with a port in braces", "    environments:", "    links: {logs: \"https://g.example.com:{sha}x/\"}\n    environments:", "services.api.links.logs: must be a URL"},
		{"notify nobody", "services:", "notify: [{when: {service: [api]}}]\nservices:", "notify[0]: tells nobody: give to, webhook or both"},
		{"notify of an unknown service", "services:", "notify: [{when: {service: [apo]}, to: [C0ALERTS]}]\nservices:", "notify[0].when.service[0]: \"apo\" is not a service declared under services; did you mean api?"},
		{"notify of an unknown environment", "services:", "notify: [{when: {environment: [prodution]}, to: [C0ALERTS]}]\nservices:", "is not an environment of any service declared under services; did you mean production?"},
		{"notify of an unknown outcome", "services:", "notify: [{when: {outcome: [faild]}, to: [C0ALERTS]}]\nservices:", "did you mean failed?"},
		{"notify of an unknown severity", "services:", "notify: [{when: {severity: [high]}, to: [C0ALERTS]}]\nservices:", "must be one of critical, warning, info"},
		{"notify somebody who is not there", "services:", "notify: [{to: [\"@anne\"]}]\nservices:", "notify[0].to[0]: \"anne\" is not anybody declared under people or groups"},
		{"notify a channel by its name", "services:", "notify: [{to: [\"#deploys\"]}]\nservices:", "notify[0].to[0]: must be the ID of a channel"},
		{"webhook without a secret", "services:", "notify: [{webhook: \"https://h.example.com/\"}]\nservices:", "notify[0].secret: is missing: the key by which the receiver knows that slipway sent it"},
		{"secret without a webhook", "services:", "notify: [{to: [C0ALERTS], secret: s3cr3t-s3cr3t}]\nservices:", "notify[0].secret: signs nothing: there is no webhook"},
		{"webhook that is no address", "services:", "notify: [{webhook: \"ftp://h.example.com/\", secret: s3cr3t}]\nservices:", "notify[0].webhook: must be a URL"},
		{"webhook with two secrets", "services:", "notify: [{webhook: \"https://h.example.com/\", secret: s3cr3t}, {webhook: \"https://h.example.com/\", secret: another}]\nservices:", "notify[1].secret: is another one than an entry above has for the same webhook"},
		{"link to nowhere", "    environments:", "    links: {logs: \"javascript:alert(1)\"}\n    environments:", "services.api.links.logs: must be a URL"},
		{"approvals from nobody", "production: {}", "production: {approvals: {count: 1}}", "14:20 services.api.environments.production.approvals.from: is missing: name the groups"},
		{"rollback approvals from nobody", "production: {}", "production: {rollback: {approvals: {}}}", "services.api.environments.production.rollback.approvals.from: is missing"},
		{"health without probes", "production: {}", "production: {health: {window: 1m}}", "14:20 services.api.environments.production.health.probes: is missing: what is asked"},
		{"latency beyond timeout", "production: {}", "production: {health: {probes: [{name: up, http: \"http://a\", max_latency: 6s}]}}", "max_latency: is longer than timeout (5s)"},
		{"unknown group in the defaults", "services:", "defaults: {approvals: {from: [sre]}}\nservices:", "9:31 defaults.approvals.from[0]: \"sre\" is not a group declared under groups, where there is none"},
		{"unknown group in a service's defaults", "    environments:", "    defaults: {deployers: [sre]}\n    environments:", "services.api.defaults.deployers[0]: \"sre\" is not a group"},
		{"after is no default", "services:", "defaults: {after: staging}\nservices:", "9:12 defaults.after: is no key that is known here"},
		{"unknown key without a near one", "team: T0001", "team: T0001\n  zzzzzz: 1", "5:3 slack.zzzzzz: is no key that is known here; the keys are mode, bot_token"},
		{"usergroup by its handle", "services:", "groups: {oncall: {slack_usergroup: oncall}}\nservices:", "groups.oncall.slack_usergroup: must be the ID of a user group"},
		{"team without organization", "services:", "groups: {leads: {github_team: leads}}\nservices:", "groups.leads.github_team: must be organization/team"},
		{"a reminder too late", "services:", "people: {anna: {slack: U01ANNA}}\ngroups: {sre: {members: [anna]}}\ndefaults: {approvals: {from: [sre], remind: 2h}}\nservices:", "approvals.remind: is not before expires (2h)"},
		{"escalated to nobody known", "services:", "people: {anna: {slack: U01ANNA}}\ngroups: {sre: {members: [anna]}}\ndefaults: {approvals: {from: [sre], escalate: {after: 1h, to: [boss]}}}\nservices:", "escalate.to[0]: \"boss\" is not a group"},
		{"escalated too late", "services:", "people: {anna: {slack: U01ANNA}}\ngroups: {sre: {members: [anna]}}\ndefaults: {approvals: {from: [sre], escalate: {after: 2h, to: [sre]}}}\nservices:", "escalate.after: is not before expires (2h)"},
		{"text where a section is", "  url: redis://127.0.0.1:6379/0", "  yes", "redis: must be a mapping with the keys url, mode"},
		{"text where a group is", "services:", "groups: {sre: anna}\nservices:", "groups.sre: must be a mapping with the keys members"},
		{"text where a person is", "services:", "people: {anna: U01ANNA}\nservices:", "people.anna: must be a mapping with the keys slack"},
		{"text where input names are", "    environments:", "    input_names: id\n    environments:", "services.api.input_names: must be a mapping with the keys release_id"},
		{"text where a list is", "    environments:", "    paths: src\n    environments:", "services.api.paths: must be a list, such as [a, b], but is"},
		{"mapping where a list is", "production: {}", "production: {branches: {main: yes}}", "production.branches: must be a list, such as [a, b], but is a mapping"},
		{"too many links", "    environments:", "    links: {" + links(11) + "}\n    environments:", "services.api.links: has 11 entries; 10 are the most"},
		{"text where health is", "production: {}", "production: {health: good}", "production.health: must be a mapping with the keys window"},
		{"text where a probe is", "production: {}", "production: {health: {probes: [up]}}", "production.health.probes[0]: must be a mapping with the keys name"},
		{"text where a window is", "production: {}", "production: {freeze: [friday]}", "production.freeze[0]: must be a mapping with the keys days"},
		{"list where most commits are", "production: {}", "production: {max_commits: [8, 30]}", "production.max_commits: must be"},
		{"text where a set is", "production: {}", "production: {approvals: [sre]}", "production.approvals[0]: must be a mapping with the keys count"},
		{"a warning that is none", "production: {}", "production: {max_commits: {warn: many, refuse: 30}}", "max_commits.warn: must be a whole number"},
		{"a refusal that is none", "production: {}", "production: {max_commits: {warn: 30, refuse: 0}}", "max_commits.refuse: must be a whole number"},
		{"a first day that is none", "production: {}", "production: {freeze: [{from_date: today, to_date: 2026-12-20, reason: no}]}", "freeze[0].from_date: must be"},
		{"a last day that is none", "production: {}", "production: {freeze: [{from_date: 2026-12-20, to_date: \"\", reason: no}]}", "freeze[0].to_date: must be"},
		{"a window that is none", "production: {}", "production: {health: {window: long, probes: [{name: up, http: \"http://a\"}]}}", "health.window: must be a duration"},
		{"a beat that is none", "production: {}", "production: {health: {every: often, window: 1s, probes: [{name: up, http: \"http://a\"}]}}", "health.every: must be a duration"},
		{"a window too short for the usual beat", "production: {}", "production: {health: {window: 1s, probes: [{name: up, http: \"http://a\"}]}}", "health.window: leaves no time for a second look"},
		{"names that are none", "production: {}", "production: {health: {probes: [{name: up, http: \"http://a\"}, {name: \"a b\", http: \"http://b\"}]}}", "probes[1].name: must be"},
		{"a timeout that is none", "production: {}", "production: {health: {probes: [{name: up, http: \"http://a\", timeout: 1ms, max_latency: 1s}]}}", "probes[0].timeout: must be a duration"},
		{"a latency that is none", "production: {}", "production: {health: {probes: [{name: up, http: \"http://a\", max_latency: 9h}]}}", "probes[0].max_latency: must be a duration"},
		{"nobody to tick off", "production: {}", "production: {readiness: {confirm: [settings]}}", "readiness.confirm: needs approvals"},
		{"a set from nobody", "production: {}", "production: {approvals: [{count: 1}]}", "approvals[0].from: is missing: name the groups"},
		{"more approvals than people", "services:", "people: {anna: {slack: U01ANNA}}\ngroups: {sre: {members: [anna]}}\ndefaults: {approvals: {count: 2, from: [sre]}}\nservices:", "11:31 defaults.approvals.count: asks for 2 approvals, but the groups have 1 members"},
		{"one login for two", "services:", "people: {anna: {slack: U01ANNA, github: x}, ben: {slack: U02BEN, github: X}}\nservices:", "people.ben.github: is also that of anna"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			faults := faultsOf(t, with(t, test.old, test.replacement))
			if got := faults.Error(); len(faults) != 1 || !strings.Contains(got, test.want) {
				t.Errorf("faults =\n%s\nwant one: %s", got, test.want)
			} else if strings.Contains(got, "hidden") {
				t.Errorf("a secret is shown: %s", got)
			}
		})
	}
}

// links is a table of n links in flow style.
func links(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = "link" + strconv.Itoa(i) + ": \"https://a\""
	}
	return strings.Join(all, ", ")
}

// TestVerbsAreNoServices keeps `/deploy SERVICE` apart from `/deploy VERB`.
func TestVerbsAreNoServices(t *testing.T) {
	t.Parallel()
	for _, verb := range append(append(vocabulary().Verbs, "all"), catalog.VerbsToCome()...) {
		faults := faultsOf(t, with(t, "  api:\n", "  "+verb+":\n"))
		if len(faults) != 1 || !strings.Contains(faults[0].Message, "cannot bear the name of a command") {
			t.Errorf("service %s: %v", verb, faults)
		}
	}
}

// TestSlackMode: without a mode the tokens decide, so that files from before there was
// a choice keep their meaning.
func TestSlackMode(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]catalog.SlackMode{
		"signing_secret: s":                                    catalog.SlackHTTP,
		"app_token: xapp-1":                                    catalog.SlackSocket,
		"app_token: xapp-1\n  signing_secret: s":               catalog.SlackSocket,
		"app_token: xapp-1\n  signing_secret: s\n  mode: http": catalog.SlackHTTP,
		"app_token: xapp-1\n  mode: socket":                    catalog.SlackSocket,
		"signing_secret: s\n  mode: http":                      catalog.SlackHTTP,
	} {
		t.Run(given, func(t *testing.T) {
			t.Parallel()
			got := mustParse(t, with(t, "signing_secret: ${SLACK_SIGNING_SECRET}", given)).Slack
			if got.Mode != want {
				t.Errorf("the mode is %q, want %q", got.Mode, want)
			}
		})
	}
}
