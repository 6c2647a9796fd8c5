package announcer

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

// brokenChat refuses to post and notes what it was asked.
type brokenChat struct {
	Chat
	asked []string
}

func (c *brokenChat) Find(context.Context, bot.Message, time.Time) (bot.MessageRef, error) {
	c.asked = append(c.asked, "find")
	return bot.MessageRef{}, &bot.Error{Kind: bot.NotFound}
}

func (c *brokenChat) Post(context.Context, bot.Message, func(context.Context) error) (bot.MessageRef, error) {
	c.asked = append(c.asked, "post")
	return bot.MessageRef{}, &bot.Error{Kind: bot.Unavailable, Says: "Slack is not working"}
}

// intents remembers one intent, as the store does.
type intents struct {
	Messages
	begun time.Time
	busy  bool
}

func (i *intents) Message(context.Context, bot.MessageKey) (bot.MessageState, error) {
	before := bot.MessageState{Begun: i.begun, Busy: i.busy}
	i.begun, i.busy = time.Unix(1, 0), true
	return before, nil
}

func (i *intents) MessageFailed(context.Context, bot.MessageKey, time.Time) error {
	i.busy = false
	return nil
}

// TestPromise7_FailedPostIsTriedAgainAtOnce: a post that failed makes nobody wait until
// its poster would be taken for dead; but the message is looked for before the
// next post.
func TestPromise7_FailedPostIsTriedAgainAtOnce(t *testing.T) {
	t.Parallel()
	chat := &brokenChat{}
	a := &Announcer{ports: Ports{Chat: chat, Messages: &intents{}}, log: slog.New(slog.DiscardHandler)}
	for range 2 {
		_, _, err := a.PostOnce(t.Context(), bot.Message{Key: bot.MessageKey{Release: "api-1", Kind: bot.CardKind}})
		if e, ok := errors.AsType[*bot.Error](err); !ok || e.Kind != bot.Unavailable {
			t.Fatalf("it failed with %v", err)
		}
	}
	if diff := cmp.Diff([]string{"post", "find", "post"}, chat.asked); diff != "" {
		t.Errorf("what the chat was asked (-want +got):\n%s", diff)
	}
}
