package lifecycle

import "github.com/slipwayhq/slipway/bot"

// What was done past slipway has an entry in the history of its target, which is a
// release that only ever ends. It proves nothing, as an adoption proves nothing.

// happened enters it, and lets others know.
func (s *step) happened() {
	s.r.Verdict = bot.NotWatched
	s.notify(bot.OutcomeOutOfBand)
	s.end(bot.Succeeded, bot.Ending{Cause: s.r.Beside.Says() + ", past slipway"})
}

// asksBeside says that the requester of a deploy has not seen yet what was done past
// slipway since the last release. Several that go together have nobody to answer for
// one of them: there a gate says so.
func (s *step) asksBeside() bool {
	return s.r.Kind == bot.Deploy && len(s.r.Plan.Beside) > 0 && !s.r.Seen && s.r.Part.Batch == "" && !s.r.ByItself()
}

// lookedBeside notes that the requester has seen it. By then the gates have let them
// deploy there.
func (s *step) lookedBeside() {
	if len(s.r.Plan.Beside) > 0 {
		s.do(bot.LookBeside{})
	}
}
