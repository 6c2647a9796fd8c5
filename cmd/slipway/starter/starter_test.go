package starter_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/doctor"
	"github.com/slipwayhq/slipway/bot/planner"
	"github.com/slipwayhq/slipway/cmd/slipway/starter"
	"github.com/slipwayhq/slipway/integrations/github"
)

// lacks is what doctor finds wrong with a workflow.
func lacks(text string) []string {
	parsed, err := github.ParseWorkflow([]byte(text))
	w := doctor.Workflow{Repo: "acme/api", File: "deploy.yml", Service: "api", Err: err, Found: parsed, Sends: []string{"environment", "release_id", "sha"}, Key: "release_id", SHA: "sha", Env: "environment", ShowsKey: planner.ShowsRunKey(parsed, nil, "release_id")}
	var wrong []string
	for _, f := range w.Findings() {
		if f.Severity != doctor.OK {
			wrong = append(wrong, f.Says)
		}
	}
	return wrong
}

const steps = `
jobs:
  ship:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make ship
`

// Whatever way a workflow is written in, what it lacks is put in, and nothing else is
// changed.
func TestAdapted(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"one event":              "name: ship\non: push\n" + steps,
		"a list":                 "on: [push, pull_request]\n" + steps,
		"a list in lines":        "on:\n  - push\n  - workflow_dispatch\n" + steps,
		"a list not indented":    "on:\n- push\n" + steps,
		"a map":                  "# ours\nname: ship\non:\n  push:\n    branches: [main]\n" + steps,
		"a map indented by four": "on:\n    push:\n        branches: [main]\n" + steps,
		"quoted":                 "\"on\":\n  push:\n" + steps,
		"dispatch without more":  "on:\n  workflow_dispatch:\n" + steps,
		"dispatch of nothing":    "on:\n  workflow_dispatch: {}\n" + steps,
		"some inputs":            "on:\n  workflow_dispatch:\n    inputs:\n      sha:\n        required: true\n" + steps,
		"inputs of another kind": "on:\n  workflow_dispatch:\n    inputs:\n      tier: {type: string, default: web}\n" + steps,
		"a run-name":             "run-name: ship ${{ github.ref }}\non: push\n" + steps,
		"with":                   "on: push\n" + strings.Replace(steps, "checkout@v4\n", "checkout@v4\n        with:\n          fetch-depth: 0\n", 1),
		"a branch checked out":   "on: push\n" + strings.Replace(steps, "checkout@v4\n", "checkout@v4\n        with:\n          ref: main\n", 1),
		"a named step":           "on: push\n" + strings.Replace(steps, "- uses: actions/checkout@v4\n", "- name: get it\n        uses: actions/checkout@v4\n", 1),
		"two jobs":               "on: push\n" + steps + "  test:\n    runs-on: ubuntu-latest\n    steps:\n    - uses: actions/checkout@v4\n",
		"lines of Windows":       strings.ReplaceAll("name: ship\non: push\n"+steps, "\n", "\r\n"),
		"as init writes it":      starter.Workflow(starter.Answers{Repo: "acme/api"}.Completed()).Text,
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			adapted := starter.Adapted(text)
			if wrong := lacks(adapted); len(wrong) > 0 {
				t.Errorf("%q is still wrong in\n%s", wrong, adapted)
			}
			if again := starter.Adapted(adapted); again != adapted {
				t.Errorf("a second time changes it (-first +second):\n%s", cmp.Diff(adapted, again))
			}
			if len(lacks(text)) == 0 && adapted != text {
				t.Errorf("nothing was wrong, and it was changed:\n%s", cmp.Diff(text, adapted))
			}
			_, jobs, _ := strings.Cut(text, "\njobs:\n")
			for line := range strings.Lines(strings.Replace(jobs, "ref: main", "", 1)) {
				if !strings.Contains(adapted, strings.TrimSpace(line)) {
					t.Errorf("%q is gone from\n%s", line, adapted)
				}
			}
		})
	}
}

// What others of the file make use of is not taken apart, and lines end as they did.
func TestAdapted_LeavesAlone(t *testing.T) {
	t.Parallel()
	for _, on := range []string{"on: &events\n  push:\n", "on: *events\n", "on: !!map {push: }\n"} {
		if adapted := starter.Adapted(on + steps); !strings.HasPrefix(adapted, "run-name: ${{ inputs.release_id }} to ${{ inputs.environment }}\n"+on) {
			t.Errorf("%q became\n%s", on, adapted)
		}
	}
	windows := starter.Adapted(strings.ReplaceAll("on: push\n"+steps, "\n", "\r\n"))
	if n, of := strings.Count(windows, "\r\n"), strings.Count(windows, "\n"); n != of || n < 10 {
		t.Errorf("%d of %d lines end as they did", n, of)
	}
}

// A service is called as its repository, as far as that can be typed.
func TestServiceNames(t *testing.T) {
	t.Parallel()
	for repo, want := range map[string]string{"api2": "api2", "API-v2": "api-v2", "7-zip": "zip", "my_api.js": "my-api-js", ".github": "github", "42": "app", "-x-": "x"} {
		if got := (starter.Answers{Repo: "acme/" + repo}).Completed().Service; got != want {
			t.Errorf("%s: %s, want %s", repo, got, want)
		}
	}
}

// FuzzAdapted looks for a workflow that makes it panic, or never come to an end.
func FuzzAdapted(f *testing.F) {
	f.Add("on: push\n" + steps)
	f.Add("on:\n  workflow_dispatch:\n    inputs:\n")
	f.Add("on:\n- \n  with:\n uses: actions/checkout@\n")
	f.Fuzz(func(t *testing.T, text string) {
		if adapted := starter.Adapted(text); len(adapted) > 100*len(text)+10_000 {
			t.Errorf("%d bytes became %d", len(text), len(adapted))
		}
	})
}

// What init writes is read by slipway as it stands, in every mode, and holds no secret.
func TestConfig(t *testing.T) {
	t.Parallel()
	tests := map[string]starter.Answers{
		"http":        {Repo: "acme/api", PublicURL: "https://bot.example.com", Team: "T0001", Channel: "C0DEPLOYS", Alerts: "C0ALERTS"},
		"socket":      {Repo: "acme/api", Socket: true, Team: "T0001"},
		"no team yet": {Repo: "acme/My_API.v2", Socket: true},
		"an app":      {Repo: "acme/api", Socket: true, App: &starter.App{ID: 1, Installation: 2, KeyFile: "github-app.pem"}},
		"a redis":     {Repo: "acme/api", Socket: true, RedisURL: true},
		"elsewhere":   {Repo: "acme/1", Socket: true, SlackAPI: "http://127.0.0.1:1/api/", GitHubAPI: "https://git.example.com/api/v3/"},
		"one":         {Repo: "acme/api", Socket: true, Environments: []string{"live"}},
		"four":        {Repo: "acme/api", Socket: true, Environments: []string{"dev", "test", "staging", "production"}},
	}
	given := map[string]string{
		"SLACK_BOT_TOKEN": "xoxb-hidden", "SLACK_APP_TOKEN": "xapp-hidden", "SLACK_SIGNING_SECRET": "signing-hidden", "GITHUB_TOKEN": "ghp-hidden",
		"GITHUB_WEBHOOK_SECRET": "hook-hidden", "REDIS_URL": "redis://:hidden@127.0.0.1:6379/0", "SLACK_TEAM": "T0002",
	}
	for name, answers := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := answers.Completed()
			config := starter.Config(a)
			env, err := starter.Env(a, "", given)
			if err != nil {
				t.Fatal(err)
			}
			values, err := starter.Names(env.Text)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := catalog.Parse([]byte(config.Text), func(name string) (string, bool) { v, ok := values[name]; return v, ok }, catalog.Vocabulary{}); err != nil {
				t.Errorf("%v in\n%s", err, config.Text)
			}
			if strings.Contains(config.Text, "hidden") || !env.Private {
				t.Errorf("a secret is not where it belongs:\n%s", config.Text)
			}
		})
	}
}

// What stands there as a comment can be used by taking the # away, all of it or a line
// alone.
func TestConfig_ItsCommentsCanBeUsed(t *testing.T) {
	t.Parallel()
	value := func(string) (string, bool) { return "T0001", true }
	comment := regexp.MustCompile(`(?m)^( *)# ( *[a-z_]+: ?)`)
	config := starter.Config(starter.Answers{Repo: "acme/api", Socket: true}.Completed()).Text
	all := comment.ReplaceAllString(config, "$1$2")
	if n := len(comment.FindAllString(config, -1)); n < 6 {
		t.Errorf("only %d settings are comments:\n%s", n, config)
	}
	after := strings.Replace(config, "# after:", "after:", 1)
	for name, text := range map[string]string{"all": all, "after": after} {
		if _, err := catalog.Parse([]byte(text), value, catalog.Vocabulary{}); err != nil {
			t.Errorf("%s: %v in\n%s", name, err, text)
		}
	}
}

func TestEnv(t *testing.T) {
	t.Parallel()
	a := starter.Answers{Repo: "acme/api", Socket: true, Team: "T0001"}.Completed()
	for _, value := range []string{"xoxb-1-a", "with $HOME", "it's \"quoted\" $x \\ `y`", "#no=comment", " "} {
		f, err := starter.Env(a, "", map[string]string{"GITHUB_TOKEN": value})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := starter.Names(f.Text); err != nil || got["GITHUB_TOKEN"] != value {
			t.Errorf("%q comes back as %q, %v, from\n%s", value, got["GITHUB_TOKEN"], err, f.Text)
		}
	}
	const before = "# mine\nOTHER=1\nexport SLACK_BOT_TOKEN=old\nGITHUB_TOKEN=kept"
	f, err := starter.Env(a, before, map[string]string{"SLACK_BOT_TOKEN": "new"})
	if err != nil {
		t.Fatal(err)
	}
	values, err := starter.Names(f.Text)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"OTHER": "1", "SLACK_BOT_TOKEN": "new", "GITHUB_TOKEN": "kept", "SLACK_APP_TOKEN": ""}
	if diff := cmp.Diff(want, values); diff != "" || !strings.HasPrefix(f.Text, "# mine\n") {
		t.Errorf("(-want +got):\n%s\n%s", diff, f.Text)
	}
	marked, err := starter.Env(a, "\uFEFFSLACK_BOT_TOKEN=old\r\nOTHER=1\r\n", map[string]string{"SLACK_BOT_TOKEN": "new"})
	if err != nil {
		t.Fatal(err)
	}
	if values, err = starter.Names(marked.Text); err != nil || values["SLACK_BOT_TOKEN"] != "new" || values["OTHER"] != "1" || strings.Count(marked.Text, "SLACK_BOT_TOKEN=") != 1 {
		t.Errorf("as Windows writes it: %v, %v of %q", values, err, marked.Text)
	}
	if values, err = starter.Names("\uFEFFA=1\r\n"); err != nil || values["A"] != "1" {
		t.Errorf("as Windows writes it: %v, %v", values, err)
	}
	if _, err := starter.Env(a, "no line of it = 'x\nSECRET", nil); err == nil || strings.Contains(err.Error(), "SECRET") {
		t.Errorf("a file that cannot be read: %v", err)
	}
}
