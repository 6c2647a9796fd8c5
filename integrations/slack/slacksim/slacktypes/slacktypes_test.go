package slacktypes_test

import (
	"os"
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
