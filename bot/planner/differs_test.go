package planner

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

// TestWhatDiffersIsSaid: what was live, and what it changes, before and now.
func TestWhatDiffersIsSaid(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		was, now bot.Changes
		live     *bot.Past
		want     []string
	}{
		{
			bot.Changes{Direction: bot.Forward, Total: 1},
			bot.Changes{Direction: bot.Backward, Removed: 2},
			&bot.Past{Release: "api-6", SHA: "ddddddddd"},
			[]string{"what is live: ddddddd (api-6), was bbbbbbb (api-2)", "what it changes there: goes back 2 commits, was: brings 1 commit"},
		},
		{
			bot.Changes{Direction: bot.Sideways, Total: 2, Removed: 1},
			bot.Changes{Direction: bot.Same},
			nil,
			[]string{"what is live: nothing that is known, was bbbbbbb (api-2)", "what it changes there: nothing, was: brings 2 commits and takes 1 commit away"},
		},
		{
			bot.Changes{},
			bot.Changes{Direction: bot.Unrelated},
			nil,
			[]string{"what is live: nothing that is known, was bbbbbbb (api-2)", "what it changes there: perhaps everything, since GitHub cannot compare them, was: nobody knows"},
		},
	} {
		b := &builder{r: bot.Release{Plan: &bot.Plan{Current: &bot.Past{Release: "api-2", SHA: strings.Repeat("b", 40)}, Changes: tt.was}}, plan: bot.Plan{Current: tt.live, Changes: tt.now}}
		got, err := b.voids(t.Context())
		if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
}
