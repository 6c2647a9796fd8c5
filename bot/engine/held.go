package engine

import (
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/lifecycle"
)

const (
	// maxReadPause bounds how long after a read of the run the next one waits, so
	// that a burst of webhooks shares one read; a run that is polled more often is
	// read as often.
	maxReadPause = 2 * time.Second
	// backoffFirst and maxBackoff bound the pause between two tries of an
	// effect.
	backoffFirst = time.Second
	maxBackoff   = 30 * time.Second
	// maxSpokenPause bounds the pause between two tries to send a message that the chat
	// refuses: somebody has to help first.
	maxSpokenPause = 10 * time.Minute
	// overdueWait is how soon a release is looked at again whose timer fired without
	// effect.
	overdueWait = 5 * time.Second
	// laterVersionWait is how soon a release is due again that waits for a replica of a
	// later version.
	laterVersionWait = time.Minute
	// giveUp is how long an effect is retried that the release does not wait for, such
	// as a message.
	giveUp = 24 * time.Hour
	// clockSlip is how far a claim's time may lie behind the last recorded time. If it
	// lies further behind, the store's clock was set back, and is followed: it is the
	// clock of all replicas.
	clockSlip = 5 * time.Second
)

// held is a claimed release that one worker works on. Its methods are pure but for the
// monotonic clock behind now.
type held struct {
	r        bot.Release
	from     bot.Phase // the phase that the store has
	fence    int64
	consumed int
	ticked   time.Time    // the time of the last Ticked
	claimed  time.Time    // the store's time of the claim, or of the last move
	own      []bot.Effect // those that came up since the claim
	began    time.Time    // when the store was asked for it, by the process's clock
	latest   time.Time    // what now has said last
}

// hold begins work on a claim. asked is when the store was asked for it, by the
// process's clock.
func hold(c bot.Claim, asked time.Time) *held {
	h := &held{r: c.Release, from: c.Release.Phase, fence: c.Fence, claimed: c.Now, began: asked}
	if since := c.Release.Since(); since.Sub(c.Now) < clockSlip {
		h.latest = since
	}
	h.forgetDispatch()
	h.forgetLater()
	for _, ev := range c.Inbox {
		h.apply(ev)
		h.consumed++
	}
	h.ticked = h.now()
	h.apply(bot.Ticked{})
	return h
}

// now is the store's time, carried forward by the monotonic clock. It counts from when
// the store was asked, not from its answer, so it is never behind, however long the
// process was paused in between. If the answer took long it is ahead; then it stands
// still until the store has caught up, so that nothing is dated before its cause.
func (h *held) now() time.Time {
	h.latest = bot.LaterOf(h.latest, h.claimed.Add(time.Since(h.began)))
	return h.latest
}

func (h *held) lease() bot.Lease { return bot.Lease{Release: h.r.ID, Fence: h.fence} }

// leaveBy is until when the request that starts the workflow may leave, by the
// process's clock.
func (h *held) leaveBy() time.Time {
	return h.began.Add(h.r.Dispatch.At.Add(h.r.Pace.MayLeave()).Sub(h.claimed))
}

// forgetDispatch drops a dispatch that another process was about to send: only the one
// that stored the intent may send it. The lifecycle decides what follows instead.
func (h *held) forgetDispatch() {
	h.drop(bot.SendDispatch{})
	if h.r.Phase.Starts() && h.r.Dispatch.State == bot.Sending {
		h.apply(bot.Interrupted{})
	}
}

// forgetLater drops effects of a later version that no replica of that version has
// picked up.
func (h *held) forgetLater() {
	now := h.now()
	h.r.Outbox = slices.DeleteFunc(slices.Clone(h.r.Outbox), func(p bot.Pending) bool {
		return bot.IsA[bot.LaterEffect](p.Effect) && now.Sub(p.Since) > giveUp
	})
}

// apply feeds an event to the lifecycle and puts the resulting effects into the outbox.
func (h *held) apply(ev bot.Event) {
	next, effects := lifecycle.Next(h.r, ev, h.now())
	outbox := make([]bot.Pending, 0, len(next.Outbox)+len(effects))
	for _, p := range next.Outbox {
		if lifecycle.Wanted(next, p.Effect) {
			outbox = append(outbox, p)
		}
	}
	next.Outbox = outbox
	h.r = next
	for _, effect := range effects {
		h.enqueue(effect)
	}
}

// enqueue adds an effect unless it is queued already. A full read of the run makes a
// poll unnecessary.
func (h *held) enqueue(effect bot.Effect) {
	if !lifecycle.Wanted(h.r, effect) {
		return
	}
	for _, p := range h.r.Outbox {
		if bot.SameEffect(p.Effect, effect) || bot.IsA[bot.PollRun](effect) && reads(p.Effect) {
			return
		}
	}
	now := h.now()
	due := now
	if reads(effect) {
		due = bot.LaterOf(due, h.r.Run.ReadAt.Add(min(h.r.Pace.Poll, maxReadPause)))
	}
	h.own = append(h.own, effect)
	h.r.Outbox = append(h.r.Outbox, bot.Pending{Effect: effect, Since: now, Due: due})
}

// never says whether nobody can have tried the effect yet: it was added since the
// claim, and this process has not tried it.
func (h *held) never(p bot.Pending) bool {
	return p.Tries == 0 && slices.ContainsFunc(h.own, func(own bot.Effect) bool { return bot.SameEffect(own, p.Effect) })
}

// due lists the effects that are due. A dispatch is carried out alone, so that nothing
// comes between its intent and its request. Messages that nobody waits for come after
// those that somebody does, since the chat limits the rate of both.
func (h *held) due() []bot.Pending {
	now := h.now()
	var due []bot.Pending
	for _, p := range h.r.Outbox {
		if p.Due.After(now) || bot.IsA[bot.LaterEffect](p.Effect) {
			continue
		}
		if bot.IsA[bot.SendDispatch](p.Effect) {
			return []bot.Pending{p}
		}
		due = append(due, p)
	}
	if slices.ContainsFunc(due, func(p bot.Pending) bool { return bot.IsA[bot.Alert](p.Effect) }) {
		due = slices.DeleteFunc(due, func(p bot.Pending) bool { return unhurried(p.Effect) })
	}
	return due
}

// unhurried says whether nobody waits for the message of an effect.
func unhurried(effect bot.Effect) bool {
	return bot.IsA[bot.Say](effect) || bot.IsA[bot.Notify](effect) || bot.IsA[bot.Deliver](effect)
}

// finish takes the outcome of an effect.
func (h *held) finish(p bot.Pending, ev bot.Event, err error) {
	if err == nil {
		h.drop(p.Effect)
		if ev != nil {
			h.apply(ev)
		}
		return
	}
	final := bot.Final(err)
	switch {
	case final && (!insistent(p.Effect) || bot.KindOf(err) == bot.Gone), h.now().Sub(p.Since) > giveUp:
		h.drop(p.Effect)
	case toWebhook(p.Effect) && bot.KindOf(err) != bot.Limited: // it may ask for more time, and not for more tries
		h.postpone(p.Effect, max(bot.RetryAfter(err), backoff(p.Tries, maxSpokenPause)), maxSpokenPause)
	case final && spoken(p.Effect), toWebhook(p.Effect):
		h.postpone(p.Effect, bot.RetryAfter(err), maxSpokenPause)
	default:
		h.postpone(p.Effect, bot.RetryAfter(err), maxBackoff)
	}
	says, mend := bot.ForPeople(err)
	h.apply(bot.EffectFailed{Effect: p.Effect, Says: says, Mend: mend, Final: final, Since: p.Since, Next: h.nextTry(p.Effect)})
}

func (h *held) drop(effect bot.Effect) {
	kept := make([]bot.Pending, 0, len(h.r.Outbox))
	for _, p := range h.r.Outbox {
		if !bot.SameEffect(p.Effect, effect) {
			kept = append(kept, p)
		}
	}
	h.r.Outbox = kept
}

func (h *held) postpone(effect bot.Effect, asked, limit time.Duration) {
	outbox := append([]bot.Pending(nil), h.r.Outbox...)
	for i := range outbox {
		if !bot.SameEffect(outbox[i].Effect, effect) {
			continue
		}
		wait := asked
		if wait == 0 {
			wait = backoff(outbox[i].Tries, limit)
		}
		outbox[i].Tries++
		outbox[i].Due = h.now().Add(wait)
	}
	h.r.Outbox = outbox
}

// backoff is the pause after so many tries and one.
func backoff(tries int, limit time.Duration) time.Duration {
	return min(backoffFirst<<min(tries, 10), limit)
}

// nextTry is when an effect is retried; zero: never.
func (h *held) nextTry(effect bot.Effect) time.Time {
	for _, p := range h.r.Outbox {
		if bot.SameEffect(p.Effect, effect) {
			return p.Due
		}
	}
	return time.Time{}
}

// wake is when the release is due next: the earliest of its timer and its effects.
// Zero: never by itself.
//
// A timer that fired before the last tick is ignored. What it asked for is in the
// outbox, perhaps waiting for a retry, and the release must not be due at once all that
// time.
func (h *held) wake() time.Time {
	wake := h.r.WakeAt
	if !wake.IsZero() && !wake.After(h.ticked) {
		wake = h.now().Add(overdueWait)
	}
	for _, p := range h.r.Outbox {
		due := p.Due
		if bot.IsA[bot.LaterEffect](p.Effect) {
			due = bot.LaterOf(due, h.now().Add(laterVersionWait))
		}
		if wake.IsZero() || due.Before(wake) {
			wake = due
		}
	}
	return wake
}

// insistent says whether an effect is retried even after a refusal: somebody may invite
// slipway to the channel, or grant the missing permission.
func insistent(effect bot.Effect) bool {
	switch effect.(type) {
	case bot.Say, bot.Alert, bot.Notify, bot.Deliver, bot.CancelRun, bot.ForceCancelRun, bot.FindRun, bot.ReadRun, bot.PollRun, bot.ReadRerun, bot.CompareWorkflow:
		return true
	case bot.BeginMembers, bot.ReadMembers, bot.LetMemberAsk, bot.LetMemberGo, bot.StopMember, bot.Report,
		bot.Resolve, bot.TakeSlot, bot.LookAtBranch, bot.LookAtLive, bot.Refresh, bot.Replace, bot.AskYield, bot.Recheck, bot.SendDispatch,
		bot.AskProbes, bot.RecordDeployment, bot.RetireDeployment, bot.TakeBack, bot.EndQuarantine, bot.LookBeside, bot.RollBack, bot.Tell, bot.LaterEffect:
		return false
	}
	return false
}

// spoken says whether an effect sends a message to the chat.
func spoken(effect bot.Effect) bool {
	return bot.IsA[bot.Say](effect) || bot.IsA[bot.Alert](effect) || bot.IsA[bot.Deliver](effect)
}

// toWebhook says whether an effect calls another program, which must not be pressed.
func toWebhook(effect bot.Effect) bool {
	d, is := effect.(bot.Deliver)
	return is && d.To.Kind == bot.ToWebhook
}

// reads says that an effect reads the run.
func reads(effect bot.Effect) bool {
	return bot.IsA[bot.ReadRun](effect) || bot.IsA[bot.PollRun](effect) || bot.IsA[bot.ReadRerun](effect)
}
