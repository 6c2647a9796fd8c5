package lifecycle

import (
	"github.com/slipwayhq/slipway/bot"
)

// While a release waits, something else may become live: another release, a
// rollback, a commit that somebody records. What it brings and takes away is then
// not what people were shown, so the plan is worked out anew, and until it is no
// yes is taken.

// liveMoved has the plan of a waiting release worked out anew.
func (s *step) liveMoved() {
	if s.r.Plan == nil || s.r.Part.Awaits == bot.AwaitAsk {
		return
	}
	s.r.Overtaken = true
	s.do(bot.Refresh{})
}

// refreshed takes the plan as it is now. Yeses stay where it brings nothing that
// they were not shown.
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

// changed voids the yeses, since what they said yes to is not what would go, and
// says whether one is missing now.
func (s *step) changed(delta []string) bool {
	s.r.Delta = delta
	s.r.Approvals, s.r.Escalated, s.r.Acknowledged = nil, nil, nil
	if s.r.Kind == bot.Rollback {
		s.r.Confirmed = false
	}
	return s.lacksApproval() || s.r.Unconfirmed()
}

// notRefreshed: a plan that cannot be worked out any more leads nowhere.
func (s *step) notRefreshed(ev bot.EffectFailed) {
	if bot.IsA[bot.Refresh](ev.Effect) && ev.Final && s.r.Phase.Waits() {
		s.end(bot.Rejected, bot.Ending{Cause: ev.Says, Mend: ev.Mend})
	}
}
