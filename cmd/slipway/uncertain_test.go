//go:build faults

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// uncertain is one way in which the answer to a dispatch gets lost, and what
// people do about it.
type uncertain struct {
	name  string
	fault githubsim.Fault
	lag   time.Duration // before the run is listed; beyond the settle time of 2s nobody can tell
	press string        // what an approver presses; "": the run is found without
}

func uncertainDispatches() []uncertain {
	const sendAgain, itRan = "Start It Again", "It Ran"
	garbage := githubsim.Fault{Status: http.StatusOK, Body: "<html>welcome to the portal</html>"}
	badGateway := githubsim.Fault{Status: http.StatusBadGateway, Body: "<html>"}
	after := func(f githubsim.Fault) githubsim.Fault {
		f.After = true
		return f
	}
	return []uncertain{
		{name: "the connection is cut, and nothing was carried out", fault: githubsim.Fault{Cut: true}, press: sendAgain},
		{name: "the connection is cut after it was carried out", fault: after(githubsim.Fault{Cut: true})},
		{name: "a 502, and nothing was carried out", fault: badGateway, press: sendAgain},
		{name: "a 502 after it was carried out", fault: after(badGateway)},
		{name: "a 200 that cannot be read, and nothing was carried out", fault: garbage, press: sendAgain},
		{name: "a 200 that cannot be read after it was carried out", fault: after(garbage)},
		{name: "it is carried out after slipway has given up waiting", fault: githubsim.Fault{Latency: githubsim.Duration(25 * time.Second)}, press: itRan},
		{name: "the run is listed late, but within the settle time", fault: after(badGateway), lag: time.Second},
		{name: "the run is listed long after the settle time", fault: after(badGateway), lag: 15 * time.Second, press: itRan},
		{name: "the run is listed after somebody says that there is none", fault: after(badGateway), lag: 10 * time.Second, press: sendAgain},
	}
}

// TestPromise1_UncertainDispatch loses the answer to a dispatch in every way:
// the run is found by its key and adopted, or an approver says what happened;
// never is there a second request that nobody asked for.
func TestPromise1_UncertainDispatch(t *testing.T) {
	t.Parallel()
	needRedis(t)
	words := sweepWords(t)
	for _, u := range uncertainDispatches() {
		for _, webhooks := range []string{"with webhooks", "without webhooks"} {
			t.Run(u.name+", "+webhooks, func(t *testing.T) {
				t.Parallel()
				w, err := newSweepWorld(t, sweepCase{replicas: 1}, words)
				if err != nil {
					t.Fatal(err)
				}
				if webhooks == "without webhooks" {
					w.github.AddHookFault(githubsim.HookFault{Kind: "lose", Count: -1})
				}
				err = w.loseAnswer(u)
				shown := w.slack.Transcript("C0DEPLOYS")
				if err := errors.Join(err, w.close()); err != nil {
					t.Errorf("%v\n%s", err, shown)
				}
			})
		}
	}
}

// loseAnswer deploys with the fault, up to the good end.
func (w *sweepWorld) loseAnswer(u uncertain) error {
	const id = "api-1"
	w.github.AddFault(u.fault.On(http.MethodPost, "*/dispatches"))
	w.github.SetLag(u.lag)
	steps := []func() error{
		func() error { return w.types("anna", "api main to production", id) },
		func() error { return w.approves("ben", id) },
		func() error { return w.settles(id, u) },
		func() error { return w.runEnds(id, "success", http.StatusOK) },
		func() error { return w.ends(id, bot.Succeeded) },
	}
	for i, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("step %d: %w", i, err)
		}
		if n := w.dispatches(id); n > 1 {
			return fmt.Errorf("step %d: %s was dispatched %d times", i, id, n)
		}
	}
	if n := w.dispatches(id); n != 1 {
		return fmt.Errorf("%s was dispatched %d times in the end", id, n)
	}
	if shown := w.wall("alerts"); u.press == "" && strings.Contains(shown, id) {
		return fmt.Errorf("somebody was called, although the run was to be found:\n%s", shown)
	}
	return nil
}

// settles waits until the run is found, with the help that it takes: somebody
// who may not say so is turned away, an approver is heard, and all see who it
// was.
func (w *sweepWorld) settles(id string, u uncertain) error {
	if u.press == "" {
		return w.runs(id)
	}
	steps := []func() error{
		func() error {
			return w.until(id+" is unknown", func() error { return w.isIn(id, bot.Unknown) })
		},
		func() error { return w.pressesOnce("cleo", u.press) },
		func() error { return w.reads("cleo", `is for those to say who approve it or may deploy`) },
		func() error { return w.pressesOnce("ben", u.press) },
		func() error {
			return w.shows(`ben says that the workflow of .?` + id + `.? was (started|not started, and had it sent again unless its run is found)`)
		},
		func() error { return w.audits(id) },
	}
	if u.lag > 0 && u.press == "Start It Again" {
		steps = append(steps, func() error { return w.shows(`was found after all, so it is not started a second time`) })
	}
	if u.lag > 0 && u.press == "It Ran" {
		steps = append(steps, func() error { return w.shows(`(?i)ben says that it ran, but GitHub does not list its run yet`) })
	}
	for i, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("settle %d: %w", i, err)
		}
	}
	return w.runs(id)
}

// runs waits for the run to be adopted; whoever knows that it ran says so
// again now and then.
func (w *sweepWorld) runs(id string) error {
	var said time.Time
	return w.until(id+" runs", func() error {
		if w.release(id).Phase == bot.Unknown && time.Since(said) > 2*time.Second {
			said = time.Now()
			_ = w.tryButton("ben", "It Ran") // the card may show that it runs by now
		}
		return w.isIn(id, bot.Running)
	})
}

func (w *sweepWorld) isIn(id string, phase bot.Phase) error {
	if is := w.release(id).Phase; is != phase {
		return fmt.Errorf("it is %s", is)
	}
	return nil
}

// pressesOnce has somebody press a button once, as soon as it is there.
func (w *sweepWorld) pressesOnce(who, button string) error {
	return w.until(who+" presses "+button, func() error { return w.tryButton(who, button) })
}

// tryButton presses a button, and sends the form behind it with nothing in it.
func (w *sweepWorld) tryButton(who, button string) error {
	comesTwice(w.slack)
	d, err := w.slack.Press(context.Background(), slacksim.Press{User: players()[who], Channel: channels()["deploys"], Button: button, Answer: slacksim.Yes})
	if err == nil && d.Good() && button == "It Ran" {
		if err := w.until("a form is open", func() error { return w.hasForm(who) }); err != nil {
			return err
		}
		comesTwice(w.slack)
		d, err = w.slack.SubmitView(context.Background(), players()[who], nil)
	}
	if err == nil && !d.Good() {
		err = fmt.Errorf("answered %d %s", d.Status, d.Failure)
	}
	return err
}

// hasForm says that somebody has a form before them; one opens after its click was
// acknowledged.
func (w *sweepWorld) hasForm(who string) error {
	if _, open := w.slack.Modal(players()[who]); !open {
		return errors.New("there is none")
	}
	return nil
}

func (w *sweepWorld) shows(pattern string) error {
	re := regexp.MustCompile(pattern)
	return w.until("#deploys shows "+pattern, func() error {
		if !re.MatchString(w.wall("deploys")) {
			return errors.New("it does not")
		}
		return nil
	})
}

func (w *sweepWorld) reads(who, pattern string) error {
	re := regexp.MustCompile(pattern)
	return w.until(who+" reads "+pattern, func() error {
		// What a form is refused with stands in it.
		if told := w.privately(players()[who]) + w.slack.ModalText(players()[who]); !re.MatchString(told) {
			return fmt.Errorf("%s was told: %s", who, told)
		}
		return nil
	})
}

// audits checks that the stream of events says who settled it.
func (w *sweepWorld) audits(id string) error {
	entries, err := w.direct.XRange(context.Background(), "slipway:{p7}:events", "-", "+").Result()
	if err != nil {
		return err
	}
	for _, e := range entries {
		said, _ := e.Values["said"].(string)
		if e.Values["release"] == id && e.Values["by"] == players()["ben"] && (said == "ran_asserted" || said == "never_ran_asserted") {
			return nil
		}
	}
	return fmt.Errorf("the stream of events does not say that Ben settled %s: %v", id, entries)
}
