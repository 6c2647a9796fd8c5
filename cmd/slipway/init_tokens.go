package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/charmbracelet/huh"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/doctor"
	"github.com/slipwayhq/slipway/integrations/github"
	"github.com/slipwayhq/slipway/integrations/slack"
)

// wantedToken is a secret that is asked for, if it is needed and not there, or refused.
type wantedToken struct {
	name, title, from string
	begins            string // what it begins with; empty: anything
	needed            bool
	// try shows it to whoever gave it out; nil: nobody tells what it is worth.
	try func(ctx context.Context, token string) error
}

// timesAsked is how often a token is asked for that is refused each time.
const timesAsked = 3

func (b *beginning) slackTokens() []wantedToken {
	return []wantedToken{
		{"SLACK_BOT_TOKEN", "The bot token of the Slack app", "OAuth & Permissions, Bot User OAuth Token, once the app is installed (xoxb-...).", "xoxb-", true, func(ctx context.Context, token string) error {
			sender, err := b.slackBy(token)
			if err == nil {
				_, err = sender.Standing(ctx)
			}
			return err
		}},
		{"SLACK_APP_TOKEN", "Its app-level token", "Basic Information, App-Level Tokens, Generate, with the scope connections:write (xapp-...).", "xapp-", b.mode == "socket", func(ctx context.Context, token string) error {
			sender, err := b.slackBy("xoxb-none")
			if err == nil {
				err = sender.OpensConnections(ctx, token)
			}
			return err
		}},
		{"SLACK_SIGNING_SECRET", "Its signing secret", "Basic Information, Signing Secret.", "", b.mode == "http", nil},
	}
}

func (b *beginning) githubToken() wantedToken {
	return wantedToken{"GITHUB_TOKEN", "The token", "A classic one with the scope repo, or a fine-grained one (docs/install.md).", "", true, func(ctx context.Context, token string) error {
		host, err := github.New(github.Options{Token: token, APIURL: b.answers.GitHubAPI}, slog.New(slog.DiscardHandler))
		if err == nil {
			_, err = host.Repository(ctx, b.answers.Repo)
		}
		return err
	}}
}

// slackBy speaks to Slack by a token.
func (b *beginning) slackBy(token string) (*slack.Sender, error) {
	return slack.NewSender(slack.SenderOptions{Token: token, APIURL: cmp.Or(b.answers.SlackAPI, "https://slack.com/api/")}, slog.New(slog.DiscardHandler))
}

// askTokens asks for secrets, one after the other. Each may be left empty, for later. One
// that is there already, in the environment or in .env, is asked for only if it is refused.
func (b *beginning) askTokens(ctx context.Context, wanted ...wantedToken) error {
	for _, t := range wanted {
		refused := ""
		if given := b.secrets[t.name]; given != "" {
			refused = t.refusal(ctx, given)
		}
		if !t.needed || b.secrets[t.name] != "" && refused == "" {
			continue
		}
		if err := b.askToken(ctx, t, refused); err != nil {
			return err
		}
	}
	return nil
}

// askToken asks for one secret until it is taken, or nobody has another one. refused is why
// the one that was there is worth nothing.
func (b *beginning) askToken(ctx context.Context, t wantedToken, refused string) error {
	for range timesAsked {
		said := t.from + " Left empty: later."
		if refused != "" {
			said = "It was refused: " + refused + ".\n" + t.from + " Left empty: go on without."
		}
		value := ""
		if err := b.form(ctx, huh.NewInput().Title(t.title).Description(said).EchoMode(huh.EchoModePassword).Value(&value).Validate(t.fits)); err != nil {
			return err
		}
		if value = strings.TrimSpace(value); value == "" {
			return nil
		}
		if refused = t.refusal(ctx, value); refused == "" {
			return b.keepToken(t.name, value)
		}
	}
	return b.print("refused  %s, %d times: %s. init goes on without it; put the right one into .env\n", t.name, timesAsked, refused)
}

// keepToken takes a token, in place of one that was refused where there was one.
func (b *beginning) keepToken(name, value string) error {
	before := b.secrets[name]
	b.secrets[name] = value
	if before == "" {
		return nil
	}
	b.renewed = append(b.renewed, name)
	if _, set := b.w.lookup(name); set {
		return b.print("careful  %s is in the environment too, and goes before .env: unset it there\n", name)
	}
	return nil
}

// refusal is why a token is worth nothing; empty: it is good, or that could not be found out,
// which is said later.
func (t wantedToken) refusal(ctx context.Context, token string) string {
	if t.try == nil {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	err := t.try(ctx, token)
	if kind := bot.KindOf(err); kind != bot.Denied && kind != bot.Invalid && kind != bot.NotFound {
		return ""
	}
	says, _ := bot.ForPeople(err)
	e, is := errors.AsType[*bot.Error](err)
	if is && e.Err != nil && strings.HasPrefix(t.name, "SLACK_") { // Slack's own word for it
		says += " (" + printable(e.Err.Error()) + ")"
	}
	return strings.ReplaceAll(strings.TrimSuffix(says, "."), token, "[redacted]")
}

// fits tells a slip of the clipboard at once. It does not repeat what was pasted.
func (t wantedToken) fits(text string) error {
	text = strings.TrimSpace(text)
	if text == "" || strings.HasPrefix(text, t.begins) {
		return nil
	}
	if looks := doctor.Looks(text); looks != "" {
		return fmt.Errorf("it begins with %s, and %s", t.begins, strings.Replace(looks, "it looks", "this looks", 1))
	}
	return fmt.Errorf("it begins with %s", t.begins)
}
