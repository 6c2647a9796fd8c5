package planner

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// TestPromise3_WhatIsLiveMoves: whatever becomes live while a release waits is
// seen, and voids the yeses unless it lies on the way to
// what they were given for.
func TestPromise3_WhatIsLiveMoves(t *testing.T) {
	t.Parallel()
	front := func(p bot.Past) func(*world) {
		return func(w *world) { w.past["production"] = slices.Insert(w.past["production"], 0, p) }
	}
	broke := wellPast("api-6", "d", 0)
	broke.Phase, broke.Healthy = bot.Failed, false
	void := broke
	void.Arrival = bot.NeverCame
	adopted := wellPast("api-6", "d", 0)
	adopted.Kind, adopted.Healthy = bot.Adopt, false
	for name, tt := range map[string]struct {
		kind      bot.Kind
		world     func(*world)
		direction bot.Direction
		source    *bot.Release
		moved     bool
		void      int
		hopeless  string
	}{
		"nothing":                        {kind: bot.Deploy},
		"something on the way":           {kind: bot.Deploy, world: front(wellPast("api-6", "d", 0)), direction: bot.Forward, moved: true},
		"something beside it":            {kind: bot.Deploy, world: front(wellPast("api-6", "d", 0)), direction: bot.Sideways, moved: true, void: 2},
		"something newer":                {kind: bot.Deploy, world: front(wellPast("api-6", "d", 0)), direction: bot.Backward, moved: true, void: 2},
		"somebody recorded it":           {kind: bot.Deploy, world: front(adopted), direction: bot.Sideways, moved: true, void: 2},
		"the very commit":                {kind: bot.Deploy, world: front(wellPast("api-6", "c", 0)), direction: bot.Same, moved: true, void: 2, hopeless: "live"},
		"something that broke off":       {kind: bot.Deploy, world: front(broke), direction: bot.Sideways, moved: true},
		"something that is under way":    {kind: bot.Deploy, world: front(bot.Past{Release: "api-6", SHA: strings.Repeat("d", 40), Phase: bot.Running})},
		"something that changed nothing": {kind: bot.Deploy, world: front(void)},
		"what is promoted was taken back": {
			kind: bot.Deploy, source: &bot.Release{ID: "api-3", TakenBackBy: "api-8"}, moved: true, hopeless: "source",
		},
		"what is promoted is there still": {kind: bot.Deploy, source: &bot.Release{ID: "api-3"}},
		"before a rollback":               {kind: bot.Rollback, world: front(wellPast("api-6", "d", 0)), moved: true, hopeless: "still live"},
		"a rollback, and another broke off": {
			kind:  bot.Rollback,
			world: front(bot.Past{Release: "api-6", SHA: strings.Repeat("a", 40), Kind: bot.Rollback, Phase: bot.Failed, At: noon}),
		},
	} {
		w := orderlyWorld()
		if tt.kind == bot.Rollback {
			w.direction, tt.direction = bot.Backward, bot.Backward
		}
		p := plannerIn(t, w, bottest.Ruled)
		asks := bottest.Asked(tt.kind, "production")
		if tt.source != nil {
			asks.Source, w.source = tt.source.ID, &bot.Release{ID: tt.source.ID}
		}
		r := planned(t, p, asks)
		r.Phase = bot.AwaitingApproval
		w.source = tt.source
		w.direction = tt.direction
		if tt.world != nil {
			tt.world(w)
		}
		seen, err := p.LookAtLive(t.Context(), r)
		if _, moved := seen.(bot.LiveMoved); moved != tt.moved || err != nil {
			t.Errorf("%s: seen: %t, %v", name, moved, err)
		}
		ev, err := p.Refresh(t.Context(), r, noon.Add(time.Minute))
		refreshed, ok := ev.(bot.Refreshed)
		if err != nil || !ok {
			t.Fatalf("%s: %#v, %v", name, ev, err)
		}
		var hopeless []string
		for _, gate := range refreshed.Hopeless {
			hopeless = append(hopeless, gate.Name)
		}
		if len(refreshed.Void) != tt.void || strings.Join(hopeless, " ") != tt.hopeless {
			t.Errorf("%s: void %q, hopeless %v", name, refreshed.Void, hopeless)
		}
		if refreshed.Plan.Digest() != r.Plan.Digest() {
			t.Errorf("%s: what would be carried out differs: %v", name, refreshed.Plan.Differences(*r.Plan))
		}
	}
}
