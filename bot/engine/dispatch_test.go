package engine

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// host is a code host that answers every request alike, and notes what it was
// asked.
type host struct {
	Resolver
	Slots
	Lives
	run        bot.Run
	blob       string
	err        error
	life       string
	age        time.Duration
	lifeErr    error
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

func (*host) NewestRuns(context.Context, string, string) ([]bot.ListedRun, error) { return nil, nil }

func (h *host) RecentRuns(context.Context, string, string) ([]bot.ListedRun, error) {
	return nil, h.err
}

func (h *host) CancelRun(_ context.Context, _ string, _ int64, how bot.CancelManner) error {
	h.cancelled = append(h.cancelled, how)
	return h.err
}

func (h *host) Workflow(context.Context, string, string, string, string) (bot.WorkflowFile, error) {
	file := bot.WorkflowFile{Blob: h.blob}
	if h.showsKey {
		file.RunName, file.Inputs = "${{ inputs.release_id }}", textInputs("release_id")
	}
	return file, h.err
}

func (h *host) RememberRun(_ context.Context, id int64, _ string) error {
	h.remembered = append(h.remembered, id)
	return nil
}

func (h *host) Epoch(context.Context) (string, time.Duration, error) { return h.life, h.age, h.lifeErr }

func (h *host) Doubt(context.Context, string) error {
	h.age = 0
	return nil
}

func (h *host) engine() *Engine {
	return New(&catalog.Catalog{}, Ports{Runner: h, Runs: h, Owners: h, Resolver: h, Slots: h, Lives: h, Doubts: quiet{}}, Options{}, slog.New(slog.DiscardHandler))
}

func starting() bot.Release {
	r := asked(bot.Deploy, "production")
	r.RunKey, r.Phase, r.RequestedAt, r.Pace.Settle = "api-7.k3v9x2mq", bot.Dispatching, noon, 90*time.Second
	r.Plan = &bot.Plan{
		Repo: "acme/api", Workflow: "deploy.yml", WorkflowRef: "main", WorkflowBlob: "blob1", KeyInput: "release_id", Inputs: map[string]string{"sha": "c"},
	}
	r.Run.HeadSHA = "head"
	return r
}

func inAnHour() func(context.Context) error { return until(time.Now().Add(time.Hour)) }

func failing(kind bot.ErrorKind) error {
	return &bot.Error{Kind: kind, Op: "ask GitHub", Says: "it said no", Mend: "Ask nicely."}
}

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
		"there is no such workflow":    {err: failing(bot.NotFound), want: refused},
		"an input is not known":        {err: failing(bot.Invalid), want: refused},
		"slipway may not":              {err: failing(bot.Denied), want: refused},
		"it never left":                {err: failing(bot.NeverSent), want: bot.DispatchNotSent{Says: "it said no"}},
		"too many requests":            {err: failing(bot.Limited), want: bot.DispatchNotSent{Says: "it said no"}},
		"no answer":                    {err: failing(bot.Unavailable), want: bot.DispatchUncertain{Says: "it said no"}},
		"two answers":                  {err: failing(bot.Internal), want: bot.DispatchUncertain{Says: "it said no"}},
		"somebody else was faster":     {err: failing(bot.Stale), want: bot.DispatchUncertain{Says: "it said no"}},
		"anything else":                {err: failing("a kind of tomorrow"), want: bot.DispatchUncertain{Says: "it said no"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := &host{run: tt.run, err: tt.err}
			r := starting()
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

// TestPromise1_NothingIsSentIntoAnUnknownLife: after a restart of the store no
// dispatch leaves before the runs were compared.
func TestPromise1_NothingIsSentIntoAnUnknownLife(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		host     host
		compared string
		sent     bool
		again    time.Duration
	}{
		"the store cannot tell":          {host: host{}, sent: true},
		"the first life":                 {host: host{life: "one", age: bot.NoneDue}, sent: true},
		"a life that was compared":       {host: host{life: "two", age: time.Hour}, compared: "two", sent: true},
		"a life that was not":            {host: host{life: "two", age: time.Hour}, compared: "one", again: 2 * lifeEvery},
		"a life that was compared early": {host: host{life: "two", age: time.Minute}, compared: "two", again: 30*time.Second + 2*lifeEvery},
		"the store does not say":         {host: host{lifeErr: failing(bot.Unavailable)}},
		"a life that has settled by now": {host: host{life: "two", age: 90 * time.Second}, compared: "two", sent: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := tt.host
			h.run = bot.Run{ID: 7}
			e := h.engine()
			all := []source{{repo: "acme/api", workflow: "deploy.yml"}}
			e.lives.first(tt.compared, all)
			ev, err := e.sendDispatch(t.Context(), starting(), inAnHour())
			if err != nil || (len(h.dispatched) == 1) != tt.sent {
				t.Fatalf("%d requests left, %#v, %v", len(h.dispatched), ev, err)
			}
			if wait, ok := ev.(bot.DispatchNotSent); ok == tt.sent || ok && (wait.Again != tt.again || wait.Says == "") {
				t.Errorf("event %#v, again after %s", ev, tt.again)
			}
		})
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
		"not listed":             {err: failing(bot.NotFound), want: bot.RunNotListed{}},
		"cannot be listed":       {err: failing(bot.Unavailable), fails: true},
		"the listing is refused": {err: failing(bot.Invalid), fails: true},
	} {
		h := &host{run: run, err: tt.err}
		ev, err := h.engine().findRun(t.Context(), starting(), "")
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
		"another's":                  {host: host{err: failing(bot.Invalid)}, want: bot.RunIsAnothers{Says: "it said no. Ask nicely."}},
		"there is none":              {host: host{err: failing(bot.NotFound)}, want: bot.RunIsAnothers{Says: "it said no. Ask nicely."}},
		"it cannot be read":          {host: host{err: failing(bot.Unavailable)}, fails: true},
		"it should show its key":     {host: host{showsKey: true}, want: bot.RunIsAnothers{Says: "Run 7 shows no run key, and the runs of its workflow do. Name the run of api-7."}},
		"it need not show its key":   {want: bot.RunKeyless{Run: run}},
		"one person says so twice":   {claims: []bot.RunClaim{anna, anna}, want: bot.RunKeyless{Run: run}},
		"two people say so":          {claims: []bot.RunClaim{anna, ben}, want: bot.RunKeyless{Run: run}, remembered: []int64{7}},
		"two people name two others": {claims: []bot.RunClaim{anna, {By: ben.By, Run: 8}}, want: bot.RunKeyless{Run: run}},
	} {
		h := tt.host
		h.run = run
		r := starting()
		r.Claims = tt.claims
		ev, err := h.engine().findRun(t.Context(), r, "7")
		if diff := cmp.Diff(tt.want, ev); (err != nil) != tt.fails || diff != "" {
			t.Errorf("%s: event, %v (-want +got):\n%s", name, err, diff)
		}
		if h.owner == "" || h.owner == "api-7" {
			h.asked(t, bot.RunQuery{ID: 7, SHA: r.SHA(), Environment: r.Target.Environment}, tt.remembered...)
		}
	}
	if ev, err := (&host{}).engine().findRun(t.Context(), starting(), "seven"); ev != nil || err == nil {
		t.Errorf("named by no number: %#v, %v", ev, err)
	}
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

// TestPromise3_CompareWorkflow: the file at the commit from which the run was
// made must be the approved one.
func TestPromise3_CompareWorkflow(t *testing.T) {
	t.Parallel()
	if ev, err := (&host{blob: "blob1"}).engine().compareWorkflow(t.Context(), starting()); ev != nil || err != nil {
		t.Errorf("the same file: %#v, %v", ev, err)
	}
	if ev, err := (&host{blob: "blob2"}).engine().compareWorkflow(t.Context(), starting()); ev != (bot.WorkflowChanged{Blob: "blob2"}) || err != nil {
		t.Errorf("another file: %#v, %v", ev, err)
	}
	if ev, err := (&host{blob: "blob2", err: failing(bot.Invalid)}).engine().compareWorkflow(t.Context(), starting()); ev != (bot.WorkflowChanged{Blob: "blob2"}) || err != nil {
		t.Errorf("another file that is no workflow: %#v, %v", ev, err)
	}
	for _, kind := range []bot.ErrorKind{bot.Unavailable, bot.Denied, bot.NotFound} {
		if ev, err := (&host{err: failing(kind)}).engine().compareWorkflow(t.Context(), starting()); ev != nil || err == nil {
			t.Errorf("no answer (%s): %#v, %v", kind, ev, err)
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
			h.err = failing(kind)
		}
		for _, note := range []string{"", bot.NotePoll} {
			ev, err := h.engine().readRun(t.Context(), starting(), note)
			if diff := cmp.Diff(want, ev); diff != "" || (err != nil) != (want == nil) {
				t.Errorf("read, %s: %v (-want +got):\n%s", kind, err, diff)
			}
		}
		if diff := cmp.Diff([]string{"hinted", "news"}, h.read); diff != "" {
			t.Errorf("read (-want +got):\n%s", diff)
		}
		if _, seen := want.(bot.RunSeen); seen {
			want = nil
		}
		ev, err := h.engine().cancelRun(t.Context(), starting(), bot.CancelForce)
		if diff := cmp.Diff(want, ev); diff != "" || (err != nil) != (kind == bot.Unavailable) || !cmp.Equal(h.cancelled, []bot.CancelManner{bot.CancelForce}) {
			t.Errorf("cancelled, %s: %v (-want +got):\n%s", kind, err, diff)
		}
	}
}
