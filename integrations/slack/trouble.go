package slack

import (
	"context"
	"errors"
	"log/slog"

	slackgo "github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// Troubles keeps what is wrong with how slipway reaches people.
type Troubles interface {
	RaiseTrouble(ctx context.Context, t bot.Trouble) error
	LiftTrouble(ctx context.Context, t bot.Trouble) error
}

func (s *Sender) raise(ctx context.Context, t bot.Trouble) {
	if s.trouble == nil {
		return
	}
	if err := s.trouble.RaiseTrouble(ctx, t); err != nil {
		s.logger.WarnContext(ctx, "a trouble could not be noted", slog.String("trouble", t.Key()), slog.Any("error", err))
	}
}

func (s *Sender) lift(ctx context.Context, t bot.Trouble) {
	if s.trouble == nil {
		return
	}
	if err := s.trouble.LiftTrouble(ctx, t); err != nil {
		s.logger.WarnContext(ctx, "it could not be noted that a trouble is over", slog.String("trouble", t.Key()), slog.Any("error", err))
	}
}

// noteAlerts notes whether the alerts channel takes messages.
func (s *Sender) noteAlerts(ctx context.Context, channel string, err error) {
	if s.alerts == "" || channel != s.alerts {
		return
	}
	t := bot.Trouble{Kind: bot.NoAlerts, Channel: channel}
	switch bot.KindOf(err) {
	case bot.NotFound, bot.Denied, bot.Invalid, bot.Gone:
		t.Says, t.Mend = bot.ForPeople(err)
		s.raise(ctx, t)
	case bot.Internal, bot.Unavailable, bot.Limited, bot.NeverSent, bot.Stale:
		if err == nil {
			s.lift(ctx, t)
		}
	}
}

// LookAtAlerts notes whether the alerts channel is there, before something must be
// said in it. What cannot be found out is found out by then.
func (s *Sender) LookAtAlerts(ctx context.Context) error {
	if s.alerts == "" {
		return nil
	}
	var found *slackgo.Channel
	err := s.call(ctx, methodChannel, s.alerts, func() (err error) {
		found, err = s.api.GetConversationInfoContext(ctx, &slackgo.GetConversationInfoInput{ChannelID: s.alerts})
		return err
	})
	switch {
	case bot.KindOf(err) == bot.NotFound:
		s.noteAlerts(ctx, s.alerts, err)
	case err != nil:
		return err
	case found.IsArchived:
		s.noteAlerts(ctx, s.alerts, refused(methodChannel, slackgo.SlackErrorResponse{Err: "is_archived"}))
	case found.IsMember:
		s.noteAlerts(ctx, s.alerts, nil)
	}
	return nil
}

// noteDirect notes whether Slack takes direct messages from slipway. That one
// person cannot be written to is no trouble of slipway's.
func (s *Sender) noteDirect(ctx context.Context, err error) {
	t := bot.Trouble{Kind: bot.NoDirect}
	switch {
	case err == nil:
		s.lift(ctx, t)
	case errors.Is(err, errNoTab):
		t.Says, t.Mend = bot.ForPeople(err)
		s.raise(ctx, t)
	}
}
