package planner

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// TestARecheckKeepsWhatHoldsStill: what was compared is not compared again while the
// same is live, and goes with it when it is not. What is fresh keeps its age.
func TestARecheckKeepsWhatHoldsStill(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		after     time.Duration
		overtaken bool
		kept      bool // what was compared
		resolved  time.Duration
	}{
		"seconds later":         {after: time.Second, kept: true},
		"a minute later":        {after: time.Minute, kept: true, resolved: time.Minute},
		"another is live":       {after: time.Second, overtaken: true, resolved: time.Second},
		"another is live later": {after: time.Minute, overtaken: true, resolved: time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := orderlyWorld()
			for i := range w.past["production"] {
				w.past["production"][i].Took = 4 * time.Minute
			}
			p := plannerIn(t, w, bottest.Ruled)
			r := planned(t, p, bottest.Asked(bot.Deploy, "production"))
			if r.Plan.Usual != 4*time.Minute {
				t.Errorf("it usually takes %s", r.Plan.Usual)
			}
			plan := *r.Plan
			plan.Changes, plan.Readiness, plan.Undone = bot.Changes{Direction: bot.Forward, Total: 9}, bot.Readiness{Compared: true}, &bot.Undone{Migrations: 9}
			r.Plan = &plan
			want := plan
			want.ResolvedAt = noon.Add(tt.resolved)
			if tt.overtaken {
				fresh := wellPast("api-6", "d", 0)
				w.past["production"] = slices.Insert(w.past["production"], 0, fresh)
				want.Current, want.RollbackTo = &fresh, &fresh
				want.Changes, want.Readiness, want.Undone = bot.Changes{Direction: bot.Forward, Total: 2, Touch: bot.TouchAll}, bot.Readiness{Compared: true}, &bot.Undone{}
			}
			ev, err := p.Recheck(t.Context(), r, noon.Add(tt.after))
			got, _ := ev.(bot.Rechecked)
			if err != nil {
				t.Fatal(err)
			}
			if tt.overtaken { // what a report says of it is the report's own test
				got.Plan.Readiness, want.Readiness = bot.Readiness{}, bot.Readiness{}
			}
			if diff := cmp.Diff(want, got.Plan); diff != "" {
				t.Errorf("plan (-want +got):\n%s", diff)
			}
		})
	}
}

// TestARecheckComparesWithNothingThatIsNotKnown: where something is live by now whose
// commit nobody knows, what was compared before is not said of it.
func TestARecheckComparesWithNothingThatIsNotKnown(t *testing.T) {
	t.Parallel()
	w := orderlyWorld()
	p := plannerIn(t, w, bottest.Ruled)
	r := planned(t, p, bottest.Asked(bot.Deploy, "production"))
	plan := *r.Plan
	plan.Changes, plan.Readiness, plan.Undone = bot.Changes{Direction: bot.Forward, Total: 9}, bot.Readiness{Compared: true}, &bot.Undone{Migrations: 9}
	r.Plan = &plan
	w.past["production"] = slices.Insert(w.past["production"], 0, bot.Past{Release: "api-6", Phase: bot.Succeeded, Healthy: true, At: noon})
	ev, err := p.Recheck(t.Context(), r, noon.Add(time.Minute))
	got, _ := ev.(bot.Rechecked)
	if err != nil || got.Plan.Changes.Total != 0 || got.Plan.Readiness.Compared || got.Plan.Undone != nil && got.Plan.Undone.Migrations == 9 {
		t.Errorf("rechecked to %+v, %v", got.Plan, err)
	}
}

// TestAPlanOfLittle: of a service without inputs and without a past, and of a
// rollback that has nowhere to go, which the gates say.
func TestAPlanOfLittle(t *testing.T) {
	t.Parallel()
	w := orderlyWorld()
	w.past = nil
	p := plannerIn(t, w, strings.NewReplacer("    inputs: {tier: web}\n", "", "        after: staging\n", "").Replace(bottest.Ruled))
	r := planned(t, p, bottest.Asked(bot.Deploy, "production"))
	if diff := cmp.Diff(map[string]string{"environment": "production", "sha": strings.Repeat("c", 40)}, r.Plan.Inputs); diff != "" {
		t.Errorf("inputs (-want +got):\n%s", diff)
	}
	dora := bottest.Asked(bot.Rollback, "production")
	dora.Requester = bot.Person{ID: "U04DORA", Name: "dora"}
	for _, r := range []bot.Release{bottest.Asked(bot.Rollback, "production"), dora} {
		refused := refusing(planned(t, p, r).Decision)
		if len(refused) == 0 || slices.Contains(refused, "deployers") != (r.Asker().Name == "dora") {
			t.Errorf("%s is refused by %v", r.Requester, refused)
		}
	}
	back := planned(t, plannerIn(t, orderlyWorld(), bottest.Ruled), bottest.Asked(bot.Rollback, "production"))
	ev, err := p.Recheck(t.Context(), back, noon.Add(time.Minute))
	if rechecked, ok := ev.(bot.Rechecked); err != nil || !ok || !slices.Contains(refusing(rechecked.Decision), "still live") {
		t.Errorf("rechecked, when nothing is live any more: %#v, %v", ev, err)
	}
	if plan := newPlan(bottest.Asked(bot.Deploy, "production"), catalog.Service{}, catalog.Environment{}); plan.Inputs == nil {
		t.Error("a plan without inputs takes none")
	}
}
