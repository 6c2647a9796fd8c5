package slack_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// homeShows waits until somebody's Home tab shows something.
func (r *rig) homeShows(t *testing.T, user, text string) {
	t.Helper()
	shown := func() bool {
		v, drawn := r.sim.HomeView(user)
		return drawn && strings.Contains(string(v.Blocks), text)
	}
	if err := r.sim.Until(within(t), shown); err != nil {
		v, _ := r.sim.HomeView(user)
		t.Fatalf("the Home tab does not show %q: %s", text, v.Blocks)
	}
}

// TestHomeIsDrawnForWhoOpensIt: by the Home tab and not by the Messages tab, for a guest
// and whoever has left as well; what could not be read or drawn leaves it as it was.
func TestHomeIsDrawnForWhoOpensIt(t *testing.T) {
	t.Parallel()
	for name, o := range bothWays() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, o)
			r.store.set(bot.Mine{Names: bot.SlashNames{Deploy: "/ship", Rollback: "/back", Status: "/what"}}, nil)
			for _, tab := range []string{"messages", ""} {
				event := map[string]any{"type": "app_home_opened", "user": ann, "channel": r.sim.DirectChannel(ann), "tab": tab}
				if d, err := r.sim.Event(within(t), event); err != nil || !d.Good() {
					t.Fatal(d, err)
				}
			}
			if commands, _ := r.store.given(); len(commands) > 0 {
				t.Errorf("the Messages tab asks for %+v", commands)
			}
			r.sim.Inject(slacksim.Fault{Method: "views.publish", Status: 429, RetryAfter: 1e9})
			if _, err := r.sim.OpenHome(within(t), ann); err != nil {
				t.Fatal(err)
			}
			if _, err := r.sim.OpenHome(within(t), ann); err != nil {
				t.Fatal(err)
			}
			r.homeShows(t, ann, "`/ship` opens a form")
			r.homeShows(t, ann, "`/what` shows what is live")
			r.store.set(nil, errStoreGone)
			if _, err := r.sim.OpenHome(within(t), ann); err != nil {
				t.Fatal(err)
			}
			if err := r.inbound.Close(within(t)); err != nil {
				t.Fatal(err)
			}
			r.homeShows(t, ann, "`/ship` opens a form")
			if said := r.logs.String(); !strings.Contains(said, "Slack takes no more") || !strings.Contains(said, errStoreGone.Error()) {
				t.Errorf("the log does not say why it could not be drawn: %s", said)
			}
		})
	}
}

// TestHomeOpensForms: its buttons do what the commands typed alone do, once; the answer to
// the form is a direct message.
func TestHomeOpensForms(t *testing.T) {
	t.Parallel()
	for name, o := range bothWays() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, o)
			r.store.set(bot.Mine{}, nil)
			if _, err := r.sim.OpenHome(within(t), ann); err != nil {
				t.Fatal(err)
			}
			r.homeShows(t, ann, "Roll Back…")
			choices := []bot.FormChoice{{Service: "api", Environments: []string{"production"}}}
			r.store.set(bot.TargetForm{Choices: choices}, nil)
			r.pressesHome(t, "open_rollback")
			if err := r.sim.Until(within(t), func() bool { v, _ := r.sim.Modal(ann); return v.CallbackID == blocks.FormTarget }); err != nil {
				t.Fatal(err)
			}
			if _, err := r.sim.CloseView(within(t), ann); err != nil {
				t.Fatal(err)
			}
			r.store.set(bot.Form{Choices: choices}, nil)
			r.pressesHome(t, "open_deploy")
			if err := r.sim.Until(within(t), func() bool { v, _ := r.sim.Modal(ann); return v.CallbackID == blocks.FormDeploy }); err != nil {
				t.Fatal(err)
			}
			commands, _ := r.store.given()
			if in := commands[len(commands)-1]; in.Verb != "deploy" || in.Text != "" || in.By.ID != ann || in.Key == "" || in.Reply.Channel != "" {
				t.Errorf("it asks %+v", in)
			}
			r.store.set(bot.Done{Says: "api-1 goes"}, nil)
			if _, err := r.sim.SubmitView(within(t), ann, map[string]string{"target": "api production"}); err != nil {
				t.Fatal(err)
			}
			r.waitFor(t, r.sim.DirectChannel(ann), "goes")
		})
	}
}

func (r *rig) pressesHome(t *testing.T, action string) {
	t.Helper()
	if d, err := r.sim.Press(within(t), slacksim.Press{User: ann, Button: action, InView: true}); err != nil || !d.Good() {
		t.Fatal(d, err)
	}
}

// TestHomeRedrawnIsNoLook: what is drawn by itself is told from what somebody opened, so that
// an open tab uses up nobody's looks.
func TestHomeRedrawnIsNoLook(t *testing.T) {
	t.Parallel()
	r := newRig(t, slacksim.Options{})
	r.store.set(bot.Mine{}, nil)
	if _, err := r.sim.OpenHome(within(t), ann); err != nil {
		t.Fatal(err)
	}
	r.homeShows(t, ann, "Roll Back…")
	r.inbound.Redraw(t.Context(), time.Now())
	commands, _ := r.store.given()
	if len(commands) != 2 || commands[0].Source != bot.FromCommand || commands[1].Source != bot.FromRule {
		t.Errorf("it asks as %+v", commands)
	}
}
