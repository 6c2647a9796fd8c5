package lifecycle

import (
	"slices"
	"strconv"

	"github.com/slipwayhq/slipway/bot"
)

// unknown: nobody can say whether the workflow was started, or how its run went. The
// release holds the slot, looks again now and then, sends reminders, and goes on when a
// person answers or the run is found.
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
		// The answer tells whether a run that can no longer be read still exists.
		s.askToCancel(byPerson(ev))
	case bot.YieldAsked:
		if started {
			s.askToCancel(byRollback(ev))
		}
	case bot.WorkflowChanged:
		s.alert(bot.NoteMismatch{})
		s.askToCancel(bot.Cancel{Cause: bot.ByMismatch})
	case bot.RunGone:
		s.runGone()
	case bot.EffectFailed:
		s.stillUnread(ev)
	default:
		s.late(ev)
	}
}

// stillUnread: the run cannot be asked for any more, or not be stopped, which the card
// says: whoever wants to end the release should know that it may still go on.
func (s *step) stillUnread(ev bot.EffectFailed) {
	if ev.Final && s.r.Run.ID != 0 && (bot.IsA[bot.ReadRun](ev.Effect) || bot.IsA[bot.CancelRun](ev.Effect)) {
		s.r.Dispatch.Problem = problemOf(ev)
	}
}

// runGone: the run does not exist any more and tells nothing. If somebody wanted it
// stopped, the release is over.
func (s *step) runGone() {
	c := s.r.Cancel
	switch {
	case s.r.Run.ID == 0:
	case c.Cause == bot.ByPerson:
		s.cancelled(bot.Ending{By: c.By, Reason: c.Reason, Cause: "GitHub does not show its run any more, so nobody can tell how far it came; what it had done by then stays done"})
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
	// The number in the key makes each reminder appear once.
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

// mayAssert says whether somebody may say what became of an uncertain start.
func (s *step) mayAssert(by bot.Person, standing bot.Standing) bool {
	if !standing.May {
		s.doesNotCount(by, standing, bot.TellMayNotAssert)
	}
	return standing.May
}

// neverRan: a person says that the request did not arrive. GitHub may list the run
// late, so it is looked for once more; then the request is sent again, unless somebody
// asked to stop meanwhile.
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

// ranAsserted: a person says that the workflow ran. The run that they name is read and
// must be this release's; if they name none it is looked for. The card says so until it
// is found.
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

// keyless accepts a run that does not show whose it is only if two people name it. One
// person alone could pass off any run as the approved one.
func (s *step) keyless(run bot.Run) {
	if s.r.Seconded(run.ID) {
		s.runKnown(run)
		return
	}
	s.r.Dispatch.Problem = "run " + strconv.FormatInt(run.ID, 10) + " shows no run key, so somebody else who may say so must name it too"
}

// foundAgain goes on with a run that could not be read for a while.
func (s *step) foundAgain(run bot.Run) {
	if run.Status != bot.RunCompleted && !s.r.Cancel.AskedAt.IsZero() {
		// It was asked to stop and still runs; reading it again tells nothing new.
		return
	}
	s.enter(bot.Running)
	s.runSeen(run)
}
