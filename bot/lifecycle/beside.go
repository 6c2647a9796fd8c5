package lifecycle

import (
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// What was done past slipway has an entry in the history of its target, which is a
// release that only ever ends. It proves nothing, as an adoption proves nothing.

// happened enters it, and lets others know.
func (s *step) happened() {
	s.r.Verdict = bot.NotWatched
	s.notify(bot.OutcomeOutOfBand)
	s.end(bot.Succeeded, bot.Ending{Cause: s.r.Beside.Says(time.Time{}) + ", past slipway"})
}

// versionSeen notes whether a version is there of which this is the entry: one that is
// gone is not what is live.
func (s *step) versionSeen(ev bot.VersionSeen) {
	switch {
	case s.r.Beside.What != bot.BesideVersion:
	case ev.Gone:
		s.r.Beside.Came = bot.NeverCame
	default:
		s.r.Beside.Came = bot.MayHaveCome
	}
}

// asksBeside says whether the requester of a deploy has still to see what was done past
// slipway since the last release. The members of a batch have nobody who could answer
// for one of them; there a gate warns instead.
func (s *step) asksBeside() bool {
	return s.r.Kind == bot.Deploy && len(s.r.Plan.Beside) > 0 && !s.r.Seen && s.r.Part.Batch == "" && !s.r.ByItself()
}

// lookedBeside notes that the requester has seen it. The gates have checked by then
// that they may deploy there.
func (s *step) lookedBeside() {
	if len(s.r.Plan.Beside) > 0 {
		s.do(bot.LookBeside{})
	}
}
