package lifecycle

import "github.com/slipwayhq/slipway/bot"

// tellOthers notifies others of the release's outcome. A release that never had a card
// concerns only its requester.
func (s *step) tellOthers(before bot.Release) {
	if o := s.r.Outcome(); o != "" && o != before.Outcome() && s.r.Carded {
		s.notify(o)
	}
}

func (s *step) notify(o bot.ReleaseOutcome) {
	s.do(bot.Notify{Outcome: o, At: s.now})
}

// routed makes one effect for each recipient, so that one who cannot be reached does
// not delay the others.
func (s *step) routed(ev bot.Routed) {
	for _, to := range ev.To {
		s.do(bot.Deliver{Outcome: ev.Outcome, At: ev.At, To: to})
	}
}

// undelivered reports a webhook that has not accepted the event within the time for
// retries.
func (s *step) undelivered(ev bot.EffectFailed) {
	d, is := ev.Effect.(bot.Deliver)
	if is && d.To.Kind == bot.ToWebhook && ev.Next.IsZero() && !ev.Final {
		s.alert(bot.NoteUndelivered{Outcome: d.Outcome, At: d.At, To: d.To, Says: ev.Says})
	}
}
