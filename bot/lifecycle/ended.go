package lifecycle

import "github.com/slipwayhq/slipway/bot"

// ended: the release never moves again. A person may still say that it looks
// good after an inconclusive watch, which makes it a rollback's target.
func (s *step) ended(ev bot.Event) {
	switch ev := ev.(type) {
	case bot.LooksGood:
		if s.r.Phase == bot.Succeeded && s.r.Verdict == bot.Inconclusive {
			s.r.Healthy = true
			s.r.Ending.By = ev.By
		}
	case bot.Confirmed:
		s.tell(ev.By, bot.TellTooLate)
	case bot.Approved:
		s.tell(ev.By, bot.TellTooLate)
	case bot.Declined:
		s.tell(ev.By, bot.TellTooLate)
	case bot.CancelAsked:
		s.tell(ev.By, bot.TellTooLate)
	default:
	}
}
