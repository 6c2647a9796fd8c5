package policy_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

// TestPromise4_AdoptingAsksAsMuchAsDeploying: whoever says what is live needs the
// yes that a deploy needs, and that of another person where the commit is on no
// allowed branch or others keep the target closed.
func TestPromise4_AdoptingAsksAsMuchAsDeploying(t *testing.T) {
	t.Parallel()
	sre := bot.ApprovalSet{Count: 1, From: []string{"sre"}}
	self := sre
	self.Self = true
	another := bot.ApprovalSet{Count: 1, From: []string{"ops"}}
	anna := bot.Person{ID: "U01ANNA"}
	closed := map[string]func(*policy.Facts){
		"open":           func(*policy.Facts) {},
		"own lock":       func(f *policy.Facts) { f.Locks = []bot.Lock{{Kind: bot.Hold, By: anna}} },
		"another's lock": func(f *policy.Facts) { f.Locks = []bot.Lock{{Kind: bot.Hold, By: bot.Person{ID: "U02BEN"}}} },
		"own freeze":     func(f *policy.Facts) { f.Locks = []bot.Lock{{Kind: bot.Freeze, By: anna}} },
		"a freeze window": func(f *policy.Facts) {
			f.Plan.Settings.Rules.Freeze = []bot.FreezeWindow{{Days: []time.Weekday{1}, To: 24 * time.Hour}}
		},
	}
	for name, shuts := range closed {
		shut := !slices.Contains([]string{"open", "own lock"}, name)
		for _, onBranch := range []bool{true, false} {
			for rule, sets := range map[string][]bot.ApprovalSet{"nobody": nil, "sre": {sre}, "themselves": {self}, "both": {self, sre}} {
				f := good()
				f.Release.Kind, f.Release.Requester = bot.Adopt, anna
				f.Plan.Settings.Rules.Deployers = []string{"ops"}
				if shuts(&f); !onBranch {
					f.Plan.Lineage.On = ""
				}
				want := slices.Clone(sets)
				if !onBranch || shut && (rule == "nobody" || rule == "themselves") {
					want = append(want, another)
				}
				got := policy.ForAdoption(bot.ApprovalRule{Sets: sets}, f)
				if diff := cmp.Diff(want, got.Sets); diff != "" || got.Asked() == (got.Expires == 0) {
					t.Errorf("%s, on a branch: %t, approved by %s, within %s (-want +got):\n%s", name, onBranch, rule, got.Expires, diff)
				}
				if d := policy.Decide(f); !allowed(d, "deployers") {
					t.Errorf("%s, on a branch: %t: %+v", name, onBranch, d.Refusals())
				}
			}
		}
	}
}

// allowed says whether nothing refuses, but for one gate.
func allowed(d bot.Decision, but string) bool {
	return !slices.ContainsFunc(d.Refusals(), func(g bot.Gate) bool { return g.Name != but })
}
