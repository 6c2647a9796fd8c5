package slack_test

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

const appToken = "xapp-slacksim"

func overSocket() slacksim.Options {
	return slacksim.Options{AppToken: appToken, EventRetries: []time.Duration{0}}
}

// linked waits until slipway has so many connections.
func (r *rig) linked(tb testing.TB, n int) {
	tb.Helper()
	if err := r.sim.Until(within(tb), func() bool { return r.sim.Links() == n }); err != nil {
		tb.Fatalf("there are %d connections, want %d: %v\n%s", r.sim.Links(), n, err, r.logs)
	}
}

// standing waits until slipway has taken n connections into use, which is a moment after
// Slack has.
func (r *rig) standing(tb testing.TB, n int) {
	tb.Helper()
	for over := within(tb); strings.Count(r.logs.String(), "a connection to Slack stands") < n; {
		select {
		case <-over.Done():
			tb.Fatalf("slipway does not use %d connections:\n%s", n, r.logs)
		case <-time.After(time.Millisecond):
		}
	}
}

// TestEveryRequestComesEitherWay: commands, clicks, forms and mentions are read to
// the same thing and answered in the same way, over HTTP and over a socket.
func TestEveryRequestComesEitherWay(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]slacksim.Options{"http": {}, "socket": overSocket()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, o)
			r.store.set(bot.Accepted{Release: release(), Channel: deploys}, nil)
			if d, err := r.sim.Command(within(t), ann, deploys, "/deploy", "api main to production"); err != nil || !strings.Contains(d.Shown, "Got it: `api-142`") {
				t.Errorf("the command is answered %+v, %v", d, err)
			}
			ref, err := r.sender.Post(within(t), cardMessage(release()), nil)
			if err != nil {
				t.Fatal(err)
			}
			r.store.set(bot.Done{Says: "clicked"}, nil)
			if d, err := r.sim.Click(within(t), bob, deploys, ref.ID, "Approve"); err != nil || !d.Good() || d.Body != "" {
				t.Errorf("the click is answered %+v, %v", d, err)
			}
			r.waitFor(t, deploys, "Clicked")
			r.store.set(bot.Done{Says: "mentioned"}, nil)
			if d, err := r.sim.Mention(within(t), ann, deploys, "", "status"); err != nil || !d.Good() || d.Attempts != 1 {
				t.Errorf("the mention is answered %+v, %v", d, err)
			}
			r.waitFor(t, deploys, "Mentioned")
			r.store.set(bot.Form{Choices: []bot.FormChoice{{Service: "api", Environments: []string{"production"}}}}, nil)
			if d, err := r.sim.Command(within(t), ann, deploys, "/deploy", ""); err != nil || d.Body != "" {
				t.Errorf("the form's command is answered %+v, %v", d, err)
			}
			r.opened(t, ann)
			r.store.set(bot.Problem{Says: "There is no `mian`.", Field: bot.FieldRef}, nil)
			if _, err := r.sim.SubmitView(within(t), ann, map[string]string{"target": "api production", "ref": "mian"}); err != nil {
				t.Fatal(err)
			}
			if view, open := r.sim.Modal(ann); !open || view.Errors["ref"] == "" {
				t.Errorf("the form does not complain: %+v", view)
			}
			r.store.set(bot.Done{Says: "entered"}, nil)
			if _, err := r.sim.SubmitView(within(t), ann, map[string]string{"target": "api production", "ref": "main"}); err != nil {
				t.Fatal(err)
			}
			r.waitFor(t, deploys, "Entered")
			commands, clicks := r.store.given()
			if len(commands) != 3 || len(clicks) != 1 || len(r.store.submitted()) != 2 {
				t.Errorf("handed on: %+v, %+v, %+v", commands, clicks, r.store.submitted())
			}
			if _, open := r.sim.Modal(ann); open {
				t.Error("the form is still open")
			}
		})
	}
}

// opened waits until somebody has a form before them.
func (r *rig) opened(tb testing.TB, user string) {
	tb.Helper()
	if err := r.sim.Until(within(tb), func() bool { _, open := r.sim.Modal(user); return open }); err != nil {
		tb.Fatal(err)
	}
}

// TestPromise2_SocketAcknowledgesWithinASecond: whatever is slow, Slack has its
// acknowledgement in time, and the person reads how it stands.
func TestPromise2_SocketAcknowledgesWithinASecond(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		hang  bool
		fault slacksim.Fault
		says  string
	}{
		"the store hangs":                  {hang: true, says: "Not confirmed: slipway could not store your command"},
		"Slack does not say who it is":     {fault: slacksim.Fault{Method: "users.info", Delay: 2 * time.Second}, says: "Slack has not said yet who you are"},
		"Slack does not say, and it hangs": {hang: true, fault: slacksim.Fault{Method: "users.info", Delay: 400 * time.Millisecond}, says: "Not confirmed|Slack has not said yet who you are"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, overSocket())
			r.store.hang = tt.hang
			r.sim.Inject(tt.fault)
			late := longerThan(time.Second)
			d, err := r.sim.Command(within(t), ann, deploys, "/deploy", "api")
			if err != nil || !d.Good() || late(d.Latency) || !regexp.MustCompile(tt.says).MatchString(d.Shown) {
				t.Errorf("answered after %s: %+v, %v", d.Latency, d, err)
			}
		})
	}
}

// TestPromise2_MentionThatCannotBeStoredComesAgain: it is not acknowledged, and
// Slack sends it again.
func TestPromise2_MentionThatCannotBeStoredComesAgain(t *testing.T) {
	t.Parallel()
	o := overSocket()
	o.AckTimeout = time.Second
	r := newRig(t, o)
	r.store.set(bot.Done{Says: "on it"}, errStoreGone)
	r.store.failures = 1
	d, err := r.sim.Mention(within(t), ann, deploys, "", "deploy api")
	if err != nil || !d.Good() || d.Attempts != 2 {
		t.Fatalf("Mention = %+v, %v", d, err)
	}
	r.waitFor(t, deploys, "On it")
	if commands, _ := r.store.given(); len(commands) != 2 || commands[0].Key != commands[1].Key {
		t.Errorf("invocations = %+v", commands)
	}
}

// TestSocketRepeatsAreDropped: where an acknowledgement is lost Slack sends the same
// again, over any connection. It is done once, answered alike, and told once.
func TestSocketRepeatsAreDropped(t *testing.T) {
	t.Parallel()
	r := newRig(t, overSocket())
	r.linked(t, 2)
	r.store.set(bot.Accepted{Release: release(), Channel: deploys}, nil)
	r.sim.LoseAcks(2)
	d, err := r.sim.Command(within(t), ann, deploys, "/deploy", "api")
	if err != nil || d.Attempts != 3 || !strings.Contains(d.Shown, "Got it") {
		t.Errorf("the command is answered %+v, %v", d, err)
	}
	ref, err := r.sender.Post(within(t), cardMessage(release()), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.store.set(bot.Done{Says: "clicked"}, nil)
	r.sim.LoseAcks(1)
	if d, err := r.sim.Click(within(t), bob, deploys, ref.ID, "Approve"); err != nil || d.Attempts != 2 || !d.Good() {
		t.Errorf("the click is answered %+v, %v", d, err)
	}
	r.store.set(bot.Done{Says: "mentioned"}, nil)
	r.sim.LoseAcks(1)
	if d, err := r.sim.Mention(within(t), ann, deploys, "", "status"); err != nil || !d.Good() {
		t.Errorf("the mention is answered %+v, %v", d, err)
	}
	r.waitFor(t, deploys, "Mentioned")
	r.close(t)
	commands, clicks := r.store.given()
	if len(commands) != 2 || len(clicks) != 1 {
		t.Errorf("handed on: %+v, %+v", commands, clicks)
	}
	if told := strings.Count(r.sim.TranscriptFor(deploys, bob), "Clicked"); told != 1 {
		t.Errorf("bob was told %d times", told)
	}
}

// TestSocketIsReplacedWithoutAGap: while Slack replaces connections, for whatever
// reason it names, everything that is typed is taken.
func TestSocketIsReplacedWithoutAGap(t *testing.T) {
	t.Parallel()
	for _, reason := range []string{slacksim.LeaveWarning, slacksim.LeaveRefresh, "a reason of tomorrow"} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, overSocket())
			r.standing(t, 2)
			r.store.set(bot.Done{Says: "done"}, nil)
			opened := r.sim.Count("apps.connections.open")
			typing, stop := context.WithCancel(within(t))
			var typed sync.WaitGroup
			var failed []slacksim.Delivery
			typed.Go(func() {
				for typing.Err() == nil {
					if d, err := r.sim.Command(context.WithoutCancel(typing), ann, deploys, "/deploy", "api"); err != nil || !d.Good() {
						failed = append(failed, d)
					}
				}
			})
			r.sim.Disconnect(reason, 1500*time.Millisecond)
			r.linked(t, 4) // the new ones stand beside the old ones
			r.linked(t, 2)
			stop()
			typed.Wait()
			if len(failed) > 0 {
				t.Errorf("%d commands did not arrive: %+v", len(failed), failed[0])
			}
			if n := r.sim.Count("apps.connections.open") - opened; n != 2 {
				t.Errorf("%d addresses were asked for", n)
			}
			if raised, _ := r.troubles.seen(bot.NoSocket); len(raised) > 0 {
				t.Errorf("it is a trouble: %+v", raised)
			}
		})
	}
}

// TestSocketComesBack: what is cut is opened again, and so it is after an outage.
func TestSocketComesBack(t *testing.T) {
	t.Parallel()
	r := newRig(t, overSocket())
	r.linked(t, 2)
	r.sim.CutLinks()
	r.linked(t, 2)
	r.sim.StartOutage()
	r.sim.EndOutage()
	r.linked(t, 2)
	if d, err := r.sim.Command(within(t), ann, deploys, "/deploy", "api"); err != nil || !d.Good() {
		t.Errorf("the command is answered %+v, %v", d, err)
	}
}

// TestSocketAnswersFit: Slack drops an acknowledgement of 20 KB without a word; the
// longest answer stays below, or is told otherwise.
func TestSocketAnswersFit(t *testing.T) {
	t.Parallel()
	r := newRig(t, overSocket())
	var board bot.Board
	for i := range 100 {
		long := release()
		long.ID, long.Target.Service = fmt.Sprintf("service%d-1", i), fmt.Sprintf("service%d-%s", i, strings.Repeat("x", 40))
		board.Rows = append(board.Rows, bot.BoardRow{State: bot.TargetState{Target: long.Target, Current: &long}, Failing: strings.Repeat("It does much. ", 20)})
	}
	r.store.set(board, nil)
	d, err := r.sim.Command(within(t), ann, deploys, "/deploy", "api")
	if err != nil || !d.Good() {
		t.Fatalf("Command = %+v, %v", d, err)
	}
	r.waitFor(t, deploys, "It does much")
	if len(d.Body) > 19_000 {
		t.Errorf("the acknowledgement has %d bytes", len(d.Body))
	}
}

// FuzzEnvelope gives slipway any frame as Slack sends it: what is taken of it is said
// by who sent it, and comes from our own workspace.
func FuzzEnvelope(f *testing.F) {
	f.Add("slash_commands", `{"team_id":"T0001","user_id":"U01ANN","command":"/deploy","text":"api","trigger_id":"1.2"}`)
	f.Add("slash_commands", `{"team_id":7,"user_id":"U01ANN"}`)
	f.Add("interactive", `{"type":"block_actions","trigger_id":"1.2","team":{"id":"T0001"},"user":{"id":"U01ANN"},"actions":[{"action_id":"approve","value":"api-1 aa"}]}`)
	f.Add("interactive", `{"type":"message_action","trigger_id":"1.2","team":{"id":"T0001"},"user":{"id":"U01ANN"},"channel":{"id":"C0"},"callback_id":"deployed_around","message_ts":"1700000000.000100","message":{"ts":"1700000000.000100"}}`)
	f.Add("interactive", `{"type":"shortcut","team":{"id":"T0001"},"user":{"id":"U01ANN"},"callback_id":"x"}`)
	f.Add("events_api", `{"type":"event_callback","team_id":"T0001","event_id":"Ev1","event":{"type":"app_mention","user":"U01ANN","text":"deploy api","channel":"C0","ts":"1.2"}}`)
	f.Add("tomorrow", `[]`)
	f.Fuzz(func(t *testing.T, kind, payload string) {
		in, handler := doorIn(t, "T0001")
		answer, taken := slack.ServeEnvelope(t.Context(), in, kind, json.RawMessage(payload))
		if !taken || len(answer) > 0 && !json.Valid(answer) {
			t.Errorf("taken: %t, answered %s", taken, answer)
		}
		commands, clicks := handler.given()
		for _, c := range commands {
			if c.Key == "" || !strings.Contains(payload, c.By.ID) {
				t.Errorf("%s became %+v", payload, c)
			}
		}
		for _, c := range clicks {
			if c.Key == "" || !bot.ValidReleaseID(c.Release) {
				t.Errorf("%s became %+v", payload, c)
			}
		}
	})
}
