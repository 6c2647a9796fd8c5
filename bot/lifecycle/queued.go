package lifecycle

import (
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// takeSlot asks for the slot, unless the release still waits for its batch.
func (s *step) takeSlot() {
	if s.r.Part.Awaits != bot.AwaitNone {
		return
	}
	s.r.WakeAt = s.now.Add(queueRetry)
	s.do(bot.TakeSlot{})
}

func (s *step) waitedTooLong() {
	mend := "Look at what holds the target, then ask again."
	if s.r.Part.Awaits != bot.AwaitNone {
		mend = "Look at the other releases of " + s.r.Part.Batch + ", then ask again."
	}
	s.end(bot.Expired, bot.Ending{Cause: "it waited " + bot.Span(queueWithin) + " for its turn", Mend: mend})
}

// slotBusy: another release holds the slot, or a run goes on that slipway did not
// start.
func (s *step) slotBusy(place bot.Place) {
	if s.r.Kind == bot.Adopt && place.Holder != "" {
		s.overtaken(place.Holder)
		return
	}
	s.r.Place = place
	if p := s.r.Plan; p != nil && p.Rerun != nil && place.Holder == p.Rerun.Release {
		s.r.WakeAt = s.now.Add(s.r.Pace.Poll)
	}
	if s.r.Kind == bot.Rollback && place.Holder == s.r.Reversal.Back {
		s.do(bot.AskYield{})
	}
}

// forgetRerun: the run that was started again is over. Whether there is another one is
// checked right before the start.
func (s *step) forgetRerun() {
	if s.r.Plan == nil || s.r.Plan.Rerun == nil {
		return
	}
	plan := *s.r.Plan
	plan.Rerun = nil
	plan.ResolvedAt = time.Time{} // what it was worked out from is not fresh any more
	s.r.Plan = &plan
}

// queued: the release waits for the target's slot. It is woken when the slot becomes
// free, and also looks now and then.
func (s *step) queued(ev bot.Event) {
	switch ev := ev.(type) {
	case bot.Ticked:
		if s.waited() >= queueWithin {
			s.waitedTooLong()
			return
		}
		s.takeSlot()
		s.lookAbout()
	case bot.LiveMoved:
		s.liveMoved()
	case bot.Refreshed:
		s.refreshed(ev)
	case bot.BranchSeen:
		s.r.Branch.Newer = ev.Newer
	case bot.Sampled:
		s.sampledEarly(ev)
	case bot.SlotTaken:
		s.forgetRerun()
		s.r.Place, s.r.Overtaken = bot.Place{}, false // it is looked at once more before the start
		s.r.WakeAt = s.now.Add(dispatchRetry)
		s.enter(bot.Dispatching)
		s.do(bot.Recheck{})
	case bot.SlotBusy:
		s.slotBusy(ev.Place)
	case bot.EffectFailed:
		if bot.IsA[bot.TakeSlot](ev.Effect) && ev.Final {
			s.end(bot.Rejected, bot.Ending{Cause: ev.Says, Mend: ev.Mend})
			return
		}
		s.notRefreshed(ev)
	case bot.Replaced:
		s.replaced(ev)
	case bot.CancelAsked:
		s.cancelBeforeStart(ev.By, ev.Reason)
	case bot.Withdrawn:
		s.withdrawn(ev.By)
	default:
		s.late(ev)
	}
}
