package blocks

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// TestPromise11_OneOddRefSpoilsNoOther: what somebody may push under a name of which nothing
// is to be seen, or nothing can be carried, is left out, since Slack refuses an answer as a
// whole for one option that it does not take.
func TestPromise11_OneOddRefSpoilsNoOther(t *testing.T) {
	t.Parallel()
	sha := strings.Repeat("a", 40)
	text, err := json.Marshal(Suggestions([]bot.KnownRef{
		{Kind: bot.RefBranch, Name: "\u200b\u2060", Ask: "\u200b\u2060", SHA: sha},
		{Kind: bot.RefTag, Name: strings.Repeat("long", 50), Ask: strings.Repeat("long", 50)},
		{Kind: bot.RefBranch, Name: "main", Ask: "main", SHA: sha},
	}, "", time.Time{}))
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Groups []struct {
			Options []struct {
				Value string `json:"value"`
			} `json:"options"`
		} `json:"option_groups"`
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Fatal(err)
	}
	if len(answer.Groups) != 1 || len(answer.Groups[0].Options) != 1 || answer.Groups[0].Options[0].Value != "main" {
		t.Errorf("it offers %s", text)
	}
}
