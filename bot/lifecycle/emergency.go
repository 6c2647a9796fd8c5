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

// openReview: where rules were passed that is said out loud, and somebody else
// must sign it off. Those that were passed before are known.
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

// passesApproval: an emergency waits for nobody's yes, as long as what goes is
// what was shown. A plan that changed needs one, as every other does.
func (s *step) passesApproval() bool { return s.r.Emergency.Asked && len(s.r.Delta) == 0 }

// signedOff: somebody else answers for the emergency too, in whatever phase the
// release is, also long after its end.
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

// proven says whether the release may be gone back to: it is well, and is no
// emergency that nobody else answers for.
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
