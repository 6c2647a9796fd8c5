package planner

import (
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// TestPreview works the same plan out as a release would have, without one.
func TestPreview(t *testing.T) {
	t.Parallel()
	p := plannerIn(t, orderlyWorld(), bottest.Ruled)
	asked := bottest.Asked(bot.Preview, "production")
	want := planned(t, p, asked)
	got, err := p.Preview(t.Context(), bot.Draft{Kind: asked.Kind, Target: asked.Target, Ref: asked.Ref, Requester: asked.Requester, Origin: asked.Origin}, noon)
	if err != nil || got.ID != "" || got.Plan == nil || got.Plan.Digest() != want.Plan.Digest() || len(got.Decision.Gates) != len(want.Decision.Gates) {
		t.Errorf("the preview is %+v, %v; want %+v", got, err, want)
	}
	if _, err := p.Preview(t.Context(), bot.Draft{Kind: bot.Preview, Target: bot.Target{Service: "nope", Environment: "x"}}, noon); bot.KindOf(err) != bot.NotFound {
		t.Errorf("of no service: %v", err)
	}
}

// TestBetween: only what lies behind what is live has a plain answer.
func TestBetween(t *testing.T) {
	t.Parallel()
	for direction, known := range map[bot.Direction]bool{bot.Forward: true, bot.Sideways: false, bot.Backward: false, bot.Unrelated: false} {
		w := orderlyWorld()
		w.direction = direction
		p := plannerIn(t, w, bottest.Ruled)
		past := w.past["production"]
		got := p.Between(t.Context(), bottest.Asked(bot.Deploy, "production").Target, past[0].SHA, past)
		if len(got) != len(past) {
			t.Fatalf("%d answers for %d releases", len(got), len(past))
		}
		for i, between := range got {
			if between.Known != known {
				t.Errorf("%s: of %s it says %+v", direction, past[i].Release, between)
			}
		}
	}
	none := plannerIn(t, orderlyWorld(), bottest.Ruled).Between(t.Context(), bot.Target{Service: "nope", Environment: "x"}, "a", []bot.Past{{Release: "x-1"}})
	if len(none) != 1 || none[0].Known {
		t.Errorf("of no service: %+v", none)
	}
}
