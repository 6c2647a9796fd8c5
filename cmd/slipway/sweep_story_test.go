//go:build faults

package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

const (
	// sweepPatience is how long a step of the swept story may take, on a busy
	// machine and with every lease running out.
	sweepPatience = 90 * time.Second
	// sweepLook is how often the story looks whether it can go on.
	sweepLook = 80 * time.Millisecond
)

// play tells the swept story. People do again what was not acknowledged, and
// nothing else.
func (w *sweepWorld) play() error {
	for i, step := range w.c.story.steps(w) {
		if err := step(); err != nil {
			return fmt.Errorf("step %d: %w", i, err)
		}
	}
	return w.awake()
}

// begin waits until the world is quiet, and begins to count.
func (w *sweepWorld) begin() error {
	if err := w.comesToRest(); err != nil {
		return err
	}
	w.watch.arm()
	return nil
}

// errLate says that something did not come while it was waited for.
var errLate = errors.New("not within")

// until waits for a condition. Meanwhile whoever is on call answers a release
// that became unknown, after a look at GitHub.
func (w *sweepWorld) until(what string, holds func() error) error {
	ctx, cancel := context.WithTimeout(context.Background(), sweepPatience)
	defer cancel()
	for {
		err := holds()
		if err == nil {
			return nil
		}
		if over, ok := errors.AsType[*overError](err); ok {
			return over.error
		}
		w.mu.Lock()
		failed := w.failed
		w.mu.Unlock()
		if failed != nil {
			return failed
		}
		w.answerUnknown()
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s: %w %s (%w)", what, errLate, sweepPatience, err)
		case <-time.After(sweepLook):
		}
	}
}

// types has somebody type a command until it is acknowledged, and checks that
// what was acknowledged is there.
func (w *sweepWorld) types(who, text, release string) error {
	return w.until(who+" types "+text, func() error {
		comesTwice(w.slack)
		d, err := w.slack.Command(context.Background(), players()[who], channels()["deploys"], "/deploy", text)
		if err != nil || !d.Good() || strings.Contains(d.Shown, "ot confirmed") {
			return errors.Join(err, fmt.Errorf("answered %d %s %s", d.Status, d.Failure, d.Shown))
		}
		if !strings.Contains(d.Shown, release) {
			return &overError{fmt.Errorf("%s is not acknowledged as %s: %s", text, release, d.Shown)}
		}
		if _, err := w.store.Release(context.Background(), release); err != nil {
			return &overError{fmt.Errorf("lost: %s was acknowledged: %w", text, err)}
		}
		return nil
	})
}

// presses has somebody press a button in a channel until what it is for has come
// about.
func (w *sweepWorld) presses(who, button, channel string, came func() bool) error {
	return w.pressing(slacksim.Press{User: players()[who], Channel: channels()[channel], Button: button, Answer: slacksim.Yes}, came)
}

// approves has somebody press Approve on the card of a release: another card may
// still show one that has been pressed.
func (w *sweepWorld) approves(who, id string) error {
	press := slacksim.Press{User: players()[who], Channel: channels()["deploys"], Button: "approve", Answer: slacksim.Yes}
	if err := w.until(id+" has a card", func() (err error) {
		press.TS, err = w.card(id)
		return err
	}); err != nil {
		return err
	}
	return w.pressing(press, func() bool { return len(w.release(id).Approvals) > 0 })
}

// pressing does what presses says. People press again only if the click was not
// acknowledged, or if they were told that it was not stored or did not count.
func (w *sweepWorld) pressing(press slacksim.Press, came func() bool) error {
	acknowledged, denied := false, 0
	return w.until(press.User+" presses "+press.Button, func() error {
		if came() {
			return nil
		}
		if n := len(deniedWords.FindAllString(w.privately(press.User), -1)); n > denied {
			acknowledged, denied = false, n
		}
		if acknowledged {
			return errors.New("lost: the click was acknowledged, and nothing came of it")
		}
		comesTwice(w.slack)
		d, err := w.slack.Press(context.Background(), press)
		acknowledged = err == nil && d.Good()
		return errors.Join(err, fmt.Errorf("answered %d %s", d.Status, d.Failure))
	})
}

// deniedWords tell somebody that they have to press again.
var deniedWords = regexp.MustCompile(`Not confirmed|(approval|yes|word on .*) was not counted`)

// release reads a release from Redis itself; the zero release is none.
func (w *sweepWorld) release(id string) bot.Release {
	r, err := w.store.Release(context.Background(), id)
	if err != nil {
		return bot.Release{}
	}
	return r
}

func (w *sweepWorld) exists(id string) func() bool {
	return func() bool { return w.release(id).ID != "" }
}

// card finds the card of a release in #deploys.
func (w *sweepWorld) card(id string) (ts string, err error) {
	for _, m := range w.slack.Messages(channels()["deploys"]) {
		if release, kind := messageKey(m.Current().Metadata); release == id && kind == "card" && !m.Deleted {
			return m.TS, nil
		}
	}
	return "", errors.New(id + " has no card")
}

// vouchedFor has Ben say of what was adopted that it looks good, before anything
// is killed.
func (w *sweepWorld) vouchedFor(id string) error {
	return w.until(id+" looks good", func() error {
		if w.release(id).Healthy {
			return nil
		}
		ts, err := w.card(id)
		if err == nil {
			_, err = w.slack.Press(context.Background(), slacksim.Press{User: players()["ben"], Channel: channels()["deploys"], TS: ts, Button: "Looks Good", Answer: slacksim.Yes})
		}
		return errors.Join(err, errors.New(id+" is not vouched for"))
	})
}

// runEnds waits for the run of a release and ends it, with the service answering
// its probes as it says.
func (w *sweepWorld) runEnds(id, conclusion string, status int) error {
	return w.until("the run of "+id, func() error {
		for _, run := range w.github.Runs() {
			if strings.HasPrefix(run.Inputs["release_id"], id+".") {
				w.service.set(status)
				return errors.Join(w.github.StartRun(run.ID), w.github.FinishRun(run.ID, conclusion))
			}
		}
		return errors.New("there is none")
	})
}

func (w *sweepWorld) ends(id string, phase bot.Phase) error {
	return w.until(id+" ends", func() error {
		r := w.release(id)
		switch {
		case r.Phase == phase:
			return nil
		case r.Ended():
			return &overError{fmt.Errorf("%s ended %s: %s", id, r.Phase, r.Ending.Cause)}
		default:
			return fmt.Errorf("%s is %s", id, r.Phase)
		}
	})
}

// comesToRest waits until nothing is due any more: no release, no card.
func (w *sweepWorld) comesToRest() error {
	return w.until("all is quiet", func() error {
		var waiting []string
		for _, pattern := range []string{"slipway:*:due", "slipway:*:dirty:*"} {
			keys, err := w.direct.Keys(context.Background(), pattern).Result()
			if err != nil {
				return err
			}
			for _, key := range keys {
				n, err := notPoison(context.Background(), w.direct, key)
				if err != nil {
					return err
				}
				if n > 0 {
					waiting = append(waiting, key)
				}
			}
		}
		if len(waiting) > 0 {
			return fmt.Errorf("something waits in %v", waiting)
		}
		return nil
	})
}

// answerUnknown is what whoever is on call does about a release that became
// unknown: they look at GitHub and say what they see.
func (w *sweepWorld) answerUnknown() {
	if time.Since(w.lookedAt) < time.Second {
		return
	}
	w.lookedAt = time.Now()
	for id := range w.c.story.dispatches {
		if w.release(id).Phase != bot.Unknown {
			continue
		}
		button := "Start It Again"
		if w.dispatches(id) > 0 {
			button = "It Ran"
		}
		if w.tryButton("ben", button) == nil {
			w.unknowns[id]++
		}
	}
}

// dispatches is how often GitHub was told to start a release, whatever it
// answered.
func (w *sweepWorld) dispatches(id string) int {
	n := 0
	for key, times := range w.github.Dispatches() {
		if strings.HasPrefix(key, id+".") {
			n += times
		}
	}
	return n
}

// missing is what is not there in the end, whatever was killed.
func (w *sweepWorld) missing() (missing []string) {
	story := w.c.story
	miss := func(format string, args ...any) { missing = append(missing, fmt.Sprintf(format, args...)) }
	for id, want := range story.dispatches {
		if got := w.dispatches(id); got < want {
			miss("%s was dispatched %d times, want %d", id, got, want)
		}
	}
	for id, by := range story.takenBack {
		if got := w.release(id).TakenBackBy; got != by {
			miss("%s is taken back by %q, want %s", id, got, by)
		}
	}
	for id, want := range story.approvals {
		if got := w.release(id).Approvals; len(got) < want {
			miss("%s has the approvals %v, want %d", id, got, want)
		}
	}
	for _, text := range story.shows {
		if !strings.Contains(w.wall("deploys"), text) {
			miss("the cards do not show %q", text)
		}
	}
	stand := w.standing()
	for _, key := range story.messages {
		if stand[key] == 0 && !w.saidWithOthers(key) {
			miss("missing: %s", key)
		}
	}
	return missing
}

// saidWithOthers says that an alert stands in a message with others, which bears the key of
// one of them: in a burst they go together.
func (w *sweepWorld) saidWithOthers(key string) bool {
	release, kind, _ := strings.Cut(key, " ")
	if !strings.HasPrefix(kind, "alert_") {
		return false
	}
	at, err := w.store.Message(context.Background(), bot.MessageKey{Release: release, Kind: kind})
	return err == nil && slices.ContainsFunc(w.slack.Messages(at.Ref.Channel), func(m slacksim.Message) bool {
		v := m.Current()
		return m.TS == at.Ref.ID && !m.Deleted && strings.Contains(slacksim.RenderMessage(v.Blocks, v.Text, func(string) string { return "" }), "`"+release+"`")
	})
}

// excess is what is there more often than it may be, whatever was killed and however far
// the story came.
func (w *sweepWorld) excess() (excess []string) {
	story := w.c.story
	over := func(format string, args ...any) { excess = append(excess, fmt.Sprintf(format, args...)) }
	for id, want := range story.dispatches {
		if got := w.dispatches(id); got > want {
			over("%s was dispatched %d times, want %d", id, got, want)
		}
	}
	for id, want := range story.approvals {
		if got := w.release(id).Approvals; len(got) > want {
			over("%s has the approvals %v, want %d", id, got, want)
		}
	}
	for _, id := range story.none {
		if w.exists(id)() {
			over("somebody's repetition became a release of its own: %s", id)
		}
	}
	stand := w.standing()
	for _, key := range slices.Sorted(maps.Keys(stand)) {
		if stand[key] > 1 && !strings.Contains(key, " alert_") {
			over("%d times: %s", stand[key], key)
		}
	}
	return excess
}

// standing counts the messages that stand in the channels, by release and kind.
func (w *sweepWorld) standing() map[string]int {
	stand := map[string]int{}
	for _, channel := range channels() {
		for _, m := range w.slack.Messages(channel) {
			if release, kind := messageKey(m.Current().Metadata); kind != "" && !m.Deleted {
				stand[release+" "+kind]++
			}
		}
	}
	return stand
}
