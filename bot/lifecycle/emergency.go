package lifecycle

import (
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

const (
	// overdueEvery is how often it is said that an emergency is overdue.
	overdueEvery = 24 * time.Hour
	// maxReviewReminders are one before it is due, one when it is, and one a
	// day for a week. It stays open after that, and in the list.
	maxReviewReminders = 9
)

// openReview: an emergency passed rules. That is alerted, and another person must sign
// it off. Rules that it had passed before are not alerted again.
func (s *step) openReview(before bot.Decision) {
	passed := slices.DeleteFunc(s.r.Decision.Passed(), func(name string) bool { return slices.Contains(before.Passed(), name) })
	if s.r.Emergency.ReviewBy.IsZero() && s.lacksApproval() {
		passed = append(passed, "approvals")
	}
	if !s.r.Emergency.Asked || len(passed) == 0 {
		return
	}
	// Whoever signed it off has not seen this.
	s.r.Emergency.SignedOff, s.r.Emergency.SignedAt = bot.Person{}, time.Time{}
	if s.r.Emergency.ReviewBy.IsZero() {
		s.r.Emergency.ReviewBy = s.now.Add(s.r.Plan.Settings.Rules.Review)
	}
	s.alert(bot.NoteEmergency{Passed: passed})
}

// passesApproval says whether an emergency goes without approval. It does as long as
// the plan is the one that was shown; a changed plan needs approval like any other.
func (s *step) passesApproval() bool { return s.r.Emergency.Asked && len(s.r.Delta) == 0 }

// signedOff: another person has reviewed the emergency and shares the responsibility.
// That can happen in any phase, also long after the end.
func (s *step) signedOff(ev bot.SignedOff) {
	switch {
	case !s.r.ReviewOpen():
		s.tell(ev.By, bot.TellTooLate)
	case !s.r.Started():
		s.tell(ev.By, bot.TellNotGone)
	case !s.r.MaySignOff(ev.By, ev.Standing):
		s.tell(ev.By, bot.TellMayNotSignOff)
	default:
		s.r.Emergency.SignedOff, s.r.Emergency.SignedAt = ev.By, s.now
		s.proven()
		s.say(bot.NoteSignedOff{})
	}
}

// proven notes whether the release can be a rollback's target: it went well, and no
// review of an emergency is open.
func (s *step) proven() { s.r.Healthy = s.r.Well() && !s.r.ReviewOpen() }

// reviewDue reminds that nobody has signed the emergency off, in whatever phase
// the release is. Reminders that came due while slipway was down are one.
func (s *step) reviewDue() {
	before := s.r.Emergency.Reminders
	for at := reviewWake(s.r); !at.IsZero() && !s.now.Before(at); at = reviewWake(s.r) {
		s.r.Emergency.Reminders++
	}
	if n := s.r.Emergency.Reminders; n > before {
		s.alert(bot.NoteReview{Number: n})
	}
}

// reviewWake is when the next reminder is due; zero: never.
func reviewWake(r bot.Release) time.Time {
	e := r.Emergency
	switch {
	case !r.ReviewOpen() || e.Reminders >= maxReviewReminders:
		return time.Time{}
	case e.Reminders == 0:
		return e.ReviewBy.Add(-r.Plan.Settings.Rules.Review / 4)
	default:
		return e.ReviewBy.Add(time.Duration(e.Reminders-1) * overdueEvery)
	}
}
