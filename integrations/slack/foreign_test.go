package slack_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// object is a JSON object that a test writes.
type object = map[string]any

func interactionOf(payload object) (path string, body []byte) {
	text, err := json.Marshal(payload)
	if err != nil {
		panic(err)
	}
	return "/slack/interactions", []byte(url.Values{"payload": {string(text)}}.Encode())
}

// requests are all kinds of request that change something, as somebody in a
// workspace makes them whose account belongs to another or the same one.
func requests(workspace, own any, user string) map[string]func() (path string, body []byte) {
	by := object{"id": user, "team_id": own}
	form := func(callback string, fields object) func() (string, []byte) {
		return func() (string, []byte) {
			return interactionOf(object{"type": "view_submission", "team": object{"id": workspace}, "user": by, "view": object{
				"id": "V1", "hash": "1.2", "callback_id": callback, "private_metadata": `{"release":"api-142","value":"api production","channel":"C0DEPLOYS"}`,
				"state": object{"values": fields},
			}})
		}
	}
	entered := func(value string) object { return object{"a": object{"type": "plain_text_input", "value": value}} }
	chosen := func(value string) object { return object{"a": object{"selected_option": object{"value": value}}} }
	return map[string]func() (string, []byte){
		"a click": func() (string, []byte) {
			return interactionOf(object{
				"type": "block_actions", "trigger_id": "1.2.3", "team": object{"id": workspace}, "user": by, "channel": object{"id": deploys},
				"actions": []object{{"action_id": bot.ActCancel, "value": blocks.Encode("api-142", "")}},
			})
		},
		"a mention": func() (string, []byte) {
			text, err := json.Marshal(object{
				"type": "event_callback", "team_id": workspace, "event_id": "Ev1", "event": object{
					"type": "app_mention", "user": user, "text": "deploy api", "channel": deploys, "ts": "1.2", "user_team": own,
				},
			})
			if err != nil {
				panic(err)
			}
			return "/slack/events", text
		},
		"a form to reject":    form(blocks.FormReject, object{blocks.FieldReason: entered("no")}),
		"a form to name runs": form(blocks.FormRun, object{blocks.FieldRun: entered("42")}),
		"a form to deploy":    form(blocks.FormDeploy, object{blocks.FieldTarget: chosen("api production")}),
		"a form to say where": form(blocks.FormTarget, object{blocks.FieldTarget: chosen("api production")}),
		"a form to roll back": form(blocks.FormBack, object{blocks.FieldTarget: chosen("api-140")}),
	}
}

// TestPromise10_OnlyOurWorkspace: a click, a form or a mention counts only where
// both the workspace and the account are ours. The first line shows that the
// requests are good ones.
func TestPromise10_OnlyOurWorkspace(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name           string
		workspace, own any
		taken          bool
	}{
		{"ours", "T0001", "T0001", true},
		{"ours, the account's not named", "T0001", "", true},
		{"another workspace", "T0OTHER", "T0001", false},
		{"another's account", "T0001", "T0OTHER", false},
		{"both", "T0OTHER", "T0OTHER", false},
		{"no workspace", "", "T0001", false},
	}
	for _, tt := range tests {
		for kind, request := range requests(tt.workspace, tt.own, ann) {
			t.Run(tt.name+", "+kind, func(t *testing.T) {
				t.Parallel()
				now := time.Unix(1_800_000_000, 0)
				h, handler := door(t, "T0001", now)
				path, body := request()
				if w := post(h, path, body, signed(secret, now, body)); w.Code != http.StatusOK {
					t.Errorf("answered %d %s", w.Code, w.Body)
				}
				commands, clicks := handler.given()
				if taken := len(commands)+len(clicks)+len(handler.submitted()) == 1; taken != tt.taken {
					t.Errorf("taken: %t, commands %+v, clicks %+v, forms %+v", taken, commands, clicks, handler.submitted())
				}
			})
		}
	}
}

// TestGuestsOfEveryKind: whoever is less than a full member of the workspace is
// handed on as a guest, who may nothing.
func TestGuestsOfEveryKind(t *testing.T) {
	t.Parallel()
	for name, user := range map[string]slacksim.User{
		"a member":              {},
		"a guest":               {IsRestricted: true},
		"a guest of a channel":  {IsUltraRestricted: true},
		"a program":             {IsBot: true},
		"somebody who has left": {Deleted: true},
		"another's account":     {TeamID: "T0OTHER"},
		"of another company":    {Stranger: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, slacksim.Options{})
			user.ID = "U09WHO"
			r.sim.AddUser(user)
			team := r.sim.Options().TeamID
			body := []byte(url.Values{
				"team_id": {team}, "user_id": {user.ID}, "trigger_id": {"1.2.3"}, "command": {"/deploy"}, "text": {"api"}, "channel_id": {deploys},
			}.Encode())
			post(r.http, "/slack/commands", body, signed(r.sim.Options().SigningSecret, time.Now(), body))
			commands, _ := r.store.given()
			if len(commands) != 1 || commands[0].Guest != (name != "a member") {
				t.Errorf("handed on: %+v", commands)
			}
		})
	}
}

// TestSSLCheckAndBadRequests: Slack's check of the certificate is answered and
// means nothing, what is no request is refused, and neither is handed on.
func TestSSLCheckAndBadRequests(t *testing.T) {
	t.Parallel()
	command := url.Values{"team_id": {"T0001"}, "user_id": {ann}, "trigger_id": {"1.2.3"}, "command": {"/deploy"}, "text": {"api"}}
	without := func(key string) string {
		form := url.Values{}
		for k, v := range command {
			if k != key {
				form[k] = v
			}
		}
		return form.Encode()
	}
	_, click := requests("T0001", "T0001", ann)["a click"]()
	_, mention := requests("T0001", "T0001", ann)["a mention"]()
	tests := []struct {
		name, path, body string
		want             int
	}{
		{"a check of the certificate", "/slack/commands", "ssl_check=1&" + command.Encode(), http.StatusOK},
		{"the same of clicks", "/slack/interactions", "ssl_check=1&" + string(click), http.StatusOK},
		{"nobody typed it", "/slack/commands", without("user_id"), http.StatusBadRequest},
		{"nothing triggered it", "/slack/commands", without("trigger_id"), http.StatusBadRequest},
		{"another's workspace", "/slack/commands", without("team_id"), http.StatusOK},
		{"no payload", "/slack/interactions", "payload=", http.StatusBadRequest},
		{"half a payload", "/slack/interactions", "payload=%7B", http.StatusBadRequest},
		{"nobody clicked", "/slack/interactions", strings.Replace(string(click), ann, "", 1), http.StatusBadRequest},
		{"nothing triggered the click", "/slack/interactions", strings.Replace(string(click), "1.2.3", "", 1), http.StatusOK},
		{"half an event", "/slack/events", "{", http.StatusBadRequest},
		{"nobody mentioned it", "/slack/events", strings.Replace(string(mention), ann, "", 1), http.StatusOK},
		{"an event without its id", "/slack/events", strings.Replace(string(mention), "Ev1", "", 1), http.StatusOK},
		{"another kind of delivery", "/slack/events", strings.Replace(string(mention), "event_callback", "app_rate_limited", 1), http.StatusOK},
		{"what a program says", "/slack/events", strings.Replace(string(mention), `"app_mention"`, `"app_mention","subtype":"bot_message"`, 1), http.StatusOK},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			now := time.Unix(1_800_000_000, 0)
			h, handler := door(t, "T0001", now)
			if w := post(h, tt.path, []byte(tt.body), signed(secret, now, []byte(tt.body))); w.Code != tt.want {
				t.Errorf("answered %d, want %d", w.Code, tt.want)
			}
			if commands, clicks := handler.given(); len(commands)+len(clicks)+len(handler.submitted()) > 0 {
				t.Errorf("handed on: %+v, %+v, %+v", commands, clicks, handler.submitted())
			}
		})
	}
}

// TestTheOwnerOfALockIsTold: whichever way a lock is taken over, its owner hears
// of it directly.
func TestTheOwnerOfALockIsTold(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	taken := func(says string) bot.Locked {
		lock := bot.Lock{Kind: bot.Hold, Scope: bot.Scope{Service: "api"}, By: bot.Person{ID: ann}}
		return bot.Locked{Lock: lock, Tell: []bot.DirectMessage{{To: bot.Person{ID: bob, Name: "bob"}, Says: says}}}
	}
	r.store.set(taken("About your lock: ann has taken it over."), nil)
	if _, err := r.sim.Command(within(t), ann, deploys, "/deploy", "lock api --take"); err != nil {
		t.Fatal(err)
	}
	r.waitFor(t, r.sim.DirectChannel(bob), "ann has taken it over")
	r.store.set(taken("About your lock: ann has ended it."), nil)
	if _, err := r.sim.Mention(within(t), ann, deploys, "", "unlock api --take"); err != nil {
		t.Fatal(err)
	}
	r.waitFor(t, r.sim.DirectChannel(bob), "ann has ended it")
}

// TestFormsSayWhatIsWrong: a form that leaves something out stays open and says
// so at the field, and nothing is stored.
func TestFormsSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	for callback, tt := range map[string]struct{ field, entered, says string }{
		blocks.FormReject: {blocks.FieldReason, " ", "Say why"},
		blocks.FormRun:    {blocks.FieldRun, "the last one", "neither the number of a run"},
		blocks.FormDeploy: {blocks.FieldTarget, "", ""},
		blocks.FormTarget: {blocks.FieldTarget, "", "Choose a service"},
		blocks.FormBack:   {blocks.FieldTarget, "", "Choose a release"},
	} {
		now := time.Unix(1_800_000_000, 0)
		h, handler := door(t, "T0001", now)
		path, body := interactionOf(object{"type": "view_submission", "team": object{"id": "T0001"}, "user": object{"id": ann, "team_id": "T0001"}, "view": object{
			"id": "V1", "hash": "1.2", "callback_id": callback, "private_metadata": `{"release":"api-142","value":"api production"}`,
			"state": object{"values": object{tt.field: object{"a": object{"type": "plain_text_input", "value": tt.entered}}}},
		}})
		w := post(h, path, body, signed(secret, now, body))
		var answer struct {
			Action string            `json:"response_action"`
			Errors map[string]string `json:"errors"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || answer.Action != "errors" || !strings.Contains(answer.Errors[tt.field], tt.says) || answer.Errors[tt.field] == "" {
			t.Errorf("%s: answered %s, %v", callback, w.Body, err)
		}
		if commands, clicks := handler.given(); len(commands)+len(clicks)+len(handler.submitted()) > 0 {
			t.Errorf("%s: handed on: %+v, %+v, %+v", callback, commands, clicks, handler.submitted())
		}
	}
}
