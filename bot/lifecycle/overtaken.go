package lifecycle

import (
	"github.com/slipwayhq/slipway/bot"
)

// While a release waits, something else may become live: another release, a rollback,
// or a commit that somebody recorded. The changes that people were shown are then out
// of date, so the plan is resolved again, and no approval is accepted until it is.

// liveMoved has the plan of a waiting release resolved again.
func (s *step) liveMoved() {
	if s.r.Plan == nil || s.r.Part.Awaits == bot.AwaitAsk {
		return
	}
	s.r.Overtaken = true
	s.do(bot.Refresh{})
}

// refreshed replaces the plan by the new one. Approvals stay if the release brings
// nothing that the approvers were not shown.
func (s *step) refreshed(ev bot.Refreshed) {
	delta := append(ev.Plan.Differences(*s.r.Plan), ev.Void...)
	s.r.Overtaken = false
	s.r.Plan, s.r.Decision = &ev.Plan, ev.Decision
	s.r.Plan.Looks++
	if len(ev.Hopeless) > 0 {
		s.end(bot.Rejected, refusedBy(ev.Hopeless))
		return
	}
	agreed := len(s.r.Approvals) > 0 || s.r.Kind == bot.Rollback && !s.r.Unconfirmed()
	if len(delta) == 0 && len(s.r.Approvals) > 0 && len(s.r.OpenPoints()) > 0 {
		delta = []string{"there is more to be seen to before it can be approved"}
	}
	if len(delta) > 0 && s.changed(delta) && agreed {
		s.r.Place = bot.Place{}
		s.askAgain()
	}
}

// changed drops the approvals, since they were for another plan, and says whether one
// is missing now.
func (s *step) changed(delta []string) bool {
	s.r.Delta = delta
	s.r.Approvals, s.r.Escalated, s.r.Acknowledged = nil, nil, nil
	if s.r.Kind == bot.Rollback {
		s.r.Confirmed = false
	}
	return s.lacksApproval() || s.r.Unconfirmed()
}

// notRefreshed: the plan cannot be resolved any more, so the release ends.
func (s *step) notRefreshed(ev bot.EffectFailed) {
	if bot.IsA[bot.Refresh](ev.Effect) && ev.Final && s.r.Phase.Waits() {
		s.end(bot.Rejected, bot.Ending{Cause: ev.Says, Mend: ev.Mend})
	}
}
