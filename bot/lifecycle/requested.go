package lifecycle

import (
	"fmt"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// requested: the plan is being worked out.
func (s *step) requested(ev bot.Event) {
	switch ev := ev.(type) {
	case bot.Ticked:
		switch {
		case s.r.Beside.Happened():
			s.happened()
		case s.r.Plan == nil:
			s.r.WakeAt = s.now.Add(ResolveWithin)
			s.do(bot.Resolve{})
		}
	case bot.Resolved:
		s.r.Plan, s.r.Decision = &ev.Plan, ev.Decision
		s.r.Dispatch.Problem = ""
		s.keepReversal()
		s.resolved(ev.Place)
	case bot.EffectFailed:
		s.notResolved(ev)
	case bot.CancelAsked:
		s.cancelBeforeStart(ev.By, ev.Reason)
	default:
	}
}

// keepReversal fixes what a rollback takes back and where it goes, as first resolved,
// so that what is confirmed is what is carried out.
func (s *step) keepReversal() {
	if s.r.Kind != bot.Rollback {
		return
	}
	if current := s.r.Plan.Current; current != nil && s.r.Reversal.Back == "" {
		s.r.Reversal.Back = current.Release
	}
	if to := s.r.Plan.RollbackTo; to != nil {
		s.r.Reversal.To, s.r.Reversal.ToSHA = to.Release, to.SHA
	}
}

func (s *step) resolved(place bot.Place) {
	switch s.r.Kind {
	case bot.Preview:
		s.tellRequester(bot.TellPreview)
		s.end(bot.Succeeded, bot.Ending{})
		s.r.Place = place // it waits for nothing, and shows where it would
		return
	case bot.Deploy, bot.Rollback, bot.Adopt, bot.Batch:
	}
	if refusals := s.r.Decision.Refusals(); len(refusals) > 0 {
		s.tellRequester(bot.TellRefused)
		s.end(bot.Rejected, refusedBy(refusals))
		return
	}
	s.r.Asked = s.asksBeside()
	switch {
	case s.r.Unconfirmed():
		s.tellRequester(bot.TellConfirm)
		s.enter(bot.AwaitingApproval)
	case s.r.Part.Awaits == bot.AwaitAsk:
		s.r.WakeAt = time.Time{}
		s.enter(bot.Queued)
	default:
		s.ask()
	}
}

// ask shows the release and asks for approval, if it needs any.
func (s *step) ask() {
	s.r.Carded = true
	if s.r.Replaces != "" {
		s.do(bot.Replace{})
	}
	if s.r.Kind == bot.Deploy && (s.r.Seen || s.r.Confirmed) {
		s.lookedBeside()
	}
	s.openReview(bot.Decision{})
	s.lookEarly()
	s.approvedOrWait()
}

// approvedOrWait queues the release if no approval is missing, and else waits for it.
func (s *step) approvedOrWait() {
	if s.lacksApproval() && !s.passesApproval() {
		if s.r.Phase != bot.AwaitingApproval {
			s.enter(bot.AwaitingApproval)
		}
		return
	}
	s.r.WakeAt = time.Time{} // when the wait for approval would have ended
	if s.r.Phase != bot.Queued {
		s.enter(bot.Queued)
	}
	s.takeSlot()
}

func (s *step) notResolved(ev bot.EffectFailed) {
	if !bot.IsA[bot.Resolve](ev.Effect) {
		return
	}
	switch {
	case ev.Final:
		s.tellRequester(bot.TellFailed)
		s.end(bot.Rejected, bot.Ending{Cause: ev.Says, Mend: ev.Mend})
	case s.now.Sub(ev.Since) >= ResolveWithin:
		s.tellRequester(bot.TellFailed)
		s.end(bot.Failed, bot.Ending{
			Cause: fmt.Sprintf("the plan could not be worked out within %s: %s", bot.Span(ResolveWithin), ev.Says),
			Mend:  "Nothing was started. Ask again when GitHub answers; githubstatus.com tells whether it has trouble.",
		})
	case s.tried(ev) >= ResolveWithin:
		s.tellRequester(bot.TellFailed)
		s.end(bot.Failed, bot.Ending{
			Cause: "the plan cannot be worked out now: " + ev.Says,
			Mend:  "That is longer than slipway tries. Nothing was started; ask again then.",
		})
	case s.r.Dispatch.Problem == "" && s.tried(ev) >= tellAfter:
		s.r.Dispatch.Problem = ev.Says
		s.tellRequester(bot.TellWaiting)
	}
}

// tried is how long an effect will have been retried by its next try. If that is longer
// than anybody waits, giving up now is better.
func (s *step) tried(ev bot.EffectFailed) time.Duration {
	return bot.LaterOf(s.now, ev.Next).Sub(ev.Since)
}

// refusedBy is the ending of a release that gates refuse.
func refusedBy(refusals []bot.Gate) bot.Ending {
	ending := bot.Ending{Cause: refusals[0].Reason, Mend: refusals[0].Mend}
	switch more := len(refusals) - 1; more {
	case 0:
	case 1:
		ending.Cause = strings.TrimRight(ending.Cause, ".") + ", and 1 other rule refuses"
	default:
		ending.Cause = strings.TrimRight(ending.Cause, ".") + fmt.Sprintf(", and %d other rules refuse", more)
	}
	return ending
}
