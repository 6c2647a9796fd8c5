package lifecycle

import (
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// ended: the release never moves again. A person may still say that it looks
// good after an inconclusive watch, which makes it a rollback's target.
func (s *step) ended(ev bot.Event) {
	switch ev := ev.(type) {
	case bot.Hinted:
		s.hintedLate(ev)
	case bot.RunSeen:
		s.ranAgain(ev.Run)
	case bot.RunGone:
		s.rerunGone()
	case bot.Ticked:
		s.followRerun()
		s.lookOn()
	case bot.Sampled, bot.Displaced, bot.CountdownStopped, bot.WatchLonger:
		s.watchedOn(ev)
	case bot.WorkflowChanged:
		s.alert(bot.NoteMismatch{})
	case bot.LooksGood:
		s.looksGood(ev)
	case bot.HindsightSaid:
		s.hindsightSaid(ev)
	case bot.EndQuarantineAsked:
		s.endQuarantineAsked(ev)
	case bot.VersionSeen:
		s.versionSeen(ev)
	case bot.Confirmed:
		s.tell(ev.By, bot.TellTooLate)
	case bot.CancelAsked:
		s.tell(ev.By, bot.TellTooLate)
	default:
		s.late(ev)
	}
}

// sayTheEnd mentions the requester in the thread when a release with a card ends, since
// the edit of a card notifies nobody. The requester of a batch is mentioned once, when
// all of it has ended; an adoption's requester gets a private answer.
func (s *step) sayTheEnd(before bot.Release) {
	over := s.r.Ended() && !before.Ended()
	if over && s.heldBack() {
		s.alert(bot.NoteFailed{})
	}
	told := s.r.Kind == bot.Preview || s.r.Kind == bot.Adopt && s.r.Phase == bot.Succeeded
	inBatch := s.r.Part.Batch != "" && s.r.Phase == bot.Succeeded
	// The summary of the watch mentions them itself.
	watched := slices.ContainsFunc(s.effects, func(e bot.Effect) bool { return bot.SameEffect(e, bot.Say{News: bot.NoteHealth{}}) })
	if over && s.r.Carded && !told && !inBatch && !watched {
		s.say(bot.NoteEnded{})
	}
}

// heldBack says whether an automatic rollback ended before it started, and not because
// a person stopped it. What it was to take back is still live.
func (s *step) heldBack() bool {
	said := slices.ContainsFunc(s.effects, func(e bot.Effect) bool { return bot.SameEffect(e, bot.Alert{News: bot.NoteFailed{}}) })
	stopped := s.r.Phase == bot.Rejected || s.r.Phase == bot.Expired || s.r.Phase == bot.Failed
	return s.r.Kind == bot.Rollback && s.r.ByItself() && !s.r.Started() && stopped && s.r.Ending.By == (bot.Person{}) && !said
}

// looksGood: somebody other than the requester says that the service is well.
func (s *step) looksGood(ev bot.LooksGood) {
	switch {
	case !s.r.Unclear():
		s.tell(ev.By, bot.TellTooLate)
	case !ev.Standing.May:
		s.doesNotCount(ev.By, ev.Standing, bot.TellMayNotJudge)
	default:
		if s.r.WatchesOn() {
			s.r.Verdict = bot.Inconclusive // whoever looked themselves need not wait
		}
		s.r.Vouched = ev.By
		s.proven()
	}
}

// hindsightSaid: somebody rates the verdict. A later rating of theirs replaces an
// earlier one.
func (s *step) hindsightSaid(ev bot.HindsightSaid) {
	switch {
	case !s.r.HasVerdict() || !s.r.Verdict.Allows(ev.Says):
		s.tell(ev.By, bot.TellTooLate)
	case !ev.Standing.May:
		s.doesNotCount(ev.By, ev.Standing, bot.TellMayNotCancel)
	default:
		s.r.Opinions = bot.WithOpinion(s.r.Opinions, bot.Opinion{By: ev.By, Says: ev.Says, At: s.now})
	}
}

// hintedLate: a webhook about a run that is over. If it names a later attempt, somebody
// started the run again at the code host, past every gate and lock.
func (s *step) hintedLate(ev bot.Hinted) {
	known := s.r.LastAttempt()
	if s.r.Run.ID != 0 && (ev.Attempt > known || ev.Attempt == known && s.r.RerunGoes()) {
		s.do(bot.ReadRerun{})
	}
}

// ranAgain alerts that the release's code goes out once more, and follows that attempt.
// The release stays as it ended, since that is what was asked for and approved.
func (s *step) ranAgain(seen bot.Run) {
	last := s.r.Rerun
	if seen.ID != s.r.Run.ID || seen.Attempt <= max(1, s.r.Run.Attempt) || last.ID != 0 && seen.Older(last) {
		return
	}
	s.r.Rerun = seen
	s.r.Rerun.ReadAt = s.now
	if seen.Attempt > last.Attempt {
		s.say(bot.NoteRerun{Attempt: s.r.LastAttempt()})
		s.alert(bot.NoteRerun{Attempt: s.r.LastAttempt()})
		s.notify(bot.OutcomeOutOfBand)
	}
	if seen.Status == bot.RunCompleted && (last.Status != bot.RunCompleted || seen.Attempt > last.Attempt) {
		s.say(bot.NoteRerunOver{Attempt: s.r.LastAttempt()})
	}
}

// followRerun reads a run that was started again until it is over.
func (s *step) followRerun() {
	if !s.r.RerunGoes() || s.now.Before(rerunWake(s.r)) {
		return
	}
	s.r.Rerun.ReadAt = s.now
	s.do(bot.ReadRerun{})
}

// rerunGone: it was deleted, and nobody can tell what it did.
func (s *step) rerunGone() {
	if s.r.RerunGoes() {
		s.r.Rerun.Status, s.r.Rerun.Conclusion = bot.RunCompleted, bot.ConclusionStale
	}
}

// endQuarantineAsked ends the quarantine of the release's commit. It takes the same
// people who could deploy that commit anyway by giving a reason.
func (s *step) endQuarantineAsked(ev bot.EndQuarantineAsked) {
	if !ev.Standing.May {
		s.tell(ev.By, bot.TellMayNotEndQuarantine)
		return
	}
	s.r.QuarantineEnd = bot.QuarantineEnd{By: ev.By, Reason: ev.Reason, At: s.now}
	s.do(bot.EndQuarantine{})
	s.say(bot.NoteQuarantineEnded{})
}
