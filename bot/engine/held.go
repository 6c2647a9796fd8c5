package engine

import (
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/lifecycle"
)

const (
	// readPause is how long after a read of the run the next one waits, so
	// that a burst of webhooks shares one read.
	readPause = 2 * time.Second
	// backoffFirst and maxBackoff bound the pause between two tries of an
	// effect.
	backoffFirst = time.Second
	maxBackoff   = 30 * time.Second
	// maxSpokenPause bounds the pause between two tries to say what the chat refuses:
	// somebody has to help first.
	maxSpokenPause = 10 * time.Minute
	// overdueWait is how soon a release is looked at again whose timer has come
	// without its moving on.
	overdueWait = 5 * time.Second
	// laterVersionWait is how soon a release is due again that waits for a replica of a
	// later version.
	laterVersionWait = time.Minute
	// giveUp is how long an effect is tried that is no part of the release's
	// way, such as a message.
	giveUp = 24 * time.Hour
	// clockSlip is how far a claim's time may lie behind what is recorded of its
	// release. What lies further behind is a clock that was set back, and is believed:
	// all replicas go by it.
	clockSlip = 5 * time.Second
)

// held is a claimed release in the hands of one worker. Its methods are pure
// but for the monotonic clock behind now.
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

// hold takes a claim in hand that the store was asked for at a time of the
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

// now is the store's time, carried forward by the monotonic clock. It counts from
// the question and not from the answer, so that it is never behind, however long
// the process was stopped between the two. So it runs ahead after an answer that took
// long; until the store is as far too, it stands still, since nothing may come before
// what it comes of.
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

// forgetDispatch drops a dispatch that somebody else was about to send: only
// who stored the intent may send it. What follows instead is decided by
// lifecycle.
func (h *held) forgetDispatch() {
	h.drop(bot.SendDispatch{})
	if h.r.Phase.Starts() && h.r.Dispatch.State == bot.Sending {
		h.apply(bot.Interrupted{})
	}
}

// forgetLater drops what no replica of a later version has come for.
func (h *held) forgetLater() {
	now := h.now()
	h.r.Outbox = slices.DeleteFunc(slices.Clone(h.r.Outbox), func(p bot.Pending) bool {
		return bot.IsA[bot.LaterEffect](p.Effect) && now.Sub(p.Since) > giveUp
	})
}

// apply feeds an event to the release and puts what follows into the outbox.
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

// enqueue asks for an effect once. A read of the run that is asked for already
// makes a poll needless.
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
		due = bot.LaterOf(due, h.r.Run.ReadAt.Add(readPause))
	}
	h.own = append(h.own, effect)
	h.r.Outbox = append(h.r.Outbox, bot.Pending{Effect: effect, Since: now, Due: due})
}

// never says that nobody can have tried to carry an effect out: it came up since the
// release was claimed, and was not tried since.
func (h *held) never(p bot.Pending) bool {
	return p.Tries == 0 && slices.ContainsFunc(h.own, func(own bot.Effect) bool { return bot.SameEffect(own, p.Effect) })
}

// due lists the effects that are due. A dispatch goes alone: nothing may stand
// between its intent and its request. What is said quietly waits until what needs
// somebody is said: each takes a turn of the chat's.
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

// unhurried says of an effect that nobody waits for what it says.
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

// nextTry is when an effect is tried again; zero: it is not.
func (h *held) nextTry(effect bot.Effect) time.Time {
	for _, p := range h.r.Outbox {
		if bot.SameEffect(p.Effect, effect) {
			return p.Due
		}
	}
	return time.Time{}
}

// wake is when the release is due next: the earliest of its own timer and its
// effects. Zero: never by itself.
//
// A timer that had come when the release was ticked has had its say; what it
// asked for lies in the outbox, perhaps waiting to be tried again. It must not
// make the release due at once for as long as that takes.
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

// insistent says that an effect is tried on even when the other side refuses:
// somebody may invite slipway to the channel, or give it the right it lacks.
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

// spoken says that an effect says something in the chat.
func spoken(effect bot.Effect) bool {
	return bot.IsA[bot.Say](effect) || bot.IsA[bot.Alert](effect) || bot.IsA[bot.Deliver](effect)
}

// toWebhook says that an effect tells another program, which is not to be pressed.
func toWebhook(effect bot.Effect) bool {
	d, is := effect.(bot.Deliver)
	return is && d.To.Kind == bot.ToWebhook
}

// reads says that an effect reads the run.
func reads(effect bot.Effect) bool {
	return bot.IsA[bot.ReadRun](effect) || bot.IsA[bot.PollRun](effect) || bot.IsA[bot.ReadRerun](effect)
}
