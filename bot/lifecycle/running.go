package lifecycle

import (
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// running: the workflow's run is under way. A webhook is only a hint to read the run;
// what was read counts if it is newer than what is known. Without webhooks the run is
// polled.
func (s *step) running(ev bot.Event) {
	switch ev := ev.(type) {
	case bot.Hinted:
		s.do(bot.ReadRun{})
	case bot.RunSeen:
		s.runSeen(ev.Run)
	case bot.RunGone:
		s.r.Dispatch.Problem = "the run was deleted at GitHub before it was over"
		s.becomeUnknown()
	case bot.EffectFailed:
		s.notRead(ev)
	case bot.WorkflowChanged:
		s.alert(bot.NoteMismatch{})
		s.cancelRun(bot.Cancel{Cause: bot.ByMismatch})
	case bot.CancelAsked:
		s.cancelRun(byPerson(ev))
	case bot.YieldAsked:
		s.cancelRun(byRollback(ev))
	case bot.Ticked:
		s.runningTicked()
	default:
		s.late(ev)
	}
}

// notRead: the run goes on, but slipway cannot read it. The card says so, and when
// waiting does not help there is an alert.
func (s *step) notRead(ev bot.EffectFailed) {
	reads := bot.IsA[bot.ReadRun](ev.Effect) || bot.IsA[bot.PollRun](ev.Effect)
	if !reads || !ev.Final && s.tried(ev) < blindAfter {
		return
	}
	s.r.Dispatch.Problem = problemOf(ev)
	s.alert(bot.NoteBlind{Since: s.r.Since()})
}

func problemOf(ev bot.EffectFailed) string {
	if ev.Mend == "" {
		return ev.Says
	}
	return ev.Says + ". " + strings.TrimSuffix(ev.Mend, ".")
}

func (s *step) cancelRun(c bot.Cancel) {
	if s.r.Cancel.AskedAt.IsZero() {
		s.askToCancel(c)
	}
}

func byPerson(ev bot.CancelAsked) bot.Cancel {
	return bot.Cancel{By: ev.By, Reason: ev.Reason, Cause: bot.ByPerson}
}

func byRollback(ev bot.YieldAsked) bot.Cancel {
	return bot.Cancel{By: ev.By, Cause: bot.ByRollback, For: ev.For}
}

// askToCancel asks the code host to stop the run, even if that was asked before.
func (s *step) askToCancel(c bot.Cancel) {
	c.AskedAt = s.now
	s.r.Cancel = c
	s.do(bot.CancelRun{})
}

func (s *step) runningTicked() {
	cancel := s.r.Cancel
	switch {
	case cancel.AskedAt.IsZero():
		if s.now.Sub(s.r.FirstRan()) >= s.r.Plan.Settings.Timeout {
			s.cancelRun(bot.Cancel{Cause: bot.ByTimeout, Wait: s.r.Run.Waits()})
		}
	case s.now.Sub(cancel.AskedAt) >= unknownAfter:
		s.r.Dispatch.Problem = "GitHub was asked to cancel the run and it has not stopped"
		s.becomeUnknown()
		return
	case !cancel.Forced && s.now.Sub(cancel.AskedAt) >= forceAfter:
		s.r.Cancel.Forced = true
		s.do(bot.ForceCancelRun{})
	}
	if s.now.Sub(s.r.Run.ReadAt) >= s.r.Pace.Poll {
		s.do(bot.PollRun{})
	}
}

func (s *step) runSeen(seen bot.Run) {
	last := s.r.Run
	s.r.Dispatch.Problem = ""
	if seen.ID != last.ID || seen.Older(last) {
		s.r.Run.ReadAt = s.now
		return
	}
	s.r.Run = seen
	s.r.Run.ReadAt = s.now
	if last.HeadSHA == "" && seen.HeadSHA != "" {
		s.do(bot.CompareWorkflow{})
	}
	if last.Attempt > 0 && seen.Attempt > last.Attempt {
		s.say(bot.NoteRerun{Attempt: s.r.LastAttempt()})
	}
	if seen.Status == bot.RunCompleted {
		s.runOver(last)
	}
}
