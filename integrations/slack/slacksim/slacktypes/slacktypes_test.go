package slacktypes_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim/slacktypes"
)

// libraries is where Slack's own libraries are.
func libraries(t *testing.T) string {
	t.Helper()
	modules := os.Getenv("CONFORMANCE")
	if modules == "" {
		t.Skip("Slack's own types are not here: make conformance brings them")
	}
	return modules
}

// TestConformanceSent holds all that slipway sent in the stories against Slack's own
// types: each call, each answer, each block and each view. `make test` leaves it where
// SENT says.
func TestConformanceSent(t *testing.T) {
	t.Parallel()
	modules := libraries(t)
	l := slacktypes.New()
	sent := 0
	stories, err := slacktypes.Kept(os.Getenv("SENT"), func(story string, s slacksim.Sent) error {
		sent++
		return l.Sent(story, s)
	})
	switch {
	case err != nil:
		t.Fatal(err)
	case stories == 0 && os.Getenv("CONTRACT_REQUIRED") == "1":
		t.Fatalf("nothing that stories sent is in %q: make test leaves it there", os.Getenv("SENT"))
	case stories == 0:
		t.Skipf("not held against Slack's types: what the stories sent; make test leaves it in %q", os.Getenv("SENT"))
	}
	t.Logf("%d stories sent %d things of %d shapes", stories, sent, l.Len())
	if err := l.Check(t.Context(), modules, t.TempDir()); err != nil {
		t.Error(err)
	}
}

// unsent are what the simulator takes and slipway sends in no story, with the reason.
func unsent() map[string]string {
	const never = "slipway never calls it"
	return map[string]string{
		"apps.connections.open": "it is called where slipway connects to Slack, and make test plays the stories over HTTP",
		"bots.info":             never, "chat.delete": never, "chat.getPermalink": never, "conversations.join": never, "reactions.add": never, "team.info": never,
		"usergroups.list": never, "users.list": never, "users.lookupByEmail": never, "views.push": never,
	}
}

// answers are the ways to answer what is not sent by a method.
func answers() []string {
	return []string{
		"response_url", slacktypes.ManifestWritten, "/slack/commands",
		"/slack/interactions errors", "/slack/interactions update", "/slack/interactions options", "/slack/interactions option_groups",
	}
}

// wayOf says in which way something was sent.
func wayOf(t *testing.T, s slacksim.Sent) string {
	t.Helper()
	if s.Method != "/slack/interactions" {
		return s.Method
	}
	var body map[string]any
	if err := json.Unmarshal([]byte(s.Body), &body); err != nil {
		t.Fatalf("%s: %v", s.Body, err)
	}
	for _, key := range []string{"options", "option_groups"} {
		if body[key] != nil {
			return s.Method + " " + key
		}
	}
	return fmt.Sprint(s.Method, " ", body["response_action"])
}

// TestConformanceSentIsComplete: every way in which slipway says something to Slack was
// taken in some story, so that all of them were held against the types.
func TestConformanceSentIsComplete(t *testing.T) {
	t.Parallel()
	told, err := filepath.Glob(filepath.Join("..", "..", "..", "..", "cmd", "slipway", "testdata", "stories", "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	ways := map[string]bool{}
	stories, err := slacktypes.Kept(os.Getenv("SENT"), func(_ string, s slacksim.Sent) error {
		ways[wayOf(t, s)] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if stories < len(told) {
		t.Skipf("%d of %d stories left what they sent in %q; make test plays all", stories, len(told), os.Getenv("SENT"))
	}
	for _, way := range append(slacksim.New(slacksim.Options{}).Methods(), answers()...) {
		if why, left := unsent()[way]; left == ways[way] {
			t.Errorf("%s: sent in a story: %v; left out because: %q", way, ways[way], why)
		}
		delete(ways, way)
	}
	for way := range ways {
		t.Errorf("%s is sent, and stands on no list", way)
	}
}

// TestConformanceTypesNotice: the check finds what it is there for, in a call, in a
// block of a view and in an answer.
func TestConformanceTypesNotice(t *testing.T) {
	t.Parallel()
	modules := libraries(t)
	good := map[string]slacksim.Sent{
		"a message": {Method: "chat.postMessage", Args: map[string]string{"channel": "C1", "text": "hello", "blocks": `[{"type":"divider"}]`}},
		"a chart":   {Method: "chat.postMessage", Args: map[string]string{"channel": "C1", "text": "hello", "blocks": `[{"type":"data_visualization","chart":{"type":"line"}}]`}},
		"an answer": {Method: "/slack/commands", Body: `{"response_type":"ephemeral","text":"hello"}`},
		"no view":   {Method: "/slack/interactions", Body: `{"response_action":"errors","errors":{"sha":"which?"}}`},
		"plain":     {Method: "/slack/commands", Body: "hello"},
	}
	bad := map[string]slacksim.Sent{
		"values":         {Method: "chat.postMessage", Args: map[string]string{"text": "to nobody"}},
		"colour":         {Method: "chat.update", Args: map[string]string{"channel": "C1", "ts": "1.2", "text": "hello", "colour": "red"}},
		"flashing":       {Method: "chat.postMessage", Args: map[string]string{"channel": "C1", "text": "a", "blocks": `[{"type":"actions","elements":[{"type":"button","style":"flashing","text":{"type":"plain_text","text":"Go"}}]}]`}},
		"marquee":        {Method: "views.open", Args: map[string]string{"trigger_id": "1", "view": `{"type":"modal","title":{"type":"plain_text","text":"T"},"blocks":[{"type":"marquee"}]}`}},
		"response_types": {Method: "response_url", Body: `{"response_types":"ephemeral","text":"hello"}`},
		"explode":        {Method: "/slack/interactions", Body: `{"response_action":"explode"}`},
	}
	l := slacktypes.New()
	for of, all := range map[string]map[string]slacksim.Sent{"good_": good, "bad_": bad} {
		for name, sent := range all {
			if err := l.Sent(of+name, sent); err != nil {
				t.Fatal(err)
			}
		}
	}
	err := l.Check(t.Context(), modules, t.TempDir())
	if err == nil {
		t.Fatal("nothing is wrong with what Slack refuses")
	}
	for name := range bad {
		if !strings.Contains(err.Error(), "// bad_"+name) {
			t.Errorf("what is wrong with %s is not said:\n%v", name, err)
		}
	}
	if strings.Contains(err.Error(), "// good_") {
		t.Errorf("what Slack takes is refused:\n%v", err)
	}
}
