package policy_test

import (
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

func TestSize(t *testing.T) {
	t.Parallel()
	brings := func(d bot.Direction, total int, limit bot.CommitLimit) func(*policy.Facts) {
		return func(f *policy.Facts) {
			f.Plan.Changes = bot.Changes{Direction: d, Total: total}
			f.Plan.Settings.Rules.MaxCommits = limit
		}
	}
	both, only := bot.CommitLimit{Warn: 8, Refuse: 30}, bot.CommitLimit{Refuse: 30}
	runGate(t, policy.GateSize, []gateCase{
		{"few", brings(bot.Forward, 8, both), bot.Pass, []string{"8 commits"}},
		{"many", brings(bot.Forward, 9, both), bot.Warn, []string{"9 commits", "limit of 8"}},
		{"at the limit", brings(bot.Forward, 30, both), bot.Warn, nil},
		{"too many", brings(bot.Forward, 31, both), bot.Refuse, []string{"31 commits", "at most 30"}},
		{"too many on another line", brings(bot.Sideways, 31, only), bot.Refuse, nil},
		{"without a warning", brings(bot.Forward, 30, only), bot.Pass, nil},
		{"without a refusal", brings(bot.Forward, 900, bot.CommitLimit{Warn: 8}), bot.Warn, nil},
		{"backward", brings(bot.Backward, 90, only), bot.Pass, nil},
		{"nothing is live", brings("", 0, only), bot.Pass, nil},
	})
}
