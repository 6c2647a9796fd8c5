package slack_test

import (
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// TestWhatFollowsAnAnswer comes privately behind the answer, to whoever typed or said
// something, and behind nothing else.
func TestWhatFollowsAnAnswer(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]slacksim.Options{"over HTTP": {}, "over a socket": {AppToken: "xapp-1"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, o)
			target := bot.Target{Service: "api", Environment: "production"}
			r.store.mu.Lock()
			r.store.follows = bot.LiveHealth{Targets: []bot.TargetHealth{{Target: target, Release: "api-142", Glances: []bot.Glance{{Probe: "up", State: bot.NotWell, Saw: "status 503"}}}}}
			r.store.mu.Unlock()
			view := bot.ServiceView{Rows: []bot.BoardRow{{State: bot.TargetState{Target: target}}}}
			r.store.set(view, nil)
			if _, err := r.sim.Command(within(t), ann, deploys, "/deploy-status", "api"); err != nil {
				t.Fatal(err)
			}
			view.Asks = 1
			r.store.set(view, nil)
			if _, err := r.sim.Command(within(t), ann, deploys, "/deploy-status", "api"); err != nil {
				t.Fatal(err)
			}
			r.waitFor(t, deploys, "is not well now")
			var texts []string
			for _, m := range r.sim.Messages(deploys) {
				if m.EphemeralTo != ann {
					t.Errorf("it is not private: %+v", m)
				}
				texts = append(texts, m.Current().Text)
			}
			if len(texts) != 3 || !strings.HasPrefix(texts[1], "Status of") || !strings.HasPrefix(texts[2], "How api is now") {
				t.Errorf("ann sees %q", texts)
			}
		})
	}
}
