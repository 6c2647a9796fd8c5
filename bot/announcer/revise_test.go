package announcer

import (
	"context"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// TestReviseShowsALook: a message about doubts that was said is edited, one that was
// never said is let go, and one that was deleted is said again as long as a doubt is
// open.
func TestReviseShowsALook(t *testing.T) {
	t.Parallel()
	unseen := bot.Doubt{Target: bot.Target{Service: "api"}, About: "runs", Of: "two"}
	looked := unseen
	looked.Looked = bot.Look{By: bot.Person{ID: "U01ANNA"}, At: noon}
	key := bot.MessageKey{Release: "api", Kind: "alert_held_" + unseen.Mark()}
	gone := &bot.Error{Kind: bot.Gone, Says: "was deleted"}
	away := &bot.Error{Kind: bot.Unavailable}
	stands := bot.MessageState{Ref: bot.MessageRef{ID: "ts"}, Begun: noon}
	for name, tt := range map[string]struct {
		before bot.MessageState
		doubt  bot.Doubt
		store  error // of reading the message
		edit   error
		edited int
		posted int
		failed int
		kind   bot.ErrorKind
	}{
		"it was said":                 {before: stands, edited: 1},
		"it was never said":           {failed: 1},
		"it is being said":            {before: bot.MessageState{Begun: noon, Busy: true}},
		"nobody knows":                {before: stands, store: away, kind: bot.Unavailable},
		"it was deleted":              {before: stands, doubt: unseen, edit: gone, edited: 1, posted: 1},
		"it was deleted, and is over": {before: stands, doubt: looked, edit: gone, edited: 1, kind: bot.Gone},
		"the chat is away":            {before: stands, doubt: unseen, edit: away, edited: 1, kind: bot.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, s := newMemory(), &screen{faults: map[string]error{"edit": tt.edit}}
			m.messages[key], m.faults["message "+key.Kind] = tt.before, tt.store
			a, _ := speaker(t, bottest.Shop, m, s)
			a.ports.Losses = forgetful{m: m}
			err := a.Revise(t.Context(), bot.Message{Key: key, Channel: "C0ALERTS", Body: bot.Held{Doubts: []bot.Doubt{tt.doubt}}})
			if (err != nil) != (tt.kind != "") || err != nil && bot.KindOf(err) != tt.kind {
				t.Errorf("it is %v, want %q", err, tt.kind)
			}
			if len(s.edited) != tt.edited || len(s.posted) != tt.posted || len(m.failed) != tt.failed {
				t.Errorf("edited %d, posted %d, let go %v", len(s.edited), len(s.posted), m.failed)
			}
		})
	}
}

// forgetful forgets where a message stood that is gone.
type forgetful struct {
	quiet
	m *memory
}

func (f forgetful) MessageGone(_ context.Context, key bot.MessageKey, _ bot.MessageRef, _ string) (bool, error) {
	delete(f.m.messages, key)
	return true, nil
}
