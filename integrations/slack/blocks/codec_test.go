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

func TestDeployFormBecomesWords(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, target, ref, reason string
		want                      string
		faults                    []string
	}{
		{name: "all", target: "api production", ref: "main", reason: "a hot fix", want: `api main to production --reason "a hot fix"`},
		{name: "least", target: "api production", want: "api to production"},
		{name: "a reason that would end itself", target: "api production", reason: "x\" --dry-run ”\ny", want: `api to production --reason "x' --dry-run ' y"`},
		{name: "what Slack escapes", target: "api production", ref: "a&b", reason: "<!channel> & more", want: `api a&amp;b to production --reason "&lt;!channel&gt; &amp; more"`},
		{name: "a ref that is a flag", target: "api production", ref: "—dry-run", faults: []string{"ref"}},
		{name: "a ref of two words", target: "api production", ref: "main now", faults: []string{"ref"}},
		{name: "a ref that is a word of ours", target: "api production", ref: "TO", faults: []string{"ref"}},
		{name: "a quoted ref", target: "api production", ref: "“main”", faults: []string{"ref"}},
		{name: "no target", faults: []string{"target"}},
		{name: "a target that was not offered", target: "api;rm production", faults: []string{"target"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, faults := blocks.ReadDeployForm(map[string]string{"target": tt.target, "ref": tt.ref, "reason": tt.reason})
			if got != tt.want {
				t.Errorf("ReadDeployForm = %q, want %q", got, tt.want)
			}
			var where []string
			for field := range faults {
				where = append(where, field)
			}
			if diff := cmp.Diff(tt.faults, where); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRollbackFormBecomesWords(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, carried, target, reason string
		want                          string
		faults                        []string
	}{
		{name: "a release", carried: "api production", target: "api-140", want: "api production to api-140"},
		{name: "why", carried: "api production", target: "api-140", reason: `x" --again`, want: `api production to api-140 --reason "x' --again"`},
		{name: "what was taken back", carried: "api production", target: "api-140 quarantined", faults: []string{"reason"}},
		{name: "what was taken back, and why it may come back", carried: "api production", target: "api-140 quarantined", reason: "mended", want: `api production to api-140 --reason "mended"`},
		{name: "nothing chosen", carried: "api production", faults: []string{"target"}},
		{name: "what was not offered", carried: "api production", target: "api-140 --again", faults: []string{"target"}},
		{name: "a form of nowhere", target: "api-140", faults: []string{"target"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, faults := blocks.ReadRollbackForm(blocks.Context{Value: tt.carried}, map[string]string{"target": tt.target, "reason": tt.reason})
			if got != tt.want {
				t.Errorf("ReadRollbackForm = %q, want %q", got, tt.want)
			}
			var where []string
			for field := range faults {
				where = append(where, field)
			}
			if diff := cmp.Diff(tt.faults, where); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
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
