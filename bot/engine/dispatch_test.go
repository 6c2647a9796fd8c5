package engine

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/loop"
)

// host is a code host that answers every request alike, and notes what it was
// asked.
type host struct {
	Slots
	run        bot.Run
	err        error
	dispatched []bot.DispatchRequest
	queries    []bot.RunQuery
	runKey     string // that the run shows which is named
	owner      string // whose it is, as far as is known
	showsKey   bool   // whether the workflow's runs show their keys
	remembered []int64
	cancelled  []bot.CancelManner
	read       []string
}

func (h *host) Dispatch(ctx context.Context, d bot.DispatchRequest, leave func(context.Context) error) (bot.Run, error) {
	if err := leave(ctx); err != nil {
		return bot.Run{}, err
	}
	h.dispatched = append(h.dispatched, d)
	return h.run, h.err
}

func (h *host) FindRun(_ context.Context, q bot.RunQuery) (bot.Run, error) {
	h.queries = append(h.queries, q)
	return h.run, h.err
}

func (h *host) ReadRun(context.Context, string, int64) (bot.Run, error) {
	h.read = append(h.read, "whole")
	return h.run, h.err
}

func (h *host) PollRun(context.Context, string, bot.Run) (bot.Run, error) {
	h.read = append(h.read, "news")
	return h.run, h.err
}

func (h *host) HintedRun(context.Context, string, bot.Run) (bot.Run, error) {
	h.read = append(h.read, "hinted")
	return h.run, h.err
}

func (h *host) NamedRun(_ context.Context, q bot.RunQuery) (bot.ListedRun, error) {
	h.queries = append(h.queries, q)
	return bot.ListedRun{RunKey: h.runKey, Run: h.run}, h.err
}

func (h *host) ReleaseOfRun(context.Context, int64) (string, bool, error) {
	return h.owner, h.owner != "", nil
}

func (h *host) CancelRun(_ context.Context, _ string, _ int64, how bot.CancelManner) error {
	h.cancelled = append(h.cancelled, how)
	return h.err
}

func (h *host) CompareWorkflow(context.Context, bot.Release) (bot.Event, error) { return nil, h.err }

func (h *host) ShowsKey(context.Context, bot.Release, string) (bool, error) { return h.showsKey, h.err }

func (h *host) RememberRun(_ context.Context, id int64, _ string) error {
	h.remembered = append(h.remembered, id)
	return nil
}

func (h *host) engine() *Engine {
	return New(&catalog.Catalog{}, Ports{Runner: h, Runs: h, Owners: h, Workflows: h, Slots: h, Caution: free{}}, Options{}, slog.New(slog.DiscardHandler))
}

func inAnHour() func(context.Context) error { return loop.Until(time.Now().Add(time.Hour)) }

// TestPromise1_WhatAnAnswerProves: only a refusal that was answered, and a
// request that never left, prove that nothing ran. Whatever else happens, the
// run is looked for.
func TestPromise1_WhatAnAnswerProves(t *testing.T) {
	t.Parallel()
	run := bot.Run{ID: 7, Status: bot.RunWaiting}
	refused := bot.DispatchRefused{Says: "it said no", Mend: "Ask nicely."}
	for name, tt := range map[string]struct {
		run  bot.Run
		err  error
		want bot.Event
	}{
		"it is started":                {run: run, want: bot.DispatchAccepted{Run: run}},
		"it is started, and not named": {want: bot.DispatchListed{}},
		"there is no such workflow":    {err: bottest.Failing(bot.NotFound), want: refused},
		"an input is not known":        {err: bottest.Failing(bot.Invalid), want: refused},
		"slipway may not":              {err: bottest.Failing(bot.Denied), want: refused},
		"it never left":                {err: bottest.Failing(bot.NeverSent), want: bot.DispatchNotSent{Says: "it said no"}},
		"too many requests":            {err: bottest.Failing(bot.Limited), want: bot.DispatchNotSent{Says: "it said no"}},
		"no answer":                    {err: bottest.Failing(bot.Unavailable), want: bot.DispatchUncertain{Says: "it said no"}},
		"two answers":                  {err: bottest.Failing(bot.Internal), want: bot.DispatchUncertain{Says: "it said no"}},
		"somebody else was faster":     {err: bottest.Failing(bot.Stale), want: bot.DispatchUncertain{Says: "it said no"}},
		"anything else":                {err: bottest.Failing("a kind of tomorrow"), want: bot.DispatchUncertain{Says: "it said no"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := &host{run: tt.run, err: tt.err}
			r := bottest.Starting()
			ev, err := h.engine().sendDispatch(t.Context(), r, inAnHour())
			if diff := cmp.Diff(tt.want, ev); err != nil || diff != "" {
				t.Errorf("event, %v (-want +got):\n%s", err, diff)
			}
			want := []bot.DispatchRequest{{
				Repo: "acme/api", Workflow: "deploy.yml", Ref: "main", Inputs: map[string]string{"sha": "c", "release_id": "api-7.k3v9x2mq"},
			}}
			if diff := cmp.Diff(want, h.dispatched); diff != "" {
				t.Errorf("sent (-want +got):\n%s", diff)
			}
			if len(r.Plan.Inputs) != 1 {
				t.Errorf("the plan's own inputs are changed: %v", r.Plan.Inputs)
			}
			if named := len(h.remembered) == 1; named != (tt.run.ID != 0) {
				t.Errorf("webhooks of run %v are matched", h.remembered)
			}
		})
	}
}

// TestPromise1_NothingIsSentWhatMustWait: what must wait is not sent, and it is said
// why and until when.
func TestPromise1_NothingIsSentWhatMustWait(t *testing.T) {
	t.Parallel()
	h := &host{run: bot.Run{ID: 7}}
	e := h.engine()
	wait := bot.DispatchNotSent{Says: "Redis was restarted", Again: time.Minute}
	e.ports.Caution = careful{wait}
	if ev, err := e.sendDispatch(t.Context(), bottest.Starting(), inAnHour()); ev != wait || err != nil || len(h.dispatched) != 0 {
		t.Errorf("%d requests left, %#v, %v", len(h.dispatched), ev, err)
	}
}

// TestFindRun: what is not listed is not listed yet.
func TestFindRun(t *testing.T) {
	t.Parallel()
	run := bot.Run{ID: 7}
	for name, tt := range map[string]struct {
		err        error
		want       bot.Event
		fails      bool
		remembered []int64
	}{
		"listed":                 {want: bot.RunFound{Run: run}, remembered: []int64{7}},
		"not listed":             {err: bottest.Failing(bot.NotFound), want: bot.RunNotListed{}},
		"cannot be listed":       {err: bottest.Failing(bot.Unavailable), fails: true},
		"the listing is refused": {err: bottest.Failing(bot.Invalid), fails: true},
	} {
		h := &host{run: run, err: tt.err}
		ev, err := h.engine().findRun(t.Context(), bottest.Starting(), 0)
		if diff := cmp.Diff(tt.want, ev); (err != nil) != tt.fails || diff != "" {
			t.Errorf("%s: event, %v (-want +got):\n%s", name, err, diff)
		}
		h.asked(t, bot.RunQuery{}, tt.remembered...)
	}
}

// TestPromise3_FindNamedRun: what somebody named is the release's only if all
// that can be told of it fits, and nobody else's.
func TestPromise3_FindNamedRun(t *testing.T) {
	t.Parallel()
	run := bot.Run{ID: 7, HeadSHA: "head"}
	key := "api-7.k3v9x2mq"
	anna, ben := bot.RunClaim{By: bot.Person{ID: "U1"}, Run: 7}, bot.RunClaim{By: bot.Person{ID: "U2"}, Run: 7}
	for name, tt := range map[string]struct {
		host       host
		claims     []bot.RunClaim
		want       bot.Event
		fails      bool
		remembered []int64
	}{
		"it shows the key":           {host: host{runKey: key}, want: bot.RunFound{Run: run}, remembered: []int64{7}},
		"its own already":            {host: host{runKey: key, owner: "api-7"}, want: bot.RunFound{Run: run}, remembered: []int64{7}},
		"another release has it":     {host: host{runKey: key, owner: "api-3"}, want: bot.RunIsAnothers{Says: "Run 7 is that of api-3. Name the run of api-7."}},
		"another's":                  {host: host{err: bottest.Failing(bot.Invalid)}, want: bot.RunIsAnothers{Says: "it said no. Ask nicely."}},
		"there is none":              {host: host{err: bottest.Failing(bot.NotFound)}, want: bot.RunIsAnothers{Says: "it said no. Ask nicely."}},
		"it cannot be read":          {host: host{err: bottest.Failing(bot.Unavailable)}, fails: true},
		"it should show its key":     {host: host{showsKey: true}, want: bot.RunIsAnothers{Says: "Run 7 shows no run key, and the runs of its workflow do. Name the run of api-7."}},
		"it need not show its key":   {want: bot.RunKeyless{Run: run}},
		"one person says so twice":   {claims: []bot.RunClaim{anna, anna}, want: bot.RunKeyless{Run: run}},
		"two people say so":          {claims: []bot.RunClaim{anna, ben}, want: bot.RunKeyless{Run: run}, remembered: []int64{7}},
		"two people name two others": {claims: []bot.RunClaim{anna, {By: ben.By, Run: 8}}, want: bot.RunKeyless{Run: run}},
	} {
		h := tt.host
		h.run = run
		r := bottest.Starting()
		r.Claims = tt.claims
		ev, err := h.engine().findRun(t.Context(), r, 7)
		if diff := cmp.Diff(tt.want, ev); (err != nil) != tt.fails || diff != "" {
			t.Errorf("%s: event, %v (-want +got):\n%s", name, err, diff)
		}
		if h.owner == "" || h.owner == "api-7" {
			h.asked(t, bot.RunQuery{ID: 7, SHA: r.SHA(), Environment: r.Target.Environment}, tt.remembered...)
		}
	}
}

// TestPromise3_ANamedRunMayShowNoOtherEnvironment: the environments that a run must not show
// are the service's others.
func TestPromise3_ANamedRunMayShowNoOtherEnvironment(t *testing.T) {
	t.Parallel()
	h := &host{runKey: "api-7.k3v9x2mq", run: bot.Run{ID: 7}}
	r, e := bottest.Starting(), h.engine()
	e.catalog.Services = []catalog.Service{
		{Name: "web", Environments: []catalog.Environment{{Name: "dev"}}},
		{Name: "api", Environments: []catalog.Environment{{Name: "staging"}, {Name: r.Target.Environment}, {Name: "eu"}}},
	}
	if _, err := e.findRun(t.Context(), r, 7); err != nil {
		t.Fatal(err)
	}
	h.asked(t, bot.RunQuery{ID: 7, SHA: r.SHA(), Environment: r.Target.Environment, Elsewhere: []string{"staging", "eu"}}, 7)
}

// asked holds what was looked for, and whether webhooks of the run are matched.
func (h *host) asked(t *testing.T, want bot.RunQuery, remembered ...int64) {
	t.Helper()
	want.Repo, want.Workflow, want.Ref, want.RunKey, want.Since = "acme/api", "deploy.yml", "main", "api-7.k3v9x2mq", noon
	if diff := cmp.Diff([]bot.RunQuery{want}, h.queries, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(remembered, h.remembered, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("webhooks are matched of the runs (-want +got):\n%s", diff)
	}
}

// TestPromise6_ARunThatNobodyShowsEndsByAPerson: where the code host shows not even the
// repository any more, a run may go on and is not taken for gone, unless the release is
// unknown already and a person ends it.
func TestPromise6_ARunThatNobodyShowsEndsByAPerson(t *testing.T) {
	t.Parallel()
	h := &host{err: bottest.Failing(bot.Gone)}
	for _, phase := range []bot.Phase{bot.Running, bot.Unknown} {
		for _, cause := range []bot.CancelCause{bot.ByPerson, bot.ByRollback, bot.ByTimeout, bot.ByMismatch} {
			r := bottest.Starting()
			r.Phase, r.Cancel.Cause = phase, cause
			ev, err := h.engine().cancelRun(t.Context(), r, bot.CancelGently)
			_, gone := ev.(bot.RunGone)
			if want := phase == bot.Unknown && cause == bot.ByPerson; gone != want || (err == nil) != want {
				t.Errorf("%s, cancelled %s: %v, %v", phase, cause, ev, err)
			}
		}
		r := bottest.Starting()
		r.Phase = phase
		if ev, err := h.engine().carryOut(t.Context(), r, bot.ReadRun{}, noon); ev != nil || bot.KindOf(err) != bot.Gone {
			t.Errorf("read, %s: %v, %v", phase, ev, err)
		}
	}
}

// TestRunThatIsGone: a run that does not exist any more is an outcome, and what
// cannot be asked is none.
func TestRunThatIsGone(t *testing.T) {
	t.Parallel()
	run := bot.Run{ID: 7, Status: bot.RunInProgress}
	for kind, want := range map[bot.ErrorKind]bot.Event{"": bot.RunSeen{Run: run}, bot.NotFound: bot.RunGone{}, bot.Unavailable: nil} {
		h := &host{run: run}
		if kind != "" {
			h.err = bottest.Failing(kind)
		}
		for _, effect := range []bot.Effect{bot.ReadRun{}, bot.PollRun{}, bot.ReadRerun{}} {
			ev, err := h.engine().carryOut(t.Context(), bottest.Starting(), effect, noon)
			if diff := cmp.Diff(want, ev); diff != "" || (err != nil) != (want == nil) {
				t.Errorf("read, %s: %v (-want +got):\n%s", kind, err, diff)
			}
		}
		if diff := cmp.Diff([]string{"hinted", "news", "hinted"}, h.read); diff != "" {
			t.Errorf("read (-want +got):\n%s", diff)
		}
		if _, seen := want.(bot.RunSeen); seen {
			want = nil
		}
		ev, err := h.engine().cancelRun(t.Context(), bottest.Starting(), bot.CancelForce)
		if diff := cmp.Diff(want, ev); diff != "" || (err != nil) != (kind == bot.Unavailable) || !cmp.Equal(h.cancelled, []bot.CancelManner{bot.CancelForce}) {
			t.Errorf("cancelled, %s: %v (-want +got):\n%s", kind, err, diff)
		}
	}
}
