package planner

import (
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// TestPromise8_LikeADeploy: where something is missing of what makes a rollback
// one it asks for the approvals of a deploy, beside its own, and says why. That
// is found out again before the start.
func TestPromise8_LikeADeploy(t *testing.T) {
	t.Parallel()
	own := strings.Replace(bottest.Ruled, "approvals: {count: 1, from: [sre]}", "approvals: {count: 2, from: [sre]}\n        rollback: {approvals: {count: 1, from: [leads]}}", 1)
	none := strings.Replace(bottest.Ruled, "        approvals: {count: 1, from: [sre]}\n", "", 1)
	for name, tt := range map[string]struct {
		declared string
		change   func(*world)
		sets     int
	}{
		"it is one":                        {bottest.Ruled, nil, 0},
		"it goes to something newer":       {bottest.Ruled, func(w *world) { w.direction = bot.Forward }, 1},
		"it goes to what was adopted":      {bottest.Ruled, func(w *world) { w.past["production"][1].Kind = bot.Adopt }, 1},
		"it goes to what was recovered":    {bottest.Ruled, func(w *world) { w.past["production"][1].Recovered = true }, 1},
		"beside the approvals of its own":  {own, func(w *world) { w.direction = bot.Sideways }, 2},
		"its own are all that it asks for": {own, nil, 1},
		"nobody approves deploys":          {none, func(w *world) { w.direction = bot.Forward }, 0},
		"on the first day": {bottest.Ruled, func(w *world) {
			live, first := &w.past["production"][0], &w.past["production"][1]
			live.Phase, live.Healthy = bot.Unhealthy, false
			first.Kind, first.Healthy = bot.Adopt, false
		}, 1},
	} {
		w := orderlyWorld()
		w.direction = bot.Backward
		if tt.change != nil {
			tt.change(w)
		}
		p := plannerIn(t, w, tt.declared)
		r := planned(t, p, bottest.Asked(bot.Rollback, "production"))
		ev, err := p.Recheck(t.Context(), r, noon)
		again, ok := ev.(bot.Rechecked)
		if err != nil || !ok {
			t.Fatalf("%s: rechecked to %#v, %v", name, ev, err)
		}
		for when, plan := range map[string]bot.Plan{"at first": *r.Plan, "before the start": again.Plan} {
			if got := len(plan.Settings.Approvals.Sets); got != tt.sets {
				t.Errorf("%s, %s: %d sets of approvals, want %d (%q)", name, when, got, tt.sets, plan.Unproven)
			}
		}
		if refused := refusing(r.Decision); len(refused) > 0 {
			t.Errorf("%s: refused by %v", name, refused)
		}
		said := false
		for _, gate := range r.Decision.Gates {
			said = said || gate.Outcome == bot.Warn && strings.Contains(gate.Reason, "the approvals of a deploy hold for it: ")
		}
		if said != (len(r.Plan.Unproven) > 0) {
			t.Errorf("%s: what the card says of it: %+v", name, r.Decision.Gates)
		}
		if digest := again.Plan.Digest(); digest != r.Plan.Digest() {
			t.Errorf("%s: nothing has changed, and yet the digest has", name)
		}
	}
}
