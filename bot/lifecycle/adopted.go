package lifecycle

import "github.com/slipwayhq/slipway/bot"

// An adoption records a commit that is live already. It passes the same gates,
// approvals and queue as a deploy. Where a deploy would start its workflow, the
// adoption is only recorded, and nothing is started.

// adopted ends the adoption. That a commit is live does not prove that it is healthy,
// so it does not count as healthy until another person has said so.
func (s *step) adopted() {
	s.r.Verdict = bot.NotWatched
	s.tellRequester(bot.TellAdopted)
	s.do(bot.RecordDeployment{State: bot.DeploymentSuccess})
	s.do(bot.RetireDeployment{})
	s.end(bot.Succeeded, bot.Ending{Reason: s.r.Reason, Cause: "recorded as what is live; nothing was started"})
}

// overtaken: another release holds the slot, so what is live may be changing.
func (s *step) overtaken(holder string) {
	s.tellRequester(bot.TellFailed)
	s.end(bot.Rejected, bot.Ending{
		Cause: holder + " is under way on " + s.r.Target.String() + ", so what is live there may be changing",
		Mend:  "Wait until it has ended, look at what is live then, and ask again.",
	})
}
