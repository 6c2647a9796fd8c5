package slack_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack"
)

// posted is a request that another program signs and posts.
type posted struct {
	Name    string `json:"name"`
	Path    string `json:"path"`
	Type    string `json:"type"`
	Body    string `json:"body"`
	Key     string `json:"key"`
	Age     int    `json:"age"`
	Sent    string `json:"sent"` // what arrives, where it is not what was signed
	Version string `json:"version"`
}

const (
	formType = "application/x-www-form-urlencoded"
	jsonType = "application/json"
)

// toBePosted are requests that are good, and some that are not.
func toBePosted() []posted {
	command := func(trigger, text string) string {
		return url.Values{"team_id": {"T0001"}, "user_id": {ann}, "channel_id": {deploys}, "command": {"/deploy"}, "text": {text}, "trigger_id": {trigger}}.Encode()
	}
	mention := `{"type":"event_callback","event_id":"Ev1","team_id":"T0001","event":{"type":"app_mention","user":"` + ann + `","channel":"` + deploys + `","ts":"1.2","text":"<@U0SLIPWAY> déployer api 🚀 \u2028 ` + "\u2029" + `"}}`
	click := url.Values{"payload": {`{"type":"block_actions","team":{"id":"T0001"},"user":{"id":"` + ann + `","team_id":"T0001"},"channel":{"id":"` + deploys + `"},"trigger_id":"7.7","actions":[{"action_id":"nothing","type":"button","value":"api-1"}]}`}}.Encode()
	all := []posted{
		{Name: "a command", Body: command("1.1", "api main to production")},
		{Name: "one beyond ASCII", Body: command("1.2", "api --reason “für später” 🚀 + 100 %")},
		{Name: "almost too old", Body: command("1.3", "api"), Age: 290},
		{Name: "an event", Path: "/slack/events", Type: jsonType, Body: mention},
		{Name: "a challenge", Path: "/slack/events", Type: jsonType, Body: `{"type":"url_verification","token":"x","challenge":"3eZbrw1aBm2rZgRNFdxV"}`},
		{Name: "a click", Path: "/slack/interactions", Body: click},
		{Name: "too old", Body: command("2.1", "api"), Age: 310},
		{Name: "another key", Body: command("2.2", "api"), Key: "guessed"},
		{Name: "another body", Body: command("2.3", "api"), Sent: command("2.3", "web")},
		{Name: "another version", Body: command("2.4", "api"), Version: "v1"},
	}
	for i := range all {
		p := &all[i]
		p.Path, p.Type = cmp.Or(p.Path, "/slack/commands"), cmp.Or(p.Type, formType)
		p.Key, p.Version = cmp.Or(p.Key, secret), cmp.Or(p.Version, "v0")
	}
	return all
}

// TestConformanceSigned: what a program signs as Slack documents it, and Slack's own
// framework believes, slipway takes over the wire; what the framework does not believe
// slipway refuses.
func TestConformanceSigned(t *testing.T) {
	t.Parallel()
	if os.Getenv("CONFORMANCE") == "" {
		t.Skip("Slack's own libraries are not here: make conformance brings them")
	}
	in, handler := doorIn(t, "T0001")
	handler.set(bot.Done{Says: "done"}, nil)
	overHTTP, err := in.HTTP(slack.HTTPOptions{SigningSecrets: []string{secret}, Read: readAll, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(overHTTP)
	t.Cleanup(server.Close)
	var requests bytes.Buffer
	for _, p := range toBePosted() {
		if err := json.NewEncoder(&requests).Encode(p); err != nil {
			t.Fatal(err)
		}
	}
	c := exec.CommandContext(within(t), "node", filepath.Join("testdata", "send.mjs"))
	c.Env = append(os.Environ(), "TARGET="+server.URL, "SIGNING_SECRET="+secret)
	c.Stdin, c.Stderr = &requests, os.Stderr
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	believed := 0
	answers := json.NewDecoder(bytes.NewReader(out))
	for answers.More() {
		var a struct {
			Name    string `json:"name"`
			Refused string `json:"refused"`
			Says    string `json:"says"`
			Status  int    `json:"status"`
		}
		if err := answers.Decode(&a); err != nil {
			t.Fatal(err)
		}
		want := http.StatusUnauthorized
		if a.Refused == "" {
			believed++
			want = http.StatusOK
		}
		if a.Status != want {
			t.Errorf("%s: Slack's framework says %q, and slipway %d %s", a.Name, a.Refused, a.Status, a.Says)
		}
	}
	if believed != 6 {
		t.Errorf("Slack's framework believes %d requests, want 6:\n%s", believed, out)
	}
	if commands, _ := handler.given(); len(commands) < 3 {
		t.Errorf("slipway took %d commands", len(commands))
	}
}
