package lifecycle

import (
	"cmp"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// dispatching: the release holds the slot and is to be started, exactly once.
// The order of things is the promise:
//
//  1. the plan is worked out again (Rechecked) and must be the approved one;
//  2. the intent is stored: State becomes Sending;
//  3. the request is sent, at once and only by the process that stored the
//     intent (SendDispatch);
//  4. its outcome is stored.
//
// Whoever finds State Sending without having stored it gets Interrupted, and
// from then on the run is looked for. A second request leaves only when it is
// certain that the first never arrived, or when a person says so (NeverRan) and
// no run was found for a while after that, nor right before the next intent.
func (s *step) dispatching(ev bot.Event) {
	switch ev := ev.(type) {
	case bot.Rechecked:
		s.rechecked(ev)
	case bot.RerunFound:
		s.waitForRerun(ev.Rerun)
	case bot.Interrupted:
		s.r.Dispatch.Interrupted = true
		s.search("slipway was interrupted while it started the workflow")
	case bot.DispatchUncertain:
		s.search(ev.Says)
	case bot.DispatchListed:
		s.search("")
	case bot.DispatchAccepted:
		s.runKnown(ev.Run)
	case bot.RunFound:
		s.lookedFor(ev.Run)
	case bot.RunNotListed:
		s.notListed()
	case bot.DispatchRefused:
		s.r.Dispatch.State = bot.NotSent
		s.failBeforeStart(ev.Says, ev.Mend)
	case bot.DispatchNotSent:
		s.notSent(ev)
	case bot.EffectFailed:
		s.dispatchingFailed(ev)
	case bot.CancelAsked:
		s.cancelDispatching(byPerson(ev))
	case bot.YieldAsked:
		s.cancelDispatching(byRollback(ev))
	case bot.Ticked:
		s.dispatchingTicked()
	default:
		s.late(ev)
	}
}

func (s *step) rechecked(ev bot.Rechecked) {
	if s.r.Dispatch.State != bot.NotSent {
		return
	}
	if refusals := ev.Decision.Refusals(); len(refusals) > 0 {
		s.r.Decision = ev.Decision
		s.tellPeople()
		s.end(bot.Rejected, refusedBy(refusals))
		return
	}
	delta := append(ev.Plan.Differences(*s.r.Plan), ev.Void...)
	before := s.r.Decision
	s.r.Plan, s.r.Decision = &ev.Plan, ev.Decision
	if len(ev.Void) > 0 {
		s.r.Plan.Looks++
	}
	if len(delta) > 0 && s.changed(delta) {
		s.askAgain()
		return
	}
	if s.lose(ev.Lost); len(ev.Lost) > 0 && s.lacksApproval() {
		s.enter(bot.AwaitingApproval)
		return
	}
	if s.r.Kind == bot.Adopt {
		s.adopted()
		return
	}
	s.openReview(before)
	s.r.Dispatch = bot.Dispatch{State: bot.Sending, Attempt: s.r.Dispatch.Attempt + 1, At: s.now, NeverRan: s.r.Dispatch.NeverRan}
	s.do(bot.SendDispatch{})
}

// waitForRerun keeps the slot and waits until a run is over that somebody started again
// at the code host.
func (s *step) waitForRerun(again bot.Rerun) {
	if s.r.Dispatch.State != bot.NotSent {
		return
	}
	plan := *s.r.Plan
	plan.Rerun = &again
	s.r.Plan, s.r.Place = &plan, bot.Place{Holder: again.Release}
	s.r.WakeAt = s.now.Add(s.r.Pace.Poll)
	s.enter(bot.Queued)
}

// tellPeople tells the requester and the approvers that the release they approved is
// not started after all.
func (s *step) tellPeople() {
	if len(s.r.Approvals) == 0 {
		return
	}
	s.tellRequester(bot.TellStopped)
	for _, a := range s.r.Approvals {
		if !s.r.IsRequester(a.By) {
			s.tell(a.By, bot.TellStopped)
		}
	}
}

// askAgain gives the slot back and waits for approval of what would be started now. A
// rollback's requester confirms it again first.
func (s *step) askAgain() {
	if s.r.Unconfirmed() {
		s.tellRequester(bot.TellConfirm)
	}
	s.say(bot.NotePlan{Seal: s.r.Plan.Seal()})
	s.enter(bot.AwaitingApproval)
}

// search looks for the run of the last request, which may or may not have arrived.
func (s *step) search(problem string) {
	s.r.Dispatch.State, s.r.Dispatch.NeverRan = bot.Searching, bot.Person{}
	s.r.Dispatch.Problem = problem
	s.r.WakeAt = s.now.Add(searchEvery)
	s.do(bot.FindRun{})
}

// lookOnceMore looks for the run once more, although somebody says that there is none.
func (s *step) lookOnceMore(by bot.Person) {
	s.search("")
	s.r.Dispatch.NeverRan, s.r.Dispatch.Interrupted = by, false
	s.enter(bot.Dispatching)
}

// lookedFor goes on with the run that was found, and tells whoever said that there was
// none.
func (s *step) lookedFor(run bot.Run) {
	if by := s.r.Dispatch.NeverRan; by.ID != "" && s.r.Dispatch.State != bot.Sending {
		s.say(bot.NoteRanAfterAll{By: by, Attempt: s.r.Dispatch.Attempt})
	}
	s.runKnown(run)
}

func (s *step) runKnown(run bot.Run) {
	s.r.Dispatch.State, s.r.Dispatch.Problem, s.r.Dispatch.NeverRan = bot.Sent, "", bot.Person{}
	s.r.Run = run
	s.r.Run.ReadAt = s.now
	s.enter(bot.Running)
	s.do(bot.ReadRun{})
	if run.HeadSHA != "" { // else it is compared once that is known
		s.do(bot.CompareWorkflow{})
	}
	s.do(bot.RecordDeployment{State: bot.DeploymentRunning})
	if !s.r.Cancel.AskedAt.IsZero() {
		s.r.Cancel.AskedAt = s.now // only from now on is there something to stop
		s.do(bot.CancelRun{})
	}
}

// notListed looks again until the settle time is over. If the run is not listed by
// then, nobody can say whether the workflow was started.
func (s *step) notListed() {
	switch {
	case s.r.Dispatch.State != bot.Searching:
	case s.r.Dispatch.NeverRan.ID != "":
		s.stillNotListed()
	case s.now.Before(s.settleEnds()):
		s.r.WakeAt = s.now.Add(searchEvery)
	default:
		s.becomeUnknown()
	}
}

// settleEnds is when the run of the last request must be listed, if there is one.
func (s *step) settleEnds() time.Time { return s.r.Dispatch.At.Add(s.r.Pace.Settle) }

// stillNotListed does what a person asked for, once the search has lasted long enough.
func (s *step) stillNotListed() {
	looked := s.r.Since().Add(lookOnceMoreFor)
	switch {
	case s.now.Before(looked):
		s.r.WakeAt = bot.EarlierOf(s.now.Add(searchEvery), looked)
	case !s.r.Cancel.AskedAt.IsZero():
		s.stopBeforeStart(s.r.Cancel)
	default:
		s.r.Dispatch.State = bot.NotSent
		s.r.WakeAt = s.now.Add(dispatchRetry)
		s.do(bot.Recheck{})
	}
}

func (s *step) becomeUnknown() {
	s.r.Dispatch.NeverRan = bot.Person{}
	s.r.WakeAt = s.now.Add(unknownEvery)
	s.enter(bot.Unknown)
	s.alert(bot.NoteUnknown{Since: s.r.Since()})
}

// notSent: it is certain that nothing was started, so it may be tried again.
func (s *step) notSent(ev bot.DispatchNotSent) {
	s.r.Dispatch.State, s.r.Dispatch.Problem = bot.NotSent, ev.Says
	switch {
	case !s.r.Cancel.AskedAt.IsZero():
		s.stopBeforeStart(s.r.Cancel)
	case s.waited() >= dispatchWithin:
		s.failBeforeStart("the workflow could not be started within "+bot.Span(dispatchWithin)+": "+ev.Says, "")
	default:
		s.r.WakeAt = s.now.Add(cmp.Or(ev.Again, dispatchRetry))
	}
}

func (s *step) failBeforeStart(cause, mend string) {
	s.alert(bot.NoteFailed{})
	s.end(bot.Failed, bot.Ending{Cause: strings.TrimSuffix(cause, ": "), Mend: mend})
}

func (s *step) dispatchingFailed(ev bot.EffectFailed) {
	// A recheck that fails says nothing about a request that may have left already.
	if bot.IsA[bot.Recheck](ev.Effect) && s.r.Dispatch.State == bot.NotSent {
		s.r.Dispatch.Problem = ev.Says
		switch hopeless := ev.Final || s.tried(ev) >= dispatchWithin; {
		case hopeless && s.r.Dispatch.NeverRan.ID != "": // nobody could look whether it ran after all
			s.becomeUnknown()
		case hopeless:
			s.failBeforeStart("the plan could not be checked again before the start: "+ev.Says, ev.Mend)
		}
	}
	if bot.IsA[bot.FindRun](ev.Effect) {
		s.searchFails(ev.Next)
	}
}

// searchFails: the code host cannot be asked, so nothing is known. That may last for a
// while before a person is asked instead, and at least for the settle time.
func (s *step) searchFails(next time.Time) {
	patience := s.settleEnds().Add(dispatchWithin)
	if s.r.Dispatch.NeverRan.ID != "" {
		patience = s.r.Since().Add(dispatchWithin)
	}
	switch {
	case bot.LaterOf(s.now, next).Before(patience):
	case s.now.Before(s.settleEnds()):
		s.r.WakeAt = s.settleEnds()
	default:
		s.becomeUnknown()
	}
}

func (s *step) cancelDispatching(c bot.Cancel) {
	if !s.r.Cancel.AskedAt.IsZero() {
		return
	}
	if s.r.Dispatch.State == bot.NotSent {
		s.stopBeforeStart(c)
		return
	}
	c.AskedAt = s.now
	s.r.Cancel = c
}

// stopBeforeStart ends a release that certainly started nothing.
func (s *step) stopBeforeStart(c bot.Cancel) {
	if c.Cause == bot.ByRollback {
		s.supersedeBeforeStart(c.By, "rollback "+c.For)
		return
	}
	s.cancelBeforeStart(c.By, c.Reason)
}

func (s *step) cancelBeforeStart(by bot.Person, reason string) {
	s.end(bot.Cancelled, bot.Ending{By: by, Reason: reason, Cause: "cancelled before anything was started"})
}

func (s *step) supersedeBeforeStart(by bot.Person, successor string) {
	s.end(bot.Superseded, bot.Ending{By: by, Cause: successor + " took its place before anything was started"})
}

func (s *step) dispatchingTicked() {
	if s.now.Before(s.r.WakeAt) {
		return
	}
	switch s.r.Dispatch.State {
	case bot.Searching:
		s.r.WakeAt = s.now.Add(searchEvery)
		s.do(bot.FindRun{})
		for _, p := range s.r.Outbox {
			if bot.IsA[bot.FindRun](p.Effect) && p.Due.After(s.now) {
				s.searchFails(p.Due)
			}
		}
	case bot.NotSent:
		s.r.WakeAt = s.now.Add(dispatchRetry)
		s.do(bot.Recheck{})
	case bot.Sending, bot.Sent:
	}
}
