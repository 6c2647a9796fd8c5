package lifecycle

import (
	"strconv"

	"github.com/slipwayhq/slipway/bot"
)

// unknown: nobody can say whether the workflow was started, or how its run
// went. It holds the slot, is looked into now and then, reminds, and is left
// by a person's answer or by a run that is found.
func (s *step) unknown(ev bot.Event) {
	started := s.r.Run.ID != 0
	switch ev := ev.(type) {
	case bot.Ticked:
		s.unknownTicked()
	case bot.Hinted:
		s.lookAgain()
	case bot.RunFound:
		if !started {
			s.runKnown(ev.Run)
		}
	case bot.RunSeen:
		if started {
			s.foundAgain(ev.Run)
		}
	case bot.RanAsserted:
		s.ranAsserted(ev)
	case bot.NeverRanAsserted:
		if started {
			s.tell(ev.By, bot.TellTooLate)
			return
		}
		s.r.Dispatch.State, s.r.Dispatch.Interrupted = bot.NotSent, false
		s.r.WakeAt = s.now.Add(dispatchRetry)
		s.enter(bot.Dispatching)
		s.do(bot.Recheck, "")
	case bot.CancelAsked:
		if started {
			s.do(bot.CancelRun, "")
			return
		}
		s.tell(ev.By, bot.TellTooLate)
	case bot.Approved:
		s.tell(ev.By, bot.TellTooLate)
	case bot.Declined:
		s.tell(ev.By, bot.TellTooLate)
	default:
	}
}

func (s *step) unknownTicked() {
	if s.now.Before(s.r.WakeAt) {
		return
	}
	s.r.WakeAt = s.now.Add(unknownEvery)
	s.lookAgain()
	// Every reminder has a number, so that asking for it again says it once.
	if n := int(s.waited() / remindEvery); n > 0 {
		s.do(bot.Alert, bot.NoteReminder+strconv.Itoa(n))
	}
}

func (s *step) lookAgain() {
	if s.r.Run.ID != 0 {
		s.do(bot.ReadRun, "")
		return
	}
	s.do(bot.FindRun, "")
}

// ranAsserted: a person says that it ran. The run is taken at their word if
// they named it, and looked for if not.
func (s *step) ranAsserted(ev bot.RanAsserted) {
	if s.r.Run.ID == 0 && ev.RunID != 0 {
		s.runKnown(bot.Run{ID: ev.RunID})
		return
	}
	s.lookAgain()
}

// foundAgain goes on with a run that was lost from sight.
func (s *step) foundAgain(run bot.Run) {
	if run.Status != bot.RunCompleted && !s.r.Cancel.AskedAt.IsZero() {
		// It was to stop and has not; reading it again says nothing new.
		return
	}
	s.enter(bot.Running)
	s.runSeen(run)
}
