package slack_test

import (
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	slackgo "github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// TestSocketSwitchedOff: it is said what is wrong and what would help, and once it is
// mended slipway is back.
func TestSocketSwitchedOff(t *testing.T) {
	t.Parallel()
	r := newRig(t, overSocket())
	r.linked(t, 2)
	r.sim.Disconnect(slacksim.LeaveDisabled, 0)
	r.linked(t, 0)
	r.noted(t, func() bool { raised, _ := r.troubles.seen(bot.NoSocket); return len(raised) > 0 })
	raised, _ := r.troubles.seen(bot.NoSocket)
	if got := raised[0]; !strings.Contains(got.Says, "Socket Mode is switched off") || !strings.Contains(got.Mend, "Switch it on") {
		t.Errorf("the trouble says %+v", got)
	}
	_, before := r.troubles.seen(bot.NoSocket)
	r.sim.EnableSocket()
	r.linked(t, 2)
	r.noted(t, func() bool { _, lifted := r.troubles.seen(bot.NoSocket); return len(lifted) > len(before) })
}

// noted waits until something was told of, which may be some moments later.
func (r *rig) noted(tb testing.TB, holds func() bool) {
	tb.Helper()
	for end := time.Now().Add(time.Minute); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			tb.Fatalf("it was not noted: %+v\n%s", r.troubles, r.logs)
		}
	}
}

// crowd opens connections that are not slipway's.
func (r *rig) crowd(tb testing.TB, n int) {
	tb.Helper()
	api := slackgo.New("", slackgo.OptionAppLevelToken(appToken), slackgo.OptionAPIURL(r.sim.APIURL()))
	r.troubles.mu.Lock()
	r.troubles.others += n
	r.troubles.mu.Unlock()
	for range n {
		_, address, err := api.StartSocketModeContext(within(tb))
		if err != nil {
			tb.Fatal(err)
		}
		ws, answer, err := websocket.DefaultDialer.DialContext(within(tb), address, nil)
		if err != nil {
			tb.Fatal(err)
		}
		_ = answer.Body.Close()
		tb.Cleanup(func() { _ = ws.Close() })
		if _, _, err := ws.ReadMessage(); err != nil {
			tb.Fatal(err)
		}
	}
}

// TestSocketNoticesAnotherProcess: what another process with the same token gets,
// slipway never sees, so it says that there is one.
func TestSocketNoticesAnotherProcess(t *testing.T) {
	t.Parallel()
	r := newRig(t, overSocket())
	r.standing(t, 2)
	if raised, _ := r.troubles.seen(bot.SharedToken); len(raised) > 0 {
		t.Fatalf("its own connections are a trouble: %+v", raised)
	}
	r.crowd(t, 1)
	r.sim.Disconnect(slacksim.LeaveWarning, time.Minute)
	r.noted(t, func() bool { raised, _ := r.troubles.seen(bot.SharedToken); return len(raised) > 0 })
	raised, _ := r.troubles.seen(bot.SharedToken)
	if got := raised[0]; !strings.Contains(got.Says, "another process uses the same app token") || !strings.Contains(got.Mend, "app of its own") {
		t.Errorf("the trouble says %+v", got)
	}
	_, before := r.troubles.seen(bot.SharedToken)
	r.sim.CutLinks()
	r.troubles.mu.Lock()
	r.troubles.others = 0
	r.troubles.mu.Unlock()
	r.noted(t, func() bool { _, lifted := r.troubles.seen(bot.SharedToken); return len(lifted) > len(before) })
}

// TestSocketWithTooManyConnections: Slack allows an app ten.
func TestSocketWithTooManyConnections(t *testing.T) {
	t.Parallel()
	r := newRig(t, overSocket())
	r.standing(t, 2)
	r.crowd(t, 8)
	r.sim.Disconnect(slacksim.LeaveWarning, time.Minute)
	r.noted(t, func() bool { raised, _ := r.troubles.seen(bot.NoSocket); return len(raised) > 0 })
	raised, _ := r.troubles.seen(bot.NoSocket)
	if got := raised[0]; !strings.Contains(got.Says, "it has ten") || !strings.Contains(got.Mend, "fewer replicas") {
		t.Errorf("the trouble says %+v", got)
	}
	// Those that stand serve on.
	r.sim.CutLinks()
	r.troubles.mu.Lock()
	r.troubles.others = 0
	r.troubles.mu.Unlock()
	r.linked(t, 2)
}

// TestSocketBeginsOrSaysWhy: a token that will never do is found out at once; with
// Slack away slipway begins all the same.
func TestSocketBeginsOrSaysWhy(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		token string
		sim   func(*slacksim.Server)
		says  string // empty: it begins
		mend  string
	}{
		"a token that is not known": {token: "xapp-other", says: "Slack does not accept slack.app_token", mend: "connections:write"},
		"the bot token":             {token: "xoxb-slacksim", says: "no app-level token", mend: "connections:write"},
		"a scope that is missing": {
			token: appToken, sim: func(s *slacksim.Server) {
				s.Inject(slacksim.Fault{Method: "apps.connections.open", Error: "missing_scope"})
			},
			says: "lacks the scope", mend: "connections:write",
		},
		"Socket Mode is off": {token: appToken, sim: func(s *slacksim.Server) { s.Disconnect(slacksim.LeaveDisabled, 0) }, says: "switched off", mend: "Switch it on"},
		"Slack is away":      {token: appToken, sim: (*slacksim.Server).StartOutage},
		"Slack takes no more": {token: appToken, sim: func(s *slacksim.Server) {
			s.Inject(slacksim.Fault{Method: "apps.connections.open", Status: 429, RetryAfter: time.Second})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, slacksim.Options{})
			other := newRig(t, overSocket())
			other.linked(t, 2)
			sim := other.sim
			if tt.sim != nil {
				tt.sim(sim)
			}
			s, err := r.inbound.Socket(slack.SocketOptions{AppToken: tt.token, APIURL: sim.APIURL()})
			if err != nil {
				t.Fatal(err)
			}
			err = s.Begin(within(t))
			says, mend := "", ""
			if err != nil {
				says, mend = bot.ForPeople(err)
			}
			if (tt.says == "") != (err == nil) || !strings.Contains(says, tt.says) || !strings.Contains(mend, tt.mend) {
				t.Errorf("Begin = %v, says %q, %q", err, says, mend)
			}
			if err != nil && strings.Contains(err.Error(), tt.token) {
				t.Errorf("the token is in %v", err)
			}
		})
	}
}
