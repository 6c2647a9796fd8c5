package planner

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// TestWhereADeployWouldStand: a preview tells what waits before it, which is nothing
// where the slot is free.
func TestWhereADeployWouldStand(t *testing.T) {
	t.Parallel()
	away := &bot.Error{Kind: bot.Unavailable}
	held := &bot.Release{ID: "api-1"}
	for name, tt := range map[string]struct {
		states []bot.TargetState
		fault  error
		want   bot.Place
	}{
		"somebody holds the slot": {states: []bot.TargetState{{Under: held, Waiting: []string{"api-2"}}}, want: bot.Place{Ahead: 1, Holder: "api-1", Wait: 13 * time.Minute}},
		"nobody holds it":         {states: []bot.TargetState{{Waiting: []string{"api-2"}}}},
		"nothing is known":        {},
		"it cannot be read":       {states: []bot.TargetState{{Under: held}}, fault: away},
	} {
		w := orderlyWorld()
		w.past["production"] = []bot.Past{{Phase: bot.Succeeded, Took: 10 * time.Minute}}
		w.source = &bot.Release{ID: "api-1", Moments: []bot.Moment{{Phase: bot.Running, At: noon.Add(-7 * time.Minute)}}}
		m := &crowded{world: w, states: tt.states, fault: tt.fault}
		p := plannerIn(t, w, bottest.Ruled)
		p.ports.Records = m
		ev, err := p.Resolve(t.Context(), bottest.Asked(bot.Preview, "production"), noon)
		resolved, _ := ev.(bot.Resolved)
		if (err != nil) != (tt.fault != nil) || err == nil && resolved.Place != tt.want {
			t.Errorf("%s: %+v, %v", name, resolved.Place, err)
		}
	}
}

// TestTheBranchIsLookedAt: what came to it since is counted where it follows what
// was planned, and where that cannot be read, it is an error and no zero.
func TestTheBranchIsLookedAt(t *testing.T) {
	t.Parallel()
	away := &bot.Error{Kind: bot.Unavailable}
	moved := bot.Commit{SHA: "d"}
	for name, tt := range map[string]struct {
		gate  gate
		want  bot.Event
		calls int
	}{
		"nothing came":             {gate: gate{tip: bot.Commit{SHA: "c"}}, want: bot.BranchSeen{}, calls: 1},
		"two came":                 {gate: gate{tip: moved, changes: bot.Changes{Direction: bot.Forward, Total: 2}}, want: bot.BranchSeen{Newer: 2}, calls: 2},
		"two came, and some went":  {gate: gate{tip: moved, changes: bot.Changes{Direction: bot.Sideways, Total: 2}}, want: bot.BranchSeen{Newer: 2}, calls: 2},
		"it went back":             {gate: gate{tip: moved, changes: bot.Changes{Direction: bot.Backward, Total: 2}}, want: bot.BranchSeen{}, calls: 2},
		"it is another":            {gate: gate{tip: moved, changes: bot.Changes{Direction: bot.Unrelated, Total: 2}}, want: bot.BranchSeen{}, calls: 2},
		"it cannot be read":        {gate: gate{tipErr: away}, calls: 1},
		"what came cannot be read": {gate: gate{tip: moved, between: away}, calls: 2},
	} {
		p := New(bottest.Declare(t, bottest.Shop), Ports{Resolver: &tt.gate}, slog.New(slog.DiscardHandler))
		r := bottest.Starting()
		r.Plan.Commit = bot.Commit{SHA: "c", TipOf: "main"}
		ev, err := p.LookAtBranch(t.Context(), r)
		if diff := cmp.Diff(tt.want, ev); diff != "" || (err == nil) != (tt.want != nil) || len(tt.gate.calls) != tt.calls {
			t.Errorf("%s: %v after %v (-want +got):\n%s", name, err, tt.gate.calls, diff)
		}
	}
}

// crowded is a world in which others are under way.
type crowded struct {
	*world
	states []bot.TargetState
	fault  error
}

func (c *crowded) Targets(context.Context, []bot.Target) ([]bot.TargetState, error) {
	return c.states, c.fault
}

// gate is a code host that knows one branch and what came to it.
type gate struct {
	Resolver
	tip     bot.Commit
	changes bot.Changes
	tipErr  error
	between error
	calls   []string
}

func (g *gate) Commit(_ context.Context, repo, ref string) (bot.Commit, string, error) {
	g.calls = append(g.calls, "commit "+repo+" "+ref)
	return g.tip, ref, g.tipErr
}

func (g *gate) Changes(_ context.Context, repo, base, head string) (bot.Changes, bot.ChangedFiles, error) {
	g.calls = append(g.calls, "changes "+repo+" "+base+" "+head)
	return g.changes, bot.ChangedFiles{}, g.between
}
