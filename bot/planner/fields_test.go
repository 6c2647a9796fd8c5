package planner

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// What becomes of a field of the plan when the plan is worked out again.
const (
	kept = "kept" // what was agreed to stays
	anew = "anew" // it is as it is now
)

// fieldAgain is what becomes of a field before the start, there while the facts are
// fresh, and while the release waits. spoil gives the field a value that it does not
// have now.
type fieldAgain struct {
	spoil                 func(*bot.Plan)
	start, fresh, waiting string
}

func fieldsAgain() map[string]fieldAgain {
	past := &bot.Past{Release: "api-0", SHA: strings.Repeat("b", 40)}
	return map[string]fieldAgain{
		"Target":       {func(p *bot.Plan) { p.Target.Environment = "mars" }, anew, anew, anew},
		"Repo":         {func(p *bot.Plan) { p.Repo = "acme/old" }, anew, anew, anew},
		"Workflow":     {func(p *bot.Plan) { p.Workflow = "old.yml" }, anew, anew, anew},
		"WorkflowRef":  {func(p *bot.Plan) { p.WorkflowRef = "old" }, anew, kept, kept},
		"WorkflowBlob": {func(p *bot.Plan) { p.WorkflowBlob = "old" }, anew, kept, kept},
		"Called":       {func(p *bot.Plan) { p.Called.Missing = []string{"old"} }, anew, kept, kept},
		"Inputs":       {func(p *bot.Plan) { p.Inputs = map[string]string{"old": "1"} }, anew, anew, anew},
		"KeyInput":     {func(p *bot.Plan) { p.KeyInput = "old" }, anew, anew, anew},
		"Settings":     {func(p *bot.Plan) { p.Settings.Timeout = time.Second }, anew, anew, anew},
		"Production":   {func(p *bot.Plan) { p.Production = !p.Production }, anew, anew, anew},
		"Commit":       {func(p *bot.Plan) { p.Commit.Subject = "as it was" }, kept, kept, kept},
		"Branch":       {func(p *bot.Plan) { p.Branch = "as it was" }, kept, kept, kept},
		"Lineage":      {func(p *bot.Plan) { p.Lineage.Left = 7 }, kept, kept, kept},
		"Changes":      {func(p *bot.Plan) { p.Changes.Total = 77 }, kept, kept, kept},
		"Readiness":    {func(p *bot.Plan) { p.Readiness.Unread = []string{"as it was"} }, kept, kept, kept},
		"Checks":       {func(p *bot.Plan) { p.Checks.Passed = 77 }, anew, kept, kept},
		"Reviews":      {func(p *bot.Plan) { p.Reviews.Looked = 77 }, kept, kept, kept},
		"Current":      {func(p *bot.Plan) { p.Current = past }, anew, anew, anew},
		"Perhaps":      {func(p *bot.Plan) { p.Perhaps = past }, anew, anew, anew},
		"Rerun":        {func(p *bot.Plan) { p.Rerun = &bot.Rerun{Release: "api-0"} }, anew, anew, kept},
		"Beside":       {func(p *bot.Plan) { p.Beside = []bot.Beside{{What: bot.BesideRun}} }, anew, kept, kept},
		"Since":        {func(p *bot.Plan) { p.Since = "api-0" }, anew, kept, kept},
		"RollbackTo":   {func(p *bot.Plan) { p.RollbackTo = past }, anew, anew, anew},
		"Unproven":     {func(p *bot.Plan) { p.Unproven = []string{"as it was"} }, kept, kept, kept}, // of a deploy there is none
		"Undone":       {func(p *bot.Plan) { p.Undone = &bot.Undone{Migrations: 77} }, kept, kept, kept},
		"Comebacks":    {func(p *bot.Plan) { p.Comebacks = []bot.Comeback{{SHA: "let out"}} }, anew, anew, anew},
		"Usual":        {func(p *bot.Plan) { p.Usual = time.Second }, anew, anew, anew},
		"ResolvedAt":   {func(p *bot.Plan) { p.ResolvedAt = noon.Add(time.Millisecond) }, anew, kept, kept},
		"Looks":        {func(p *bot.Plan) { p.Looks = 7 }, kept, kept, kept},
	}
}

// TestPromise3_EveryFieldOfAPlanIsRechecked: of each it is said here what becomes of
// it, and that is what becomes of it.
func TestPromise3_EveryFieldOfAPlanIsRechecked(t *testing.T) {
	t.Parallel()
	all := fieldsAgain()
	w := orderlyWorld()
	p := plannerIn(t, w, bottest.Ruled)
	r := planned(t, p, bottest.Asked(bot.Deploy, "production"))
	ways := map[string]func(bot.Plan) bot.Plan{
		"start":   func(plan bot.Plan) bot.Plan { return rechecked(t, p, r, plan, time.Minute) },
		"fresh":   func(plan bot.Plan) bot.Plan { return rechecked(t, p, r, plan, time.Second) },
		"waiting": func(plan bot.Plan) bot.Plan { return refreshed(t, p, r, plan) },
	}
	for of := range reflect.TypeFor[bot.Plan]().Fields() {
		field := of.Name
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			again, known := all[field]
			if !known {
				t.Fatal("say in fieldsAgain what becomes of it")
			}
			for way, want := range map[string]string{"start": again.start, "fresh": again.fresh, "waiting": again.waiting} {
				spoilt := *r.Plan
				again.spoil(&spoilt)
				of := func(plan bot.Plan) any { return reflect.ValueOf(plan).FieldByName(field).Interface() }
				got, as := of(ways[way](spoilt)), of(ways[way](*r.Plan))
				if want == kept {
					as = of(spoilt)
				}
				if !reflect.DeepEqual(got, as) {
					t.Errorf("%s: %v, want it %s: %v", way, got, want, as)
				}
			}
		})
	}
}

func rechecked(tb testing.TB, p *Planner, r bot.Release, plan bot.Plan, after time.Duration) bot.Plan {
	tb.Helper()
	r.Plan = &plan
	ev, err := p.Recheck(tb.Context(), r, noon.Add(after))
	checked, ok := ev.(bot.Rechecked)
	if err != nil || !ok {
		tb.Fatalf("rechecked to %#v, %v", ev, err)
	}
	return checked.Plan
}

func refreshed(tb testing.TB, p *Planner, r bot.Release, plan bot.Plan) bot.Plan {
	tb.Helper()
	r.Plan = &plan
	ev, err := p.Refresh(tb.Context(), r, noon.Add(time.Minute))
	fresh, ok := ev.(bot.Refreshed)
	if err != nil || !ok {
		tb.Fatalf("refreshed to %#v, %v", ev, err)
	}
	return fresh.Plan
}

// TestPromise3_WhatWasComparedGoesWithWhatWasLive: where another commit is live by
// now, of which nothing can be read, nothing stays of what was compared.
func TestPromise3_WhatWasComparedGoesWithWhatWasLive(t *testing.T) {
	t.Parallel()
	w := orderlyWorld()
	p := plannerIn(t, w, bottest.Ruled)
	r := planned(t, p, bottest.Asked(bot.Deploy, "production"))
	w.quarantines = []bot.Quarantine{{SHA: "d"}}
	w.past["production"] = slices.Insert(w.past["production"], 0, bot.Past{Release: "api-6", Phase: bot.Succeeded, Healthy: true, At: noon})
	for field, spoil := range map[string]func(*bot.Plan){
		"Changes":   func(p *bot.Plan) { p.Changes.Total = 77 },
		"Readiness": func(p *bot.Plan) { p.Readiness.Unread = []string{"as it was"} },
		"Undone":    func(p *bot.Plan) { p.Undone = &bot.Undone{Migrations: 77} },
		"Comebacks": func(p *bot.Plan) { p.Comebacks = []bot.Comeback{{SHA: "d"}} },
	} {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			plan := *r.Plan
			spoil(&plan)
			for way, got := range map[string]bot.Plan{"start": rechecked(t, p, r, plan, time.Minute), "waiting": refreshed(t, p, r, plan)} {
				was, is := reflect.ValueOf(plan).FieldByName(field).Interface(), reflect.ValueOf(got).FieldByName(field).Interface()
				if reflect.DeepEqual(was, is) {
					t.Errorf("%s: it is still %v", way, is)
				}
			}
		})
	}
}

// TestWhatIsNotAskedForAnyMoreIsNotKept: the checks of before say nothing where
// slipway.yaml asks for none.
func TestWhatIsNotAskedForAnyMoreIsNotKept(t *testing.T) {
	t.Parallel()
	w := orderlyWorld()
	r := planned(t, plannerIn(t, w, bottest.Ruled), bottest.Asked(bot.Deploy, "production"))
	p := plannerIn(t, w, strings.Replace(bottest.Ruled, "checks: all", "checks: none", 1))
	if plan := rechecked(t, p, r, *r.Plan, time.Minute); plan.Checks.Passed != 0 {
		t.Errorf("checks %+v", plan.Checks)
	}
}
