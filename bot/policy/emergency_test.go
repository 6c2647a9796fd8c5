package policy_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

// inTheWay is a world in which every gate refuses that can while there is a
// commit to deploy.
func inTheWay() policy.Facts {
	f := good()
	f.Release.Reason, f.Release.Requester = "the shop is down", bot.Person{ID: "U03CLEO", Name: "cleo"}
	rules := &f.Plan.Settings.Rules
	rules.Emergency, rules.Deployers, rules.Channels = []string{"sre"}, []string{"api-owners"}, []string{"C0DEPLOYS"}
	rules.Freeze = []bot.FreezeWindow{{First: "2020-01-01", Last: "2040-01-01", To: 24 * 3600e9, Zone: "UTC", Reason: "moving house"}}
	rules.After, rules.MaxCommits = "staging", bot.CommitLimit{Refuse: 1}
	rules.World = []bot.Probe{{Name: "pages", Source: "alerts"}}
	f.Plan.Changes = bot.Changes{Direction: bot.Forward, Total: 5}
	f.Plan.Checks = bot.Checks{Failed: []string{"build"}, Known: []string{"build"}, Complete: true}
	f.Plan.Settings.Checks = bot.CheckRule{}
	f.Plan.Branch, f.Plan.Lineage = "topic", bot.Lineage{Asked: []string{"main"}}
	f.Locks = []bot.Lock{{Kind: bot.Hold, By: bot.Person{ID: "U09", Name: "dora"}, Reason: "migrating", At: f.Now.Add(-time.Hour)}}
	f.Quarantine = &bot.Quarantine{Release: "api-1"}
	return f
}

// TestEmergency holds what an emergency passes, and what it does not, against
// each other.
func TestEmergency(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*policy.Facts)
		passed []string
	}{
		"whoever may passes what says not now": {
			change: func(f *policy.Facts) { f.Release.Emergency.Asked, f.Emergency.Allowed = true, true },
			passed: []string{policy.GateChannel, policy.GateLock, policy.GateFreeze, policy.GateAfter, policy.GateChecks, policy.GateSize, policy.GateWorld},
		},
		"nobody passes anything unasked": {change: func(f *policy.Facts) { f.Emergency.Allowed = true }},
		"who may not passes nothing":     {change: func(f *policy.Facts) { f.Release.Emergency.Asked = true }},
		"without a reason nothing is passed": {change: func(f *policy.Facts) {
			f.Release.Emergency.Asked, f.Emergency.Allowed, f.Release.Reason = true, true, ""
		}},
		"what does not refuse is not passed": {
			change: func(f *policy.Facts) {
				f.Release.Emergency.Asked, f.Emergency.Allowed = true, true
				f.Locks, f.Plan.Changes.Total, f.Plan.Checks.Failed, f.Plan.Settings.Rules.World = nil, 1, nil, nil
			},
			passed: []string{policy.GateChannel, policy.GateFreeze, policy.GateAfter},
		},
		"where nobody is named nothing is passed": {change: func(f *policy.Facts) {
			f.Release.Emergency.Asked, f.Emergency.Allowed, f.Plan.Settings.Rules.Emergency = true, true, nil
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := inTheWay()
			tc.change(&f)
			decision := policy.Decide(f)
			if diff := cmp.Diff(tc.passed, decision.Passed()); diff != "" {
				t.Errorf("passed (-want +got):\n%s", diff)
			}
			for _, gate := range []string{policy.GateDeployers, policy.GateBranch} {
				if g := gateOf(t, decision, gate); g.Outcome != bot.Refuse {
					t.Errorf("%s: %s, which nothing passes", gate, g.Outcome)
				}
			}
			for _, g := range decision.Gates {
				if g.Emergency && (g.Outcome != bot.Warn || g.Mend != "") {
					t.Errorf("passed, and yet %+v", g)
				}
			}
		})
	}
}

// Who is refused reads that an emergency would pass all that is in the way, and
// who may ask for one; not where something would stay in the way.
func TestARefusalSaysWhoMayPassIt(t *testing.T) {
	t.Parallel()
	const says = "In an emergency, a member of sre may pass whatever is in the way here with --emergency and --reason."
	told := func(f policy.Facts) (n, refusals int) {
		for _, g := range policy.Decide(f).Refusals() {
			refusals++
			n += strings.Count(g.Mend, says)
		}
		return n, refusals
	}
	if n, refusals := told(inTheWay()); n != 0 || refusals < 8 {
		t.Errorf("%d refusals, of which deployers and branch stay, and %d say that an emergency would help", refusals, n)
	}
	f := inTheWay()
	f.Deployer.Allowed, f.Plan.Lineage.On, f.Quarantine = true, "main", nil
	if n, refusals := told(f); n != 1 || refusals != 7 {
		t.Errorf("%d refusals, all of which can be passed, and %d say so", refusals, n)
	}
}
