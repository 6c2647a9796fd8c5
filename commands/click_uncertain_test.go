package commands_test

import (
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// TestWordsOnAnUncertainStart: whoever settles what slipway cannot prove reads
// what follows from their word.
func TestWordsOnAnUncertainStart(t *testing.T) {
	t.Parallel()
	tests := []struct {
		action    bot.Action
		value     string
		cancelled bool
		says      string
	}{
		{bot.ActItRan, "", false, "The run of api-150 is looked for again."},
		{bot.ActItRan, "-1", false, "The run of api-150 is looked for again."},
		{bot.ActWhichRun, "12", false, "Run 12 is read, and followed if it is that of api-150."},
		{bot.ActSendAgain, "", false, "The run of api-150 is looked for once more; if there is none, it is sent again."},
		{bot.ActSendAgain, "", true, "The run of api-150 is looked for once more; if there is none, api-150 is over, for it was to be stopped."},
	}
	for _, tt := range tests {
		h := newHouse(t)
		h.in("api-150", bot.Unknown, func(r *bot.Release) {
			if tt.cancelled {
				r.Cancel = bot.Cancel{AskedAt: now.Add(-time.Minute), By: cleo, Cause: bot.ByPerson}
			}
		})
		click := bot.Click{Action: tt.action, Release: "api-150", Value: tt.value, By: ben, Key: "action-1"}
		answer, err := newCommands(t, h).Click(t.Context(), click)
		if answer != (bot.Done{Says: tt.says}) || err != nil {
			t.Errorf("%s %q: %#v, %v, want %q", tt.action, tt.value, answer, err, tt.says)
		}
	}
}
