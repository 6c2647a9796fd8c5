package lifecycle

import "github.com/slipwayhq/slipway/bot"

// tellOthers lets others know what the release has come to. What never had a card
// was its requester's alone.
func (s *step) tellOthers(before bot.Release) {
	if o := s.r.Outcome(); o != "" && o != before.Outcome() && s.r.Carded {
		s.notify(o)
	}
}

func (s *step) notify(o bot.ReleaseOutcome) {
	s.do(bot.Notify{Outcome: o, At: s.now})
}

// routed has each of those who are told be told by itself, so that one who cannot be
// reached keeps no other waiting.
func (s *step) routed(ev bot.Routed) {
	for _, to := range ev.To {
		s.do(bot.Deliver{Outcome: ev.Outcome, At: ev.At, To: to})
	}
}

// undelivered says that a webhook was tried for as long as anything is, and has not
// taken it.
func (s *step) undelivered(ev bot.EffectFailed) {
	d, is := ev.Effect.(bot.Deliver)
	if is && d.To.Kind == bot.ToWebhook && ev.Next.IsZero() && !ev.Final {
		s.alert(bot.NoteUndelivered{Outcome: d.Outcome, At: d.At, To: d.To, Says: ev.Says})
	}
}
