package engine

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// deployers says of everybody whether they may deploy.
type deployers bool

func (d deployers) Standing(context.Context, bot.Release, bot.Who, bot.Person) bot.Standing {
	return bot.Standing{May: bool(d)}
}

// TestWayBack: an unhealthy release goes back by itself only where a person's rollback
// could go, and where nothing speaks for another cause.
func TestWayBack(t *testing.T) {
	t.Parallel()
	target := bot.Target{Service: "api", Environment: "production"}
	past := func(id, sha string) bot.Past {
		return bot.Past{Release: id, Kind: bot.Deploy, SHA: sha, Phase: bot.Succeeded, Healthy: true, Watched: true, Arrival: bot.Arrived}
	}
	bad := func(probe string) []bot.Evidence { return []bot.Evidence{{Probe: probe, Verdict: bot.NotHealthy}} }
	type world struct {
		r       bot.Release
		history []bot.Past
		states  []bot.TargetState
		may     bool
		env     catalog.Environment
		fault   string
	}
	ordered := func() *world {
		to := past("api-1", "a")
		return &world{
			r: bot.Release{
				ID: "api-2", Kind: bot.Deploy, Target: target, Phase: bot.Verifying, Requester: bot.Person{ID: "U1"},
				Plan: &bot.Plan{RollbackTo: &to, Undone: &bot.Undone{}},
			},
			history: []bot.Past{{Release: "api-2", Kind: bot.Deploy, SHA: "b", Phase: bot.Verifying, Arrival: bot.Arrived}, to},
			states:  []bot.TargetState{{Target: target}, {Target: bot.Target{Service: "api", Environment: "staging"}}},
			may:     true, env: catalog.Environment{Name: "production"},
		}
	}
	other := bot.Release{ID: "api-9", Moments: []bot.Moment{{At: noon.Add(-time.Minute)}}, Watch: bot.Watch{Evidence: bad("errors")}}
	for name, tt := range map[string]struct {
		change func(*world)
		want   string
	}{
		"it may":                        {func(*world) {}, ""},
		"a rollback":                    {func(w *world) { w.r.Kind = bot.Rollback }, "it is a rollback, and those are not taken back by themselves"},
		"nowhere to go":                 {func(w *world) { w.r.Plan.RollbackTo = nil }, "no earlier release was healthy there"},
		"migrations":                    {func(w *world) { w.r.Plan.Undone.Migrations = 2 }, "migrations (2) lie between, which a rollback does not undo"},
		"migrations that nobody read":   {func(w *world) { w.r.Plan.Undone.Unread = true }, "it could not be read whether migrations lie between"},
		"nothing was compared":          {func(w *world) { w.r.Plan.Undone = nil }, "it could not be read whether migrations lie between"},
		"what cannot be undone":         {func(w *world) { w.r.Plan.Readiness.Findings = []bot.Finding{{Kind: bot.FindIrreversible}} }, "the plan shows something that cannot be undone"},
		"another release is live":       {func(w *world) { w.history = append([]bot.Past{past("api-3", "c")}, w.history...) }, "api-3 is what is live there by now"},
		"the way back was taken back":   {func(w *world) { w.history[1].Quarantined = true; w.history = append(w.history, past("api-0", "z")) }, "the way back is another one than the plan showed"},
		"approvals":                     {func(w *world) { w.env.RollbackApprovals = bot.ApprovalRule{Sets: []bot.ApprovalSet{{Count: 1}}} }, "a rollback there needs approvals"},
		"a lock":                        {func(w *world) { w.states[0].Locks = []bot.Lock{{}} }, "a lock stands there"},
		"a doubt":                       {func(w *world) { w.states[0].Doubts = []bot.Doubt{{}} }, "the target is held back"},
		"it cannot be read":             {func(w *world) { w.states[0].Unread = "no" }, "it could not be read whether the target is locked"},
		"nor this":                      {func(w *world) { w.fault = "targets" }, "it could not be read whether the target is locked"},
		"nor the past":                  {func(w *world) { w.fault = "history production" }, "it could not be read what ran there before"},
		"who asked may not deploy":      {func(w *world) { w.may = false }, "who asked for the release is not known to be one who may deploy there now"},
		"a second one, for that reason": {func(w *world) { w.states[1].Current = &other }, "api-9 is unhealthy for the same reason, so the cause may lie elsewhere"},
		"it is not declared any more":   {func(w *world) { w.env.Name = "moon" }, "it is not in slipway.yaml any more"},
	} {
		w := ordered()
		tt.change(w)
		m := newMemory()
		m.past["production"], m.states = w.history, w.states
		if w.fault != "" {
			m.faults[w.fault] = errors.New("no")
		}
		e := &Engine{
			ports:   Ports{Records: m, People: deployers(w.may)},
			catalog: &catalog.Catalog{Services: []catalog.Service{{Name: "api", Environments: []catalog.Environment{{Name: "staging"}, w.env}}}},
		}
		got := e.wayBack(t.Context(), w.r, bot.Sampled{Judgement: bot.Judgement{Evidence: bad("errors")}}, noon)
		if got.Hindrance != tt.want || tt.want == "" && got.To != "api-1" {
			t.Errorf("%s: %+v, want %q", name, got, tt.want)
		}
	}
}
