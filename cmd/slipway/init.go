package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/cmd/slipway/starter"
)

// beginning is one run of slipway init.
type beginning struct {
	w       world
	dir     string
	mode    string
	force   bool
	answers starter.Answers
	// modeGiven and workflowGiven say that these were chosen by their flags; makeApp that a
	// GitHub App is to be made, by appCode if that is there already.
	modeGiven, workflowGiven, makeApp bool
	appCode                           string
	appID                             int64
	madeEnv                           bool // this run made .env
	// secrets are those that the environment or a .env that is there gives.
	secrets map[string]string
	// renewed are the names of those that were asked for anew, since they were refused.
	renewed []string
	root    string // of the Git repository that dir lies in; empty: it lies in none
}

func newInit(w world) *cobra.Command {
	b := &beginning{w: w}
	c := &cobra.Command{
		Use:        "init",
		SuggestFor: []string{"new", "setup"},
		Short:      "Write the files with which a workspace and a service begin",
		Long: `Write the files with which a workspace and a service begin: slipway.yaml, the
manifest of the Slack app, .env and the workflow that deploys. What the flags leave out
is asked where there is a terminal. Tokens are taken from the environment, or from a
.env that is there (SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET, GITHUB_TOKEN,
GITHUB_WEBHOOK_SECRET, REDIS_URL): with them the workspace, its channels and the
repository's workflows are looked up. What is there and says something else is left as
it is, and shown; --force overwrites it, but for .env, which keeps what it has.`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 0 && !c.Flags().Changed("environment") {
				return cobra.NoArgs(c, args)
			}
			return nil // --environment staging production names two
		},
		RunE: func(c *cobra.Command, args []string) error {
			b.modeGiven, b.workflowGiven = c.Flags().Changed("mode"), c.Flags().Changed("workflow")
			b.answers.Environments = append(b.answers.Environments, args...)
			return b.run(c.Context())
		},
	}
	f := c.Flags()
	f.StringVar(&b.dir, "dir", ".", "the `folder` to write into, best the repository's own")
	f.StringVar(&b.answers.Service, "service", "", "the service's `name`; that of the repository if left out")
	f.StringVar(&b.answers.Repo, "repo", "", "the repository, `owner/name`")
	f.StringVar(&b.answers.Workflow, "workflow", "", "the workflow's `file`; deploy.yml if left out")
	f.StringVar(&b.answers.Channel, "channel", "", "the channel that shows the releases, by `id`, or by name where there is a bot token")
	f.StringVar(&b.answers.Alerts, "alerts", "", "the channel for what needs a person, in the same way")
	f.StringVar(&b.answers.Team, "team", "", "the `id` of the workspace; looked up where there is a bot token")
	f.StringSliceVar(&b.answers.Environments, "environment", nil, "an environment's `name`; staging and production if left out")
	f.StringVar(&b.mode, "mode", "socket", "how Slack's requests arrive, `socket or http`")
	f.StringVar(&b.answers.PublicURL, "public-url", "", "where Slack reaches slipway in http mode, a `URL`")
	f.StringVar(&b.answers.SlackAPI, "slack-api-url", "", "the base `URL` of Slack's Web API, if it is another one")
	f.StringVar(&b.answers.GitHubAPI, "github-api-url", "", "the base `URL` of GitHub's API, as of an Enterprise Server")
	f.BoolVar(&b.makeApp, "github-app", false, "make a GitHub App in the browser, in place of a token")
	f.StringVar(&b.appCode, "github-app-code", "", "the `code` that GitHub gave for an App's manifest")
	f.Int64Var(&b.appID, "github-app-id", 0, "the `id` of an App that was made, whose key is in github-app.pem")
	f.BoolVar(&b.force, "force", false, "overwrite files that say something else")
	return c
}

// run asks, looks up and writes.
func (b *beginning) run(ctx context.Context) error {
	if b.mode != "socket" && b.mode != "http" {
		return &usageError{fmt.Errorf("--mode is socket or http, and not %q", b.mode)}
	}
	if err := b.gather(); err != nil {
		return err
	}
	if err := b.ask(ctx); err != nil {
		return err
	}
	b.answers.Socket = b.mode == "socket"
	if missing := b.answers.Missing(); len(missing) > 0 {
		return &usageError{errors.New("init needs to know more:\n  " + strings.Join(missing, "\n  "))}
	}
	if err := b.complete(ctx); err != nil {
		return err
	}
	if b.makeApp || b.appCode != "" || b.appID != 0 {
		if err := b.githubApp(ctx); err != nil {
			return err
		}
	}
	if b.answers.Webhook && b.secrets["GITHUB_WEBHOOK_SECRET"] == "" {
		b.secrets["GITHUB_WEBHOOK_SECRET"] = rand.Text() // any that nobody else knows
	}
	files, err := b.files()
	if err != nil {
		return err
	}
	if err := b.write(files); err != nil {
		return err
	}
	return b.next()
}

// complete adds what follows from the answers and what can be looked up, and sees to it
// that slipway.yaml will be good before anything is made or written.
func (b *beginning) complete(ctx context.Context) error {
	b.answers = b.answers.Completed()
	if err := b.check(true); err != nil {
		return err
	}
	if err := b.lookUp(ctx); err != nil {
		return err
	}
	return b.check(false)
}

// gather takes the secrets that are there. The environment is stronger than .env.
func (b *beginning) gather() error {
	before, err := readIfThere(b.path(".env"))
	if err != nil {
		return fmt.Errorf("%w. Let yourself read it, or name another folder with --dir", err)
	}
	if b.secrets, err = starter.Names(before); err != nil {
		return &usageError{err}
	}
	for _, name := range []string{"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_TEAM", "GITHUB_TOKEN", "GITHUB_WEBHOOK_SECRET", "REDIS_URL"} {
		if value, set := b.w.lookup(name); set && value != "" {
			b.secrets[name] = value
		}
	}
	b.answers.RedisURL = b.secrets["REDIS_URL"] != ""
	if err := b.knowCheckout(); err != nil {
		return err
	}
	return b.knowApp()
}

// knowApp takes the GitHub App that slipway.yaml names already: it is made once.
func (b *beginning) knowApp() error {
	text, err := readIfThere(b.path("slipway.yaml"))
	if err != nil {
		return fmt.Errorf("%w. Let yourself read it, or name another folder with --dir", err)
	}
	declared, _, err := catalog.Sketch([]byte(text), b.lookup, vocabulary())
	if err != nil || declared.GitHub.App == nil {
		return nil //nolint:nilerr // a file that cannot be used names none; it is not overwritten
	}
	app := declared.GitHub.App
	b.answers.App = &starter.App{ID: app.ID, Installation: app.InstallationID, KeyFile: app.PrivateKeyFile}
	return nil
}

// check reads the configuration as slipway will read it. Before anything is looked up
// channels may go by their names.
func (b *beginning) check(channelsByName bool) error {
	a := b.answers
	for _, channel := range []*string{&a.Channel, &a.Alerts} {
		switch {
		case *channel == "" || isChannelID(*channel):
		case channelsByName:
			*channel = ""
		default:
			return &usageError{fmt.Errorf("%q is no id of a channel (C..., at the end of its details in Slack). "+
				"Its name will do where SLACK_BOT_TOKEN, in the environment or in .env, is a bot token that Slack takes", *channel)}
		}
	}
	if _, _, err := catalog.Sketch([]byte(starter.Config(a).Text), b.lookup, vocabulary()); err != nil {
		return &usageError{fmt.Errorf("with these answers slipway.yaml would not be good:\n%w", err)}
	}
	return nil
}

// files are what is written.
func (b *beginning) files() ([]starter.File, error) {
	app, err := starter.Manifest(b.answers)
	if err != nil {
		return nil, err
	}
	before, err := readIfThere(b.path(".env"))
	if err != nil {
		return nil, err
	}
	env, err := starter.Env(b.answers, before, b.secrets)
	if err != nil {
		return nil, err
	}
	return []starter.File{starter.Config(b.answers), app, env}, nil
}

// lookup gives the variables that slipway.yaml will have.
func (b *beginning) lookup(name string) (string, bool) {
	value := b.secrets[name]
	return value, value != ""
}

// next prints the three things that are left to do.
func (b *beginning) next() error {
	app, err := starter.Manifest(b.answers)
	if err != nil {
		return err
	}
	commit := fmt.Sprintf("Commit .github/workflows/%s to the default branch of %s", b.answers.Workflow, b.answers.Repo)
	if b.answers.App == nil && b.secrets["GITHUB_TOKEN"] == "" {
		commit += ", and put a GitHub token into .env"
	}
	invite := "Type /invite @slipway in the channel in which you deploy"
	start := fmt.Sprintf("tart it, and type /deploy %s in Slack; slipway doctor says what is still missing:\n   slipway doctor -c %[2]s\n   slipway serve -c %[2]s", b.answers.Service, b.path("slipway.yaml"))
	things := []string{commit + ".", invite + ".", "S" + start}
	if b.lacksSlack() {
		things = []string{fmt.Sprintf("Make the Slack app on %s: choose \"From a manifest\" and your workspace, paste the text of %s, and install it. Put its tokens into %s", b.newAppPage(app.Text), b.path("slack-manifest.yaml"), b.path(".env")) + ".", commit + ".", invite + ", s" + start}
	}
	return b.print("\nThree things are left:\n1. %s\n2. %s\n3. %s\n", things[0], things[1], things[2])
}

// lacksSlack says that a secret of the Slack app is not known yet.
func (b *beginning) lacksSlack() bool {
	return slices.ContainsFunc(starter.Variables(b.answers), func(v starter.Variable) bool {
		return strings.HasPrefix(v.Name, "SLACK_") && b.secrets[v.Name] == ""
	})
}

func (b *beginning) print(format string, args ...any) error {
	_, err := fmt.Fprintf(b.w.out, format, args...)
	return err
}

// readIfThere reads a file of a bounded size; one that is not there is empty.
func readIfThere(path string) (string, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // only read from
	text, err := io.ReadAll(io.LimitReader(f, catalog.MaxBytes))
	return string(text), err
}
