package slack

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

// fitting sends a message, and what Slack refuses as blocks in simpler ones, and at last
// as plain text: that is better than no message. Such a refusal is no post, so it may be
// sent again. What was refused once is not tried a second time, and a type of block that
// the workspace does not take not for a while.
func (s *Sender) fitting(ctx context.Context, of string, m blocks.Message, send func(blocks.Message) error) error {
	if m.Text == "" {
		m.Text = "slipway has news"
	}
	plain := blocks.Plain(m)
	var refused error
	var before blocks.Message // the last shape that Slack itself refused, now or in an earlier try
	for _, shape := range append([]blocks.Message{m}, blocks.Classic(m)...) {
		if len(shape.Blocks) == 0 {
			continue
		}
		bySlack, err := s.sendShape(shape, before, send)
		switch {
		case errors.Is(err, errHeld):
		case !errors.Is(err, errBlocks):
			return err
		default:
			refused = err
			s.logger.WarnContext(ctx, "Slack does not take the blocks of a message in one shape", slog.String("of", of), slog.Any("error", err))
		}
		if bySlack {
			before = shape
		}
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

// errHeld: a shape of a message was refused before, and is not sent.
var errHeld = errors.New("refused before")

// sendShape sends a message in one shape, after it was refused in another one, and keeps
// what is learnt by it. bySlack says that it is Slack itself that refused it, now or before.
func (s *Sender) sendShape(shape, before blocks.Message, send func(blocks.Message) error) (bySlack bool, err error) {
	if held, bySlack := s.bad.holds(shape, time.Now()); held {
		return bySlack, errHeld
	}
	if err := blocks.Check(shape.Blocks); err != nil {
		s.bad.note(shape, false)
		return false, fmt.Errorf("%w: %w", errBlocks, err)
	}
	err = send(shape)
	switch {
	case err == nil:
		s.bad.learn(before, shape, time.Now())
	case errors.Is(err, errBlocks):
		s.bad.note(shape, true)
		return true, err
	}
	return false, err
}

const (
	// maxRefusals bounds how many refused messages are remembered.
	maxRefusals = 500
	// unknownFor is how long a type of block is not tried again that the workspace did not
	// take: it may learn of it any day, and what stands in its place says the same. Each
	// process finds out by itself, for one refused call.
	unknownFor = time.Hour
)

// refusals remembers what Slack has refused: messages, and types of block that the
// workspace does not know yet.
type refusals struct {
	mu sync.Mutex
	// seen are the messages, and whether Slack itself refused them.
	seen    map[[sha256.Size]byte]bool
	unknown map[slackgo.MessageBlockType]time.Time // until when
}

func newRefusals() *refusals {
	return &refusals{seen: map[[sha256.Size]byte]bool{}, unknown: map[slackgo.MessageBlockType]time.Time{}}
}

// holds says whether a message would be refused, and whether it was, by Slack.
func (r *refusals) holds(m blocks.Message, now time.Time) (held, bySlack bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if bySlack, held = r.seen[markOf(m)]; held {
		return held, bySlack
	}
	return slices.ContainsFunc(blocks.Novel(m), func(t slackgo.MessageBlockType) bool { return now.Before(r.unknown[t]) }), false
}

func (r *refusals) note(m blocks.Message, bySlack bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.seen) >= maxRefusals {
		clear(r.seen)
	}
	r.seen[markOf(m)] = bySlack
}

// learn takes it from a message that was refused in one shape and taken in a simpler one
// which types of block the workspace does not know. One that was refused in every shape
// tells nothing of that.
func (r *refusals) learn(refused, taken blocks.Message, now time.Time) {
	known := blocks.Novel(taken)
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, t := range blocks.Novel(refused) {
		if !slices.Contains(known, t) {
			r.unknown[t] = now.Add(unknownFor)
		}
	}
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
