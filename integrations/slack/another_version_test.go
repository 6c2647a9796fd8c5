package slack_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// TestPromise12_WhatAnotherVersionMadeIsAnswered: while one version of slipway takes the
// place of another, people press and send what this one does not know. They read so, and
// nothing is done; a link and a field of a form ask for nothing.
func TestPromise12_WhatAnotherVersionMadeIsAnswered(t *testing.T) {
	t.Parallel()
	const says = "another version of slipway"
	container := object{"type": "message", "channel_id": deploys, "message_ts": "17.1"}
	pressed := func(what object) object {
		return object{"type": "block_actions", "container": container, "actions": []object{what}}
	}
	sent := func(fields object) object {
		return object{"type": "view_submission", "view": object{"id": "V1", "hash": "1.2", "callback_id": "slipway_tomorrow", "state": object{"values": fields}}}
	}
	for name, tt := range map[string]struct {
		payload object
		direct  bool   // the answer is a direct message
		field   string // the answer is at a field of the form
		silent  bool
		user    string
		says    string
	}{
		"a button":                     {payload: pressed(object{"type": "button", "action_id": "tomorrow", "value": "api-142"})},
		"a button with another value":  {payload: pressed(object{"type": "button", "action_id": "approve", "value": "api-142 {}"})},
		"an option of a menu":          {payload: pressed(object{"type": "overflow", "action_id": "more", "selected_option": object{"value": "tomorrow api-142"}})},
		"a menu":                       {payload: pressed(object{"type": "overflow", "action_id": "tomorrow", "selected_option": object{"value": "a"}})},
		"a button of the Home tab":     {payload: object{"type": "block_actions", "container": object{"type": "view"}, "view": object{"id": "V1"}, "actions": []object{{"type": "button", "action_id": "open_tomorrow"}}}, direct: true},
		"an entry in a message's menu": {payload: object{"type": "message_action", "callback_id": "tomorrow", "channel": object{"id": deploys}, "message_ts": "17.1"}},
		"a form":                       {payload: sent(object{"b": object{"input": object{"type": "plain_text_input", "value": "x"}}, "a": object{}}), field: "b"},
		"a form without fields":        {payload: sent(object{}), direct: true},
		"a stranger's button":          {payload: pressed(object{"type": "button", "action_id": "tomorrow", "value": "api-142"}), user: foreign, silent: true},
		"a stranger's form":            {payload: sent(object{"b": object{"input": object{"value": "x"}}}), user: foreign, field: "b", says: "own workspace only"},
		"a link":                       {payload: pressed(object{"type": "button", "action_id": "tomorrow", "url": "https://example.com"}), silent: true},
		"a field":                      {payload: pressed(object{"type": "static_select", "action_id": "input", "selected_option": object{"value": "a"}}), silent: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, slacksim.Options{})
			user, team := ann, r.sim.Options().TeamID
			if tt.user != "" {
				user, team = tt.user, "T0OTHER"
			}
			tt.payload["user"], tt.payload["team"], tt.payload["trigger_id"] = object{"id": user, "team_id": team}, object{"id": team}, "1.2.3"
			path, body := interactionOf(tt.payload)
			w := post(r.http, path, body, signed(r.sim.Options().SigningSecret, time.Now(), body))
			if w.Code != http.StatusOK {
				t.Fatalf("answered %d", w.Code)
			}
			var answer struct {
				Errors map[string]string `json:"errors"`
			}
			if err := json.Unmarshal(w.Body.Bytes(), &answer); tt.field != "" {
				want := says
				if tt.says != "" {
					want = tt.says
				}
				if err != nil || !strings.Contains(answer.Errors[tt.field], want) || strings.Contains(answer.Errors[tt.field], "`") {
					t.Errorf("answered %s", w.Body)
				}
			}
			switch {
			case tt.silent:
				r.close(t)
				for _, m := range r.sim.Messages(deploys) {
					if shown := m.Current().Text; strings.Contains(shown, says) {
						t.Errorf("it says %q", shown)
					}
				}
			case tt.direct:
				r.waitFor(t, r.sim.DirectChannel(user), says)
			case tt.field == "":
				r.waitFor(t, deploys, says+". `/deploy help` says what can be typed instead.")
			}
			if commands, clicks := r.store.given(); len(commands)+len(clicks)+len(r.store.submitted()) > 0 {
				t.Errorf("handed on: %+v, %+v, %+v", commands, clicks, r.store.submitted())
			}
		})
	}
}
