package blocks_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{"api-142", "api-142 api-141", "api 0123456789abcdef", "api", "api-142 " + strings.Repeat("a", 64), "", " ", "api-142 ", "a b c", "<!channel>-1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, encoded string) {
		release, value, ok := blocks.Decode(encoded)
		if !ok {
			return
		}
		if !bot.ValidReleaseID(release) && (!bot.ValidName(release) || value == "") {
			t.Errorf("Decode(%q) gave the release %q", encoded, release)
		}
		if again := blocks.Encode(release, value); again != encoded {
			t.Errorf("Encode(Decode(%q)) = %q", encoded, again)
		}
	})
}

// TestReadForm: what was entered is a value as it stands, whatever it would mean as
// words of a command.
func TestReadForm(t *testing.T) {
	t.Parallel()
	production := bot.Target{Service: "api", Environment: "production"}
	deploy := func(ref, reason string) bot.Entry {
		return bot.DeployEntry{Target: production, Ref: ref, Reason: reason}
	}
	back := func(reason string) bot.Entry {
		return bot.RollbackEntry{Target: production, To: "api-140", Reason: reason}
	}
	tests := []struct {
		name, form, carried, target, ref, reason string
		want                                     bot.Entry
		fault                                    string
	}{
		{name: "all", target: "api production", ref: "main", reason: "a hot fix", want: deploy("main", "a hot fix")},
		{name: "least", target: "api production", want: deploy("", "")},
		{name: "a reason that would end itself", target: "api production", reason: "x\" --dry-run ”\ny", want: deploy("", "x\" --dry-run ” y")},
		{name: "what Slack escapes in a command", target: "api production", ref: "a&amp;b", reason: "<!channel> &lt; more", want: deploy("a&amp;b", "<!channel> &lt; more")},
		{name: "a reason that turns the text around", target: "api production", reason: "a\u202eb", want: deploy("", "ab")},
		{name: "a branch called to", target: "api production", ref: "to", want: deploy("to", "")},
		{name: "a branch called like an environment", target: "api production", ref: "staging", want: deploy("staging", "")},
		{name: "a ref that is a flag", target: "api production", ref: "--dry-run", fault: "ref"},
		{name: "a ref of two words", target: "api production", ref: "main now", fault: "ref"},
		{name: "a ref that git forbids", target: "api production", ref: "a..b^{}~1:c", fault: "ref"},
		{name: "a ref without end", target: "api production", ref: strings.Repeat("a", 300), fault: "ref"},
		{name: "no target", fault: "target"},
		{name: "a target that was not offered", target: "api;rm production", fault: "target"},
		{name: "back", form: blocks.FormBack, carried: "api production", target: "api-140", want: back("")},
		{name: "back, and why", form: blocks.FormBack, carried: "api production", target: "api-140", reason: `x" --again`, want: back(`x" --again`)},
		{name: "what was taken back", form: blocks.FormBack, carried: "api production", target: "api-140 quarantined", fault: "reason"},
		{name: "what was taken back, and why it may come back", form: blocks.FormBack, carried: "api production", target: "api-140 quarantined", reason: "mended", want: back("mended")},
		{name: "nothing chosen", form: blocks.FormBack, carried: "api production", fault: "target"},
		{name: "what was not offered", form: blocks.FormBack, carried: "api production", target: "api-140 --again", fault: "target"},
		{name: "where", form: blocks.FormTarget, target: "api production", want: bot.TargetEntry{Target: production}},
		{name: "nowhere", form: blocks.FormTarget, fault: "target"},
		{name: "a form of nowhere", form: blocks.FormBack, target: "api-140", fault: "target"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, faults := blocks.ReadForm(tt.form, blocks.Context{Value: tt.carried}, map[string]string{"target": tt.target, "ref": tt.ref, "reason": tt.reason})
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("ReadForm (-want +got):\n%s", diff)
			}
			if (tt.fault != "") != (len(faults) == 1) || faults[tt.fault] == "" && tt.fault != "" {
				t.Errorf("faults = %v, want one at %q", faults, tt.fault)
			}
		})
	}
}

func TestCheckFindsWhatSlackRefuses(t *testing.T) {
	t.Parallel()
	text := func(s string) *slack.TextBlockObject { return slack.NewTextBlockObject("mrkdwn", s, false, false) }
	section := func(s string) slack.Block { return slack.NewSectionBlock(text(s), nil, nil) }
	button := func(id, label string) *slack.ButtonBlockElement {
		return slack.NewButtonBlockElement(id, "v", slack.NewTextBlockObject("plain_text", label, false, false))
	}
	many := make([]slack.Block, 51)
	for i := range many {
		many[i] = section("x")
	}
	tests := map[string][]slack.Block{
		"no blocks":         nil,
		"too many blocks":   many,
		"an empty text":     {section("")},
		"a long text":       {section(strings.Repeat("x", 3001))},
		"too much together": {section(strings.Repeat("x", 2999)), section(strings.Repeat("x", 2999)), section(strings.Repeat("x", 2999)), section(strings.Repeat("x", 2999))},
		"a long button":     {slack.NewActionBlock("", button("a", strings.Repeat("x", 76)))},
		"one action twice":  {slack.NewActionBlock("", button("a", "x"), button("a", "y"))},
		"no elements":       {slack.NewActionBlock("")},
		"a strange block":   {slack.NewFileBlock("", "x", "remote")},
		"an empty context":  {slack.NewContextBlock("")},
	}
	for name, set := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if blocks.Check(set) == nil {
				t.Error("Check found nothing")
			}
		})
	}
}

func marshalView(tb testing.TB, v slack.ModalViewRequest) []byte {
	tb.Helper()
	out, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}
