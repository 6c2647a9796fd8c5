package planner

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/policy"
)

// outside is the world as its looks find it, and writes down what it was asked.
type outside struct {
	mu    sync.Mutex
	asked []bot.Question
	state bot.Wellness
}

func (o *outside) Glance(_ context.Context, q bot.Question) bot.Glance {
	o.mu.Lock()
	defer o.mu.Unlock()
	q.Plan = nil
	o.asked = append(o.asked, q)
	return bot.Glance{Probe: q.Probe.Name, State: o.state, Saw: "it"}
}

// told are the names of what was asked since they were last told.
func (o *outside) told() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var names []string
	for _, q := range o.asked {
		names = append(names, q.Probe.Name)
	}
	o.asked = nil
	slices.Sort(names)
	return names
}

func fixed() catalog.Source {
	return catalog.Source{
		Name: "fixed", Marks: []string{"fixed"},
		Keys:   []catalog.Key{{Name: "fixed", Shape: catalog.Word("Anything.")}},
		Kind:   func(catalog.Said) bot.SampleKind { return bot.Answers },
		Agrees: func(_, _ catalog.Said) []catalog.Misfit { return nil },
	}
}

// TestTheWorldIsLookedAt: for deploys alone, for the commit that goes, the target's own
// health about what is live; and again right before the start, however fresh the plan is.
func TestTheWorldIsLookedAt(t *testing.T) {
	t.Parallel()
	const said = `checks: all
        health: {probes: [{name: up, fixed: yes}]}
        world: [{name: pages, fixed: yes}, {healthy: true}]`
	w, world := orderlyWorld(), &outside{state: bot.Well}
	p := plannerIn(t, w, bottest.Ruled)
	p.catalog = bottest.Declare(t, strings.Replace(bottest.Ruled, "checks: all", said, 1), fixed())
	p.ports.World = world
	planned(t, p, bottest.Asked(bot.Rollback, "production"))
	planned(t, p, bottest.Asked(bot.Deploy, "staging"))
	if asked := world.told(); asked != nil {
		t.Errorf("asked where nobody wants to know: %v", asked)
	}
	r := planned(t, p, bottest.Asked(bot.Deploy, "production"))
	if len(refusing(r.Decision)) != 0 {
		t.Errorf("refused by %v", refusing(r.Decision))
	}
	live := r.Plan.Current
	for _, q := range world.asked {
		want := bot.Question{Probe: q.Probe, Target: r.Target, SHA: r.Plan.Commit.SHA, Release: r.ID, For: bot.ForGate}
		if q.Probe.Name == "up" {
			want.SHA, want.Release, want.For = live.SHA, live.Release, bot.ForLook
		}
		if diff := cmp.Diff(want, q); diff != "" {
			t.Errorf("%s (-want +got):\n%s", q.Probe.Name, diff)
		}
	}
	if diff := cmp.Diff([]string{"pages", "up"}, world.told()); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	world.state = bot.NotWell
	for name, at := range map[string]time.Time{"a moment later": noon.Add(time.Second), "a minute later": noon.Add(time.Minute)} {
		ev, err := p.Recheck(t.Context(), r, at)
		checked, ok := ev.(bot.Rechecked)
		if err != nil || !ok || !cmp.Equal(refusing(checked.Decision), []string{policy.GateWorld, policy.GateWorld}) {
			t.Errorf("%s: %#v, %v", name, ev, err)
		}
		if diff := cmp.Diff([]string{"pages", "up"}, world.told()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	ev, err := p.Refresh(t.Context(), r, noon.Add(time.Minute))
	if fresh, ok := ev.(bot.Refreshed); err != nil || !ok || len(refusing(fresh.Decision)) != 0 || world.told() != nil {
		t.Errorf("while it waits: %#v, %v", ev, err)
	}
}

// TestTheWorldOfWhatWasNeverLive: of a target on which nothing is known to be live
// nobody asks how it is.
func TestTheWorldOfWhatWasNeverLive(t *testing.T) {
	t.Parallel()
	w, world := orderlyWorld(), &outside{state: bot.NotWell}
	w.past["staging"] = nil
	p := plannerIn(t, w, bottest.Ruled)
	p.catalog = bottest.Declare(t, strings.Replace(bottest.Ruled, "staging: {}", "staging: {health: {probes: [{name: up, fixed: yes}]}, world: [{healthy: true}]}", 1), fixed())
	p.ports.World = world
	r := planned(t, p, bottest.Asked(bot.Deploy, "staging"))
	if asked := world.told(); asked != nil || slices.Contains(refusing(r.Decision), policy.GateWorld) {
		t.Errorf("asked %v, refused by %v", asked, refusing(r.Decision))
	}
}
