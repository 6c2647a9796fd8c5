package policy_test

import (
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

func TestBranch(t *testing.T) {
	t.Parallel()
	lineage := func(l bot.Lineage, allowed ...string) func(*policy.Facts) {
		return func(f *policy.Facts) {
			f.Plan.Lineage, f.Plan.Settings.Rules.Branches = l, allowed
		}
	}
	runGate(t, policy.GateBranch, []gateCase{
		{"on the default branch", func(*policy.Facts) {}, bot.Pass, []string{"0123456 is on main"}},
		{"on one that a glob matches", lineage(bot.Lineage{On: "release/2", Asked: []string{"main", "release/2"}}, "main", "release/*"), bot.Pass, []string{"release/2"}},
		{"on none", lineage(bot.Lineage{Asked: []string{"main", "release/2"}}, "main", "release/*"), bot.Refuse, []string{"main, release/2"}},
		{"it cannot be told", lineage(bot.Lineage{Asked: []string{"main", "release/2"}, Untold: []string{"main"}}, "main", "release/*"), bot.Refuse, []string{"cannot be told", "with main"}},
		{"it cannot be told of another", lineage(bot.Lineage{On: "release/2", Asked: []string{"main", "release/2"}, Untold: []string{"main"}}), bot.Pass, nil},
		{"not all were looked at", lineage(bot.Lineage{Asked: []string{"release/9"}, Left: 12}, "release/*"), bot.Refuse, []string{"12 further ones"}},
		{"no such branch", lineage(bot.Lineage{}, "release/*"), bot.Refuse, []string{"no branch", "release/*"}},
		{"nothing was found out", lineage(bot.Lineage{}), bot.Refuse, []string{"the default branch"}},
	})
}
