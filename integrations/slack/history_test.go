package slack_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack"
)

// TestPromise7_WhatOthersWriteHidesNothing: a channel holds what all apps and people
// write. A message with something in it that nobody has heard of, before and behind
// slipway's own, does not keep that from being found; if it did, a card would either be
// posted twice or never again.
func TestPromise7_WhatOthersWriteHidesNothing(t *testing.T) {
	t.Parallel()
	m := cardMessage(release())
	ours := fmt.Sprintf(`{"type":"message","user":"U0SLIPWAY","bot_id":"B0SLIPWAY","ts":"1700000009.000100","text":"x","metadata":{"event_type":"slipway_message","event_payload":{"release":%q,"kind":%q}}}`, m.Key.Release, m.Key.Kind)
	for name, odd := range map[string]string{
		"an element of a context":      `{"ts":"1.1","blocks":[{"type":"context","elements":[{"type":"hologram"}]}]}`,
		"a field to enter":             `{"ts":"1.1","blocks":[{"type":"input","element":{"type":"hologram"}}]}`,
		"a block of tomorrow":          `{"ts":"1.1","blocks":[{"type":"hologram","title":7}]}`,
		"blocks that are no list":      `{"ts":"1.1","blocks":{"type":"section"}}`,
		"an attachment with a name":    `{"ts":"1.1","attachments":[{"id":"one","fields":[{"short":"yes"}]}]}`,
		"an attachment without a time": `{"ts":"1.1","attachments":[{"ts":"soon"}]}`,
		"files that are a number":      `{"ts":"1.1","files":3}`,
		"a time that is a number":      `{"ts":1.1}`,
		"metadata that is a text":      `{"ts":"1.1","metadata":"slipway_message"}`,
		"a payload that is a list":     `{"ts":"1.1","metadata":{"event_type":"slipway_message","event_payload":["api-142"]}}`,
		"a payload of other types":     `{"ts":"1.1","metadata":{"event_type":"slipway_message","event_payload":{"release":7,"kind":{}}}}`,
		"ours, by another app":         strings.NewReplacer("U0SLIPWAY", "U0OTHER", "B0SLIPWAY", "B0OTHER", "1700000009", "1700000008").Replace(ours),
		"no message":                   `null`,
		"a word":                       `"hello"`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/auth.test" {
					_, _ = w.Write([]byte(`{"ok":true,"url":"https://acme.slack.com/","team_id":"T0001","user_id":"U0SLIPWAY","bot_id":"B0SLIPWAY"}`))
					return
				}
				_, _ = fmt.Fprintf(w, `{"ok":true,"messages":[%s,%s,%s],"has_more":false}`, odd, ours, odd)
			}))
			t.Cleanup(server.Close)
			sender, err := slack.NewSender(slack.SenderOptions{Token: "xoxb-secret", APIURL: server.URL}, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			want := bot.MessageRef{Channel: m.Channel, ID: "1700000009.000100"}
			inThread := m
			inThread.Thread = "1700000001.000100"
			for _, m := range []bot.Message{m, inThread} {
				if got, err := sender.Find(within(t), m, time.Unix(1700000000, 0)); err != nil || got != want {
					t.Errorf("Find = %v, %v, want %v", got, err, want)
				}
			}
			if stands, err := sender.Stands(within(t), want); err != nil || !stands {
				t.Errorf("Stands = %t, %v", stands, err)
			}
		})
	}
}
