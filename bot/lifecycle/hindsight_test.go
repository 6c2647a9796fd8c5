package lifecycle_test

import (
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/lifecycle"
)

// TestHindsight: an ended release keeps what people say of its verdict, the last word
// of each, and does not move by it.
func TestHindsight(t *testing.T) {
	t.Parallel()
	r := countedRelease(bot.OnUnhealthyAsk, 0)
	if next, effects := lifecycle.Next(r, bot.HindsightSaid{By: ben, Says: bot.WasRight, Standing: may}, r.Since()); len(next.Opinions) > 0 || len(effects) > 0 {
		t.Errorf("before there is a verdict: %v %v", next.Opinions, effects)
	}
	r, _ = lifecycle.Next(r, unhealthySample(""), r.Since())
	ended := r
	for _, step := range []struct {
		ev   bot.HindsightSaid
		want []bot.Hindsight
		told bool
	}{
		{bot.HindsightSaid{By: ben, Says: bot.FalseAlarm}, nil, true},            // who may not
		{bot.HindsightSaid{By: ben, Says: bot.Missed, Standing: may}, nil, true}, // what cannot be said of it
		{bot.HindsightSaid{By: ben, Says: "perhaps", Standing: may}, nil, true},  // of a later version
		{bot.HindsightSaid{By: ben, Says: bot.FalseAlarm, Standing: may}, []bot.Hindsight{bot.FalseAlarm}, false},
		{bot.HindsightSaid{By: anna, Says: bot.WasRight, Standing: may}, []bot.Hindsight{bot.FalseAlarm, bot.WasRight}, false},
		{bot.HindsightSaid{By: ben, Says: bot.WasRight, Standing: may}, []bot.Hindsight{bot.WasRight, bot.WasRight}, false},
	} {
		next, effects := lifecycle.Next(r, step.ev, r.Since().Add(time.Hour))
		if doesA[bot.Tell](effects) != step.told || len(next.Opinions) != len(step.want) {
			t.Errorf("%+v: %+v, %v", step.ev, next.Opinions, effects)
		}
		for i, o := range next.Opinions {
			if o.Says != step.want[i] {
				t.Errorf("%+v: %+v", step.ev, next.Opinions)
			}
		}
		if next.Phase != bot.Unhealthy || next.WakeAt != ended.WakeAt {
			t.Errorf("%+v moves it: %s, %s", step.ev, next.Phase, next.WakeAt)
		}
		r = next
	}
}
