package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/charmbracelet/huh"
	"github.com/mattn/go-isatty"

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

// askFirst asks what the flags left out, as far as nothing must be looked up for it.
func (b *beginning) askFirst(ctx context.Context) error {
	a := &b.answers
	environments := strings.Join(a.Environments, ", ")
	var fields []huh.Field
	if a.Repo == "" {
		fields = append(fields, huh.NewInput().Title("Which repository is deployed?").Placeholder("owner/name").Value(&a.Repo).Validate(repoName))
	}
	if a.Service == "" {
		fields = append(fields, huh.NewInput().Title("What do people call the service?").Description("Left empty: as the repository.").Value(&a.Service))
	}
	if environments == "" {
		environments = "staging, production"
		fields = append(fields, huh.NewInput().Title("Where does it run?").Description("In the order in which a change goes through them.").Value(&environments))
	}
	if !b.modeGiven {
		fields = append(fields, huh.NewSelect[string]().Title("How do Slack's requests arrive?").Value(&b.mode).Options(
			huh.NewOption("slipway opens the connection (Socket Mode; no public address)", "socket"),
			huh.NewOption("Slack calls slipway at a public HTTPS address", "http"),
		))
	}
	if err := b.form(ctx, fields...); err != nil {
		return err
	}
	a.Environments = strings.FieldsFunc(environments, func(r rune) bool { return r == ',' || r == ' ' })
	return nil
}

// askSecrets asks for the address in http mode, and for tokens that are not there.
// Each may be left for later.
func (b *beginning) askSecrets(ctx context.Context) error {
	var fields []huh.Field
	if b.mode == "http" && b.answers.PublicURL == "" {
		fields = append(fields, huh.NewInput().Title("Where does Slack reach slipway?").Placeholder("https://bot.example.com").Value(&b.answers.PublicURL))
	}
	var bot, github string
	if b.secrets["SLACK_BOT_TOKEN"] == "" {
		fields = append(fields, huh.NewInput().Title("The bot token of the Slack app, if there is one already").Description("xoxb-...; left empty: later.").EchoMode(huh.EchoModePassword).Value(&bot))
	}
	how := "token"
	if b.secrets["GITHUB_TOKEN"] == "" && !b.makeApp {
		fields = append(fields,
			huh.NewSelect[string]().Title("How does slipway speak to GitHub?").Value(&how).Options(
				huh.NewOption("by a GitHub App that is made now, in the browser (it can have every permission)", "app"),
				huh.NewOption("by a token", "token")),
			huh.NewInput().Title("The token, if there is one already").Description("Left empty: later.").EchoMode(huh.EchoModePassword).Value(&github))
	}
	if err := b.form(ctx, fields...); err != nil {
		return err
	}
	b.makeApp = b.makeApp || how == "app"
	for name, value := range map[string]string{"SLACK_BOT_TOKEN": bot, "GITHUB_TOKEN": github} {
		if value = strings.TrimSpace(value); value != "" {
			b.secrets[name] = value
		}
	}
	return nil
}

// askChannels lets somebody choose among the channels that there are.
func (b *beginning) askChannels(ctx context.Context, all []slack.ChannelState) error {
	options := []huh.Option[string]{huh.NewOption("none", "")}
	for _, c := range all {
		options = append(options, huh.NewOption("#"+printable(c.Name), c.ID))
	}
	var fields []huh.Field
	if b.answers.Channel == "" {
		fields = append(fields, huh.NewSelect[string]().Title("Which channel shows its releases?").Options(options...).Value(&b.answers.Channel))
	}
	if b.answers.Alerts == "" {
		fields = append(fields, huh.NewSelect[string]().Title("In which channel is said what needs a person?").Options(options...).Value(&b.answers.Alerts))
	}
	return b.form(ctx, fields...)
}

func repoName(text string) error {
	if !regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*/[A-Za-z0-9._-]+$`).MatchString(text) {
		return errors.New("write it as owner/name, such as acme/api")
	}
	return nil
}
