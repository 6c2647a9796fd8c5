package policy

import "github.com/slipwayhq/slipway/bot"

// Bound names the gates that a release of a kind may meet, in the order in which
// they are shown: those that it meets where every rule is set.
func Bound(kind bot.Kind) []string {
	past := &bot.Past{Release: "before-1", SHA: "b"}
	f := Facts{
		Release: bot.Release{Kind: kind, Reversal: bot.Reversal{Back: past.Release}, Source: past.Release},
		Plan: bot.Plan{
			Commit: bot.Commit{SHA: "a"}, Current: past, RollbackTo: past, Rerun: &bot.Rerun{}, Beside: []bot.Beside{{What: bot.BesideRun}},
			Settings: bot.Settings{Rules: bot.Rules{
				Deployers: []string{"all"}, Channels: []string{"all"}, Emergency: []string{"all"}, After: "before",
				Freeze: []bot.FreezeWindow{{}}, MaxCommits: bot.CommitLimit{Refuse: 1}, VerifiedCommits: true, Reviews: bot.ReviewRule{Count: 1}, World: []bot.Probe{{}},
			}},
		},
		Locks: []bot.Lock{{Kind: bot.Hold}}, Shared: bot.SharedGroup{With: []bot.Target{{}}}, RequesterLeft: true,
	}
	f.Release.Emergency.Asked = comes(f)
	var names []string
	for _, r := range table() {
		if r.when(f) {
			names = append(names, r.name)
		}
	}
	return names
}
