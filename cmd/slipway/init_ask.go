package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/charmbracelet/huh"
	"github.com/mattn/go-isatty"

	"github.com/slipwayhq/slipway/cmd/slipway/starter"
	"github.com/slipwayhq/slipway/integrations/slack"
)

// asks says whether somebody is there to be asked.
func (b *beginning) asks() bool {
	in, isFile := b.w.in.(*os.File)
	out, isScreen := b.w.out.(*os.File)
	return isFile && isScreen && isatty.IsTerminal(in.Fd()) && isatty.IsTerminal(out.Fd())
}

// form asks its questions on the terminal, one after the other where it can do no
// more.
func (b *beginning) form(ctx context.Context, fields ...huh.Field) error {
	if len(fields) == 0 {
		return nil
	}
	kind, _ := b.w.lookup("TERM")
	form := huh.NewForm(huh.NewGroup(fields...)).WithInput(b.w.in).WithOutput(b.w.out).WithAccessible(kind == "dumb")
	if err := form.RunWithContext(ctx); err != nil {
		if errors.Is(err, huh.ErrUserAborted) {
			return errors.New("nothing was written")
		}
		return fmt.Errorf("ask: %w", err)
	}
	return nil
}

// ask asks what is not known yet, where somebody is there.
func (b *beginning) ask(ctx context.Context) error {
	if !b.asks() {
		return nil
	}
	if err := b.askFirst(ctx); err != nil {
		return err
	}
	return b.askSecrets(ctx)
}

// askFirst asks what the flags left out and the folder did not tell, as far as nothing
// must be looked up for it.
func (b *beginning) askFirst(ctx context.Context) error {
	a := &b.answers
	if a.Repo == "" {
		if err := b.form(ctx, huh.NewInput().Title("Which repository is deployed?").Placeholder("owner/name").Value(&a.Repo).Validate(repoName)); err != nil {
			return err
		}
	}
	environments := strings.Join(a.Environments, ", ")
	var fields []huh.Field
	if a.Service == "" {
		a.Service = a.Completed().Service
		fields = append(fields, huh.NewInput().Title("What do people call the service?").Description("As they will type it: /deploy "+a.Service).Value(&a.Service))
	}
	if environments == "" {
		environments = "staging, production"
		fields = append(fields, huh.NewInput().Title("Where does it run?").Description("In the order in which a change goes through them.").Value(&environments))
	}
	if files := b.workflows(); !b.workflowGiven && len(files) > 0 {
		options := []huh.Option[string]{huh.NewOption("a new one, deploy.yml", "deploy.yml")}
		if slices.Contains(files, "deploy.yml") {
			options = nil
		}
		for _, file := range files {
			options = append(options, huh.NewOption(printable(file), file))
		}
		fields = append(fields, huh.NewSelect[string]().Title("Which workflow deploys it?").Description("What is there is not changed; init writes a patch beside it.").Options(options...).Height(lines(options)).Value(&a.Workflow))
	}
	if err := b.form(ctx, fields...); err != nil {
		return err
	}
	a.Environments = strings.FieldsFunc(environments, func(r rune) bool { return r == ',' || r == ' ' })
	return nil
}

// lines is how many a choice takes, with its title and description.
func lines(options []huh.Option[string]) int {
	const most = 12
	return min(most, len(options)+2)
}

// askSecrets asks for the address in http mode, and for tokens that are not there.
// Each may be left for later.
func (b *beginning) askSecrets(ctx context.Context) error {
	if b.mode == "http" && b.answers.PublicURL == "" {
		if err := b.form(ctx, huh.NewInput().Title("Where does Slack reach slipway?").Placeholder("https://bot.example.com").Value(&b.answers.PublicURL)); err != nil {
			return err
		}
	}
	if err := b.askSlack(ctx); err != nil {
		return err
	}
	return b.askGitHub(ctx)
}

// askSlack has the Slack app made, and asks for its tokens.
func (b *beginning) askSlack(ctx context.Context) error {
	if b.secrets["SLACK_BOT_TOKEN"] == "" {
		a := b.answers
		a.Socket = b.mode == "socket"
		app, err := starter.Manifest(a)
		if err != nil {
			return err
		}
		kept, remove, err := aside(app.Text)
		if err != nil {
			return err
		}
		defer remove()
		if err := b.print("Make the Slack app: on this page choose your workspace, and press \"Next\", \"Create\" and then \"Install to Workspace\".\n\n  %s\n\n"+
			"If it asks what to make the app from: \"From a manifest\", and paste the text of %s.\n\n", b.newAppPage(app.Text), kept); err != nil {
			return err
		}
		openBrowser(ctx, newAppLink(app.Text))
	}
	return b.askTokens(ctx, b.slackTokens()...)
}

// askGitHub asks how slipway speaks to GitHub, where nothing tells yet.
func (b *beginning) askGitHub(ctx context.Context) error {
	if b.secrets["GITHUB_TOKEN"] != "" {
		return b.askTokens(ctx, b.githubToken()) // it may be worth nothing
	}
	if b.makeApp || b.appCode != "" || b.appID != 0 || b.answers.App != nil {
		return nil
	}
	how := "app"
	err := b.form(ctx, huh.NewSelect[string]().Title("How does slipway speak to GitHub?").Value(&how).Options(
		huh.NewOption("by a GitHub App that is made now, in the browser (it can have every permission)", "app"),
		huh.NewOption("by a token", "token")))
	if err != nil {
		return err
	}
	if how == "app" {
		b.makeApp = true
		return nil
	}
	return b.askTokens(ctx, b.githubToken())
}

// askChannels lets somebody choose among the channels that there are.
func (b *beginning) askChannels(ctx context.Context, all []slack.ChannelState) error {
	options := []huh.Option[string]{huh.NewOption("none", "")}
	for _, c := range all {
		options = append(options, huh.NewOption("#"+printable(c.Name), c.ID))
	}
	var fields []huh.Field
	if b.answers.Channel == "" {
		fields = append(fields, huh.NewSelect[string]().Title("Which channel shows its releases?").Description("Those that slipway sees; / searches.").Options(options...).Height(lines(options)).Value(&b.answers.Channel))
	}
	if b.answers.Alerts == "" {
		fields = append(fields, huh.NewSelect[string]().Title("In which channel is said what needs a person?").Description("Those that slipway sees; / searches.").Options(options...).Height(lines(options)).Value(&b.answers.Alerts))
	}
	return b.form(ctx, fields...)
}

func repoName(text string) error {
	if !regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*/[A-Za-z0-9._-]+$`).MatchString(text) {
		return errors.New("write it as owner/name, such as acme/api")
	}
	return nil
}
