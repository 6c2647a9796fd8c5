package announcer

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
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

// TestAWordWaitsForNoCard: where the channel of the card takes nothing for a while, an alert
// and whoever else is told hear of it all the same; a card that will stand in a moment is
// waited for.
func TestAWordWaitsForNoCard(t *testing.T) {
	t.Parallel()
	r := shownRelease()
	r.Phase, r.Verdict = bot.Failed, bot.NotWatched
	deliver := bot.Deliver{Outcome: bot.OutcomeFailed, At: noon}
	for name, tt := range map[string]struct {
		fault error
		said  bool
	}{
		"it is to wait for a minute": {&bot.Error{Kind: bot.Limited, RetryAfter: time.Minute}, true},
		"the chat does not answer":   {&bot.Error{Kind: bot.Unavailable}, false},
		"it is not there":            {&bot.Error{Kind: bot.Gone}, true},
		"another is at it":           {&bot.Error{Kind: bot.Limited, RetryAfter: busyRetry}, false},
	} {
		for way, tell := range map[string]func(a *Announcer) error{
			"the alerts channel": func(a *Announcer) error { return a.Alert(t.Context(), r, bot.NoteFailed{}, noon) },
			"another channel": func(a *Announcer) error {
				d := deliver
				d.To = bot.Recipient{Kind: bot.ToChannel, ID: "C0OTHER"}
				return a.tellChannel(t.Context(), r, d, noon)
			},
			"a person": func(a *Announcer) error {
				d := deliver
				d.To = bot.Recipient{Kind: bot.ToPerson, ID: "U02BEN"}
				return a.tellPerson(t.Context(), r, d, noon)
			},
		} {
			s := &screen{faults: map[string]error{"post " + bot.CardKind: tt.fault}}
			a, _ := speaker(t, bottest.Shop, newMemory(), s)
			err := tell(a)
			if said := len(s.posted)+len(s.told) == 1; said != tt.said || (err == nil) != tt.said {
				t.Errorf("%s, to %s: said %v, %v", name, way, said, err)
			}
		}
	}
}
