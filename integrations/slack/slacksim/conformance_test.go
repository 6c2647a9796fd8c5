package slacksim_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// node is a program of Slack's own libraries that plays the app behind the simulator.
// `make conformance` brings the libraries; without them these tests are left out.
type node struct {
	t     *testing.T
	mu    sync.Mutex
	lines []string
	news  chan struct{}
}

func newNode(t *testing.T, script string, env ...string) *node {
	t.Helper()
	modules := os.Getenv("CONFORMANCE")
	if modules == "" {
		t.Skip("Slack's own libraries are not here: make conformance brings them")
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	c := exec.CommandContext(ctx, "node", filepath.Join("testdata", "conformance", script))
	c.Env = append(os.Environ(), env...)
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	check(t, err)
	out, err := c.StdoutPipe()
	check(t, err)
	check(t, c.Start())
	n := &node{t: t, news: make(chan struct{}, 1000)}
	read := make(chan struct{})
	go func() {
		defer close(read)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			n.mu.Lock()
			n.lines = append(n.lines, lines.Text())
			n.mu.Unlock()
			n.news <- struct{}{}
		}
	}()
	t.Cleanup(func() {
		_ = in.Close() // asks it to end
		<-read
		if err := c.Wait(); err != nil {
			t.Errorf("%s ended with %v", script, err)
		}
		cancel()
	})
	return n
}

// says waits until the program has said a line so often.
func (n *node) says(line string, times int) {
	n.t.Helper()
	patience := time.After(time.Minute)
	for n.count(line) < times {
		select {
		case <-n.news:
		case <-patience:
			n.t.Fatalf("it does not say %q %d times but\n%s", line, times, strings.Join(n.lines, "\n"))
		}
	}
}

func (n *node) count(line string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(slices.DeleteFunc(slices.Clone(n.lines), func(other string) bool { return other != line }))
}

func approve() slack.MsgOption {
	return slack.MsgOptionBlocks(slack.NewActionBlock("a",
		slack.NewButtonBlockElement("approve", "api-1", slack.NewTextBlockObject("plain_text", "Approve", false, false))))
}

// TestConformanceSocketMode: Slack's own client connects to the simulator, reads what
// it sends and acknowledges it, is told to leave and comes back.
func TestConformanceSocketMode(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{AppToken: "xapp-1", EventRetries: []time.Duration{0}})
	n := newNode(t, "socket.mjs", "APP_TOKEN=xapp-1", "API_URL="+r.sim.APIURL())
	n.says("connected", 1)
	d, err := r.sim.Command(withDeadline(t), ann, deploys, "/deploy", "api")
	check(t, err)
	if !d.Good() || d.Shown != "heard api" {
		t.Errorf("the command is answered %+v", d)
	}
	n.says("command /deploy api "+ann+" triggered", 1)
	_, ts, err := r.api.PostMessage(deploys, slack.MsgOptionText("card", false), approve())
	check(t, err)
	if d, err := r.sim.Click(withDeadline(t), bob, deploys, ts, "Approve"); err != nil || !d.Good() {
		t.Errorf("the click is answered %+v, %v", d, err)
	}
	n.says("action block_actions approve api-1", 1)
	if _, err := r.sim.Mention(withDeadline(t), ann, deploys, "", "hello"); err != nil {
		t.Fatal(err)
	}
	n.says("mention <@U0SLIPWAY> hello retry 0", 1)
	r.sim.Disconnect(slacksim.LeaveWarning, time.Second) // its own client closes the old one before it opens the next
	n.says("connected", 2)
	if d, err := r.sim.Command(withDeadline(t), ann, deploys, "/deploy", "again"); err != nil || d.Shown != "heard again" {
		t.Errorf("after it came back the command is answered %+v, %v", d, err)
	}
}

// newBolt is Slack's own framework as the app behind the simulator.
func newBolt(t *testing.T, r *rig) *node {
	t.Helper()
	var lc net.ListenConfig
	free, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	check(t, err)
	_, port, err := net.SplitHostPort(free.Addr().String())
	check(t, err)
	check(t, free.Close())
	n := newNode(t, "bolt.mjs", "BOT_TOKEN="+r.sim.Options().Token, "SIGNING_SECRET="+r.sim.Options().SigningSecret, "API_URL="+r.sim.APIURL(), "PORT="+port)
	n.says("ready", 1)
	r.sim.SetBotURL("http://127.0.0.1:" + port)
	return n
}

// TestConformanceBolt: Slack's own framework takes what the simulator signs and posts,
// and the simulator what it sends to the Web API.
func TestConformanceBolt(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	n := newBolt(t, r)
	d, err := r.sim.Command(withDeadline(t), ann, deploys, "/deploy", "api")
	if err != nil || !d.Good() || d.Shown != "heard api" {
		t.Errorf("the command is answered %+v, %v", d, err)
	}
	wait := func(what string) {
		t.Helper()
		if _, err := r.sim.WaitFor(withDeadline(t), deploys, what); err != nil {
			t.Error(err)
		}
	}
	wait("and answered")
	forged, err := r.sim.CommandRequest(ann, deploys, "/deploy", "forged")
	check(t, err)
	if d := r.sim.Send(withDeadline(t), forged.Signed("not the secret", time.Now())); d.Good() {
		t.Errorf("what is forged is answered %+v", d)
	}
	_, ts, err := r.api.PostMessage(deploys, slack.MsgOptionText("card", false), approve())
	check(t, err)
	if d, err := r.sim.Click(withDeadline(t), bob, deploys, ts, "Approve"); err != nil || !d.Good() {
		t.Errorf("the click is answered %+v, %v", d, err)
	}
	n.says("action api-1", 1)
	wait("pressed")
	if d, err := r.sim.Mention(withDeadline(t), ann, deploys, "", "hello"); err != nil || !d.Good() {
		t.Errorf("the mention is answered %+v, %v", d, err)
	}
	n.says("mention <@U0SLIPWAY> hello", 1)
	wait("mentioned")
	if d, err := r.sim.Command(withDeadline(t), ann, deploys, "/deploy", "form"); err != nil || !d.Good() {
		t.Errorf("the command is answered %+v, %v", d, err)
	}
	check(t, r.sim.Until(withDeadline(t), func() bool { _, open := r.sim.Modal(ann); return open }))
	if _, err := r.sim.SubmitView(withDeadline(t), ann, map[string]string{"reason": "because"}); err != nil {
		t.Fatal(err)
	}
	n.says("submission because", 1)
	if got := n.count("error"); got > 0 {
		t.Error(fmt.Sprint(n.lines))
	}
}

// TestConformanceBoltHearsTheRest: the framework understands whatever else the
// simulator sends: the Home tab and what is pressed there, a menu that asks for what it
// offers, a form that is closed, a shortcut of a message, and what becomes of accounts
// and groups.
func TestConformanceBoltHearsTheRest(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	n := newBolt(t, r)
	good := func(d slacksim.Delivery, err error) {
		t.Helper()
		if err != nil || !d.Good() {
			t.Errorf("%v, %v", d, err)
		}
	}
	good(r.sim.OpenHome(withDeadline(t), ann))
	n.says("home home "+ann, 1)
	check(t, r.sim.Until(withDeadline(t), func() bool { _, stands := r.sim.HomeView(ann); return stands }))
	good(r.sim.Press(withDeadline(t), slacksim.Press{User: ann, Button: "Approve", InView: true}))
	n.says("at home api-2 view home", 1)
	good(r.sim.Command(withDeadline(t), ann, deploys, "/deploy", "form"))
	check(t, r.sim.Until(withDeadline(t), func() bool { _, open := r.sim.Modal(ann); return open }))
	offers, d, err := r.sim.Suggest(withDeadline(t), ann, "ref", "ma")
	good(d, err)
	if len(offers) != 1 || offers[0].Value != "main" {
		t.Errorf("the menu offers %v", offers)
	}
	n.says("options ma why", 1)
	good(r.sim.CloseView(withDeadline(t), ann))
	n.says("closed modal", 1)
	ts, err := r.sim.Say(bob, deploys, "", "it hangs")
	check(t, err)
	good(r.sim.Shortcut(withDeadline(t), ann, deploys, ts, "around"))
	n.says("shortcut "+deploys+" it hangs triggered", 1)
	good(r.sim.ChangeAccount(withDeadline(t), bob, func(u *slacksim.User) { u.IsRestricted = true }))
	n.says("account "+bob+" true", 1)
	good(r.sim.Join(withDeadline(t), slacksim.User{ID: "U09EVA", Name: "eva"}))
	n.says("joined U09EVA", 1)
	good(r.sim.ChangeUserGroup(withDeadline(t), slacksim.UserGroup{ID: "S0NEW", Handle: "new", Members: []string{ann}}))
	n.says("group S0NEW new", 1)
	good(r.sim.ChangeUserGroup(withDeadline(t), slacksim.UserGroup{ID: "S0SRE", Handle: "sre", Members: []string{bob}}))
	n.says("members S0SRE "+bob+" "+ann, 1)
	if got := n.count("error"); got > 0 {
		t.Error(fmt.Sprint(n.lines))
	}
}
