package engine

import (
	"context"
	"log/slog"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/bot/planner"
)

// gate is a target's slot.
type gate struct {
	Slots
	taken bool
	place bot.Place
	err   error
	calls []string
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

// TestPromise5_AskingForTheSlot: what comes of it, and what whoever has to wait is
// told; what cannot be read of that is only left out.
func TestPromise5_AskingForTheSlot(t *testing.T) {
	t.Parallel()
	away := &bot.Error{Kind: bot.Unavailable, Says: "Redis does not answer"}
	coalescing := strings.Replace(bottest.Ruled, "after: staging", "coalesce: true", 1)
	for name, tt := range map[string]struct {
		gate   gate
		faults map[string]error
		want   bot.Event
		kind   bot.ErrorKind
		doubts string // what is not understood
	}{
		"it is free":           {gate: gate{taken: true}, want: bot.SlotTaken{}},
		"it is taken":          {gate: gate{place: bot.Place{Ahead: 1, Holder: "api-1"}}, want: bot.SlotBusy{Place: bot.Place{Ahead: 1, Holder: "api-1", Wait: 13 * time.Minute}}},
		"nobody knows by whom": {gate: gate{place: bot.Place{Ahead: 1, Holder: "api-9"}}, want: bot.SlotBusy{Place: bot.Place{Ahead: 1, Holder: "api-9"}}, doubts: "api-7 waits behind api-9 on api → production, and its record is missing in Redis"},
		"its holder cannot be read": {
			gate: gate{place: bot.Place{Ahead: 1, Holder: "api-1"}}, faults: map[string]error{"release api-1": bottest.Failing(bot.Internal)},
			want: bot.SlotBusy{Place: bot.Place{Ahead: 1, Holder: "api-1"}}, doubts: "api-7 waits behind api-1 on api → production, and its record in Redis cannot be read",
		},
		"the first of the queue cannot be read": {
			gate: gate{place: bot.Place{Ahead: 1}}, faults: map[string]error{"release api-6": bottest.Failing(bot.Internal)},
			want: bot.SlotBusy{Place: bot.Place{Ahead: 1, Wait: 20 * time.Minute}}, doubts: "api-7 waits behind api-6 on api → production, and its record in Redis cannot be read",
		},
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
				bot.Release{ID: "api-6", Kind: bot.Rollback, Phase: bot.Queued},
				bot.Release{ID: "api-5", Kind: bot.Deploy, Phase: bot.Queued, RequestedAt: noon.Add(-time.Hour)},
			)
			m.past["production"] = []bot.Past{{Phase: bot.Succeeded, Took: 10 * time.Minute}}
			m.states = []bot.TargetState{{Waiting: []string{"api-6", "api-7", "api-5"}}}
			maps.Copy(m.faults, tt.faults)
			c, log := bottest.Declare(t, coalescing), slog.New(slog.DiscardHandler)
			unread := &aside{}
			e := New(c, Ports{Slots: &tt.gate, Records: m, Intake: m, Doubts: unread, Planner: planner.New(c, planner.Ports{Records: m}, log)}, Options{}, log)
			r := bottest.Asked(bot.Deploy, "production")
			r.RunKey, r.RequestedAt = "api-7.k3v9x2mq", noon
			ev, err := e.carryOut(t.Context(), r, bot.TakeSlot{}, noon)
			if diff := cmp.Diff(tt.want, ev); diff != "" || (err != nil) != (tt.kind != "") || err != nil && bot.KindOf(err) != tt.kind {
				t.Errorf("%v, want %q (-want +got):\n%s", err, tt.kind, diff)
			}
			var doubts []string
			for _, d := range unread.raised {
				doubts = append(doubts, d.Says)
			}
			if says := strings.Join(doubts, "\n"); says != tt.doubts {
				t.Errorf("not understood: %q", says)
			}
			if says, mend := bot.ForPeople(err); tt.kind == bot.Invalid && (says != "too many wait" || mend != "Cancel some.") {
				t.Errorf("people read %q, %q", says, mend)
			}
			if _, busy := tt.want.(bot.SlotBusy); busy && (len(m.events) != 1 || m.events[0].Release != "api-5") {
				t.Errorf("replaced %+v", m.events)
			}
		})
	}
}

// TestWordsToOtherReleases: each goes where it belongs under a key that makes it
// arrive once, and what is kept in the store is kept as it was decided.
func TestWordsToOtherReleases(t *testing.T) {
	t.Parallel()
	m, g := newMemory(bot.Release{ID: "api-3", RunKey: "api-3.k3v9x2mq", Part: bot.Part{Batch: "api-b1"}}, bot.Release{ID: "api-4"}), &gate{}
	e := New(bottest.Declare(t, bottest.Shop), Ports{Intake: m, Records: m, Slots: g, Deployments: &records{}}, Options{}, slog.New(slog.DiscardHandler))
	r := bottest.Starting()
	r.Place.Holder, r.Replaces, r.Reversal.Back, r.QuarantineEnd.At = "api-1", "api-2", "api-3", noon.Add(time.Hour)
	r.Plan.Commit.SHA = "c"
	for _, effect := range []bot.Effect{bot.AskYield{}, bot.Replace{}, bot.TakeBack{}, bot.EndQuarantine{}} {
		if ev, err := e.carryOut(t.Context(), r, effect, noon); ev != nil || err != nil {
			t.Errorf("%s: %#v, %v", bot.EffectKey(effect), ev, err)
		}
	}
	events := []bot.InboxEvent{
		{Release: "api-1", Event: bot.YieldAsked{For: "api-7", By: r.Asker()}, Key: "yield:api-7.k3v9x2mq"},
		{Release: "api-2", Event: bot.Replaced{For: "api-7", By: r.Asker()}, Key: "replaced:api-7.k3v9x2mq:api-2"},
		{Release: "api-b1", Event: bot.MemberMoved{}, Key: "taken:api-3.k3v9x2mq:api-7"},
	}
	if diff := cmp.Diff(events, m.events); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	calls := []string{"take back api-3 by api-7 at 12:00:00", "end quarantine of c on api/production since 13:00:00"}
	if diff := cmp.Diff(calls, g.calls); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	if ev, err := e.carryOut(t.Context(), r, bot.RecordDeployment{State: bot.DeploymentRunning}, noon); ev != (bot.DeploymentRecorded{ID: 9}) || err != nil {
		t.Errorf("recorded: %#v, %v", ev, err)
	}
	r.Reversal.Back = "api-4" // which went alone
	for _, fault := range []error{nil, &bot.Error{Kind: bot.Unavailable}} {
		g.err = fault
		if _, err := e.carryOut(t.Context(), r, bot.TakeBack{}, noon); (err != nil) != (fault != nil) || len(m.events) != 3 {
			t.Errorf("taken back: %v, told %+v", err, m.events)
		}
	}
	if _, err := e.carryOut(t.Context(), r, nil, noon); bot.KindOf(err) != bot.Invalid {
		t.Errorf("what nobody knows how to do: %v", err)
	}
}

// TestARequestCarriesThePaceOfTheDay: the one that slipway.yaml says as it is asked.
func TestARequestCarriesThePaceOfTheDay(t *testing.T) {
	t.Parallel()
	m := newMemory(bot.Release{ID: "api-1"})
	e := New(bottest.Declare(t, strings.Replace(bottest.Shop, "token: ghp_1", "token: ghp_1, poll: 20s, settle: 2m", 1)), Ports{Intake: m, Records: m}, Options{}, slog.New(slog.DiscardHandler))
	target := bot.Target{Service: "api", Environment: "production"}
	if _, err := e.Start(t.Context(), bot.Draft{Target: target}); err != nil || m.drafts[0].Pace != (bot.Pace{Settle: 2 * time.Minute, Poll: 20 * time.Second}) {
		t.Errorf("started %+v, %v", m.drafts, err)
	}
	if posted, err := e.Post(t.Context(), bot.InboxEvent{Release: "api-1"}); posted != bot.PostStored || err != nil {
		t.Errorf("posted %s, %v", posted, err)
	}
}

// TestPromise5_ARerunHoldsTheSlot: the turn comes, and a run that was started again
// still goes on; then it is over, or gone.
func TestPromise5_ARerunHoldsTheSlot(t *testing.T) {
	t.Parallel()
	h := &host{run: bot.Run{ID: 7, Attempt: 2, Status: bot.RunInProgress}}
	e := h.engine()
	e.ports.Slots = &gate{taken: true}
	r := bottest.Starting()
	r.Plan.Rerun = &bot.Rerun{Release: "api-2", Run: 7, Attempt: 2}
	for name, tt := range map[string]struct {
		status bot.RunStatus
		err    error
		want   bot.Event
	}{
		"it goes on":        {status: bot.RunInProgress, want: bot.SlotBusy{Place: bot.Place{Holder: "api-2"}}},
		"it is over":        {status: bot.RunCompleted, want: bot.SlotTaken{}},
		"it was deleted":    {status: bot.RunInProgress, err: bottest.Failing(bot.NotFound), want: bot.SlotTaken{}},
		"it cannot be read": {status: bot.RunCompleted, err: bottest.Failing(bot.Unavailable)},
	} {
		h.run.Status, h.err = tt.status, tt.err
		ev, err := e.takeSlot(t.Context(), r, noon)
		if (err != nil) != (tt.want == nil) || err == nil && ev != tt.want {
			t.Errorf("%s: %#v, %v", name, ev, err)
		}
	}
}
