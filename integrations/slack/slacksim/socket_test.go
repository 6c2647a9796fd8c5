package slacksim_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/integrations/contract"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

func socketRig(t *testing.T) *rig {
	t.Helper()
	return newRig(t, slacksim.Options{AppToken: "xapp-1", AckTimeout: time.Second, EventRetries: []time.Duration{0}})
}

// open opens a connection as an app does, and gives the frame that greets it.
func (r *rig) open(t *testing.T) (ws *websocket.Conn, first map[string]any) {
	t.Helper()
	api := slack.New("", slack.OptionAppLevelToken("xapp-1"), slack.OptionAPIURL(r.sim.APIURL()))
	_, address, err := api.StartSocketModeContext(withDeadline(t))
	check(t, err)
	ws, answer, err := websocket.DefaultDialer.DialContext(withDeadline(t), address, nil)
	check(t, err)
	_ = answer.Body.Close()
	t.Cleanup(func() { _ = ws.Close() })
	if _, second, err := websocket.DefaultDialer.DialContext(withDeadline(t), address, nil); err == nil {
		t.Error("an address is good for two connections")
	} else {
		_ = second.Body.Close()
	}
	return ws, frame(t, ws)
}

func frame(t *testing.T, ws *websocket.Conn) map[string]any {
	t.Helper()
	t.Helper()
	_ = ws.SetReadDeadline(time.Now().Add(time.Minute))
	_, raw, err := ws.ReadMessage()
	check(t, err)
	return decode(t, raw)
}

// missingKeys are those of want that got lacks, on every level.
func missingKeys(path string, want, got map[string]any) []string {
	var missing []string
	for key, value := range want {
		other, found := got[key]
		if !found {
			missing = append(missing, path+key)
			continue
		}
		below, isObject := value.(map[string]any)
		gotBelow, alike := other.(map[string]any)
		if isObject && alike {
			missing = append(missing, missingKeys(path+key+".", below, gotBelow)...)
		}
	}
	return missing
}

// TestFramesHaveTheShapeOfTheSamples compares what goes over a connection with what
// was recorded at Slack.
func TestFramesHaveTheShapeOfTheSamples(t *testing.T) {
	t.Parallel()
	contract.Path(t, contract.SlackSamples)
	r := socketRig(t)
	ws, hello := r.open(t)
	compare := func(name string, got map[string]any, besides ...string) {
		t.Helper()
		missing := missingKeys("", decode(t, sample(t, name)), got)
		for _, key := range missing {
			if !strings.Contains(strings.Join(besides, " "), key) {
				t.Errorf("%s: %s is missing in %v", name, key, got)
			}
		}
	}
	compare("socket_event_hello.json", hello)
	go func() { _, _ = r.sim.Command(context.Background(), ann, deploys, "/deploy", "api") }()
	compare("socket_envelope_slash_command.json", frame(t, ws))
	go func() { _, _ = r.sim.Mention(context.Background(), ann, deploys, "", "hello") }()
	compare("socket_event_app_mention.json", frame(t, ws), "payload.event.blocks", "payload.event.client_msg_id", "payload.event_context")
	r.sim.Disconnect(slacksim.LeaveWarning, time.Minute)
	for {
		f := frame(t, ws)
		if f["type"] == "disconnect" {
			compare("socket_disconnect_warning.json", f)
			return
		}
	}
}

// TestAcknowledgementsCount: what the bot does not acknowledge in time, or with too
// much, was not taken.
func TestAcknowledgementsCount(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer func(id string) string
		good   bool
	}{
		"in time":   {func(id string) string { return `{"envelope_id":"` + id + `","payload":{"text":"heard"}}` }, true},
		"another's": {func(string) string { return `{"envelope_id":"other"}` }, false},
		"too much": {func(id string) string {
			return `{"envelope_id":"` + id + `","payload":{"text":"` + strings.Repeat("x", 20_000) + `"}}`
		}, false},
		"no JSON": {func(string) string { return "ok" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := socketRig(t)
			ws, _ := r.open(t)
			go func() {
				_, raw, err := ws.ReadMessage()
				var e struct {
					ID string `json:"envelope_id"`
				}
				if err == nil && json.Unmarshal(raw, &e) == nil {
					_ = ws.WriteMessage(websocket.TextMessage, []byte(tt.answer(e.ID)))
				}
			}()
			d, err := r.sim.Command(withDeadline(t), ann, deploys, "/deploy", "api")
			check(t, err)
			if d.Good() != tt.good || tt.good && d.Shown != "heard" {
				t.Errorf("the command is answered %+v", d)
			}
		})
	}
}

// TestConnectionsAreLimited: an app may have ten, and none where Socket Mode is off.
func TestConnectionsAreLimited(t *testing.T) {
	t.Parallel()
	r := socketRig(t)
	for n := range 10 {
		if _, hello := r.open(t); hello["type"] != "hello" || hello["num_connections"] != float64(n+1) {
			t.Errorf("connection %d is greeted %v", n+1, hello)
		}
	}
	if _, refused := r.open(t); refused["reason"] != slacksim.LeaveTooMany {
		t.Errorf("the eleventh is greeted %v", refused)
	}
	r.sim.Disconnect(slacksim.LeaveDisabled, 0)
	check(t, r.sim.Until(withDeadline(t), func() bool { return r.sim.Links() == 0 }))
	if _, refused := r.open(t); refused["reason"] != slacksim.LeaveDisabled {
		t.Errorf("with Socket Mode off one is greeted %v", refused)
	}
	r.sim.EnableSocket()
	if _, hello := r.open(t); hello["type"] != "hello" {
		t.Errorf("with Socket Mode on again one is greeted %v", hello)
	}
}

// TestTokensAreApart: the bot token opens no connection, and the app token nothing
// else.
func TestTokensAreApart(t *testing.T) {
	t.Parallel()
	r := socketRig(t)
	api := func(token string) *slack.Client {
		return slack.New(token, slack.OptionAppLevelToken(token), slack.OptionAPIURL(r.sim.APIURL()))
	}
	_, _, err := api(r.sim.Options().Token).StartSocketModeContext(t.Context())
	wantError(t, err, "not_allowed_token_type")
	_, _, err = api("xapp-other").StartSocketModeContext(t.Context())
	wantError(t, err, "invalid_auth")
	_, err = api("xapp-1").AuthTest()
	wantError(t, err, "not_allowed_token_type")
}
