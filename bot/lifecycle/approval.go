package lifecycle

import (
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// awaitingApproval: a yes is missing. Whether a person may say it was checked
// when they clicked; what depends on the release as it is now is checked here.
func (s *step) awaitingApproval(ev bot.Event) {
	switch ev := ev.(type) {
	case bot.Confirmed:
		s.confirmed(ev.By)
	case bot.Approved:
		s.approved(ev)
	case bot.Declined:
		s.r.Carded = true
		s.do(bot.Say, bot.NoteEnded)
		s.end(bot.Rejected, bot.Ending{By: ev.By, Reason: ev.Reason, Cause: "rejected"})
	case bot.CancelAsked:
		s.end(bot.Cancelled, bot.Ending{By: ev.By, Reason: ev.Reason, Cause: "cancelled before anything was started"})
	case bot.Ticked:
		if s.waited() >= approvalWait(s.r) {
			s.expired()
		}
	default:
	}
}

func (s *step) confirmed(by bot.Person) {
	switch {
	case s.r.Kind != bot.Rollback || s.r.Confirmed:
		s.tell(by, bot.TellTooLate)
	case by.ID != s.r.Requester.ID:
		s.tell(by, bot.TellConfirmedOnce)
	default:
		s.r.Confirmed, s.r.Carded = true, true
		// The approvers' time counts from here, not from the question.
		s.enter(bot.AwaitingApproval)
		s.approvedOrWait()
	}
}

func (s *step) approved(ev bot.Approved) {
	settings := s.r.Plan.Settings.Approvals
	switch {
	case ev.Digest != s.r.Plan.Digest():
		s.tell(ev.By, bot.TellOldCard)
	case ev.By.ID == s.r.Requester.ID && !settings.Self:
		s.tell(ev.By, bot.TellOwnRelease)
	case slices.ContainsFunc(s.r.Approvals, func(a bot.Approval) bool { return a.By.ID == ev.By.ID }):
		s.tell(ev.By, bot.TellAlready)
	case s.approvalsMissing() == 0:
		s.tell(ev.By, bot.TellTooLate)
	default:
		s.r.Approvals = append(s.r.Approvals, bot.Approval{By: ev.By, Digest: ev.Digest, At: s.now})
		if s.r.Kind != bot.Rollback || s.r.Confirmed {
			s.approvedOrWait()
		}
	}
}

// approvalsMissing is how many yeses to the plan as it is now are missing.
func (s *step) approvalsMissing() int {
	digest, have := s.r.Plan.Digest(), 0
	for _, a := range s.r.Approvals {
		if a.Digest == digest {
			have++
		}
	}
	return max(0, s.r.Plan.Settings.Approvals.Count-have)
}

func (s *step) expired() {
	if s.r.Kind == bot.Rollback && !s.r.Confirmed {
		s.end(bot.Expired, bot.Ending{Cause: "it was not confirmed within " + inWords(confirmWithin), Mend: "Type /rollback again if it is still wanted."})
		return
	}
	s.do(bot.Say, bot.NoteEnded)
	s.end(bot.Expired, bot.Ending{
		Cause: "the approval did not come within " + inWords(s.r.Plan.Settings.Approvals.Expires),
		Mend:  "Ask again when an approver is there.",
	})
}
