package slack_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/integrations/contract"
)

// sample reads a file of what was recorded at Slack, which nobody of this project
// wrote; where it is absent the test is skipped.
func sample(tb testing.TB, name string) []byte {
	tb.Helper()
	raw, err := os.ReadFile(filepath.Join(contract.Path(tb, contract.SlackSamples), name))
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

// TestSamples feeds every inbound sample, byte for byte and correctly signed:
// each is answered as Slack expects, whichever workspace it is from.
func TestSamples(t *testing.T) {
	t.Parallel()
	files, err := os.ReadDir(contract.Path(t, contract.SlackSamples))
	if err != nil {
		t.Fatal(err)
	}
	fed := 0
	for _, file := range files {
		path, body := inboundSample(t, file.Name())
		if path == "" {
			continue
		}
		fed++
		t.Run(file.Name(), func(t *testing.T) {
			t.Parallel()
			now := time.Unix(1_800_000_000, 0)
			for _, team := range []string{"T111", "T0001"} {
				h, _ := door(t, team, now)
				w := post(h, path, body, signed(secret, now, body))
				if w.Code != http.StatusOK {
					t.Errorf("to %s: answered %d %s", team, w.Code, w.Body)
				}
				if got := w.Body.String(); got != "" && !json.Valid([]byte(got)) {
					t.Errorf("to %s: answered %s", team, got)
				}
			}
		})
	}
	if fed < 20 {
		t.Errorf("only %d samples were found", fed)
	}
}

// inboundSample is the request that carries a sample; no path if it is none of
// those that come by HTTP.
func inboundSample(tb testing.TB, name string) (path string, body []byte) {
	tb.Helper()
	raw := sample(tb, name)
	switch {
	case strings.HasSuffix(name, ".form"):
		return "/slack/commands", []byte(strings.TrimSpace(string(raw)))
	case strings.HasPrefix(name, "block_actions_"), strings.HasPrefix(name, "view_"):
		return "/slack/interactions", []byte(url.Values{"payload": {string(raw)}}.Encode())
	case strings.HasPrefix(name, "event_inner_"):
		return "/slack/events", []byte(`{"type":"event_callback","team_id":"T111","event_id":"Ev1","event":` + string(raw) + `}`)
	case strings.HasPrefix(name, "event_"), name == "message_bot_event.json":
		return "/slack/events", raw
	}
	return "", nil
}

func TestSampleMentionIsRead(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	h, handler := door(t, "T111", now)
	body := sample(t, "event_app_mention.json")
	if w := post(h, "/slack/events", body, signed(secret, now, body)); w.Code != http.StatusOK {
		t.Fatalf("answered %d", w.Code)
	}
	commands, _ := handler.given()
	if len(commands) != 1 || commands[0].Text != "Hi there!" || commands[0].Key != "mention.C111.1595926230.009600" || commands[0].By.ID != "W222" || !commands[0].Guest {
		t.Errorf("invocations = %+v", commands)
	}
}
