package policy_test

import (
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

// wasOn is a release on staging that ended some time ago.
func wasOn(f *policy.Facts, id, commit string, ago time.Duration) bot.Past {
	return bot.Past{Release: id, SHA: commit, Phase: bot.Succeeded, Healthy: true, At: f.Now.Add(-ago)}
}

func TestAfter(t *testing.T) {
	t.Parallel()
	staged := func(change func(*policy.Facts)) func(*policy.Facts) {
		return func(f *policy.Facts) {
			f.Plan.Settings.Rules.After, f.Plan.Settings.Rules.Soak = "staging", 30*time.Minute
			change(f)
		}
	}
	anHourAgo := func(change func(*bot.Past)) func(*policy.Facts) {
		return staged(func(f *policy.Facts) {
			p := wasOn(f, "api-6", sha, time.Hour)
			change(&p)
			f.Before = []bot.Past{p}
		})
	}
	runGate(t, policy.GateAfter, []gateCase{
		{"never there", staged(func(*policy.Facts) {}), bot.Refuse, []string{"has never been on api → staging"}},
		{"another commit", anHourAgo(func(p *bot.Past) { p.SHA = "fedc" }), bot.Refuse, []string{"never been"}},
		{"healthy", anHourAgo(func(*bot.Past) {}), bot.Pass, []string{"api-6"}},
		{"just long enough", staged(func(f *policy.Facts) { f.Before = []bot.Past{wasOn(f, "api-6", sha, 30*time.Minute)} }), bot.Pass, nil},
		{"not long enough", staged(func(f *policy.Facts) {
			f.Before = []bot.Past{wasOn(f, "api-6", sha, 29*time.Minute)}
		}), bot.Refuse, []string{"for 29 min, and must be for 30 min"}},
		{"no soak asked for", staged(func(f *policy.Facts) {
			f.Plan.Settings.Rules.Soak = 0
			f.Before = []bot.Past{wasOn(f, "api-6", sha, 0)}
		}), bot.Pass, nil},
		{"replaced too soon", staged(func(f *policy.Facts) {
			f.Before = []bot.Past{wasOn(f, "api-6", "fedc", time.Hour), wasOn(f, "api-5", sha, time.Hour+10*time.Minute)}
		}), bot.Refuse, []string{"for 10 min only"}},
		{"replaced after it had soaked", staged(func(f *policy.Facts) {
			f.Before = []bot.Past{wasOn(f, "api-6", "fedc", time.Hour), wasOn(f, "api-5", sha, 2*time.Hour)}
		}), bot.Pass, []string{"api-5"}},
		{"there again, but it had soaked before", staged(func(f *policy.Facts) {
			f.Before = []bot.Past{wasOn(f, "api-7", sha, time.Minute), wasOn(f, "api-6", "fedc", time.Hour), wasOn(f, "api-5", sha, 2*time.Hour)}
		}), bot.Pass, []string{"api-5"}},
		{"there again for longer than before", staged(func(f *policy.Facts) {
			f.Before = []bot.Past{wasOn(f, "api-7", sha, time.Hour), wasOn(f, "api-6", "fedc", 2*time.Hour), wasOn(f, "api-5", sha, 2*time.Hour+time.Minute)}
		}), bot.Pass, []string{"api-7"}},
		{"never healthy, of which the last is told", staged(func(f *policy.Facts) {
			last, first := wasOn(f, "api-7", sha, time.Hour), wasOn(f, "api-5", sha, 2*time.Hour)
			last.Healthy, first.Healthy, last.Phase = false, false, bot.Unhealthy
			f.Before = []bot.Past{last, first}
		}), bot.Refuse, []string{"api-7 ended unhealthy"}},
		{"not healthy", anHourAgo(func(p *bot.Past) { p.Healthy, p.Phase = false, bot.Unhealthy }), bot.Refuse, []string{"api-6 ended unhealthy"}},
		{"not clear", anHourAgo(func(p *bot.Past) { p.Healthy = false }), bot.Refuse, []string{"could not be shown to be healthy"}},
		{"under way", anHourAgo(func(p *bot.Past) { p.Phase = bot.Verifying }), bot.Refuse, []string{"has not ended yet"}},
		{"taken back", anHourAgo(func(p *bot.Past) { p.TakenBackBy = "api-7" }), bot.Refuse, []string{"was taken back by api-7"}},
		{"in quarantine", anHourAgo(func(p *bot.Past) { p.Quarantined = true }), bot.Refuse, []string{"was taken back"}},
	})
}
