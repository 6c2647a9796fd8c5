// Package lifecycle decides what follows from what happened to a release. It
// is pure: Next takes a release, an event and the time, and gives the release
// after it and the effects that must now be carried out. It reads no clock,
// asks nobody and keeps nothing.
//
// # The ways between the phases
//
//	requested          -> awaiting_approval queued succeeded failed cancelled rejected
//	awaiting_approval  -> queued running cancelled rejected expired superseded
//	queued             -> awaiting_approval dispatching running cancelled rejected expired superseded
//	dispatching        -> awaiting_approval queued running unknown succeeded failed cancelled rejected superseded
//	running            -> verifying unknown succeeded failed cancelled superseded
//	verifying          -> succeeded unhealthy superseded
//	unknown            -> dispatching running cancelled superseded
//
// The phases that are not on the left are ends: a release in one of them never
// moves again. A few marks may still be set on it, such as that a person found
// it looking good. A test checks this table against Next.
//
// What is adopted is not dispatched: it ends where a deploy would be, see
// adopted.go. A batch of several releases goes the same ways: its members are releases of
// their own, and its phase says how far they have come, see batch.go.
//
// # How to read it
//
// Next is one exhaustive switch over the phases; each phase has a file of its
// own that says what each event means there. Events that mean nothing in a
// phase change nothing: answers and webhooks arrive late, twice and in any
// order. When a release wants to be woken is computed in one place, timers.go,
// from the release alone.
//
// What this package does not do: it judges no rules (package policy), no
// health (package health), and carries nothing out (package engine).
package lifecycle

import (
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// Next gives the release after ev, and the effects that ev asks for. now is
// the store's time.
func Next(r bot.Release, ev bot.Event, now time.Time) (bot.Release, []bot.Effect) {
	s := &step{r: r, now: now}
	// The slices that steps append to must not share memory with the caller's.
	s.r.Moments = slices.Clip(s.r.Moments)
	s.r.Approvals = slices.Clip(s.r.Approvals)
	s.r.Withdrawn = slices.Clip(s.r.Withdrawn)
	s.r.Escalated = slices.Clip(s.r.Escalated)
	s.r.Acknowledged = slices.Clip(s.r.Acknowledged)
	s.r.Watch.Samples = slices.Clip(s.r.Watch.Samples)
	s.r.Watch.Before = slices.Clip(s.r.Watch.Before)

	switch ev := ev.(type) {
	case bot.DeploymentRecorded:
		s.r.DeploymentID, s.r.Unrecorded = ev.ID, bot.Refused{}
	case bot.Routed:
		s.routed(ev)
	case bot.EffectFailed:
		s.notDone(ev)
		s.apply(ev)
	case bot.RunFound:
		s.runFound(ev)
	case bot.MayAsk:
		s.mayAsk()
	case bot.LetGo:
		s.letGo()
	case bot.Stopped:
		s.stopped(ev)
	case bot.SignedOff:
		s.signedOff(ev)
	case bot.CancelAsked:
		if s.mayCancel(ev) {
			s.apply(ev)
		}
	case bot.Ticked:
		s.reviewDue()
		s.apply(ev)
	default:
		s.apply(ev)
	}
	s.sayTheEnd(r)
	s.tellOthers(r)
	s.report(r)
	s.r.WakeAt = sooner(wakeAt(s.r), reviewWake(s.r))
	return s.r, s.effects
}

// step is one call of Next: the release as it becomes, and the effects so far.
type step struct {
	r       bot.Release
	now     time.Time
	effects []bot.Effect
}

func (s *step) apply(ev bot.Event) {
	if s.r.Kind == bot.Batch {
		s.batch(ev)
		return
	}
	switch s.r.Phase {
	case bot.Requested:
		s.requested(ev)
	case bot.AwaitingApproval:
		s.awaitingApproval(ev)
	case bot.Queued:
		s.queued(ev)
	case bot.Dispatching:
		s.dispatching(ev)
	case bot.Running:
		s.running(ev)
	case bot.Verifying:
		s.verifying(ev)
	case bot.Unknown:
		s.unknown(ev)
	case bot.Succeeded, bot.Failed, bot.Unhealthy, bot.Cancelled, bot.Rejected, bot.Expired, bot.Superseded:
		s.ended(ev)
	}
}

func (s *step) do(e bot.Effect) { s.effects = append(s.effects, e) }

func (s *step) tell(to bot.Person, why bot.Told) { s.do(bot.Tell{To: to, Why: why}) }

// tellRequester answers the requester privately. A release that slipway itself asked
// for has nobody to answer, so it is shown to everybody.
func (s *step) tellRequester(why bot.Told) {
	if s.r.ByItself() {
		s.r.Carded = true
		return
	}
	s.tell(s.r.Asker(), why)
}

// say writes into the card's thread; alert also notifies those who have to act.
func (s *step) say(n bot.News)   { s.do(bot.Say{News: n}) }
func (s *step) alert(n bot.News) { s.do(bot.Alert{News: n}) }

func (s *step) enter(p bot.Phase) {
	s.r.Phase, s.r.Reminded = p, false
	s.r.Moments = append(s.r.Moments, bot.Moment{Phase: p, At: s.now})
	if len(s.r.Moments) > bot.MaxMoments { // how it began stays, and where it stands
		s.r.Moments = slices.Delete(slices.Clone(s.r.Moments), bot.MaxMoments/2, bot.MaxMoments/2+1)
	}
}

func (s *step) end(p bot.Phase, why bot.Ending) {
	s.r.Ending = why
	s.r.Place = bot.Place{}
	s.enter(p)
}

// runFound goes on with a run even if the record says that nothing was started: a store
// that was restored from an older copy has forgotten the start, and the code host knows
// better.
func (s *step) runFound(ev bot.RunFound) {
	if s.r.Phase.Waits() {
		s.r.Carded = true
		s.runKnown(ev.Run)
		return
	}
	s.apply(ev)
}

// notDone handles failed effects that do not change where the release goes.
func (s *step) notDone(ev bot.EffectFailed) {
	s.notRecorded(ev)
	s.undelivered(ev)
	s.notRolledBack(ev)
}

// notRecorded keeps why the code host did not take its own record of the release, from
// which a lost release could be restored. The release goes on.
func (s *step) notRecorded(ev bot.EffectFailed) {
	if bot.IsA[bot.RecordDeployment](ev.Effect) && (ev.Final || ev.Next.IsZero()) {
		s.r.Unrecorded = bot.Refused{Says: ev.Says, Mend: ev.Mend}
	}
}

// waited is how long the release has been in its phase.
func (s *step) waited() time.Duration { return s.now.Sub(s.r.Since()) }
