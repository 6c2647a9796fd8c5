package lifecycle

import (
	"fmt"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// running: the workflow's run is under way. A webhook is only a hint to go and
// read; what is read is taken only when it tells of a later state. Without a
// hint the run is polled.
func (s *step) running(ev bot.Event) {
	switch ev := ev.(type) {
	case bot.Hinted:
		s.do(bot.ReadRun, "")
	case bot.RunSeen:
		s.runSeen(ev.Run)
	case bot.RunGone:
		s.r.Dispatch.Problem = "the run was deleted at GitHub before it was over"
		s.becomeUnknown()
	case bot.EffectFailed:
		s.notRead(ev)
	case bot.WorkflowChanged:
		s.do(bot.Alert, bot.NoteMismatch)
		s.cancelRun(bot.Cancel{Cause: bot.ByMismatch})
	case bot.CancelAsked:
		s.cancelRun(bot.Cancel{By: ev.By, Reason: ev.Reason, Cause: bot.ByPerson})
	case bot.YieldAsked:
		s.cancelRun(bot.Cancel{By: ev.By, Cause: bot.ByRollback, For: ev.For})
	case bot.Ticked:
		s.runningTicked()
	default:
		s.late(ev)
	}
}

// notRead: the run goes on, and slipway cannot see it. The card says so, and
// where waiting does not help, or did not, somebody is called.
func (s *step) notRead(ev bot.EffectFailed) {
	if ev.Effect.Kind != bot.ReadRun || !ev.Final && s.tried(ev) < blindAfter {
		return
	}
	s.r.Dispatch.Problem = ev.Says
	if ev.Mend != "" {
		s.r.Dispatch.Problem += ". " + strings.TrimSuffix(ev.Mend, ".")
	}
	s.do(bot.Alert, bot.NoteBlind)
}

func (s *step) cancelRun(c bot.Cancel) {
	if !s.r.Cancel.AskedAt.IsZero() {
		return
	}
	c.AskedAt = s.now
	s.r.Cancel = c
	s.do(bot.CancelRun, "")
}

func (s *step) runningTicked() {
	cancel := s.r.Cancel
	switch {
	case cancel.AskedAt.IsZero():
		if s.now.Sub(startOf(s.r)) >= s.r.Plan.Settings.Timeout {
			s.cancelRun(bot.Cancel{Cause: bot.ByTimeout})
		}
	case s.now.Sub(cancel.AskedAt) >= unknownAfter:
		s.r.Dispatch.Problem = "GitHub was asked to cancel the run and it has not stopped"
		s.becomeUnknown()
		return
	case !cancel.Forced && s.now.Sub(cancel.AskedAt) >= forceAfter:
		s.r.Cancel.Forced = true
		s.do(bot.ForceCancelRun, "")
	}
	if s.now.Sub(s.r.Run.ReadAt) >= s.r.Pace.Poll {
		s.do(bot.ReadRun, bot.NotePoll)
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
		s.do(bot.CompareWorkflow, "")
	}
	if last.Attempt > 0 && seen.Attempt > last.Attempt {
		s.do(bot.Say, bot.NoteRerun)
	}
	if seen.Status == bot.RunCompleted {
		s.runOver()
	}
}

func (s *step) runOver() {
	switch s.r.Run.Conclusion {
	case bot.ConclusionSuccess:
		s.runSucceeded()
	case bot.ConclusionCancelled:
		s.runCancelled()
	case bot.ConclusionSkipped:
		s.failed(bot.Ending{Cause: "the workflow skipped all of its jobs, so nothing was deployed", Mend: "Look at the conditions (if:) in " + s.r.Plan.Workflow + "."})
	case bot.ConclusionFailure, bot.ConclusionNone:
		s.failed(bot.Ending{Cause: failureOf(s.r.Run)})
	}
}

// failureOf says in one sentence what made a run fail.
func failureOf(run bot.Run) string {
	job, found := run.FailedJob()
	switch {
	case !found:
		return "the workflow run failed"
	case job.FailedStep == "":
		return fmt.Sprintf("job %q failed", job.Name)
	default:
		return fmt.Sprintf("job %q failed at step %q", job.Name, job.FailedStep)
	}
}

func (s *step) failed(why bot.Ending) {
	s.do(bot.Alert, bot.NoteFailed)
	s.do(bot.RecordDeployment, bot.DeploymentFailure)
	s.end(bot.Failed, why)
}

func (s *step) runSucceeded() {
	if s.r.Cancel.Cause == bot.ByPerson {
		s.tell(s.r.Cancel.By, bot.TellNotCancelled)
	}
	// Only a run that went through has taken anything away.
	if s.r.Kind == bot.Rollback && s.r.Arrival() == bot.Arrived {
		s.do(bot.TakeBack, "")
	}
	switch {
	case s.r.Cancel.Cause == bot.ByMismatch:
		s.failed(bot.Ending{Cause: "the run used a workflow file that was not the approved one, and it was over before it could be cancelled", Mend: "Look at what it did before you go on."})
	case s.r.Cancel.Cause == bot.ByRollback:
		s.superseded(s.r.Cancel)
	case len(s.r.Plan.Settings.Health.Probes) == 0:
		s.r.Verdict = bot.NotWatched
		s.succeeded("")
	default:
		s.r.Verdict = bot.Watching
		s.r.Watch = bot.Watch{StartedAt: s.now, EndsAt: s.now.Add(s.r.Plan.Settings.Health.Window), NextAt: s.now}
		s.enter(bot.Verifying)
		s.do(bot.AskProbes, "")
	}
}

// succeeded ends a release of whose health nothing bad is known.
func (s *step) succeeded(cause string) {
	s.do(bot.RecordDeployment, bot.DeploymentSuccess)
	s.do(bot.RetireDeployment, "")
	s.end(bot.Succeeded, bot.Ending{Cause: cause})
	s.proven()
}

func (s *step) superseded(c bot.Cancel) {
	s.do(bot.RecordDeployment, bot.DeploymentGone)
	s.end(bot.Superseded, bot.Ending{By: c.By, Cause: "rollback " + c.For + " took its place"})
}

func (s *step) runCancelled() {
	c := s.r.Cancel
	switch {
	case c.AskedAt.IsZero():
		s.cancelled(bot.Ending{Cause: "the run was cancelled at GitHub, by a person or by a newer run of the same concurrency group"})
	case c.Cause == bot.ByTimeout:
		s.failed(bot.Ending{Cause: "the run took longer than " + bot.Span(s.r.Plan.Settings.Timeout) + " and was cancelled", Mend: "If it needs that long, raise timeout in slipway.yaml."})
	case c.Cause == bot.ByMismatch:
		s.failed(bot.Ending{Cause: "the run was made with a workflow file that was not the approved one, and was cancelled", Mend: "Deploy again; the new file is then part of the plan."})
	case c.Cause == bot.ByRollback:
		s.superseded(c)
	default:
		s.cancelled(bot.Ending{By: c.By, Reason: c.Reason, Cause: "cancelled while the workflow ran; what it had done by then stays done"})
	}
}

func (s *step) cancelled(why bot.Ending) {
	s.do(bot.RecordDeployment, bot.DeploymentFailure)
	s.do(bot.Say, bot.NoteEnded)
	s.end(bot.Cancelled, why)
}
