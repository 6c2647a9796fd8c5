package lifecycle

import (
	"slices"
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
	case bot.RunIsAnothers:
		s.r.Dispatch.Problem = ev.Says
	case bot.RunKeyless:
		if !started {
			s.keyless(ev.Run)
		}
	case bot.RanAsserted:
		if s.mayAssert(ev.By, ev.Standing) {
			s.ranAsserted(ev)
		}
	case bot.NeverRanAsserted:
		s.neverRan(ev)
	case bot.CancelAsked:
		if !started {
			s.tell(ev.By, bot.TellTooLate)
			return
		}
		s.cancelLost(bot.Cancel{By: ev.By, Reason: ev.Reason, Cause: bot.ByPerson})
	case bot.YieldAsked:
		if started {
			s.cancelLost(bot.Cancel{By: ev.By, Cause: bot.ByRollback, For: ev.For})
		}
	case bot.WorkflowChanged:
		s.alert(bot.NoteMismatch{})
		s.cancelLost(bot.Cancel{Cause: bot.ByMismatch})
	case bot.RunGone:
		s.runGone()
	default:
		s.late(ev)
	}
}

// cancelLost asks for a run to be stopped of which it is not known how it goes,
// also if that was asked for before: the answer tells whether it still exists.
func (s *step) cancelLost(c bot.Cancel) {
	c.AskedAt = s.now
	s.r.Cancel = c
	s.do(bot.CancelRun{})
}

// runGone: a run that does not exist any more tells nothing. Somebody who
// wanted it stopped has said what that means: the release is over.
func (s *step) runGone() {
	c := s.r.Cancel
	switch {
	case s.r.Run.ID == 0:
	case c.Cause == bot.ByPerson:
		s.cancelled(bot.Ending{By: c.By, Reason: c.Reason, Cause: "its run was deleted at GitHub, so nobody can tell how far it came; what it had done by then stays done"})
	case c.Cause == bot.ByRollback:
		s.superseded(c)
	}
}

func (s *step) unknownTicked() {
	if s.now.Before(s.r.WakeAt) {
		return
	}
	s.r.WakeAt = s.now.Add(unknownEvery)
	s.lookAgain()
	// Every reminder has a number, so that asking for it again says it once.
	n := int(s.waited() / remindEvery)
	if n > 0 && n <= maxReminders && (n <= remindOften || n%remindOften == 0) {
		s.alert(bot.NoteReminder{Number: n, Last: n == maxReminders, Since: s.r.Since()})
	}
}

func (s *step) lookAgain() {
	if s.r.Run.ID != 0 {
		s.do(bot.ReadRun{})
		return
	}
	s.do(bot.FindRun{})
}

// mayAssert says whether somebody may settle what slipway cannot prove.
func (s *step) mayAssert(by bot.Person, standing bot.Standing) bool {
	if !standing.May {
		s.doesNotCount(by, standing, bot.TellMayNotAssert)
	}
	return standing.May
}

// neverRan: a person says that the request did not arrive. They may not have seen
// what GitHub lists late, so the run is looked for once more; then it is sent
// again, unless somebody wanted it stopped meanwhile.
func (s *step) neverRan(ev bot.NeverRanAsserted) {
	switch {
	case s.r.Run.ID != 0:
		s.tell(ev.By, bot.TellTooLate)
	case !s.mayAssert(ev.By, ev.Standing):
	case !s.r.Cancel.AskedAt.IsZero():
		s.say(bot.NoteNeverRan{By: ev.By, Attempt: s.r.Dispatch.Attempt})
		s.lookOnceMore(ev.By)
	default:
		s.say(bot.NoteSendAgain{By: ev.By, Attempt: s.r.Dispatch.Attempt})
		s.r.Claims = nil
		s.lookOnceMore(ev.By)
	}
}

// ranAsserted: a person says that it ran. The run that they name is read, for it
// must be this release's, and looked for if they named none; the card says so
// until it is found.
func (s *step) ranAsserted(ev bot.RanAsserted) {
	if s.r.Run.ID != 0 {
		s.lookAgain()
		return
	}
	s.say(bot.NoteItRan{By: ev.By, Attempt: s.r.Dispatch.Attempt})
	if ev.RunID != 0 {
		s.claim(ev)
		s.r.Dispatch.Problem = ev.By.String() + " says that it ran as run " + strconv.FormatInt(ev.RunID, 10) + ", which is read"
		s.do(bot.FindRun{Named: ev.RunID})
		return
	}
	s.r.Dispatch.Problem = ev.By.String() + " says that it ran, but GitHub does not list its run yet"
	s.lookAgain()
}

// claim keeps which run somebody named.
func (s *step) claim(ev bot.RanAsserted) {
	kept := slices.DeleteFunc(slices.Clone(s.r.Claims), func(c bot.RunClaim) bool { return c.By.ID == ev.By.ID })
	kept = append(kept, bot.RunClaim{By: ev.By, Run: ev.RunID})
	s.r.Claims = kept[max(0, len(kept)-bot.MaxRunClaims):]
}

// keyless takes a run that shows not whose it is only on two people's word: by
// one's alone any run could pass for what was approved.
func (s *step) keyless(run bot.Run) {
	if s.r.Seconded(run.ID) {
		s.runKnown(run)
		return
	}
	s.r.Dispatch.Problem = "run " + strconv.FormatInt(run.ID, 10) + " shows no run key, so somebody else who may say so must name it too"
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
