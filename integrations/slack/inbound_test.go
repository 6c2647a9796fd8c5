package slack_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

func TestCommandIsStoredAndAnsweredPrivately(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	r.store.set(bot.Accepted{Release: release(), Channel: deploys}, nil)
	d, err := r.sim.Command(within(t), ann, deploys, "/deploy", "api main to production")
	if err != nil || d.Status != http.StatusOK {
		t.Fatalf("Command = %+v, %v", d, err)
	}
	if !strings.Contains(d.Shown, "Got it: `api-142`") {
		t.Errorf("ann sees %q", d.Shown)
	}
	commands, _ := r.store.given()
	if len(commands) != 1 {
		t.Fatalf("%d commands were stored", len(commands))
	}
	got := commands[0]
	if got.Key == "" || got.Reply.URL == "" {
		t.Errorf("the command has no key or no way to answer: %+v", got)
	}
	got.Key, got.Reply.URL = "", ""
	person := bot.Person{ID: ann, Name: "anna"}
	want := bot.Invocation{
		Verb: "deploy", Text: "api main to production", By: person, Source: bot.FromCommand, Zone: "Etc/UTC",
		Reply: bot.Reply{To: person, Channel: deploys},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("invocation (-want +got):\n%s", diff)
	}
	if m := r.sim.Messages(deploys); len(m) != 1 || m[0].EphemeralTo != ann {
		t.Errorf("the answer is not private: %+v", m)
	}
}

func TestCommandsHaveTheirVerbs(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	for command, verb := range map[string]string{"/rollback": "rollback", "/deploy-status": "status", "/status": "status"} {
		if _, err := r.sim.Command(within(t), ann, deploys, command, ""); err != nil {
			t.Fatal(err)
		}
		commands, _ := r.store.given()
		if got := commands[len(commands)-1].Verb; got != verb {
			t.Errorf("%s has the verb %q, want %q", command, got, verb)
		}
	}
	d, err := r.sim.Command(within(t), ann, deploys, "/weather", "94070")
	if err != nil || !strings.Contains(d.Shown, "does not serve /weather") || !strings.Contains(d.Shown, "/deploy-status") {
		t.Errorf("an unknown command is answered %q, %v", d.Shown, err)
	}
}

func TestPromise2_CommandThatCannotBeStoredSaysSoInTime(t *testing.T) {
	t.Parallel()
	for _, hang := range []bool{false, true} {
		r := newRig(t, slacksim.Options{AckTimeout: patient})
		r.store.set(nil, errStoreGone)
		r.store.hang = hang
		late := longerThan(answered)
		d, err := r.sim.Command(within(t), ann, deploys, "/deploy", "api")
		if err != nil || d.Status != http.StatusOK || late(d.Latency) {
			t.Fatalf("Command = %+v, %v", d, err)
		}
		if want := "Not confirmed: slipway could not store your command. Typing it again is safe."; d.Shown != want {
			t.Errorf("ann sees %q", d.Shown)
		}
	}
}

func TestWhoIsLessThanAFullMember(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	tests := []struct {
		name   string
		user   string
		before func()
		want   bool
		turned bool // away, with words
	}{
		{name: "a member", user: ann},
		{name: "a guest", user: guest, want: true},
		{name: "nobody can tell", user: bob, turned: true, before: func() { r.sim.Inject(slacksim.Fault{Method: "users.info", Status: 500}) }},
		{name: "it can be told again", user: bob},
		{name: "Slack takes too long, but a member is known", user: ann, before: func() { r.sim.Inject(slacksim.Fault{Method: "users.info", Delay: time.Second}) }},
	}
	for _, tt := range tests {
		if tt.before != nil {
			tt.before()
		}
		before, _ := r.store.given()
		d, err := r.sim.Command(within(t), tt.user, deploys, "/deploy", "")
		if err != nil {
			t.Fatal(err)
		}
		commands, _ := r.store.given()
		if turned := len(commands) == len(before); turned != tt.turned || turned != strings.Contains(d.Shown, "Nothing was done") {
			t.Errorf("%s: turned away = %v, told %q", tt.name, turned, d.Shown)
			continue
		}
		if tt.turned {
			continue
		}
		if got := commands[len(commands)-1].Guest; got != tt.want {
			t.Errorf("%s: guest = %v", tt.name, got)
		}
	}
	if n := r.sim.Count("users.info"); n != 4 {
		t.Errorf("users.info was asked %d times", n)
	}
}

func TestPromise10_StrangersAreRefusedPolitely(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	d, err := r.sim.Command(within(t), foreign, deploys, "/deploy", "api")
	if err != nil || !strings.Contains(d.Shown, "own workspace only") {
		t.Errorf("a stranger's command is answered %q, %v", d.Shown, err)
	}
	if _, err := r.sender.Post(within(t), cardMessage(release()), nil); err != nil {
		t.Fatal(err)
	}
	for _, button := range []string{"Approve", "Reject"} {
		if _, err := r.sim.Click(within(t), foreign, deploys, "", button); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.sim.Mention(within(t), foreign, deploys, "", "status"); err != nil {
		t.Fatal(err)
	}
	r.close(t)
	commands, clicks := r.store.given()
	if len(commands)+len(clicks) != 0 {
		t.Errorf("strangers got through: %v, %v", commands, clicks)
	}
	if _, open := r.sim.Modal(foreign); open {
		t.Error("a stranger has a form open")
	}
}

func TestClick(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	ref, err := r.sender.Post(within(t), cardMessage(release()), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.store.set(bot.Done{Says: "noted"}, nil)
	if d, err := r.sim.Click(within(t), bob, deploys, ref.ID, "Approve"); err != nil || d.Status != http.StatusOK || d.Body != "" {
		t.Fatalf("Click = %+v, %v", d, err)
	}
	r.waitFor(t, deploys, "Noted")
	_, clicks := r.store.given()
	got := clicks[0]
	if got.Key == "" || got.Reply.URL == "" {
		t.Errorf("the click has no key or no way to answer: %+v", got)
	}
	got.Key, got.Reply.URL = "", ""
	person := bot.Person{ID: bob, Name: "bob"}
	want := bot.Click{
		Action: bot.ActApprove, Release: "api-142", Value: release().Plan.Digest(), By: person,
		Reply: bot.Reply{To: person, Channel: deploys},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("click (-want +got):\n%s", diff)
	}
	if n := r.sim.Count("response_url"); n != 1 {
		t.Errorf("%d posts to the response_url", n)
	}
}

func TestPromise2_ClickThatCannotBeStoredSaysSo(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	ref, err := r.sender.Post(within(t), cardMessage(release()), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.store.set(nil, errStoreGone)
	// The response_url is broken as well: the channel is the next way.
	r.sim.Inject(slacksim.Fault{Method: "response_url", Status: 404})
	if d, err := r.sim.Click(within(t), bob, deploys, ref.ID, "Withdraw Request"); err != nil || d.Status != http.StatusOK {
		t.Fatalf("Click = %+v, %v", d, err)
	}
	r.waitFor(t, deploys, "Not confirmed: slipway could not store your click")
}

func TestMention(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{EventRetries: []time.Duration{0}})
	root, err := r.sim.Say(bob, deploys, "", "shall we?")
	if err != nil {
		t.Fatal(err)
	}
	// The first delivery cannot be stored: it must come again and be taken.
	r.store.set(bot.Done{Says: "on it"}, errStoreGone)
	r.store.failures = 1
	d, err := r.sim.Mention(within(t), ann, deploys, root, "deploy api")
	if err != nil || !d.Good() || d.Attempts != 2 {
		t.Fatalf("Mention = %+v, %v", d, err)
	}
	r.waitFor(t, deploys, "On it")
	commands, _ := r.store.given()
	if len(commands) != 2 || commands[0].Key != commands[1].Key || commands[0].Key == "" {
		t.Fatalf("invocations = %+v", commands)
	}
	got := commands[1]
	if got.Verb != "" || got.Text != "deploy api" || got.Source != bot.FromMention || got.Reply.Thread != root || got.Reply.URL != "" {
		t.Errorf("invocation = %+v", got)
	}
	for _, m := range r.sim.Messages(deploys) {
		if m.EphemeralTo == ann && m.ThreadTS != root {
			t.Errorf("the answer is not in the thread: %+v", m)
		}
	}
}

func TestOwnMessagesAreIgnored(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	for _, event := range []map[string]any{
		{"type": "app_mention", "user": r.sim.Options().BotUserID, "text": "deploy api", "channel": deploys, "ts": "1.2"},
		{"type": "app_mention", "user": ann, "bot_id": "B0OTHER", "text": "deploy api", "channel": deploys, "ts": "1.2"},
		{"type": "message", "user": ann, "text": "deploy api", "channel": deploys, "ts": "1.2"},
	} {
		if d, err := r.sim.Event(within(t), event); err != nil || !d.Good() {
			t.Errorf("Event = %+v, %v", d, err)
		}
	}
	if commands, _ := r.store.given(); len(commands) != 0 {
		t.Errorf("invocations = %+v", commands)
	}
}

func TestURLVerification(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	d, err := r.sim.URLVerification(within(t))
	if err != nil || d.Status != http.StatusOK {
		t.Fatalf("URLVerification = %+v, %v", d, err)
	}
	var sent, got struct {
		Challenge string `json:"challenge"`
	}
	if json.Unmarshal(d.Request.Body, &sent) != nil || json.Unmarshal([]byte(d.Body), &got) != nil || got != sent || got.Challenge == "" {
		t.Errorf("challenge %q was answered %q", sent.Challenge, d.Body)
	}
}
