package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github"
	"github.com/slipwayhq/slipway/integrations/slack"
)

// lookWithin bounds one question: what does not answer is done without.
const lookWithin = 10 * time.Second

// lookUp finds out what the tokens that are there let be found out.
func (b *beginning) lookUp(ctx context.Context) error {
	if err := b.lookUpSlack(ctx); err != nil {
		return err
	}
	return b.lookUpGitHub(ctx)
}

// lookUpSlack finds the workspace, and channels by their names.
func (b *beginning) lookUpSlack(ctx context.Context) error {
	token := b.secrets["SLACK_BOT_TOKEN"]
	if token == "" {
		return nil
	}
	sender, err := b.slackBy(token)
	if err != nil {
		return err
	}
	within, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	standing, err := sender.Standing(within)
	if err != nil {
		return b.unseen("Slack", unreached(err, "--slack-api-url"))
	}
	switch team := cmp.Or(b.answers.Team, b.secrets["SLACK_TEAM"]); team {
	case standing.Team:
	case "":
		b.answers.Team = standing.Team
		err = b.print("found    the workspace %s (%s)\n", printable(standing.Name), standing.Team)
	default:
		err = b.print("careful  SLACK_BOT_TOKEN belongs to the workspace %s (%s), and the one that is named is %s\n", printable(standing.Name), standing.Team, printable(team))
	}
	if err != nil {
		return err
	}
	return b.lookUpChannels(ctx, sender)
}

// lookUpChannels finds channels by their names, or lets somebody choose them.
func (b *beginning) lookUpChannels(ctx context.Context, sender *slack.Sender) error {
	wanted := []*string{&b.answers.Channel, &b.answers.Alerts}
	known := func(channel *string) bool { return *channel == "" && !b.asks() || isChannelID(*channel) }
	if !slices.ContainsFunc(wanted, func(c *string) bool { return !known(c) }) {
		return nil
	}
	all, err := sender.Channels(ctx)
	if err != nil {
		return b.unseen("Slack", unreached(err, "--slack-api-url"))
	}
	for _, channel := range wanted {
		if *channel == "" || isChannelID(*channel) {
			continue
		}
		name := strings.TrimPrefix(*channel, "#")
		i := slices.IndexFunc(all, func(c slack.ChannelState) bool { return strings.EqualFold(c.Name, name) })
		if i < 0 {
			return &usageError{fmt.Errorf("slipway sees no channel #%s; a private one shows once slipway is invited, or name the channel by its id", name)}
		}
		*channel = all[i].ID
	}
	if b.asks() {
		return b.askChannels(ctx, all)
	}
	return nil
}

func isChannelID(text string) bool {
	return len(text) > 2 && (text[0] == 'C' || text[0] == 'G') && strings.ToUpper(text) == text
}

// lookUpGitHub says whether the repository is to be seen, and which workflows it has.
func (b *beginning) lookUpGitHub(ctx context.Context) error {
	token := b.secrets["GITHUB_TOKEN"]
	if token == "" || b.answers.Repo == "" {
		return nil
	}
	host, err := github.New(github.Options{Token: token, APIURL: b.answers.GitHubAPI}, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	files, err := host.Workflows(ctx, b.answers.Repo)
	if err != nil {
		return b.unseen("GitHub", unreached(err, "--github-api-url"))
	}
	if len(files) == 0 {
		return b.print("found    %s, which has no workflows yet\n", b.answers.Repo)
	}
	return b.print("found    %s, whose workflows are %s\n", b.answers.Repo, strings.Join(files, ", "))
}

// unseen says that something could not be looked up. That stops nothing: doctor
// finds it again.
func (b *beginning) unseen(where string, err error) error {
	says, mend := bot.ForPeople(err)
	return b.print("unknown  %s could not be asked: %s. %s\n", where, says, mend)
}
