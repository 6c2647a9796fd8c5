package policy_test

import (
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

func TestDeployers(t *testing.T) {
	t.Parallel()
	only := func(change func(*policy.Facts)) func(*policy.Facts) {
		return func(f *policy.Facts) {
			f.Release.Requester = bot.Person{ID: "U1", Name: "cleo"}
			f.Plan.Settings.Rules.Deployers = []string{"sre", "api-owners"}
			change(f)
		}
	}
	runGate(t, policy.GateDeployers, []gateCase{
		{"in a group", only(func(f *policy.Facts) { f.Deployer.Allowed = true }), bot.Pass, []string{"cleo may deploy"}},
		{"in none", only(func(f *policy.Facts) {
			f.Deployer.Others = []string{"anna", "ben"}
		}), bot.Refuse, []string{"sre or api-owners", "cleo is not known to be one"}},
		{"nobody is known by name", only(func(*policy.Facts) {}), bot.Refuse, nil},
		{"slipway itself", only(func(f *policy.Facts) { f.Release.Requester = bot.ByRule{Rule: "health"} }), bot.Pass, []string{"slipway itself"}},
		{"somebody at a shell", only(func(f *policy.Facts) {
			f.Release.Requester = bot.AtShell{Person: bot.Person{ID: "U1", Name: "cleo"}, Shell: "build-7 by root"}
		}), bot.Refuse, []string{"cleo is not known to be one"}},
		{"a rollback", only(func(f *policy.Facts) { backTo(f, true) }), bot.Refuse, nil},
		{"what is live already", only(func(f *policy.Facts) { f.Release.Kind = bot.Adopt }), bot.Refuse, nil},
		{"a preview says so too", only(func(f *policy.Facts) { f.Release.Kind = bot.Preview }), bot.Refuse, nil},
	})
}

func TestChannel(t *testing.T) {
	t.Parallel()
	from := func(source bot.Source, channel string) func(*policy.Facts) {
		return func(f *policy.Facts) {
			f.Plan.Settings.Rules.Channels = []string{"C0DEPLOYS"}
			f.Release.Origin = bot.Origin{Source: source, Channel: channel}
		}
	}
	runGate(t, policy.GateChannel, []gateCase{
		{"one of its own", from(bot.FromCommand, "C0DEPLOYS"), bot.Pass, nil},
		{"another", from(bot.FromCommand, "C0RANDOM"), bot.Refuse, []string{"not taken in the channel"}},
		{"a mention in another", from(bot.FromMention, "C0RANDOM"), bot.Refuse, nil},
		{"a direct message", from(bot.FromCommand, "D1"), bot.Refuse, nil},
		{"nobody knows where", from(bot.FromCommand, ""), bot.Refuse, nil},
		{"a button", from(bot.FromClick, "C0RANDOM"), bot.Pass, nil},
		{"the shell", from(bot.FromShell, ""), bot.Pass, nil},
		{"slipway itself", from(bot.FromRule, ""), bot.Pass, nil},
	})
}

// backTo makes the release a rollback.
func backTo(f *policy.Facts, healthy bool) {
	f.Release.Kind = bot.Rollback
	f.Plan.RollbackTo = &bot.Past{Release: "api-3", SHA: sha, Healthy: healthy}
}
