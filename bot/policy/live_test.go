package policy_test

import (
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

func TestLive(t *testing.T) {
	t.Parallel()
	onTop := func(sha string, phase bot.Phase, touch bot.Touch, again string) func(*policy.Facts) {
		return func(f *policy.Facts) {
			f.Plan.Commit.SHA = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			f.Plan.Current = &bot.Past{Release: "api-12", SHA: sha, Phase: phase, At: f.Now}
			f.Plan.Changes.Touch = touch
			f.Release.Again = again != ""
		}
	}
	const same, other = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
	runGate(t, policy.GateLive, []gateCase{
		{"another commit", onTop(other, bot.Succeeded, bot.TouchAll, ""), bot.Pass, nil},
		{"the very commit", onTop(same, bot.Succeeded, bot.TouchAll, ""), bot.Refuse, []string{"already live", "api-12"}},
		{"it has failed", onTop(same, bot.Failed, bot.TouchAll, ""), bot.Pass, []string{"api-12"}},
		{"it is under way", onTop(same, bot.Running, bot.TouchAll, ""), bot.Pass, []string{"api-12"}},
		{"somebody insists", onTop(same, bot.Succeeded, bot.TouchAll, "again"), bot.Warn, []string{"already live"}},
		{"own files differ", onTop(other, bot.Succeeded, bot.TouchOwn, ""), bot.Pass, nil},
		{"no own file differs", onTop(other, bot.Succeeded, bot.TouchNone, ""), bot.Refuse, []string{"Nothing of api changes"}},
		{"no own file differs, and it failed", onTop(other, bot.Failed, bot.TouchNone, ""), bot.Pass, nil},
		{"too many to tell", onTop(other, bot.Succeeded, bot.TouchUnknown, ""), bot.Warn, []string{"Too many"}},
	})
}
