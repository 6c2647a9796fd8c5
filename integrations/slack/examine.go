package slack

import (
	"context"
	"net/http"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"
)

// What slipway doctor and slipway init ask of Slack. Nothing is said to anybody.

const (
	methodChannels = "conversations.list"
	methodBot      = "bots.info"
	// scopesHeader comes with every answer of Slack's
	// (docs.slack.dev/authentication/installing-with-oauth).
	scopesHeader = "X-OAuth-Scopes"
	// maxChannelPages bounds how many channels are listed, 200 a page.
	maxChannelPages = 10
)

// Standing is who a token makes slipway, and what it may do.
type Standing struct {
	// Team is the workspace by its id, and Name what people call it.
	Team, Name string
	// Bot is the app's bot by its id; empty: the token is none of a bot.
	Bot string
	// Clock is what Slack's clock said; zero: it did not say.
	Clock time.Time
	// Scopes are those that the token has; nil: Slack did not say.
	Scopes []string
}

// Standing asks Slack about the token.
func (s *Sender) Standing(ctx context.Context) (Standing, error) {
	var answer *slackgo.AuthTestResponse
	err := s.call(ctx, methodWhoAmI, "", func() (err error) {
		answer, err = s.api.AuthTestContext(ctx)
		return err
	})
	if err != nil {
		return Standing{}, err
	}
	found := Standing{Team: answer.TeamID, Name: answer.Team, Bot: answer.BotID}
	if at, err := http.ParseTime(answer.Header.Get("Date")); err == nil {
		found.Clock = at
	}
	if told := answer.Header.Get(scopesHeader); told != "" {
		for scope := range strings.SplitSeq(told, ",") {
			found.Scopes = append(found.Scopes, strings.TrimSpace(scope))
		}
	}
	return found, nil
}

// AppOf is the app that a bot belongs to, by its id.
func (s *Sender) AppOf(ctx context.Context, bot string) (string, error) {
	var found *slackgo.Bot
	err := s.call(ctx, methodBot, "", func() (err error) {
		found, err = s.api.GetBotInfoContext(ctx, slackgo.GetBotInfoParameters{Bot: bot})
		return err
	})
	if err != nil {
		return "", err
	}
	return found.AppID, nil
}

// AppOfToken is the app that an app-level token belongs to, by its id, as the token
// itself says (xapp-1-A0123456789-...); empty: it does not.
func AppOfToken(token string) string {
	parts := strings.Split(token, "-")
	if len(parts) < 4 || parts[0] != "xapp" || !strings.HasPrefix(parts[2], "A") {
		return ""
	}
	return parts[2]
}

// ChannelState is how a channel stands.
type ChannelState struct {
	ID, Name string
	Archived bool
	Private  bool
	// Member says that slipway is in it.
	Member bool
}

// Channel reads one channel. Kind bot.NotFound: there is none, or it is private and
// slipway is not in it.
func (s *Sender) Channel(ctx context.Context, id string) (ChannelState, error) {
	var found *slackgo.Channel
	err := s.call(ctx, methodChannel, id, func() (err error) {
		found, err = s.api.GetConversationInfoContext(ctx, &slackgo.GetConversationInfoInput{ChannelID: id})
		return err
	})
	if err != nil {
		return ChannelState{}, err
	}
	return channelState(*found), nil
}

// Channels lists the channels that slipway can see and that are not archived.
func (s *Sender) Channels(ctx context.Context) ([]ChannelState, error) {
	var all []ChannelState
	params := &slackgo.GetConversationsParameters{ExcludeArchived: true, Limit: 200, Types: []string{"public_channel", "private_channel"}}
	for range maxChannelPages {
		var page []slackgo.Channel
		err := s.call(ctx, methodChannels, "", func() (err error) {
			page, params.Cursor, err = s.api.GetConversationsContext(ctx, params)
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, one := range page {
			all = append(all, channelState(one))
		}
		if params.Cursor == "" {
			break
		}
	}
	return all, nil
}

func channelState(c slackgo.Channel) ChannelState {
	return ChannelState{ID: c.ID, Name: c.Name, Archived: c.IsArchived, Private: c.IsPrivate, Member: c.IsMember}
}

// OpensConnections asks Slack for an address for Socket Mode, as a connection begins,
// and goes no further: an address that nobody comes to lapses.
func (s *Sender) OpensConnections(ctx context.Context, appToken string) error {
	api := slackgo.New("", slackgo.OptionAppLevelToken(appToken), slackgo.OptionAPIURL(strings.TrimRight(s.base.String(), "/")+"/"), slackgo.OptionHTTPClient(s.web))
	return s.call(ctx, methodConnect, "", func() error {
		_, _, err := api.StartSocketModeContext(ctx)
		return err
	})
}
