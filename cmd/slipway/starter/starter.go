package starter

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/slipwayhq/slipway/integrations/slack/manifest"
)

// Answers are what slipway must know to begin.
type Answers struct {
	Service, Repo string
	Workflow      string // the file; deploy.yml if empty
	// Folder is where in the repository the service lies; empty: all of it is the
	// service's. Up is the way from there to where GitHub looks for workflows.
	Folder, Up   string
	Environments []string
	// Team, Channel and Alerts are ids of Slack; the last two may be left out.
	Team, Channel, Alerts string
	// Socket says that slipway opens the connection to Slack itself; otherwise Slack
	// reaches it at PublicURL.
	Socket    bool
	PublicURL string
	// SlackAPI and GitHubAPI are other places than the usual ones, if any.
	SlackAPI, GitHubAPI string
	// App is the GitHub App that was made; nil: a token is used.
	App *App
	// Webhook says that GitHub reaches slipway too.
	Webhook bool
	// RedisURL says that there is a Redis, whose URL is in the variable REDIS_URL.
	RedisURL bool
}

// App is a GitHub App, with the file that holds its private key.
type App struct {
	ID, Installation int64
	KeyFile          string
}

// File is a file to be written, by its path in the folder.
type File struct {
	Path string
	Text string
	// Private is for its owner alone.
	Private bool
}

// Missing names what has no answer yet, by the flags of slipway init.
func (a Answers) Missing() []string {
	var missing []string
	if a.Repo == "" {
		missing = append(missing, "--repo OWNER/NAME")
	}
	if !a.Socket && a.PublicURL == "" {
		missing = append(missing, "--public-url URL (Slack must reach slipway in http mode; --mode socket needs none)")
	}
	return missing
}

// Completed fills in what follows from the other answers.
func (a Answers) Completed() Answers {
	if a.Service == "" {
		_, name, _ := strings.Cut(a.Repo, "/")
		a.Service = serviceName(name)
	}
	if len(a.Environments) == 0 {
		a.Environments = []string{"staging", "production"}
	}
	if a.Workflow == "" {
		a.Workflow = "deploy.yml"
	}
	a.Webhook = !a.Socket
	return a
}

// serviceName makes the name of a service of that of a repository.
func serviceName(repo string) string {
	name := regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(repo), "-")
	name = strings.TrimLeft(strings.TrimRight(name, "-"), "-0123456789")
	if len(name) > 40 {
		name = strings.Trim(name[:40], "-")
	}
	if name == "" {
		return "app"
	}
	return name
}

// Config is slipway.yaml.
func Config(a Answers) File {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# What slipway serves. `slipway config schema` prints the JSON Schema for editors, and")
	line("# docs/configuration.md says what else can be set. Secrets stay in .env: ${NAME} is")
	line("# taken from the environment, or else from the file .env beside this one.")
	line("slack:")
	if a.Socket {
		line("  mode: socket # slipway opens the connection, so no public address is needed")
		line("  app_token: ${SLACK_APP_TOKEN}")
	} else {
		line("  mode: http # Slack reaches slipway at public_url")
		line("  signing_secret: ${SLACK_SIGNING_SECRET}")
	}
	line("  bot_token: ${SLACK_BOT_TOKEN}")
	if a.SlackAPI != "" {
		line("  api_url: %s", quoted(a.SlackAPI))
	}
	if a.Team == "" {
		line("  team: ${SLACK_TEAM} # the workspace, T... in the address of Slack in the browser")
	} else {
		line("  team: %s", a.Team)
	}
	if a.Alerts != "" {
		line("  alerts: %s # the channel for what needs a person", a.Alerts)
	}
	a.github(line)
	if a.RedisURL {
		line("redis:\n  url: ${REDIS_URL}")
	} else {
		line("redis: # slipway starts a redis-server of its own; url: redis://... names another one")
		line("  mode: embedded\n  data_dir: ./data")
	}
	if a.PublicURL != "" {
		line("public_url: %s", quoted(a.PublicURL))
	}
	a.service(line)
	return File{Path: "slipway.yaml", Text: b.String()}
}

func (a Answers) github(line func(string, ...any)) {
	line("github:")
	if a.App != nil {
		line("  app: {id: %d, installation_id: %d, private_key_file: %s}", a.App.ID, a.App.Installation, word(a.App.KeyFile))
	} else {
		line("  token: ${GITHUB_TOKEN}")
	}
	if a.GitHubAPI != "" {
		line("  api_url: %s", quoted(a.GitHubAPI))
	}
	if a.Webhook {
		line("  webhook_secret: ${GITHUB_WEBHOOK_SECRET} # left out: runs are followed by polling alone")
	}
}

func (a Answers) service(line func(string, ...any)) {
	line("# people:\n#   anna: {slack: U01ANNA, github: anna-gh}\n# groups:\n#   sre: {members: [anna]}")
	line("services:\n  %s:", a.Service)
	line("    repo: %s", a.Repo)
	line("    workflow: %s", a.Workflow)
	if a.Folder != "" {
		line("    # paths: [%s] # where several services share the repository: what counts as a change of this one", quoted(a.Folder+"/**"))
	}
	if a.Channel != "" {
		line("    channel: %s # where its releases are shown", a.Channel)
	}
	if len(a.Environments) > 1 {
		line("    default_environment: %s", a.Environments[0])
	}
	line("    environments:")
	for i, name := range a.Environments {
		if i < len(a.Environments)-1 || len(a.Environments) == 1 {
			line("      %s: {}", name)
			continue
		}
		line("      %s: # no rules yet", name)
		line("        # approvals: {count: 1, from: [sre]} # once there are people and groups")
		line("        # after: %s # a commit must have been healthy there first", a.Environments[0])
	}
}

// word is a path as YAML takes it, bare where that is the same.
func word(path string) string {
	if regexp.MustCompile(`^[A-Za-z0-9._/-]+$`).MatchString(path) {
		return path
	}
	return quoted(path)
}

// quoted is a text as YAML takes it, whatever is in it.
func quoted(text string) string { return strconv.Quote(text) }

// Manifest is the manifest of the Slack app.
func Manifest(a Answers) (File, error) {
	app := manifest.App{Deploy: "/deploy", Rollback: "/rollback", Status: "/deploy-status"}
	if !a.Socket {
		app.URL = a.PublicURL
	}
	text, err := manifest.Of(app).YAML()
	return File{Path: "slack-manifest.yaml", Text: string(text)}, err
}

//go:embed deploy.yml
var workflow string

// Workflow is the workflow that deploys.
func Workflow(a Answers) File {
	text := strings.Replace(workflow, "        default: api\n", "        default: "+a.Service+"\n", 1)
	return File{Path: a.Up + ".github/workflows/" + a.Workflow, Text: text}
}

// Variables are the names of the variables that slipway.yaml needs, in the order of
// .env, each with where its value comes from.
func Variables(a Answers) []Variable {
	all := []Variable{
		{"SLACK_BOT_TOKEN", "OAuth & Permissions, Bot User OAuth Token (xoxb-...), once the app is installed", true},
		{"SLACK_APP_TOKEN", "Basic Information, App-Level Tokens, with the scope connections:write (xapp-...)", a.Socket},
		{"SLACK_SIGNING_SECRET", "Basic Information, Signing Secret", !a.Socket},
		{"SLACK_TEAM", "the workspace, T... in the address of Slack in the browser", a.Team == ""},
		{"GITHUB_TOKEN", "a classic token with the scope repo, or a fine-grained one (docs/install.md)", a.App == nil},
		{"GITHUB_WEBHOOK_SECRET", "what the webhook of the repository is signed with, so enter it there too", a.Webhook},
		{"REDIS_URL", "as redis://127.0.0.1:6379/0", a.RedisURL},
	}
	return slices.DeleteFunc(all, func(v Variable) bool { return !v.needed })
}

// Variable is one that slipway.yaml names.
type Variable struct {
	Name string
	// From is where its value comes from.
	From   string
	needed bool
}
