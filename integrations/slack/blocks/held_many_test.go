package blocks_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

func ranBeside(service, workflow string) bot.Held {
	d := bot.Doubt{
		Target: bot.Target{Service: service, Environment: "production"}, About: "beside " + workflow, Of: "1", Says: "mona ran it",
		Beside: bot.Beside{What: bot.BesideRun, Who: "mona", Of: workflow, SHA: "d00dfeed1234", URL: "https://github.com/acme/shop/actions/runs/7", At: after(0)},
	}
	return bot.Held{Doubts: []bot.Doubt{d}, Typed: "/deploy looked " + service + " production", Board: "/deploy-status"}
}

// TestABurstBesideIsADigest: all that was done past slipway is named, with what follows and
// how to look at it; one run that concerns many is one note, with its button.
func TestABurstBesideIsADigest(t *testing.T) {
	t.Parallel()
	var apart, same, odd bot.Digest
	for i := range 60 {
		service := fmt.Sprintf("checkout-service-%d", i)
		apart.Others = append(apart.Others, ranBeside(service, service+".yml"))
		same.Others = append(same.Others, ranBeside(service, "deploy.yml"))
		d := bot.Doubt{Target: bot.Target{Service: service, Environment: "production"}, About: service, Of: "1", Says: "a run is not understood"}
		odd.Others = append(odd.Others, bot.Held{Doubts: []bot.Doubt{d}, Typed: "/deploy looked " + service + " production"})
	}
	for name, tt := range map[string]struct {
		digest bot.Digest
		all    bool
		says   []string
		never  string
	}{
		"of many workflows": {apart, true, []string{"60 alerts at once", "the next deploy to each asks its requester first", "/deploy looked SERVICE ENVIRONMENT", "/deploy-status", "ran"}, "I Looked"},
		"of one workflow":   {same, false, []string{"ran", "checkout-service-19", "and 40 others", "I Looked, Go On"}, "at once"},
		"not understood":    {odd, true, []string{"60 alerts at once", "a run is not understood", "/deploy looked checkout-service-0 production"}, "past slipway"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := blocks.Body(tt.digest, "https://acme.slack.com/")
			if found := slacksim.Validate(marshal(t, m.Blocks), slacksim.SurfaceMessage); len(found) > 0 {
				t.Errorf("Slack would refuse it: %v", found)
			}
			shown := read(t, m)
			for _, says := range tt.says {
				if !strings.Contains(strings.ToLower(shown), strings.ToLower(says)) {
					t.Errorf("it does not say %q:\n%s", says, shown)
				}
			}
			if strings.Contains(shown, tt.never) {
				t.Errorf("it says %q:\n%s", tt.never, shown)
			}
			for i := range 60 {
				if name := fmt.Sprintf("checkout-service-%d", i); tt.all && !strings.Contains(shown, name) {
					t.Errorf("%s is not named", name)
				}
			}
		})
	}
}
