package reconciler

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/loop"
)

const (
	// doubtsEvery is how often the doubts are read.
	doubtsEvery = 5 * time.Second
	// doubtsKept is how long a doubt is kept after somebody looked at it.
	doubtsKept = 7 * 24 * time.Hour
	// patientLooks is in how many looks in a row something is unsaid before it is said
	// whatever else may come.
	patientLooks = 4
	// forgetEvery is how often it is looked for those that need not be kept any more.
	forgetEvery = 10 * time.Minute
	// lookWithin bounds how long the rights of somebody who clicked are looked up.
	lookWithin = 1500 * time.Millisecond
	// sayWithin bounds one message about doubts.
	sayWithin = 15 * time.Second
)

// puzzled stores a doubt. If that fails the next look finds it again.
func (rc *Reconciler) puzzled(ctx context.Context, d bot.Doubt) {
	d.Since = time.Now() // for people; it decides nothing
	if mark := "log " + d.Mark() + d.Target.Path(); !rc.said.Has(mark) {
		rc.said.Add(mark)
		rc.log.Error("something is not understood", slog.String("target", d.Target.Path()), slog.String("says", d.Says))
	}
	if err := rc.ports.Doubts.Raise(ctx, d); err != nil {
		rc.log.Error("it could not be noted that something is not understood", bot.ErrAttr(err))
	}
}

// lift ends all doubts about the same thing.
func (rc *Reconciler) lift(ctx context.Context, about string) {
	doubts, err := rc.ports.Doubts.Doubts(ctx)
	if err != nil {
		rc.log.Warn("what is not understood could not be read", bot.ErrAttr(err))
		return
	}
	var over []bot.Doubt
	for _, d := range doubts {
		if d.About != about {
			continue
		}
		if err := rc.ports.Doubts.Lift(ctx, d); err != nil {
			rc.log.Warn("what is understood by now could not be ended", bot.ErrAttr(err))
			continue
		}
		if d.Open() {
			d.Looked.At = time.Now()
			over = append(over, d)
		}
	}
	rc.showLooked(ctx, over)
}

// howToRelease says what releases a target.
func (rc *Reconciler) howToRelease(d bot.Doubt) string {
	who := "An approver"
	if d.Beside.Happened() {
		who = "Somebody who may deploy there and"
	}
	return fmt.Sprintf("%s who has looked at GitHub lets it go on with `%s`", who, rc.lookedCommand(d.Target))
}

func (rc *Reconciler) lookedCommand(t bot.Target) string {
	return fmt.Sprintf("%s looked %s %s", rc.catalog.Slack.Commands.Deploy, t.Service, t.Environment)
}

// watchDoubts alerts about each doubt once, and deletes those that somebody looked at
// long ago.
func (rc *Reconciler) watchDoubts(ctx context.Context) error {
	var forgot time.Time
	var waited map[string]int
	for ctx.Err() == nil {
		doubts, err := rc.ports.Doubts.Doubts(ctx)
		if err != nil && ctx.Err() == nil {
			rc.log.Warn("what is not understood could not be read", bot.ErrAttr(err))
		}
		waited = rc.tellDoubts(ctx, doubts, waited)
		loop.Alone(rc.log, "what was replaced", func() { rc.endBeside(ctx, doubts) })
		if err == nil && time.Since(forgot) >= forgetEvery {
			forgot = time.Now()
			loop.Alone(rc.log, "what is forgotten", func() { rc.forgetDoubts(ctx, doubts) })
		}
		loop.Pause(ctx, nil, doubtsEvery)
	}
	return ctx.Err()
}

// forgetDoubts deletes what somebody looked at long ago. What was done past slipway is kept
// until a release has come after it: it says up to when nobody need be asked again.
func (rc *Reconciler) forgetDoubts(ctx context.Context, doubts []bot.Doubt) {
	if !slices.ContainsFunc(doubts, func(d bot.Doubt) bool { return !d.Open() }) {
		return
	}
	now, err := rc.ports.Clock.Now(ctx)
	if err != nil {
		return // with the next look
	}
	for _, d := range doubts {
		if d.Open() || now.Sub(d.Looked.At) < doubtsKept {
			continue
		}
		counts, err := rc.stillCounts(ctx, d)
		if err == nil && !counts {
			err = rc.ports.Doubts.Lift(ctx, d)
		}
		if err != nil {
			rc.log.Warn("what somebody looked at long ago could not be forgotten", slog.String("target", d.Target.Path()), bot.ErrAttr(err))
		}
	}
}

// stillCounts says of a doubt that was looked at that what it is about is live still.
func (rc *Reconciler) stillCounts(ctx context.Context, d bot.Doubt) (bool, error) {
	service, _ := rc.catalog.Service(d.Target.Service)
	if _, declared := service.Environment(d.Target.Environment); !declared || !d.Beside.Happened() {
		return false, nil
	}
	history, err := rc.ports.Histories.History(ctx, d.Target, besideDepth)
	return err == nil && standsIn(history, d.Beside.Entry) != replaced, err
}

// about is the same for the doubts that share a message. What was done past slipway is
// told in the channel of each service.
func about(d bot.Doubt) string {
	if d.Beside.Happened() {
		return d.Mark() + " " + d.Target.Service
	}
	return d.Mark()
}

// together groups the doubts that are about the same thing: the open ones, and those
// about what was done past slipway, which people hear of even if somebody has looked at
// once.
func together(doubts []bot.Doubt) [][]bot.Doubt {
	at := map[string]int{}
	var groups [][]bot.Doubt
	for _, d := range doubts {
		if !d.Open() && !d.Beside.Happened() {
			continue
		}
		i, known := at[about(d)]
		if !known {
			i = len(groups)
			at[about(d)] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], d)
	}
	return groups
}

// tellDoubts says what was not said yet, in each channel together. What was just noted waits
// for another look, since the same may be about to be noted of further targets; but where
// the last word on something changes all the time, not for ever.
func (rc *Reconciler) tellDoubts(ctx context.Context, doubts []bot.Doubt, waited map[string]int) map[string]int {
	waits := map[string]int{}
	var channels []string
	ready := map[string][]bot.Message{}
	for _, same := range together(doubts) {
		loop.Alone(rc.log, about(same[0]), func() {
			m, mark := rc.heldMessage(same), "said "+about(same[0])
			if rc.said.Has(mark) || m.Channel == "" {
				return
			}
			of := same[0].About + " " + same[0].Target.Service
			if seen := mark + " seen"; !rc.said.Has(seen) && waited[of] < patientLooks-1 {
				rc.said.Add(seen)
				waits[of] = waited[of] + 1
				return
			}
			if len(ready[m.Channel]) == 0 {
				channels = append(channels, m.Channel)
			}
			ready[m.Channel] = append(ready[m.Channel], m)
		})
	}
	for _, channel := range channels {
		loop.Alone(rc.log, channel, func() { rc.sayTogether(ctx, ready[channel]) })
	}
	return waits
}

func (rc *Reconciler) sayTogether(ctx context.Context, all []bot.Message) {
	ctx, cancel := context.WithTimeout(ctx, sayWithin)
	defer cancel()
	if err := rc.ports.Voice.PostTogether(ctx, all); err != nil {
		if bot.RetryAfter(err) == 0 {
			rc.log.Warn("it could not be said what is not understood", bot.ErrAttr(err))
		}
		return
	}
	for _, m := range all {
		if held, is := m.Body.(bot.Held); is {
			rc.said.Add("said " + about(held.Doubts[0]))
		}
	}
}

// heldMessage is the one message about doubts that are about the same thing.
func (rc *Reconciler) heldMessage(same []bot.Doubt) bot.Message {
	d := same[0]
	var who []string
	for _, of := range same {
		for _, group := range rc.lookers(of) {
			if !slices.Contains(who, group) {
				who = append(who, group)
			}
		}
	}
	channel := rc.catalog.AlertChannel(d.Target.Service)
	if d.Beside.Happened() {
		channel = cmp.Or(rc.catalog.Channel([]string{d.Target.Service}), channel)
	}
	return bot.Message{
		Key:     bot.MessageKey{Release: d.Target.Service, Kind: "alert_held_" + d.Mark()},
		Channel: channel,
		Body:    bot.Held{Doubts: same, Who: who, Typed: rc.lookedCommand(d.Target), Board: rc.catalog.Slack.Commands.Status},
	}
}

// lookers are the groups that may look at a doubt; empty: any full member may.
func (rc *Reconciler) lookers(d bot.Doubt) []string {
	grants := rc.catalog.Grants([]bot.Target{d.Target})[0]
	if d.Who() == bot.TheDeployer {
		return grants.Deployers
	}
	return grants.Lookers()
}

// Looked records that somebody looked at what is not understood. If their rights cannot
// be found out they have none.
func (rc *Reconciler) Looked(ctx context.Context, w bot.LookWish) (bot.LookDone, error) {
	doubts, err := rc.ports.Doubts.Doubts(ctx)
	if err != nil {
		return bot.LookDone{}, err
	}
	covered := slices.DeleteFunc(doubts, func(d bot.Doubt) bool { return !d.Open() || !w.Covers(d) })
	if len(covered) == 0 {
		return bot.LookDone{}, nil
	}
	rights := rc.rightsOf(ctx, w.By, covered)
	var done bot.LookDone
	var failed error
	for _, d := range covered {
		if !rc.mayLook(d, rights, &done) {
			done.Refused = append(done.Refused, d)
			continue
		}
		if err := rc.release(ctx, d, w.By, &done); err != nil {
			failed = err // the others are released all the same
		}
	}
	rc.showLooked(ctx, done.Released)
	return done, failed
}

// release goes on with what a doubt held. What was put aside is resumed first: once
// somebody has looked nobody would do it again.
func (rc *Reconciler) release(ctx context.Context, d bot.Doubt, by bot.Person, done *bot.LookDone) error {
	if err := rc.resume(ctx, d); err != nil {
		return err
	}
	now, err := rc.ports.Clock.Now(ctx)
	if err != nil {
		return err
	}
	look := bot.Look{By: by, At: now}
	first, err := rc.ports.Doubts.Look(ctx, d, look)
	if err != nil || !first {
		return err
	}
	d.Looked = look
	done.Released = append(done.Released, d)
	rc.log.Info("somebody looked at what is not understood, and it goes on",
		slog.String("by", by.ID), slog.String("target", d.Target.Path()), slog.String("about", d.About))
	return nil
}

// rights are what was found out of somebody: the groups that they are in, and what could
// not be found out, which counts as no.
type rights struct {
	of     bot.Person
	in     []string
	left   bool
	unsure []string // why it is not known whether they left
	unread []string // groups
}

// rightsOf asks once for all doubts: each question may go to the chat or the code host,
// and somebody waits for the answer.
func (rc *Reconciler) rightsOf(ctx context.Context, by bot.Person, doubts []bot.Doubt) rights {
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	var groups []string
	for _, d := range doubts {
		of := bot.Release{Target: d.Target}
		groups = append(groups, of.Asks(d.Who(), rc.catalog.Grants([]bot.Target{d.Target}))...)
	}
	slices.Sort(groups)
	r := rights{of: by}
	r.left, r.unsure = rc.ports.People.HasLeft(ctx, by)
	r.in, r.unread = rc.ports.People.GroupsWith(ctx, slices.Compact(groups), by)
	return r
}

// mayLook says whether somebody may look at a doubt, and notes who may if they may not.
func (rc *Reconciler) mayLook(d bot.Doubt, r rights, done *bot.LookDone) bool {
	of, grants := bot.Release{Target: d.Target}, rc.catalog.Grants([]bot.Target{d.Target})
	if of.May(d.Who(), grants, r.of, bot.Standing{Groups: r.in, Gone: r.left}) {
		return true
	}
	note := func(who string) {
		if !slices.Contains(done.Who, who) {
			done.Who = append(done.Who, who)
		}
	}
	for _, why := range r.unsure {
		done.Unread = true
		note(why)
	}
	for _, group := range rc.lookers(d) {
		done.Unread = done.Unread || slices.Contains(r.unread, group)
		note(group)
	}
	return false
}

// resume goes on with a release that was put aside.
func (rc *Reconciler) resume(ctx context.Context, d bot.Doubt) error {
	if d.Release == "" {
		return nil
	}
	_, err := rc.ports.Releases.Release(ctx, d.Release)
	switch {
	case err == nil:
		return rc.ports.Aside.Resume(ctx, d.Release)
	case bot.KindOf(err) == bot.Unavailable:
		return err
	default:
		return rc.ports.Aside.LeavePlace(ctx, d.Target, d.Release)
	}
}

// showLooked updates the messages about doubts that are over. It is a courtesy: what
// counts is stored.
func (rc *Reconciler) showLooked(ctx context.Context, over []bot.Doubt) {
	if len(over) == 0 {
		return
	}
	doubts, err := rc.ports.Doubts.Doubts(ctx)
	if err != nil {
		rc.log.Warn("what is not understood could not be read", bot.ErrAttr(err))
		return
	}
	for _, same := range together(doubts) { // what is still open stands there too
		if i := slices.IndexFunc(over, func(d bot.Doubt) bool { return about(d) == about(same[0]) }); i >= 0 {
			over = append(over, slices.DeleteFunc(same, func(d bot.Doubt) bool { return !d.Open() })...)
		}
	}
	told := map[string][]bot.Doubt{}
	for _, d := range over {
		told[about(d)] = append(told[about(d)], d)
	}
	for _, same := range told {
		if err := rc.ports.Voice.Revise(ctx, rc.heldMessage(same)); err != nil {
			rc.log.Warn("a message does not show that somebody looked", bot.ErrAttr(err))
		}
	}
}
