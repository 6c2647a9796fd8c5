package planner

import (
	"testing"

	"github.com/slipwayhq/slipway/bot"
)

// TestPromise8_ChosenTarget: a rollback goes to what was chosen if that was
// healthy, and else nowhere; where nothing was chosen, to the newest that was.
func TestPromise8_ChosenTarget(t *testing.T) {
	t.Parallel()
	live, ill, well, old := wellPast("api-5", "e", 1), wellPast("api-4", "d", 2), wellPast("api-3", "c", 3), wellPast("api-2", "b", 4)
	ill.Healthy = false
	past := []bot.Past{live, ill, well, old}
	for name, tt := range map[string]struct {
		takes bot.Reversal
		past  []bot.Past
		want  string
	}{
		"nothing chosen":           {bot.Reversal{Back: "api-5"}, past, "api-3"},
		"the one before":           {bot.Reversal{To: "api-2"}, past, "api-2"},
		"one that was not healthy": {bot.Reversal{To: "api-4"}, past, ""},
		"one that never was":       {bot.Reversal{To: "api-9"}, past, ""},
		"a commit":                 {bot.Reversal{ToSHA: "bbbbbbb"}, past, "api-2"},
		"a whole commit":           {bot.Reversal{ToSHA: old.SHA}, past, "api-2"},
		"a commit that was ill":    {bot.Reversal{ToSHA: "ddddddd"}, past, ""},
		"too long a commit":        {bot.Reversal{ToSHA: old.SHA + "b"}, past, ""},
		"the id counts first":      {bot.Reversal{To: "api-3", ToSHA: "bbbbbbb"}, past, "api-3"},
		"nothing was":              {bot.Reversal{}, nil, ""},
		"only what is live":        {bot.Reversal{}, past[:1], ""},
	} {
		got := ""
		if to := chosenTarget(tt.takes, tt.past); to != nil {
			got = to.Release
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
