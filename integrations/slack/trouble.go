package slack

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"

	slackgo "github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
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

// fitting sends a message, and what Slack refuses as blocks in simpler ones, and at last
// as plain text: that is better than no message. Such a refusal is no post, so it may be
// sent again. What was refused once is not tried a second time.
func (s *Sender) fitting(ctx context.Context, of string, m blocks.Message, send func(blocks.Message) error) error {
	if m.Text == "" {
		m.Text = "slipway has news"
	}
	plain := blocks.Plain(m)
	var refused error
	for _, shape := range append([]blocks.Message{m}, blocks.Classic(m)...) {
		if len(shape.Blocks) == 0 || s.bad.holds(shape) {
			continue
		}
		err := blocks.Check(shape.Blocks)
		if err == nil {
			if err = send(shape); !errors.Is(err, errBlocks) {
				return err
			}
		}
		refused = err
		s.logger.WarnContext(ctx, "Slack does not take the blocks of a message in one shape", slog.String("of", of), slog.Any("error", err))
		s.bad.note(shape)
	}
	if refused == nil {
		return send(plain)
	}
	s.logger.ErrorContext(ctx, "Slack does not take the blocks of a message; it is sent as plain text", slog.String("of", of), slog.Any("error", refused))
	s.raise(ctx, bot.Trouble{
		Kind: bot.NoBlocks, Of: of, Says: "Slack refused how a message was made, so it was sent as plain text, without buttons",
		Mend: "Everything that its buttons do can be typed. The log of slipway names the fault; please report it.",
	})
	return send(plain)
}

// maxRefusals bounds how many refused messages are remembered.
const maxRefusals = 500

// refusals remembers blocks that Slack has refused.
type refusals struct {
	mu   sync.Mutex
	seen map[[sha256.Size]byte]bool
}

func newRefusals() *refusals { return &refusals{seen: map[[sha256.Size]byte]bool{}} }

func (r *refusals) holds(m blocks.Message) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seen[markOf(m)]
}

func (r *refusals) note(m blocks.Message) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.seen) >= maxRefusals {
		clear(r.seen)
	}
	r.seen[markOf(m)] = true
}

func markOf(m blocks.Message) [sha256.Size]byte {
	text, _ := json.Marshal(m.Blocks) // what cannot be written is refused by every try
	return sha256.Sum256(text)
}

// checked is a message that goes out in an answer, of which Slack does not say
// whether it was taken.
func (s *Sender) checked(ctx context.Context, m blocks.Message) blocks.Message {
	out := m
	_ = s.fitting(ctx, "", m, func(fits blocks.Message) error { out = fits; return nil }) // what is sent there cannot fail
	return out
}
