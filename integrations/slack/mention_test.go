package slack_test

import (
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// TestEditedMentionIsNoCommandAgain: Slack tells of an edit as of a new mention.
// It starts nothing, wherever the message stands, and whoever edits reads so.
func TestEditedMentionIsNoCommandAgain(t *testing.T) {
	t.Parallel()
	for _, where := range []string{"in the channel", "in a thread", "above a thread"} {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, slacksim.Options{})
			r.store.set(bot.Done{Says: "on it"}, nil)
			root := ""
			if where == "in a thread" {
				root = r.say(t, "")
			}
			d, err := r.sim.Mention(within(t), ann, deploys, root, "deploy api")
			if err != nil {
				t.Fatal(err)
			}
			if where == "above a thread" {
				r.say(t, d.TS)
			}
			for _, text := range []string{"<@U0SLIPWAY> deploy api please", "<@U0SLIPWAY|slipway> deploy web"} {
				if d, err := r.sim.EditMessage(within(t), deploys, d.TS, text); err != nil || !d.Good() {
					t.Fatalf("EditMessage = %+v, %v", d, err)
				}
			}
			r.waitFor(t, deploys, "only you, Ann(.|\n)*Editing a message starts nothing")
			r.close(t)
			if commands, _ := r.store.given(); len(commands) != 1 || commands[0].Text != "deploy api" {
				t.Errorf("handed on: %+v", commands)
			}
			r.allSeen(t)
		})
	}
}

// TestMentionIsKnownByItsMessage: whatever Slack tells of one message has one
// key, and another message has another.
func TestMentionIsKnownByItsMessage(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	event := func(ts, channel string) {
		t.Helper()
		told := map[string]any{"type": "app_mention", "user": ann, "text": "<@U0SLIPWAY> status", "channel": channel, "ts": ts}
		if d, err := r.sim.Event(within(t), told); err != nil || !d.Good() {
			t.Fatalf("Event = %+v, %v", d, err)
		}
	}
	event("1.000002", deploys)
	event("1.000002", deploys) // under another event_id
	event("1.000003", deploys)
	event("1.000002", "C0OTHER")
	commands, _ := r.store.given()
	keys := map[string]int{}
	for _, c := range commands {
		keys[c.Key]++
	}
	if len(commands) != 4 || len(keys) != 3 || keys[commands[0].Key] != 2 {
		t.Errorf("keys = %v", keys)
	}
}

// TestPrivateAnswersAreSeen: what is answered privately stands where the person
// sees it. In a thread that there is not, nobody would.
func TestPrivateAnswersAreSeen(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	r.store.set(bot.Done{Says: "on it"}, nil)
	thread := r.say(t, "")
	above := r.say(t, "")
	r.say(t, above)
	card, err := r.sender.Post(within(t), cardMessage(release()), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.say(t, card.ID) // the card is the first message of a thread
	acts := map[string]func() (slacksim.Delivery, error){
		"a mention in the channel": func() (slacksim.Delivery, error) { return r.sim.Mention(within(t), ann, deploys, "", "status") },
		"a mention in a thread":    func() (slacksim.Delivery, error) { return r.sim.Mention(within(t), ann, deploys, thread, "status") },
		"a click above a thread": func() (slacksim.Delivery, error) {
			return r.sim.Click(within(t), ann, deploys, card.ID, "Withdraw Request")
		},
		"a mention above a thread": func() (slacksim.Delivery, error) {
			return r.sim.Event(within(t), map[string]any{"type": "app_mention", "user": ann, "text": "status", "channel": deploys, "ts": above, "thread_ts": above})
		},
	}
	for name, act := range acts {
		for _, hook := range []bool{true, false} {
			if !hook {
				r.sim.Inject(slacksim.Fault{Method: "response_url", Status: 404})
			}
			before := len(privately(r, ann))
			if d, err := act(); err != nil || !d.Good() {
				t.Fatalf("%s: %+v, %v", name, d, err)
			}
			if err := r.sim.Until(within(t), func() bool { return len(privately(r, ann)) > before }); err != nil {
				t.Fatalf("%s is not answered: %v", name, err)
			}
			inThread := privately(r, ann)[before].ThreadTS
			if want := map[bool]string{true: thread}[name == "a mention in a thread"]; inThread != want {
				t.Errorf("%s is answered in the thread %q, want %q", name, inThread, want)
			}
			r.sim.ClearFaults()
		}
	}
	r.close(t)
	r.allSeen(t)
}

// TestLateAnswersAreSeen: what comes of a mention is told later in its thread, or
// in the channel if the thread is no more.
func TestLateAnswersAreSeen(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	root := r.say(t, "")
	d, err := r.sim.Mention(within(t), ann, deploys, root, "deploy api")
	if err != nil {
		t.Fatal(err)
	}
	to := bot.Reply{To: bot.Person{ID: ann}, Channel: deploys, Thread: root}
	tell := func(says, thread string) {
		t.Helper()
		if err := r.sender.Tell(within(t), to, bot.Done{Says: says}); err != nil {
			t.Fatal(err)
		}
		all := privately(r, ann)
		if last := all[len(all)-1]; last.ThreadTS != thread || !strings.Contains(last.Current().Text, says) {
			t.Errorf("told %q in the thread %q, want %q in %q", last.Current().Text, last.ThreadTS, says, thread)
		}
	}
	tell("First", root)
	if err := r.sim.DeleteMessage(deploys, d.TS); err != nil {
		t.Fatal(err)
	}
	tell("Second", "")
	if err := r.sim.DeleteMessage(deploys, root); err != nil {
		t.Fatal(err)
	}
	tell("Third", "")
	r.allSeen(t)
}

func (r *rig) say(tb testing.TB, thread string) string {
	tb.Helper()
	ts, err := r.sim.Say(bob, deploys, thread, "shall we?")
	if err != nil {
		tb.Fatal(err)
	}
	return ts
}

// allSeen fails for private answers that Slack took and shows to nobody.
func (r *rig) allSeen(tb testing.TB) {
	tb.Helper()
	for _, m := range r.sim.Unseen() {
		tb.Errorf("nobody ever sees what %s was told: %s", m.EphemeralTo, m.Current().Text)
	}
}

func privately(r *rig, user string) []slacksim.Message {
	var all []slacksim.Message
	for _, m := range r.sim.Messages(deploys) {
		if m.EphemeralTo == user {
			all = append(all, m)
		}
	}
	return all
}
