package lifecycle_test

import (
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/lifecycle"
)

// Who settles what cannot be proved is kept for everybody to read, once for
// each dispatch that they speak of.
func TestUnknownSaysWhoSettledIt(t *testing.T) {
	t.Parallel()
	by := bot.Person{ID: "U02BEN", Name: "ben"}
	at := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	for name, tc := range map[string]struct {
		says    bot.Event
		news    bot.News
		phase   bot.Phase
		problem string
	}{
		"it ran":            {bot.RanAsserted{By: by, Standing: may}, bot.NoteItRan{By: by, Attempt: 2}, bot.Unknown, "ben says that it ran, but GitHub does not list its run yet"},
		"it ran, and which": {bot.RanAsserted{By: by, RunID: 7, Standing: may}, bot.NoteItRan{By: by, Attempt: 2}, bot.Unknown, "ben says that it ran as run 7, which is read"},
		"it did not":        {bot.NeverRanAsserted{By: by, Standing: may}, bot.NoteSendAgain{By: by, Attempt: 2}, bot.Dispatching, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := bot.Release{ID: "api-1", Kind: bot.Deploy, Phase: bot.Unknown, Plan: &bot.Plan{}, Dispatch: bot.Dispatch{State: bot.Searching, Attempt: 2}}
			next, effects := lifecycle.Next(r, tc.says, at)
			if !does(effects, bot.Say{News: tc.news}) {
				t.Errorf("nobody reads who said it: %v", effects)
			}
			if next.Phase != tc.phase || next.Dispatch.Problem != tc.problem {
				t.Errorf("%s, %q; want %s, %q", next.Phase, next.Dispatch.Problem, tc.phase, tc.problem)
			}
		})
	}
}

// The run that somebody names is read before it counts: it may be another's.
func TestUnknownReadsTheRunThatIsNamed(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	r := bot.Release{ID: "api-1", Kind: bot.Deploy, Phase: bot.Unknown, Plan: &bot.Plan{}, Dispatch: bot.Dispatch{State: bot.Searching, Attempt: 2}}
	r, effects := lifecycle.Next(r, bot.RanAsserted{By: bot.Person{ID: "U02BEN", Name: "ben"}, RunID: 7, Standing: may}, at)
	if !does(effects, bot.FindRun{Named: 7}) {
		t.Fatalf("it is not read: %v", effects)
	}
	if refused, _ := lifecycle.Next(r, bot.RunIsAnothers{Says: "it belongs to api-2"}, at); refused.Phase != bot.Unknown || refused.Dispatch.Problem != "it belongs to api-2" {
		t.Errorf("another's run: %s, %q", refused.Phase, refused.Dispatch.Problem)
	}
	if taken, _ := lifecycle.Next(r, bot.RunFound{Run: bot.Run{ID: 7}}, at); taken.Phase != bot.Running || taken.Run.ID != 7 {
		t.Errorf("its own run: %s, %+v", taken.Phase, taken.Run)
	}
}
