package policy_test

import (
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

func TestVerified(t *testing.T) {
	t.Parallel()
	brings := func(itself bool, d bot.Direction, total, verified int) func(*policy.Facts) {
		return func(f *policy.Facts) {
			f.Plan.Settings.Rules.VerifiedCommits = true
			f.Plan.Commit.Verified = itself
			f.Plan.Changes = bot.Changes{Direction: d, Total: total, Verified: verified}
		}
	}
	runGate(t, policy.GateCommits, []gateCase{
		{"all are", brings(true, bot.Forward, 3, 3), bot.Pass, []string{"3 commits"}},
		{"all are on another line", brings(true, bot.Sideways, 3, 3), bot.Pass, nil},
		{"one is not", brings(true, bot.Forward, 3, 2), bot.Refuse, []string{"3 commits", "1 of them"}},
		{"more than are listed", brings(true, bot.Forward, 400, 250), bot.Refuse, []string{"150 of them"}},
		{"on another line one is not", brings(true, bot.Sideways, 3, 2), bot.Refuse, nil},
		{"the last one is not", brings(false, bot.Forward, 3, 2), bot.Refuse, []string{"does not show"}},
		{"nothing is known", brings(false, bot.Forward, 3, 0), bot.Refuse, nil},
		{"nothing is live", brings(true, "", 0, 0), bot.Pass, []string{"brings nothing else"}},
		{"nothing is live, and it is not", brings(false, "", 0, 0), bot.Refuse, nil},
		{"the same again", brings(true, bot.Same, 0, 0), bot.Pass, nil},
		{"back to one that is", brings(true, bot.Backward, 9, 0), bot.Pass, nil},
		{"back to one that is not", brings(false, bot.Backward, 9, 9), bot.Refuse, nil},
		{"no common history", brings(true, bot.Unrelated, 0, 0), bot.Refuse, []string{"cannot compare"}},
	})
}
