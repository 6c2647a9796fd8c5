package lifecycle

import (
	"fmt"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// batchEvery is how often a batch reads its members without being told to. They report
// each move; this makes up for reports that were lost.
const batchEvery = 30 * time.Second

// batch: several releases that go together. In phase requested they are being created,
// in queued none has been told to start, in running some have.
//
// No deploy of the batch starts before all of them may: nobody wants one half refused
// when the other half is live. For the same reason nobody is asked for approval while a
// gate may still refuse another member. If one fails, those that have not started are
// stopped, and those that run go on. A batch that takes another one back waits for none
// of that: each member starts as soon as the runs of those before it are over, however
// they ended.
func (s *step) batch(ev bot.Event) {
	switch ev := ev.(type) {
	case bot.MembersSeen:
		s.membersSeen(ev.Members)
	case bot.MemberMoved:
		s.readMembers()
	case bot.CancelAsked:
		s.cancelBatch(ev)
	case bot.Ticked:
		s.batchTicked()
	case bot.EffectFailed:
		if bot.IsA[bot.BeginMembers](ev.Effect) && ev.Final && s.r.Phase == bot.Requested {
			s.end(bot.Failed, bot.Ending{Cause: ev.Says, Mend: ev.Mend})
		}
	default:
		s.late(ev)
	}
}

func (s *step) batchTicked() {
	switch {
	case s.r.Ended() || s.now.Before(s.r.WakeAt):
	case s.r.Phase != bot.Requested:
		s.r.WakeAt = s.now.Add(batchEvery)
		s.readMembers()
	case s.waited() >= ResolveWithin:
		// A request this old may come from an older copy of the store, and may have
		// been carried out since.
		s.tellRequester(bot.TellFailed)
		s.end(bot.Failed, bot.Ending{Cause: "it was not begun within " + bot.Span(ResolveWithin), Mend: "Look at what is live, then ask again."})
	default:
		s.r.WakeAt = s.now.Add(batchEvery)
		s.do(bot.BeginMembers{})
	}
}

// batchWake is when a batch looks at its members again.
func batchWake(r bot.Release) time.Time {
	if r.Ended() {
		return time.Time{}
	}
	return bot.LaterOf(r.WakeAt, r.Since().Add(batchEvery))
}

func (s *step) readMembers() {
	if s.r.Phase != bot.Requested {
		s.do(bot.ReadMembers{})
	}
}

func (s *step) cancelBatch(ev bot.CancelAsked) {
	switch {
	case s.r.Ended():
		s.tell(ev.By, bot.TellTooLate)
	case s.r.Cancel.AskedAt.IsZero():
		// Its members may just be being made; they are stopped once they are known.
		s.r.Cancel = bot.Cancel{AskedAt: s.now, By: ev.By, Reason: ev.Reason, Cause: bot.ByPerson}
		s.readMembers()
	}
}

func (s *step) membersSeen(seen []bot.BatchMember) {
	s.r.Members = seen
	if s.r.Ended() {
		return
	}
	if s.r.Phase == bot.Requested {
		s.r.Carded = true
		s.r.WakeAt = s.now.Add(batchEvery)
		s.enter(bot.Queued)
	}
	if s.r.Phase == bot.Queued && slices.ContainsFunc(seen, func(m bot.BatchMember) bool { return m.Started }) {
		s.enter(bot.Running)
	}
	_, broken := s.r.Broken()
	switch {
	case !slices.ContainsFunc(seen, func(m bot.BatchMember) bool { return !m.Phase.Ended() }):
		s.batchOver()
	case !s.r.Cancel.AskedAt.IsZero():
		s.stopMembers(func(m bot.BatchMember) bool { return m.Phase != bot.Verifying })
	case broken && !s.r.Undoes():
		if workedOut(s.r) { // else there may be more reasons, which are said at once
			s.stopMembers(func(m bot.BatchMember) bool { return m.BeforeStart() || m.Phase == bot.Dispatching })
		}
	default:
		s.letMembersGo()
	}
}

func (s *step) stopMembers(which func(bot.BatchMember) bool) {
	for _, m := range s.r.Members {
		if !m.Phase.Ended() && which(m) {
			s.do(bot.StopMember{Member: m.Release})
		}
	}
}

func (s *step) letMembersGo() {
	for _, m := range s.r.Members {
		if m.WaitsToAsk() && (s.r.Undoes() || workedOut(s.r)) {
			s.do(bot.LetMemberAsk{Member: m.Release})
		}
		if !mayGo(s.r, m) {
			continue
		}
		if s.r.Phase == bot.Queued {
			s.enter(bot.Running)
		}
		s.do(bot.LetMemberGo{Member: m.Release})
	}
}

// workedOut says whether every member's plan is resolved and judged.
func workedOut(r bot.Release) bool {
	return !slices.ContainsFunc(r.Members, func(m bot.BatchMember) bool { return m.Phase == bot.Requested })
}

// mayGo says whether it is a member's turn.
func mayGo(r bot.Release, m bot.BatchMember) bool {
	if !m.WaitsToGo() {
		return false
	}
	for _, other := range r.Members {
		before := slices.Contains(m.After, other.Target.Service)
		switch {
		case r.Undoes():
			if before && other.Phase != bot.Verifying && !other.Phase.Ended() {
				return false
			}
		case before && !other.Well():
			return false
		case other.BeforeStart() && other.Awaits == bot.AwaitAsk, other.Phase == bot.AwaitingApproval && other.Awaits == bot.AwaitGo:
			return false
		}
	}
	return true
}

// batchOver ends a batch all of whose members have ended.
func (s *step) batchOver() {
	broke, broken := s.r.Broken()
	switch {
	case !broken:
		if s.r.Phase == bot.Queued {
			s.enter(bot.Running)
		}
		s.r.Healthy = !slices.ContainsFunc(s.r.Members, func(m bot.BatchMember) bool { return !m.Healthy })
		s.end(bot.Succeeded, bot.Ending{})
	case !s.r.Cancel.AskedAt.IsZero():
		s.end(bot.Cancelled, bot.Ending{By: s.r.Cancel.By, Reason: s.r.Cancel.Reason})
	case s.r.Phase == bot.Queued:
		s.end(unbegun(broke.Phase), bot.Ending{Cause: fmt.Sprintf("nothing of it was started, since %s %s", broke.Release, endedAs(broke.Phase))})
	case s.r.Undoes():
		s.end(bot.Failed, bot.Ending{
			Cause: fmt.Sprintf("not all of it is taken back: %s %s", broke.Release, endedAs(broke.Phase)),
			Mend:  "Its card says why, and what can be done.",
		})
	default:
		// The member that failed has its own alert. This one says that others had gone
		// out already.
		if slices.ContainsFunc(s.r.ToTakeBack(), func(m bot.BatchMember) bool { return !m.Broke() }) {
			s.alert(bot.NoteBatch{})
		}
		s.end(bot.Failed, bot.Ending{Cause: fmt.Sprintf("it stopped, since %s %s", broke.Release, endedAs(broke.Phase))})
	}
}

// unbegun is the end of a batch that started nothing, given how the member that stopped
// it ended.
func unbegun(p bot.Phase) bot.Phase {
	if p == bot.Cancelled || p == bot.Expired || p == bot.Superseded {
		return p
	}
	return bot.Rejected
}

func endedAs(p bot.Phase) string {
	switch p {
	case bot.Unhealthy:
		return "is not healthy"
	case bot.Cancelled:
		return "was cancelled"
	case bot.Rejected:
		return "was rejected"
	case bot.Expired:
		return "expired"
	case bot.Superseded:
		return "was superseded"
	case bot.Requested, bot.AwaitingApproval, bot.Queued, bot.Dispatching, bot.Running, bot.Verifying, bot.Unknown, bot.Succeeded, bot.Failed:
	}
	return "failed"
}

// mayAsk: the batch says that no gate refuses any of its members.
func (s *step) mayAsk() {
	if s.r.Part.Awaits == bot.AwaitAsk && s.r.Phase == bot.Queued {
		s.r.Part.Awaits = bot.AwaitGo
		s.ask()
	}
}

// letGo: the batch says that it is the release's turn.
func (s *step) letGo() {
	if s.r.Part.Awaits != bot.AwaitGo {
		return
	}
	s.r.Part.Awaits = bot.AwaitNone
	if s.r.Phase == bot.Queued {
		s.takeSlot()
	}
}

// stopped: the batch goes no further. What was started already goes on.
func (s *step) stopped(ev bot.Stopped) {
	switch {
	case s.r.Phase.BeforeStart():
	case s.r.Phase == bot.Dispatching && s.r.Dispatch.State == bot.NotSent:
	default:
		return
	}
	s.r.Part.Stopped = true
	s.end(bot.Cancelled, bot.Ending{Cause: ev.Cause})
}

// report tells the release's batch of a move.
func (s *step) report(before bot.Release) {
	moved := before.Phase != s.r.Phase || before.Well() != s.r.Well() || before.Part.Awaits != s.r.Part.Awaits
	if s.r.Part.Batch == "" || !moved {
		return
	}
	s.do(bot.Report{Phase: s.r.Phase, Awaits: s.r.Part.Awaits, Healthy: s.r.Well(), At: s.now})
}
