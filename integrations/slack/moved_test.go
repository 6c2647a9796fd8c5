package slack_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// TestAChannelThatMovedIsATrouble: by either way, with both ids; what could not be stored
// comes again, and what names no channels, or comes from elsewhere, is none.
func TestAChannelThatMovedIsATrouble(t *testing.T) {
	t.Parallel()
	for name, o := range bothWays() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o.EventRetries, o.AckTimeout = []time.Duration{0}, time.Second
			r := newRig(t, o)
			for _, event := range []map[string]any{
				{"old_channel_id": deploys},
				{"old_channel_id": deploys, "new_channel_id": deploys},
				{"old_channel_id": deploys, "new_channel_id": "C0<!channel>"},
				{"old_channel_id": "", "new_channel_id": "C0NEW"},
				{"old_channel_id": ann, "new_channel_id": "C0NEW"},
			} {
				event["type"] = "channel_id_changed"
				if _, err := r.sim.Event(within(t), event); err != nil {
					t.Fatal(err)
				}
			}
			if raised, _ := r.troubles.seen(bot.ChannelMoved); len(raised) > 0 {
				t.Fatalf("noted %+v", raised)
			}
			r.troubles.fail(errStoreGone)
			if d, err := r.sim.MoveChannel(within(t), deploys, "C0SHARED"); err != nil || d.Good() || d.Attempts != 2 {
				t.Fatalf("what could not be stored is acknowledged: %v, %v", d, err)
			}
			r.troubles.fail(nil)
			if d, err := r.sim.Event(within(t), map[string]any{"type": "channel_id_changed", "old_channel_id": deploys, "new_channel_id": "C0SHARED"}); err != nil || !d.Good() {
				t.Fatal(d, err)
			}
			raised, _ := r.troubles.seen(bot.ChannelMoved)
			if len(raised) != 1 || raised[0].Channel != deploys || !strings.Contains(raised[0].Says, "C0SHARED") || !strings.Contains(raised[0].Mend, "C0SHARED in place of "+deploys) {
				t.Errorf("noted %+v", raised)
			}
			if _, err := r.sender.Post(context.Background(), bot.Message{Channel: deploys, Body: bot.Trouble{Kind: bot.ChannelMoved, Says: "x"}}, nil); bot.KindOf(err) != bot.NotFound {
				t.Errorf("the old id is still a channel's: %v", err)
			}
		})
	}
}

// TestAChannelOfAnotherWorkspace: what happens there is none of ours.
func TestAChannelOfAnotherWorkspace(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	raw := `{"type":"event_callback","event_id":"Ev1","team_id":"T0STRANGER","event":{"type":"channel_id_changed","old_channel_id":"` + deploys + `","new_channel_id":"C0SHARED"}}`
	if _, taken := slack.ServeEnvelope(t.Context(), r.inbound, "events_api", json.RawMessage(raw)); !taken {
		t.Fatal("it is to come again")
	}
	if raised, _ := r.troubles.seen(bot.ChannelMoved); len(raised) > 0 {
		t.Errorf("noted %+v", raised)
	}
}
