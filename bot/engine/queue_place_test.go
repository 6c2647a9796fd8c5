package engine

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

// gate is a target's slot, and what is asked of the code host before it is taken.
type gate struct {
	Slots
	Resolver
	taken   bool
	place   bot.Place
	err     error
	tip     bot.Commit
	changes bot.Changes
	tipErr  error
	between error
	calls   []string
}

func (g *gate) TakeSlot(context.Context, bot.Release) (bool, bot.Place, error) {
	return g.taken, g.place, g.err
}

func (g *gate) TakeBack(_ context.Context, back, by string, at time.Time) error {
	g.calls = append(g.calls, "take back "+back+" by "+by+" at "+at.Format(time.TimeOnly))
	return g.err
}

func (g *gate) EndQuarantine(_ context.Context, t bot.Target, sha string, since time.Time) error {
	g.calls = append(g.calls, "end quarantine of "+sha+" on "+t.Path()+" since "+since.Format(time.TimeOnly))
	return g.err
}

func (g *gate) Commit(_ context.Context, repo, ref string) (bot.Commit, string, error) {
	g.calls = append(g.calls, "commit "+repo+" "+ref)
	return g.tip, ref, g.tipErr
}

func (g *gate) Changes(_ context.Context, repo, base, head string) (bot.Changes, bot.ChangedFiles, error) {
	g.calls = append(g.calls, "changes "+repo+" "+base+" "+head)
	return g.changes, bot.ChangedFiles{}, g.between
}

// TestPromise5_AskingForTheSlot: what comes of it, and what whoever has to wait is
// told; what cannot be read of that is only left out.
func TestPromise5_AskingForTheSlot(t *testing.T) {
	t.Parallel()
	away := &bot.Error{Kind: bot.Unavailable, Says: "Redis does not answer"}
	coalescing := strings.Replace(ruled, "after: staging", "coalesce: true", 1)
	for name, tt := range map[string]struct {
		gate   gate
		faults map[string]error
		want   bot.Event
		kind   bot.ErrorKind
	}{
		"it is free":                   {gate: gate{taken: true}, want: bot.SlotTaken{}},
		"it is taken":                  {gate: gate{place: bot.Place{Ahead: 1, Holder: "api-1"}}, want: bot.SlotBusy{Place: bot.Place{Ahead: 1, Holder: "api-1", Wait: 13 * time.Minute}}},
		"nobody knows by whom":         {gate: gate{place: bot.Place{Ahead: 1, Holder: "api-9"}}, want: bot.SlotBusy{Place: bot.Place{Ahead: 1, Holder: "api-9"}}},
		"nobody holds it yet":          {gate: gate{place: bot.Place{Ahead: 1}}, want: bot.SlotBusy{Place: bot.Place{Ahead: 1, Wait: 20 * time.Minute}}},
		"nobody knows how long":        {gate: gate{place: bot.Place{Ahead: 1}}, faults: map[string]error{"history production": away}, want: bot.SlotBusy{Place: bot.Place{Ahead: 1}}},
		"the queue is full":            {gate: gate{err: &bot.Error{Kind: bot.Limited, Says: "too many wait", Mend: "Cancel some."}}, kind: bot.Invalid},
		"the store is away":            {gate: gate{err: away}, kind: bot.Unavailable},
		"who waits cannot be read":     {gate: gate{place: bot.Place{Ahead: 1}}, faults: map[string]error{"targets": away}, kind: bot.Unavailable},
		"one who waits cannot be read": {gate: gate{place: bot.Place{Ahead: 1}}, faults: map[string]error{"release api-5": away}, kind: bot.Unavailable},
		"one who waits cannot be told": {gate: gate{place: bot.Place{Ahead: 1}}, faults: map[string]error{"post api-5": away}, kind: bot.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMemory(
				bot.Release{ID: "api-1", Moments: []bot.Moment{{Phase: bot.Running, At: noon.Add(-7 * time.Minute)}}},
				bot.Release{ID: "api-5", Kind: bot.Deploy, Phase: bot.Queued, RequestedAt: noon.Add(-time.Hour)},
			)
			m.past["production"] = []bot.Past{{Phase: bot.Succeeded, Took: 10 * time.Minute}}
			m.states = []bot.TargetState{{Waiting: []string{"api-7", "api-5"}}}
			maps.Copy(m.faults, tt.faults)
			e := New(declaring(t, coalescing), Ports{Slots: &tt.gate, Records: m, Intake: m}, Options{}, slog.New(slog.DiscardHandler))
			r := asked(bot.Deploy, "production")
			r.RunKey, r.RequestedAt = "api-7.k3v9x2mq", noon
			ev, err := e.carryOut(t.Context(), r, bot.Effect{Kind: bot.TakeSlot}, noon)
			if diff := cmp.Diff(tt.want, ev); diff != "" || (err != nil) != (tt.kind != "") || err != nil && bot.KindOf(err) != tt.kind {
				t.Errorf("%v, want %q (-want +got):\n%s", err, tt.kind, diff)
			}
			if says, mend := bot.ForPeople(err); tt.kind == bot.Invalid && (says != "too many wait" || mend != "Cancel some.") {
				t.Errorf("people read %q, %q", says, mend)
			}
			if _, busy := tt.want.(bot.SlotBusy); busy && (len(m.letters) != 1 || m.letters[0].Release != "api-5") {
				t.Errorf("replaced %+v", m.letters)
			}
		})
	}
}

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
		m := newMemory(bot.Release{ID: "api-1", Moments: []bot.Moment{{Phase: bot.Running, At: noon.Add(-7 * time.Minute)}}})
		m.past["production"], m.states, m.faults["targets"] = []bot.Past{{Phase: bot.Succeeded, Took: 10 * time.Minute}}, tt.states, tt.fault
		w := orderlyWorld()
		e := engineIn(t, w, ruled)
		e.Records = m
		ev, err := e.carryOut(t.Context(), asked(bot.Preview, "production"), bot.Effect{Kind: bot.Resolve}, noon)
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
		e := New(declaring(t, shop), Ports{Resolver: &tt.gate}, Options{}, slog.New(slog.DiscardHandler))
		r := starting()
		r.Plan.Commit = bot.Commit{SHA: "c", TipOf: "main"}
		ev, err := e.carryOut(t.Context(), r, bot.Effect{Kind: bot.LookAtBranch}, noon)
		if diff := cmp.Diff(tt.want, ev); diff != "" || (err == nil) != (tt.want != nil) || len(tt.gate.calls) != tt.calls {
			t.Errorf("%s: %v after %v (-want +got):\n%s", name, err, tt.gate.calls, diff)
		}
	}
}

// TestWordsToOtherReleases: each goes where it belongs under a key that makes it
// arrive once, and what is kept in the store is kept as it was decided.
func TestWordsToOtherReleases(t *testing.T) {
	t.Parallel()
	m, g := newMemory(bot.Release{ID: "api-3", RunKey: "api-3.k3v9x2mq", Part: bot.Part{Batch: "api-b1"}}, bot.Release{ID: "api-4"}), &gate{}
	e := New(declaring(t, shop), Ports{Intake: m, Records: m, Slots: g, Deployments: &records{}}, Options{}, slog.New(slog.DiscardHandler))
	r := starting()
	r.Place.Holder, r.Replaces, r.Takes.Back, r.Pardon.At = "api-1", "api-2", "api-3", noon.Add(time.Hour)
	r.Plan.Commit.SHA = "c"
	for _, kind := range []bot.EffectKind{bot.AskYield, bot.Replace, bot.TakeBack, bot.EndQuarantine} {
		if ev, err := e.carryOut(t.Context(), r, bot.Effect{Kind: kind}, noon); ev != nil || err != nil {
			t.Errorf("%s: %#v, %v", kind, ev, err)
		}
	}
	letters := []bot.Letter{
		{Release: "api-1", Event: bot.YieldAsked{For: "api-7", By: r.Requester}, Key: "yield:api-7.k3v9x2mq"},
		{Release: "api-2", Event: bot.Replaced{For: "api-7", By: r.Requester}, Key: "replaced:api-7.k3v9x2mq:api-2"},
		{Release: "api-b1", Event: bot.MemberMoved{}, Key: "taken:api-3.k3v9x2mq:api-7"},
	}
	if diff := cmp.Diff(letters, m.letters); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	calls := []string{"take back api-3 by api-7 at 12:00:00", "end quarantine of c on api/production since 13:00:00"}
	if diff := cmp.Diff(calls, g.calls); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	if ev, err := e.carryOut(t.Context(), r, bot.Effect{Kind: bot.RecordDeployment, Note: bot.DeploymentRunning}, noon); ev != (bot.DeploymentRecorded{ID: 9}) || err != nil {
		t.Errorf("recorded: %#v, %v", ev, err)
	}
	r.Takes.Back = "api-4" // which went alone
	for _, fault := range []error{nil, &bot.Error{Kind: bot.Unavailable}} {
		g.err = fault
		if _, err := e.carryOut(t.Context(), r, bot.Effect{Kind: bot.TakeBack}, noon); (err != nil) != (fault != nil) || len(m.letters) != 3 {
			t.Errorf("taken back: %v, told %+v", err, m.letters)
		}
	}
	if _, err := e.carryOut(t.Context(), r, bot.Effect{Kind: "of tomorrow"}, noon); bot.KindOf(err) != bot.Invalid {
		t.Errorf("what nobody knows how to do: %v", err)
	}
}

// keys are locks that may have been forgotten.
type keys struct {
	oneJob
	stale []bot.Lock
	err   error
	age   time.Duration
	at    []time.Time
}

func (k *keys) StaleLocks(_ context.Context, age time.Duration) ([]bot.Lock, error) {
	k.age, k.at = age, append(k.at, time.Now())
	return k.stale, k.err
}

func (k *keys) Claim(context.Context, time.Duration, int) ([]bot.Claim, time.Duration, error) {
	return nil, bot.NoneDue, nil
}

// TestForgottenLocksAreAskedAbout: their owners are, with the words that would end
// them, as often as it is looked; and a fault keeps nobody else from being asked.
func TestForgottenLocksAreAskedAbout(t *testing.T) {
	t.Parallel()
	lock := func(kind bot.LockKind, service, environment string) bot.Lock {
		return bot.Lock{Kind: kind, Scope: bot.Scope{Service: service, Environment: environment}, By: bot.Person{ID: "U01ANNA"}, At: noon}
	}
	away := errors.New("away")
	for name, tt := range map[string]struct {
		nag   string
		locks []bot.Lock
		err   error
		chat  error
		says  []string
		pause time.Duration
		logs  string
	}{
		"a service somewhere": {nag: "12h", locks: []bot.Lock{lock(bot.Hold, "api", "production")}, says: []string{"You have kept api → production locked since Tue 24 Nov 2026 12:00 UTC, and nobody else can deploy there. If that is not needed any more: `/deploy unlock api production`"}, pause: time.Minute},
		"everywhere, and one that is told all the same": {nag: "12h", locks: []bot.Lock{lock(bot.Freeze, "", ""), lock(bot.Hold, "api", "")}, chat: away, says: []string{
			"You have kept everything frozen since Tue 24 Nov 2026 12:00 UTC, and nobody else can deploy there. If that is not needed any more: `/deploy unfreeze all`",
			"You have kept all of api locked since Tue 24 Nov 2026 12:00 UTC, and nobody else can deploy there. If that is not needed any more: `/deploy unlock api`",
		}, pause: time.Minute, logs: "WARN the owner of a lock could not be asked"},
		"none":                 {nag: "10s", pause: 10 * time.Second},
		"they cannot be read":  {nag: "10s", err: away, pause: 10 * time.Second, logs: "WARN locks that may be forgotten could not be read"},
		"sooner than a second": {nag: "500ms", pause: time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k, s, book := &keys{stale: tt.locks, err: tt.err}, &screen{faults: map[string]error{"tell": tt.chat}}, &logbook{}
			c := *declaring(t, shop)
			nag, err := time.ParseDuration(tt.nag)
			if err != nil {
				t.Fatal(err)
			}
			c.LockNag = nag
			synctest.Test(t, func(t *testing.T) {
				e := New(&c, Ports{Work: k, Lives: k, Doubts: quiet{}, Unshown: quiet{}, Troubles: quiet{}, Losses: quiet{}, Sight: quiet{}, Aside: quiet{}, Locks: k, Cards: rebornCards{newMemory()}, Chat: s, Runs: noReruns{}}, Options{}, slog.New(book))
				ctx, stop := context.WithTimeout(t.Context(), tt.pause+time.Millisecond)
				defer stop()
				_ = e.Run(ctx) // it ends because its time is over
			})
			if len(k.at) != 2 || k.at[1].Sub(k.at[0]) != tt.pause || k.age != nag {
				t.Errorf("looked at %v for those older than %s", k.at, k.age)
			}
			var says []string
			for _, told := range s.told[:len(s.told)/2] { // it is looked twice
				done, _ := told.says.(bot.Done)
				says = append(says, done.Says)
				if told.to != (bot.Reply{To: bot.Person{ID: "U01ANNA"}}) {
					t.Errorf("told %#v", told.to)
				}
			}
			if diff := cmp.Diff(tt.says, says); diff != "" {
				t.Errorf("said (-want +got):\n%s", diff)
			}
			if tt.logs != "" && !book.says(tt.logs) || tt.logs == "" && len(book.lines) > 0 {
				t.Errorf("logged %q", book.lines)
			}
		})
	}
}

// TestARequestCarriesThePaceOfTheDay: and what is asked of the store is asked as it
// came.
func TestARequestCarriesThePaceOfTheDay(t *testing.T) {
	t.Parallel()
	m := newMemory(bot.Release{ID: "api-1"})
	m.states, m.past["production"] = []bot.TargetState{{Waiting: []string{"x"}}}, []bot.Past{{Release: "api-1"}}
	e := New(declaring(t, strings.Replace(shop, "token: ghp_1", "token: ghp_1, poll: 20s, settle: 2m", 1)), Ports{Intake: m, Records: m}, Options{}, slog.New(slog.DiscardHandler))
	target := bot.Target{Service: "api", Environment: "production"}
	if _, err := e.Start(t.Context(), bot.Draft{Target: target}); err != nil || m.drafts[0].Pace != (bot.Pace{Settle: 2 * time.Minute, Poll: 20 * time.Second}) {
		t.Errorf("started %+v, %v", m.drafts, err)
	}
	if posted, err := e.Post(t.Context(), bot.Letter{Release: "api-1"}); posted != bot.PostStored || err != nil {
		t.Errorf("posted %s, %v", posted, err)
	}
	if r, err := e.Release(t.Context(), "api-1"); r.ID != "api-1" || err != nil {
		t.Errorf("read %+v, %v", r, err)
	}
	if past, err := e.History(t.Context(), target, 5); len(past) != 1 || err != nil {
		t.Errorf("history %+v, %v", past, err)
	}
	if states, err := e.Targets(t.Context(), []bot.Target{target}); len(states) != 1 || err != nil {
		t.Errorf("targets %+v, %v", states, err)
	}
}
