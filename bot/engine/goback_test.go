package engine

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
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
		known   *bot.Release // beside it
	}
	rollback := func(phase bot.Phase, v bot.Verdict) *bot.Release {
		return &bot.Release{ID: "api-10", Kind: bot.Rollback, Phase: phase, Verdict: v, Reversal: bot.Reversal{Back: "api-9"}, Moments: []bot.Moment{{At: noon}}}
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
	other := func(phase bot.Phase, ago time.Duration, probe string) *bot.Release {
		return &bot.Release{ID: "api-9", Phase: phase, Moments: []bot.Moment{{At: noon.Add(-ago)}}, Watch: bot.Watch{Evidence: bad(probe)}}
	}
	one := bot.ApprovalRule{Sets: []bot.ApprovalSet{{Count: 1}}}
	cause := "api-9 is unhealthy for the same reason, so the cause may lie elsewhere"
	for name, tt := range map[string]struct {
		change func(*world)
		want   string
	}{
		"it may":                      {func(*world) {}, ""},
		"a rollback":                  {func(w *world) { w.r.Kind = bot.Rollback }, "it is a rollback, and those are not taken back by themselves"},
		"nowhere to go":               {func(w *world) { w.r.Plan.RollbackTo = nil }, "no earlier release was healthy there"},
		"migrations":                  {func(w *world) { w.r.Plan.Undone.Migrations = 2 }, "migrations (2) lie between, which a rollback does not undo"},
		"migrations that nobody read": {func(w *world) { w.r.Plan.Undone.Unread = true }, "it could not be read whether migrations lie between"},
		"nothing was compared":        {func(w *world) { w.r.Plan.Undone = nil }, "it could not be read whether migrations lie between"},
		"what cannot be undone": {
			func(w *world) {
				w.r.Plan.Readiness.Findings = []bot.Finding{{Kind: bot.FindIrreversible, Weight: bot.WeightIrreversible}}
			},
			"the plan shows something that cannot be undone",
		},
		"such a thing of a release before": {func(w *world) { w.r.Plan.Undone.Marked = 1 }, "the plan shows something that cannot be undone"},
		"what is to be looked at alone": {func(w *world) {
			w.r.Plan.Readiness.Findings = []bot.Finding{{Kind: bot.FindPort, Weight: bot.WeightLook}}
		}, ""},
		"another release is live":     {func(w *world) { w.history = append([]bot.Past{past("api-3", "c")}, w.history...) }, "api-3 is what is live there by now"},
		"the way back was taken back": {func(w *world) { w.history[1].Quarantined = true; w.history = append(w.history, past("api-0", "z")) }, "the way back is another one than the plan showed"},
		"approvals":                   {func(w *world) { w.env.RollbackApprovals = one }, "a rollback there needs approvals"},
		"approvals of a deploy, and proof": {func(w *world) {
			w.env.Approvals = one
			w.r.Plan.Current, w.r.Plan.Changes.Direction = &w.history[1], bot.Forward
		}, ""},
		"approvals, and it was adopted": {
			func(w *world) { w.env.Approvals = one; w.history[1].Kind = bot.Adopt },
			"a rollback there needs the approvals of a deploy, since api-1 was adopted, so slipway never saw it run there",
		},
		"approvals, and it is newer": {
			func(w *world) {
				w.env.Approvals = one
				w.r.Plan.Current, w.r.Plan.Changes.Direction = &w.history[1], bot.Backward
			},
			"a rollback there needs the approvals of a deploy, since a is newer than what is live",
		},
		"approvals, and nothing was compared": {
			func(w *world) { w.env.Approvals = one; w.r.Plan.Current = &w.history[1] },
			"a rollback there needs the approvals of a deploy, since it is not known how a lies to what is live",
		},
		"a lock":                        {func(w *world) { w.states[0].Locks = []bot.Lock{{}} }, "a lock stands there"},
		"a doubt":                       {func(w *world) { w.states[0].Doubts = []bot.Doubt{{}} }, "the target is held back"},
		"somebody's rollback":           {func(w *world) { w.states[0].Under = &bot.Release{ID: "api-3"} }, "api-3 is under way there"},
		"its own slot":                  {func(w *world) { w.states[0].Under = &w.r }, ""},
		"it cannot be read":             {func(w *world) { w.states[0].Unread = "no" }, "it could not be read whether the target is locked"},
		"nor this":                      {func(w *world) { w.fault = "targets" }, "it could not be read whether the target is locked"},
		"nor the past":                  {func(w *world) { w.fault = "history production" }, "it could not be read what ran there before"},
		"who asked may not deploy":      {func(w *world) { w.may = false }, "who asked for the release is not known to be one who may deploy there now"},
		"a second one, for that reason": {func(w *world) { w.states[1].Current = other(bot.Unhealthy, time.Minute, "errors") }, cause},
		"for another reason":            {func(w *world) { w.states[1].Current = other(bot.Unhealthy, time.Minute, "up") }, ""},
		"for that reason, long ago":     {func(w *world) { w.states[1].Current = other(bot.Unhealthy, 2*time.Hour, "errors") }, ""},
		"one that is being taken back": {func(w *world) {
			w.states[1].Current, w.known = rollback(bot.Running, ""), other(bot.Unhealthy, time.Minute, "errors")
		}, cause},
		"one taken back, as bad since": {func(w *world) {
			w.states[1].Current, w.known = rollback(bot.Unhealthy, bot.NotHealthy), other(bot.Unhealthy, time.Minute, "errors")
		}, cause},
		"one taken back, and well since": {func(w *world) {
			w.states[1].Current, w.known = rollback(bot.Succeeded, bot.Healthy), other(bot.Unhealthy, time.Minute, "errors")
		}, ""},
		"one taken back long ago": {func(w *world) {
			w.states[1].Current, w.known = rollback(bot.Running, ""), other(bot.Unhealthy, 2*time.Hour, "errors")
		}, ""},
		"one taken back, for another": {func(w *world) {
			w.states[1].Current, w.known = rollback(bot.Running, ""), other(bot.Unhealthy, time.Minute, "up")
		}, ""},
		"one taken back, and forgotten": {func(w *world) { w.states[1].Current = rollback(bot.Running, "") }, ""},
		"one taken back, and not read": {
			func(w *world) { w.states[1].Current, w.fault = rollback(bot.Running, ""), "release api-9" },
			"it could not be read whether another release of the service is unhealthy for the same reason",
		},
		"one whose long watch goes on": {func(w *world) { w.states[1].Current = other(bot.Verifying, 2*time.Hour, "errors") }, cause},
		"another that cannot be read": {
			func(w *world) { w.states[1].Unread = "no" },
			"it could not be read whether another release of the service is unhealthy for the same reason",
		},
		"it is not declared any more": {func(w *world) { w.env.Name = "moon" }, "it is not in slipway.yaml any more"},
	} {
		w := ordered()
		tt.change(w)
		m := newMemory()
		if w.known != nil {
			m.releases[w.known.ID] = *w.known
		}
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

// sees is a watcher that finds what it is told to.
type sees bot.Verdict

func (s sees) Look(context.Context, bot.Release, time.Time) bot.Sampled {
	return bot.Sampled{Judgement: bot.Judgement{Verdict: bot.Verdict(s)}}
}

// heldUpFor is a watcher whose process is stopped for so long in the middle of a look.
type heldUpFor struct {
	before bot.Gap
	took   time.Duration
}

func (s heldUpFor) Look(context.Context, bot.Release, time.Time) bot.Sampled {
	time.Sleep(s.took)
	return bot.Sampled{Judgement: bot.Judgement{Verdict: bot.Watching}, Gap: s.before}
}

// TestLook_ThatWasHeldUp: where a process is stopped in the middle of a look nobody looks
// meanwhile, and the watch has a gap; one that waits for slow probes has none.
func TestLook_ThatWasHeldUp(t *testing.T) {
	t.Parallel()
	before := bot.Gap{From: noon.Add(-time.Minute), To: noon}
	for name, tt := range map[string]struct{ watcher, want heldUpFor }{
		"in time":             {watcher: heldUpFor{took: 20 * time.Second}},
		"stopped":             {watcher: heldUpFor{took: 30 * time.Second}, want: heldUpFor{before: bot.Gap{From: noon, To: noon.Add(30 * time.Second)}}},
		"late, and in time":   {watcher: heldUpFor{took: time.Second, before: before}, want: heldUpFor{before: before}},
		"late, and stopped":   {watcher: heldUpFor{took: 30 * time.Second, before: before}, want: heldUpFor{before: bot.Gap{From: before.From, To: noon.Add(30 * time.Second)}}},
		"stopped for an hour": {watcher: heldUpFor{took: time.Hour}, want: heldUpFor{before: bot.Gap{From: noon, To: noon.Add(time.Hour)}}},
	} {
		synctest.Test(t, func(t *testing.T) {
			e := &Engine{ports: Ports{Watcher: tt.watcher}, options: Options{Effect: 20 * time.Second}}
			r := bottest.Starting()
			r.Phase = bot.Verifying
			ev, err := e.look(t.Context(), r, noon)
			if seen, is := ev.(bot.Sampled); err != nil || !is || seen.Gap != tt.want.before {
				t.Errorf("%s: %+v, %v", name, ev, err)
			}
		})
	}
}

// TestLook_AfterTheEnd: a release that is over and watched for longer is looked at only
// while it is what is live; where that cannot be read it is tried again.
func TestLook_AfterTheEnd(t *testing.T) {
	t.Parallel()
	target := bot.Target{Service: "api", Environment: "production"}
	over := bot.Release{ID: "api-2", Target: target, Phase: bot.Succeeded, Verdict: bot.Watching, Plan: &bot.Plan{}}
	goes := over
	goes.Phase = bot.Verifying
	live := bot.TargetState{Target: target, Current: &over}
	other := bot.TargetState{Target: target, Current: &bot.Release{ID: "api-3"}}
	found := bot.Sampled{Judgement: bot.Judgement{Verdict: bot.Healthy}}
	for name, tt := range map[string]struct {
		r      bot.Release
		states []bot.TargetState
		fault  string
		want   bot.Event
	}{
		"it is live":           {over, []bot.TargetState{live}, "", found},
		"nothing is known":     {over, []bot.TargetState{{Target: target}}, "", found},
		"another is":           {over, []bot.TargetState{other}, "", bot.Displaced{By: "api-3"}},
		"it cannot be read":    {over, []bot.TargetState{{Target: target, Unread: "no"}}, "", nil},
		"the store is away":    {over, []bot.TargetState{live}, "targets", nil},
		"it is not over":       {goes, []bot.TargetState{other}, "", found},
		"nor need it be asked": {goes, nil, "targets", found},
	} {
		m := newMemory()
		m.states = tt.states
		if tt.fault != "" {
			m.faults[tt.fault] = errors.New("no")
		}
		e := &Engine{ports: Ports{Records: m, Watcher: sees(bot.Healthy)}}
		got, err := e.look(t.Context(), tt.r, noon)
		if (err != nil) != (tt.want == nil) || err == nil && !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %#v, %v, want %#v", name, got, err, tt.want)
		}
	}
}

// drafts takes what is asked for.
type drafts struct {
	Intake
	all []bot.Draft
}

func (d *drafts) Create(_ context.Context, draft bot.Draft) (bot.Created, error) {
	d.all = append(d.all, draft)
	return bot.Created{}, nil
}

// TestRollBack: however often it is carried out, it asks for one ordinary rollback, by
// the same key, to where the countdown said.
func TestRollBack(t *testing.T) {
	t.Parallel()
	r := bot.Release{
		ID: "api-2", RunKey: "api-2.abc", Target: bot.Target{Service: "api", Environment: "production"}, Plan: &bot.Plan{RollbackTo: &bot.Past{Release: "api-1", SHA: "a"}},
		Origin: bot.Origin{Channel: "C1", Thread: "1.2", Source: bot.FromCommand}, Ending: bot.Ending{Cause: "not healthy"},
	}
	intake := &drafts{}
	e := &Engine{ports: Ports{Intake: intake}}
	for range 2 {
		if _, err := e.carryOut(t.Context(), r, bot.RollBack{}, noon); err != nil {
			t.Fatal(err)
		}
	}
	want := bot.Draft{
		Kind: bot.Rollback, Target: r.Target, Requester: bot.ByRule{Rule: "on_unhealthy: rollback"}, Confirmed: true, Reason: "not healthy",
		Origin: bot.Origin{Channel: "C1", Source: bot.FromRule}, Reversal: bot.Reversal{Back: "api-2", To: "api-1", ToSHA: "a"}, Key: "unhealthy:api-2.abc",
	}
	if !reflect.DeepEqual(intake.all, []bot.Draft{want, want}) {
		t.Errorf("asked for %+v", intake.all)
	}
}
