package lifecycle

import (
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// awaitingApproval: an approval is missing. Whether somebody's yes counts is decided
// here, by the release as it is now and by their standing, which was read when the
// event was taken from the inbox.
func (s *step) awaitingApproval(ev bot.Event) {
	switch ev := ev.(type) {
	case bot.Confirmed:
		s.confirmed(ev)
	case bot.Approved:
		s.approved(ev)
	case bot.Declined:
		if len(s.r.CountsFor(ev.By, ev.Standing)) == 0 {
			s.doesNotCount(ev.By, ev.Standing, bot.TellMayNot)
			return
		}
		s.r.Carded = true
		s.end(bot.Rejected, bot.Ending{By: ev.By, Reason: ev.Reason, Cause: "rejected"})
	case bot.PointAcknowledged:
		s.pointAcknowledged(ev)
	case bot.Withdrawn:
		s.withdrawn(ev.By)
	case bot.Replaced:
		s.replaced(ev)
	case bot.CancelAsked:
		s.cancelBeforeStart(ev.By, ev.Reason)
	case bot.Ticked:
		s.approvalTicked()
		s.lookAbout()
	case bot.LiveMoved:
		s.liveMoved()
	case bot.Refreshed:
		s.refreshed(ev)
	case bot.EffectFailed:
		s.notRefreshed(ev)
	case bot.BranchSeen:
		s.r.Branch.Newer = ev.Newer
	case bot.Sampled:
		s.sampledEarly(ev)
	default:
	}
}

func (s *step) confirmed(ev bot.Confirmed) {
	by := ev.By
	switch {
	case !s.r.Unconfirmed():
		s.tell(by, bot.TellTooLate)
	case !s.r.IsRequester(by):
		s.tell(by, bot.TellConfirmedOnce)
	case s.r.Overtaken, ev.Digest != "" && ev.Digest != s.r.Plan.Seal():
		s.tell(by, bot.TellOldCard)
	default:
		s.r.Confirmed, s.r.Carded = true, true
		// The approvers' time counts from here, not from the question.
		s.enter(bot.AwaitingApproval)
		if s.r.Asked {
			s.ask()
			return
		}
		s.approvedOrWait()
	}
}

func (s *step) approved(ev bot.Approved) {
	sets, open := s.r.CountsFor(ev.By, ev.Standing), s.r.OpenSets()
	switch {
	case s.r.Overtaken, ev.Digest != s.r.Plan.Seal():
		s.tell(ev.By, bot.TellOldCard)
	case len(sets) == 0:
		s.doesNotCount(ev.By, ev.Standing, bot.TellMayNot)
	case len(s.r.OpenPoints()) > 0:
		s.tell(ev.By, bot.TellOpenPoints)
	case slices.ContainsFunc(s.r.Approvals, func(a bot.Approval) bool { return a.By.ID == ev.By.ID }):
		s.tell(ev.By, bot.TellAlready)
	case !slices.ContainsFunc(sets, func(set int) bool { return slices.Contains(open, set) }):
		s.tell(ev.By, bot.TellNotMissing)
	default:
		s.r.Approvals = append(s.r.Approvals, bot.Approval{By: ev.By, Digest: s.r.Plan.Digest(), At: s.now, For: sets})
		if !s.r.Unconfirmed() {
			s.approvedOrWait()
		}
	}
}

func (s *step) approvalTicked() {
	waited := s.waited()
	if waited >= approvalWait(s.r) {
		s.expired()
		return
	}
	if s.r.Unconfirmed() {
		return
	}
	rule := s.r.Plan.Settings.Approvals
	if rule.Remind > 0 && !s.r.Reminded && waited >= rule.Remind {
		s.r.Reminded = true
		s.say(bot.NoteApprovalDue{Since: s.r.Since()})
	}
	for _, i := range toEscalate(s.r) {
		if waited >= rule.Sets[i].EscalateAfter {
			s.r.Escalated = append(s.r.Escalated, i)
			s.say(bot.NoteEscalated{Set: i, Since: s.r.Since()})
		}
	}
}

// toEscalate are the approval sets that are now due to be opened to further groups.
func toEscalate(r bot.Release) []int {
	return slices.DeleteFunc(r.OpenSets(), func(i int) bool {
		return r.Plan.Settings.Approvals.Sets[i].EscalateAfter == 0 || slices.Contains(r.Escalated, i)
	})
}

// pointAcknowledged records who has seen to a point of the readiness report. The first
// one counts.
func (s *step) pointAcknowledged(ev bot.PointAcknowledged) {
	switch {
	case s.r.Overtaken:
		s.tell(ev.By, bot.TellOldCard)
	case len(s.r.CountsFor(ev.By, ev.Standing)) == 0:
		s.doesNotCount(ev.By, ev.Standing, bot.TellMayNot)
	case slices.ContainsFunc(s.r.OpenPoints(), func(p bot.Point) bool { return p.ID == ev.Point }):
		s.r.Acknowledged = append(s.r.Acknowledged, bot.Acknowledgement{Point: ev.Point, By: ev.By, At: s.now})
	}
}

// withdrawn takes an approval back. If that leaves one missing, the release waits for
// approval again, and leaves the queue.
func (s *step) withdrawn(by bot.Person) {
	kept := slices.DeleteFunc(slices.Clone(s.r.Approvals), func(a bot.Approval) bool { return a.By.ID == by.ID })
	if len(kept) == len(s.r.Approvals) {
		s.tell(by, bot.TellNothingToTake)
		return
	}
	s.r.Approvals = kept
	s.keepWithdrawn(bot.Withdrawal{By: by, At: s.now})
	s.say(bot.NoteWithdrawn{By: by, At: s.now})
	if s.r.Phase == bot.Queued && s.lacksApproval() {
		s.r.Place = bot.Place{}
		s.enter(bot.AwaitingApproval)
	}
}

func (s *step) keepWithdrawn(w bot.Withdrawal) {
	s.r.Withdrawn = append(s.r.Withdrawn, w)
	if over := len(s.r.Withdrawn) - bot.MaxWithdrawals; over > 0 {
		s.r.Withdrawn = slices.Clone(s.r.Withdrawn[over:])
	}
}

// lose removes approvals that no longer count, and says so in the thread.
func (s *step) lose(lost []bot.Withdrawal) {
	for _, w := range lost {
		s.r.Approvals = slices.DeleteFunc(slices.Clone(s.r.Approvals), func(a bot.Approval) bool { return a.By.ID == w.By.ID })
		w.At = s.now
		s.keepWithdrawn(w)
		s.say(bot.NoteLost{By: w.By, At: s.now})
	}
}

// doesNotCount tells somebody that they are not allowed to do this, or that slipway
// could not find out whether they are.
func (s *step) doesNotCount(by bot.Person, standing bot.Standing, why bot.Told) {
	if len(standing.Unread) > 0 {
		why = bot.TellUnread
	}
	s.tell(by, why)
}

// mayCancel says whether somebody may stop the release: its requester, others with the
// right to, or its batch, which has checked that already.
func (s *step) mayCancel(ev bot.CancelAsked) bool {
	own := s.r.IsRequester(ev.By)
	if own || ev.Standing.May || ev.Batch != "" && ev.Batch == s.r.Part.Batch {
		return true
	}
	s.doesNotCount(ev.By, ev.Standing, bot.TellMayNotCancel)
	return false
}

// lacksApproval says that a yes to the plan as it is now is missing.
func (s *step) lacksApproval() bool { return len(s.r.OpenSets()) > 0 }

// late answers people whose click came too late to matter. Other late events are
// ignored.
func (s *step) late(ev bot.Event) {
	switch ev := ev.(type) {
	case bot.Approved, bot.Declined, bot.PointAcknowledged, bot.RanAsserted, bot.NeverRanAsserted:
		by, _, _ := bot.SpeakerOf(ev)
		s.tell(by, bot.TellTooLate)
	case bot.Withdrawn:
		s.tell(ev.By, bot.TellTooLate)
	default:
	}
}

func (s *step) expired() {
	if s.r.Unconfirmed() {
		s.end(bot.Expired, bot.Ending{Cause: "it was not confirmed within " + bot.Span(confirmWithin), Mend: "Type it again if it is still wanted."})
		return
	}
	s.end(bot.Expired, bot.Ending{
		Cause: "the approval did not come within " + bot.Span(s.r.Plan.Settings.Approvals.Expires),
		Mend:  "Ask again when an approver is there.",
	})
}
