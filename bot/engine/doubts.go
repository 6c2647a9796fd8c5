package engine

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

const (
	// doubtsEvery is how often it is looked what is not understood.
	doubtsEvery = 5 * time.Second
	// doubtsKept is for how long one is kept that somebody looked at.
	doubtsKept = 7 * 24 * time.Hour
	// lookWithin bounds finding out whether somebody's word counts, well below
	// the time that a person's click may take.
	lookWithin = 1500 * time.Millisecond
)

// said remembers what this process has said, so that the store is not asked
// again and again; the store keeps it from being said twice.
type said struct {
	mu   sync.Mutex
	keys map[string]bool
}

// is says whether a thing was said, and forget makes it new again.
func (s *said) is(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.keys[key]
}

func (s *said) note(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.keys) > 10_000 || s.keys == nil {
		s.keys = map[string]bool{}
	}
	s.keys[key] = true
}

// puzzled notes what is not understood. Where that fails the next look finds it
// again.
func (e *Engine) puzzled(ctx context.Context, d bot.Doubt) {
	d.Since = time.Now() // for people; it decides nothing
	if mark := "log " + d.Mark() + d.Target.Path(); !e.said.is(mark) {
		e.said.note(mark)
		e.log.Error("something is not understood", slog.String("target", d.Target.Path()), slog.String("says", d.Says))
	}
	if err := e.Doubts.Raise(ctx, d); err != nil {
		e.log.Error("it could not be noted that something is not understood", errAttr(err))
	}
}

// lift ends all doubts about the same thing.
func (e *Engine) lift(ctx context.Context, about string) {
	doubts, err := e.Doubts.Doubts(ctx)
	if err != nil {
		e.log.Warn("what is not understood could not be read", errAttr(err))
		return
	}
	var over []bot.Doubt
	for _, d := range doubts {
		if d.About != about {
			continue
		}
		if err := e.Doubts.Lift(ctx, d); err != nil {
			e.log.Warn("what is understood by now could not be ended", errAttr(err))
			continue
		}
		if d.Open() {
			d.Looked.At = time.Now()
			over = append(over, d)
		}
	}
	e.showLooked(ctx, over)
}

// howToRelease says what releases a target.
func (e *Engine) howToRelease(t bot.Target) string {
	return fmt.Sprintf("An approver who has looked at GitHub lets it go on with `%s`", e.lookedCommand(t))
}

func (e *Engine) lookedCommand(t bot.Target) string {
	return fmt.Sprintf("%s looked %s %s", e.catalog.Slack.Commands.Deploy, t.Service, t.Environment)
}

// watchDoubts says out loud what is not understood, once, and forgets what
// somebody looked at long ago.
func (e *Engine) watchDoubts(ctx context.Context) error {
	for ctx.Err() == nil {
		doubts, err := e.Doubts.Doubts(ctx)
		if err != nil && ctx.Err() == nil {
			e.log.Warn("what is not understood could not be read", errAttr(err))
		}
		for _, same := range together(doubts) {
			e.tellDoubts(ctx, same)
		}
		e.forgetDoubts(ctx, doubts)
		pause(ctx, nil, doubtsEvery)
	}
	return ctx.Err()
}

func (e *Engine) forgetDoubts(ctx context.Context, doubts []bot.Doubt) {
	for _, d := range doubts {
		if d.Open() || time.Since(d.Looked.At) < doubtsKept {
			continue
		}
		if err := e.Doubts.Lift(ctx, d); err != nil {
			e.log.Warn("what somebody looked at long ago could not be forgotten", errAttr(err))
		}
	}
}

// together puts the open doubts together that are about the same thing.
func together(doubts []bot.Doubt) [][]bot.Doubt {
	at := map[string]int{}
	var groups [][]bot.Doubt
	for _, d := range doubts {
		if !d.Open() {
			continue
		}
		i, known := at[d.Mark()]
		if !known {
			i = len(groups)
			at[d.Mark()] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], d)
	}
	return groups
}

func (e *Engine) tellDoubts(ctx context.Context, same []bot.Doubt) {
	m := e.heldMessage(same)
	if e.said.is(m.Key.Kind) || m.Channel == "" {
		return
	}
	if seen := m.Key.Kind + " seen"; !e.said.is(seen) {
		e.said.note(seen) // the same may be about to be noted of further targets
		return
	}
	ctx, cancel := context.WithTimeout(ctx, cardLease)
	defer cancel()
	if _, _, err := e.postOnce(ctx, m); err != nil {
		if bot.RetryAfter(err) == 0 {
			e.log.Warn("it could not be said what is not understood", errAttr(err))
		}
		return
	}
	e.said.note(m.Key.Kind)
}

// heldMessage is the one message about doubts that are about the same thing.
func (e *Engine) heldMessage(same []bot.Doubt) bot.Message {
	d := same[0]
	var who []string
	for _, of := range same {
		for _, group := range e.catalog.Grants([]bot.Target{of.Target})[0].Lookers() {
			if !slices.Contains(who, group) {
				who = append(who, group)
			}
		}
	}
	return bot.Message{
		Key:     bot.MessageKey{Release: d.Target.Service, Kind: "alert_held_" + d.Mark()},
		Channel: e.alertChannel(d.Target.Service),
		Body:    bot.Held{Doubts: same, Who: who, Typed: e.lookedCommand(d.Target)},
	}
}

// Looked takes somebody's word that they looked at what is not understood. What
// cannot be found out about who they are counts as no.
func (e *Engine) Looked(ctx context.Context, w bot.LookWish) (bot.LookDone, error) {
	doubts, err := e.Doubts.Doubts(ctx)
	if err != nil {
		return bot.LookDone{}, err
	}
	var done bot.LookDone
	for _, d := range doubts {
		if !d.Open() || !w.Covers(d) {
			continue
		}
		if may := e.mayLook(ctx, d.Target, w.By, &done); !may {
			done.Refused = append(done.Refused, d)
			continue
		}
		first, err := e.Doubts.Look(ctx, d, bot.Look{By: w.By, At: time.Now()})
		if err != nil {
			return done, err
		}
		if first {
			d.Looked = bot.Look{By: w.By, At: time.Now()}
			done.Released = append(done.Released, d)
			e.log.Info("somebody looked at what is not understood, and it goes on",
				slog.String("by", w.By.ID), slog.String("target", d.Target.Path()), slog.String("about", d.About))
		}
		if err := e.takeUp(ctx, d); err != nil {
			return done, err
		}
	}
	e.showLooked(ctx, done.Released)
	return done, nil
}

// mayLook says whether somebody's word counts on a target, and notes whose does
// otherwise.
func (e *Engine) mayLook(ctx context.Context, t bot.Target, by bot.Person, done *bot.LookDone) bool {
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	about, grants := bot.Release{Target: t}, e.catalog.Grants([]bot.Target{t})
	left, unsure := e.hasLeft(ctx, by)
	in, unread := e.groupsWith(ctx, about.Asks(bot.TheLooker, grants), by)
	if about.May(bot.TheLooker, grants, by, bot.Standing{Groups: in, Gone: left}) {
		return true
	}
	if len(unsure) > 0 {
		done.Unread, done.Who = true, append(done.Who, unsure...)
	}
	for _, group := range grants[0].Lookers() {
		done.Unread = done.Unread || slices.Contains(unread, group)
		if !slices.Contains(done.Who, group) {
			done.Who = append(done.Who, group)
		}
	}
	return false
}

// takeUp goes on with a release that was put aside.
func (e *Engine) takeUp(ctx context.Context, d bot.Doubt) error {
	if d.Release == "" {
		return nil
	}
	return e.Aside.TakeUp(ctx, d.Release)
}

// showLooked makes the messages about doubts show that they are over. It is a
// courtesy: what counts is stored.
func (e *Engine) showLooked(ctx context.Context, over []bot.Doubt) {
	if len(over) == 0 {
		return
	}
	doubts, err := e.Doubts.Doubts(ctx)
	if err != nil {
		e.log.Warn("what is not understood could not be read", errAttr(err))
		return
	}
	for _, same := range together(doubts) { // what is still open stands there too
		if i := slices.IndexFunc(over, func(d bot.Doubt) bool { return d.Mark() == same[0].Mark() }); i >= 0 {
			over = append(over, same...)
		}
	}
	byMark := map[string][]bot.Doubt{}
	for _, d := range over {
		byMark[d.Mark()] = append(byMark[d.Mark()], d)
	}
	for _, same := range byMark {
		if err := e.editHeld(ctx, e.heldMessage(same)); err != nil {
			e.log.Warn("a message does not show that somebody looked", errAttr(err))
		}
	}
}

func (e *Engine) editHeld(ctx context.Context, m bot.Message) error {
	before, err := e.Cards.Message(ctx, m.Key)
	switch {
	case err != nil || before.Busy:
		return err
	case before.Ref.ID == "":
		return e.Cards.MessageFailed(ctx, m.Key, before.Intent) // it was never said, and need not be
	}
	err = e.Chat.Edit(ctx, before.Ref, m, nil)
	held, _ := m.Body.(bot.Held)
	if bot.KindOf(err) != bot.Gone || !slices.ContainsFunc(held.Doubts, bot.Doubt.Open) {
		return err
	}
	says, _ := bot.ForPeople(err)
	again, err := e.Losses.MessageGone(ctx, m.Key, before.Ref, says)
	if err != nil || !again {
		return err
	}
	_, _, err = e.postOnce(ctx, m)
	return err
}
