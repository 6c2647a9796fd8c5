package lifecycle

import "github.com/slipwayhq/slipway/bot"

// An adoption records a commit that is live already. It goes the way of a
// deploy, by the same rules and approvals and with the slot, up to where a
// deploy would be started; instead it is recorded, and nothing is.

// adopted records it. That something is live is no proof that it is well, so it
// counts for nothing before somebody else has said so.
func (s *step) adopted() {
	s.r.Verdict = bot.NotWatched
	s.tellRequester(bot.TellAdopted)
	s.do(bot.RecordDeployment{State: bot.DeploymentSuccess})
	s.do(bot.RetireDeployment{})
	s.end(bot.Succeeded, bot.Ending{Reason: s.r.Reason, Cause: "recorded as what is live; nothing was started"})
}

// overtaken: something is under way, so what is live may be changing.
func (s *step) overtaken(holder string) {
	s.tellRequester(bot.TellFailed)
	s.end(bot.Rejected, bot.Ending{
		Cause: holder + " is under way on " + s.r.Target.String() + ", so what is live there may be changing",
		Mend:  "Wait until it has ended, look at what is live then, and ask again.",
	})
}
