package planner

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// TestAnAdoptionLooksAtWhatIsUnderWay: nothing is recorded as live while it is being
// changed; and where the commit is on no allowed branch another person's yes is asked
// for, at first and when it is looked at again.
func TestAnAdoptionLooksAtWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	away := &bot.Error{Kind: bot.Unavailable}
	for name, tt := range map[string]struct {
		states  []bot.TargetState
		fault   error
		offside bool // the commit is on no branch that is allowed
		kind    bot.Kind
		refused bool
		sets    int
	}{
		"the slot is free":             {states: []bot.TargetState{{}}, sets: 1},
		"nothing is known of it":       {sets: 1},
		"somebody holds it":            {states: []bot.TargetState{{Under: &bot.Release{ID: "api-9"}}}, refused: true, sets: 1},
		"it holds it itself":           {states: []bot.TargetState{{Under: &bot.Release{ID: "api-7"}}}, sets: 1},
		"it cannot be read":            {fault: away},
		"of a commit from elsewhere":   {states: []bot.TargetState{{}}, offside: true, sets: 2},
		"a deploy, which waits":        {kind: bot.Deploy, states: []bot.TargetState{{Under: &bot.Release{ID: "api-9"}}}, sets: 1},
		"a deploy, which is not asked": {kind: bot.Deploy, fault: away, sets: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := orderlyWorld()
			if tt.offside {
				w.lineage.On = ""
			}
			m := &crowded{world: w, states: tt.states, fault: tt.fault}
			p := plannerIn(t, w, bottest.Ruled)
			p.ports.Records = m
			kind := bot.Adopt
			if tt.kind != "" {
				kind = tt.kind
			}
			r := bottest.Asked(kind, "production")
			ev, err := p.Resolve(t.Context(), r, noon)
			resolved, _ := ev.(bot.Resolved)
			if (err != nil) != (tt.sets == 0) {
				t.Fatalf("resolved to %#v, %v", ev, err)
			}
			if err != nil {
				return
			}
			check := func(what string, p bot.Plan, d bot.Decision) {
				if slices.Contains(refusing(d), "slot") != tt.refused || len(p.Settings.Approvals.Sets) != tt.sets {
					t.Errorf("%s: refused by %v, asks %+v", what, refusing(d), p.Settings.Approvals.Sets)
				}
			}
			check("at first", resolved.Plan, resolved.Decision)
			r.Plan, r.Decision = &resolved.Plan, resolved.Decision
			for _, after := range []time.Duration{time.Second, time.Minute} {
				ev, err := p.Recheck(t.Context(), r, noon.Add(after))
				again, ok := ev.(bot.Rechecked)
				if err != nil || !ok {
					t.Fatalf("rechecked to %#v, %v", ev, err)
				}
				check("after "+after.String(), again.Plan, again.Decision)
			}
			ev, err = p.Refresh(t.Context(), r, noon.Add(time.Minute))
			fresh, ok := ev.(bot.Refreshed)
			if err != nil || !ok {
				t.Fatalf("refreshed to %#v, %v", ev, err)
			}
			if fresh.Plan.ResolvedAt != noon || !cmp.Equal(fresh.Plan.Checks, resolved.Plan.Checks) || len(fresh.Plan.Settings.Approvals.Sets) != tt.sets {
				t.Errorf("refreshed to %+v", fresh.Plan)
			}
		})
	}
}

// TestSameSets: two sets ask for the same where nothing of them differs.
func TestSameSets(t *testing.T) {
	t.Parallel()
	set := bot.ApprovalSet{Count: 1, From: []string{"sre"}, EscalateTo: []string{"leads"}, EscalateAfter: time.Hour}
	if !sameSet(set, set) {
		t.Error("a set is not the same as itself")
	}
	for name, change := range map[string]func(*bot.ApprovalSet){
		"count": func(s *bot.ApprovalSet) { s.Count = 2 }, "self": func(s *bot.ApprovalSet) { s.Self = true },
		"authors": func(s *bot.ApprovalSet) { s.NotAuthors = true }, "after": func(s *bot.ApprovalSet) { s.EscalateAfter = time.Minute },
		"from": func(s *bot.ApprovalSet) { s.From = []string{"leads"} }, "to": func(s *bot.ApprovalSet) { s.EscalateTo = nil },
	} {
		other := set
		if change(&other); sameSet(set, other) || sameSet(other, set) {
			t.Errorf("another %s makes no difference", name)
		}
	}
}
