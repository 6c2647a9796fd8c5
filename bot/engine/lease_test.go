package engine

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/bot/loop"
)

// desk hands out what is put on it, once, and keeps what is saved and when it was
// renewed. The code host behind it takes as long as work says.
type desk struct {
	oneJob
	Runs

	memory *memory
	host   host
	began  time.Time
	ahead  time.Duration // by how much the store's clock is

	claims   []bot.Claim
	lease    time.Duration
	moveErr  map[int]error // by the number of the move
	renewErr error
	lost     bool // somebody else holds it
	work     func(context.Context) (bot.Run, error)

	desk    sync.Mutex
	saved   []bot.Move
	renewed []time.Duration // when
	calls   []string
}

func newDesk(claims ...bot.Claim) *desk {
	return &desk{memory: newMemory(), claims: claims, moveErr: map[int]error{}}
}

func (d *desk) Claim(_ context.Context, lease time.Duration, _ int) ([]bot.Claim, time.Duration, error) {
	d.desk.Lock()
	defer d.desk.Unlock()
	claims := d.claims
	d.claims, d.lease = nil, lease
	return claims, bot.NoneDue, nil
}

func (d *desk) Move(_ context.Context, m bot.Move) (time.Time, error) {
	d.desk.Lock()
	defer d.desk.Unlock()
	d.saved = append(d.saved, m)
	return noon.Add(d.ahead + time.Since(d.began)), d.moveErr[len(d.saved)]
}

func (d *desk) Renew(_ context.Context, leases []bot.Lease, lease time.Duration) ([]bot.Lease, error) {
	d.desk.Lock()
	defer d.desk.Unlock()
	if slices.Equal(leases, []bot.Lease{{Release: "api-7", Fence: 3}}) && lease == 1500*time.Millisecond {
		d.renewed = append(d.renewed, time.Since(d.began))
	}
	if d.lost {
		return leases, nil
	}
	return nil, d.renewErr
}

func (d *desk) call(what string, ctx context.Context) (bot.Run, error) { //nolint:revive // the call is what is read
	d.desk.Lock()
	d.calls = append(d.calls, what)
	d.desk.Unlock()
	if d.work == nil {
		return bot.Run{ID: 7, Status: bot.RunInProgress}, nil
	}
	return d.work(ctx)
}

func (d *desk) ReadRun(ctx context.Context, _ string, _ int64) (bot.Run, error) {
	return d.call("read", ctx)
}

func (d *desk) PollRun(ctx context.Context, _ string, _ bot.Run) (bot.Run, error) {
	return d.call("read", ctx)
}

func (d *desk) HintedRun(ctx context.Context, _ string, _ bot.Run) (bot.Run, error) {
	return d.call("read", ctx)
}

func (d *desk) Dispatch(ctx context.Context, _ bot.DispatchRequest, leave func(context.Context) error) (bot.Run, error) {
	if err := leave(ctx); err != nil {
		return bot.Run{}, err
	}
	return d.call("dispatch", ctx)
}

// worked runs the motor with the desk for a while, in a time of its own.
func (d *desk) worked(t *testing.T, while time.Duration) *bottest.Logbook {
	t.Helper()
	book := &bottest.Logbook{}
	synctest.Test(t, func(t *testing.T) {
		d.began = time.Now()
		e := New(bottest.Declare(t, bottest.Shop), Ports{
			Work: d, Doubts: quiet{}, Aside: quiet{}, Records: d.memory, Intake: d.memory, Caution: free{}, Announcer: mute{}, Notifier: mute{},
			Runner: d, Runs: d, Workflows: &d.host, Slots: &d.host, Deployments: &records{},
		}, Options{}, slog.New(book))
		ctx, stop := context.WithTimeout(t.Context(), while)
		defer stop()
		if err := e.Run(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the stop says %v", err)
		}
	})
	return book
}

// followed is a release whose run is to be read now.
func followed() bot.Claim {
	r := bottest.Starting()
	r.Phase, r.Run = bot.Running, bot.Run{ID: 7, HeadSHA: "head", Status: bot.RunInProgress, ReadAt: noon.Add(-time.Hour)}
	r.Plan.Settings.Timeout = 24 * time.Hour
	r.Moments = []bot.Moment{{Phase: bot.Running, At: noon.Add(-time.Hour)}}
	return bot.Claim{Release: r, Fence: 3, Now: noon, Inbox: []bot.Event{bot.Hinted{}, bot.Hinted{}}}
}

// aboutToStart is a release of which all is known, and whose workflow is to be
// started now.
func aboutToStart() bot.Claim {
	r := bottest.Starting()
	r.Moments = []bot.Moment{{Phase: bot.Dispatching, At: noon}}
	return bot.Claim{Release: r, Fence: 3, Now: noon, Inbox: []bot.Event{bot.Rechecked{Plan: *r.Plan}}}
}

// shape is what matters of a move here.
type shape struct {
	From       bot.Phase
	Fence      int64
	Consumed   int
	Keep, Safe bool
	Phase      bot.Phase
	State      bot.DispatchState
	Again      bool // it falls due by itself
}

func (d *desk) shapes() []shape {
	var shapes []shape
	for _, m := range d.saved {
		shapes = append(shapes, shape{m.From, m.Fence, m.Consumed, m.Keep, m.Safe, m.Release.Phase, m.Release.Dispatch.State, !m.Due.IsZero()})
	}
	return shapes
}

// TestAStepIsSavedBeforeAndAfter: first the release with what is about to be done,
// and what was consumed; at the end with the time at which it is due again. Only
// the intent of a dispatch has to be with the replicas.
func TestAStepIsSavedBeforeAndAfter(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		claim bot.Claim
		calls []string
		want  []shape
	}{
		"a read": {followed(), []string{"read"}, []shape{
			{From: bot.Running, Fence: 3, Consumed: 2, Keep: true, Phase: bot.Running},
			{From: bot.Running, Fence: 3, Phase: bot.Running, Again: true},
		}},
		"a dispatch": {aboutToStart(), []string{"dispatch"}, []shape{
			{From: bot.Dispatching, Fence: 3, Consumed: 1, Keep: true, Safe: true, Phase: bot.Dispatching, State: bot.Sending},
			{From: bot.Dispatching, Fence: 3, Keep: true, Phase: bot.Running, State: bot.Sent},
			{From: bot.Running, Fence: 3, Phase: bot.Running, State: bot.Sent, Again: true},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(tt.claim)
			d.worked(t, time.Minute)
			if diff := cmp.Diff(tt.calls, d.calls[:min(len(d.calls), len(tt.calls))]); diff != "" {
				t.Errorf("called (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.want, d.shapes()); diff != "" {
				t.Errorf("saved (-want +got):\n%s", diff)
			}
			if d.lease != 1500*time.Millisecond {
				t.Errorf("claimed for %s", d.lease)
			}
		})
	}
}

// TestAWorkflowWithoutInputsGetsTheRunKey: which alone makes its run be found.
func TestAWorkflowWithoutInputsGetsTheRunKey(t *testing.T) {
	t.Parallel()
	h := &host{run: bot.Run{ID: 7}}
	r := bottest.Starting()
	r.Plan.Inputs = nil
	if ev, err := h.engine().sendDispatch(t.Context(), r, inAnHour()); err != nil || ev == nil {
		t.Fatalf("sent: %#v, %v", ev, err)
	}
	if diff := cmp.Diff(map[string]string{"release_id": r.RunKey}, h.dispatched[0].Inputs); diff != "" {
		t.Errorf("inputs (-want +got):\n%s", diff)
	}
}

// TestTheStoresTimeCounts: each move tells it, and what follows is reckoned from it.
func TestTheStoresTimeCounts(t *testing.T) {
	t.Parallel()
	d := newDesk(followed())
	d.ahead = time.Hour
	d.worked(t, time.Second)
	if due := d.saved[len(d.saved)-1].Due; due.Before(noon.Add(time.Hour)) {
		t.Errorf("it falls due at %s", due)
	}
}

// TestAHolderThatLostItsLeaseStops: the lease is renewed three times before it
// would end. Once somebody else holds the release, what is under way is given up
// at once, which does not count as a try; a store that does not answer proves
// nothing.
func TestAHolderThatLostItsLeaseStops(t *testing.T) {
	t.Parallel()
	away := &bot.Error{Kind: bot.Unavailable}
	for name, tt := range map[string]struct {
		renew error
		lost  bool
		ended time.Duration // when the read was given up or had ended
		times int           // how often it was renewed by then, but for the end
		tries int
	}{
		"it holds it":               {ended: 20 * time.Second, times: 39, tries: 1},
		"the store does not answer": {renew: away, ended: 20 * time.Second, times: 39, tries: 1},
		"somebody else holds it":    {lost: true, ended: 500 * time.Millisecond, times: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(followed())
			d.renewErr, d.lost = tt.renew, tt.lost
			if tt.lost {
				d.moveErr[2] = &bot.Error{Kind: bot.Stale}
			}
			var ended time.Duration
			d.work = func(ctx context.Context) (bot.Run, error) {
				<-ctx.Done()
				ended = time.Since(d.began)
				return bot.Run{}, ctx.Err()
			}
			book := d.worked(t, 25*time.Second)
			if ended != tt.ended || len(d.renewed) < tt.times || len(d.renewed) > tt.times+1 { // one may fall together with the end
				t.Fatalf("given up after %s, renewed at %v", ended, d.renewed)
			}
			for i, at := range d.renewed[:tt.times] {
				if at != time.Duration(i+1)*500*time.Millisecond {
					t.Errorf("renewed at %v", d.renewed)
				}
			}
			if len(d.saved) != 2 || len(d.calls) != 1 {
				t.Fatalf("saved %d times, called %v", len(d.saved), d.calls)
			}
			outbox := d.saved[1].Release.Outbox
			if len(outbox) != 1 || outbox[0].Tries != tt.tries {
				t.Errorf("in the outbox: %+v", outbox)
			}
			if book.Says("another replica goes on") != tt.lost || !book.Says("an effect was not carried out") {
				t.Errorf("logged %q", book.Lines())
			}
		})
	}
}

// TestPromise1_WhatIsNotStoredIsNotDone: where the intent cannot be stored nothing
// is done. Of a dispatch it is said that nothing left, where that can be stored.
func TestPromise1_WhatIsNotStoredIsNotDone(t *testing.T) {
	t.Parallel()
	stale, away := &bot.Error{Kind: bot.Stale}, &bot.Error{Kind: bot.Unavailable, Says: "Redis does not answer"}
	for name, tt := range map[string]struct {
		claim bot.Claim
		err   error
		moves int
		logs  string
	}{
		"a read, the store is away":         {followed(), away, 1, "ERROR the store did not take a move"},
		"a read of somebody else's":         {followed(), stale, 1, "INFO another replica goes on"},
		"a dispatch, the store is away":     {aboutToStart(), away, 2, ""},
		"a dispatch of somebody else's":     {aboutToStart(), stale, 1, "INFO another replica goes on"},
		"a dispatch, the store has a fault": {aboutToStart(), errors.New("a fault"), 1, "ERROR the store did not take a move"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(tt.claim)
			d.moveErr[1] = tt.err
			book := d.worked(t, time.Second)
			if len(d.calls) != 0 || len(d.saved) != tt.moves {
				t.Errorf("called %v, saved %+v", d.calls, d.shapes())
			}
			if tt.logs != "" && (len(book.Lines()) != 1 || !book.Says(tt.logs)) || tt.logs == "" && len(book.Lines()) != 0 {
				t.Errorf("logged %q", book.Lines())
			}
			if tt.moves < 2 {
				return
			}
			r := d.saved[1].Release
			want := shape{From: bot.Dispatching, Fence: 3, Consumed: 1, Phase: bot.Dispatching, State: bot.NotSent, Again: true}
			if diff := cmp.Diff(want, d.shapes()[1]); diff != "" || r.Dispatch.Problem != "Redis does not answer" {
				t.Errorf("saved, %q (-want +got):\n%s", r.Dispatch.Problem, diff)
			}
		})
	}
}

// TestPromise1_AKnownRunIsNotForgotten: where the release was taken away after its
// workflow was started, its run is sent after it.
func TestPromise1_AKnownRunIsNotForgotten(t *testing.T) {
	t.Parallel()
	stale := &bot.Error{Kind: bot.Stale}
	run := bot.Run{ID: 7, Status: bot.RunInProgress}
	for name, tt := range map[string]struct {
		claim bot.Claim
		moves map[int]error
		post  error
		want  []string
		logs  string
	}{
		"it was started":                {claim: aboutToStart(), moves: map[int]error{3: stale}, want: []string{"dispatched:api-7.k3v9x2mq:1"}, logs: "another replica"},
		"and cannot be sent after it":   {claim: aboutToStart(), moves: map[int]error{3: stale}, post: stale, logs: "could not be recorded"},
		"it was started and saved":      {claim: aboutToStart()},
		"it was started by other means": {claim: followed(), moves: map[int]error{2: stale}, logs: "another replica"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(tt.claim)
			d.moveErr, d.memory.faults["post api-7"] = tt.moves, tt.post
			book := d.worked(t, time.Second)
			var keys []string
			for _, l := range d.memory.letters {
				keys = append(keys, l.Key)
				got, _ := l.Event.(bot.RunFound)
				if l.Release != "api-7" || got.Run.ID != run.ID {
					t.Errorf("sent %+v", l)
				}
			}
			if !slices.Equal(keys, tt.want) {
				t.Errorf("sent %v, want %v", keys, tt.want)
			}
			if tt.logs != "" && !book.Says(tt.logs) || tt.logs == "" && len(book.Lines()) > 0 {
				t.Errorf("logged %q", book.Lines())
			}
		})
	}
}

// TestALimitIsNoFault: what the other side puts off is not worth a warning.
func TestALimitIsNoFault(t *testing.T) {
	t.Parallel()
	for kind, logged := range map[bot.ErrorKind]bool{bot.Limited: false, bot.Unavailable: true, bot.Denied: true} {
		d := newDesk(followed())
		d.work = func(context.Context) (bot.Run, error) { return bot.Run{}, &bot.Error{Kind: kind, Says: "not now"} }
		if book := d.worked(t, time.Second); book.Says("an effect was not carried out") != logged {
			t.Errorf("%s: logged %q", kind, book.Lines())
		}
	}
}

// clocked is a store whose answers are given by a list, and which notes when it
// was asked, and for how much.
type clocked struct {
	*desk
	answers []answered
	at      []time.Duration
	limits  []int
}

type answered struct {
	claims []bot.Claim
	next   time.Duration
	err    error
}

func (c *clocked) Claim(ctx context.Context, _ time.Duration, limit int) ([]bot.Claim, time.Duration, error) {
	n := len(c.at)
	c.at, c.limits = append(c.at, time.Since(c.began)), append(c.limits, limit)
	if deadline, bounded := ctx.Deadline(); !bounded || n == 0 && time.Until(deadline) != 2*time.Second {
		return nil, 0, errors.New("the claim has another bound")
	}
	if n >= len(c.answers) {
		return nil, bot.NoneDue, nil
	}
	a := c.answers[n]
	return a.claims, a.next, a.err
}

// TestTheMotorSleepsUntilSomethingIsDue: not longer than a second in case that it
// was not woken, a moment while all hands are full, and a little while the store
// is away, of which it speaks once.
func TestTheMotorSleepsUntilSomethingIsDue(t *testing.T) {
	t.Parallel()
	away := &bot.Error{Kind: bot.Unavailable}
	ms := time.Millisecond
	busy := func() (claims []bot.Claim) {
		other := followed()
		other.Release.ID = "api-6"
		return []bot.Claim{followed(), other}
	}
	for name, tt := range map[string]struct {
		answers []answered
		workers int
		takes   time.Duration // a read
		at      []time.Duration
		limits  []int
		logs    []string
	}{
		"nothing is due":          {answers: []answered{{next: bot.NoneDue}}, at: []time.Duration{0, 1000 * ms, 2000 * ms}, limits: []int{32, 32, 32}},
		"something is due soon":   {answers: []answered{{next: 300 * ms}, {next: 5 * time.Second}}, at: []time.Duration{0, 300 * ms, 1300 * ms}, limits: []int{32, 32, 32}},
		"something is due by now": {answers: []answered{{next: -time.Second}, {next: 0}}, at: []time.Duration{0, ms, 2 * ms}, limits: []int{32, 32, 32}},
		"the store is away for a while": {
			answers: []answered{{err: away}, {err: away, next: ms}, {next: bot.NoneDue}, {err: away}}, at: []time.Duration{0, 250 * ms, 500 * ms, 1500 * ms, 1750 * ms},
			limits: []int{32, 32, 32, 32, 32},
			logs:   []string{"ERROR the store does not answer, work stands still until it does", "INFO the store answers again", "ERROR the store does not answer, work stands still until it does", "INFO the store answers again"},
		},
		"all hands are full": {
			answers: []answered{{claims: busy(), next: bot.NoneDue}}, workers: 2, takes: 25 * ms,
			at: []time.Duration{0, 31 * ms, 1031 * ms}, limits: []int{2, 2, 2},
		},
		"there may be more": {answers: []answered{{claims: busy()[:1], next: bot.NoneDue}, {claims: busy()[1:], next: bot.NoneDue}}, workers: 1, at: []time.Duration{0, ms, 2 * ms, 1002 * ms}, limits: []int{1, 1, 1, 1}},
		"there is room":     {answers: []answered{{claims: busy(), next: bot.NoneDue}}, workers: 3, takes: 5 * time.Second, at: []time.Duration{0, 1000 * ms, 2000 * ms}, limits: []int{3, 1, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &clocked{desk: newDesk(), answers: tt.answers}
			c.work = func(ctx context.Context) (bot.Run, error) {
				loop.Pause(ctx, nil, tt.takes)
				return bot.Run{ID: 7, Status: bot.RunInProgress, HeadSHA: "head"}, nil
			}
			book := &bottest.Logbook{}
			synctest.Test(t, func(t *testing.T) {
				c.began = time.Now()
				e := New(bottest.Declare(t, bottest.Shop), Ports{
					Work: c, Doubts: quiet{}, Aside: quiet{}, Records: c.memory, Intake: c.memory, Caution: free{}, Announcer: mute{}, Notifier: mute{}, Runner: c, Runs: c, Workflows: &c.host, Slots: &c.host,
				}, Options{Workers: tt.workers}, slog.New(book))
				ctx, stop := context.WithTimeout(t.Context(), 4*time.Second)
				defer stop()
				_ = e.Run(ctx) // it ends because its time is over
			})
			n := min(len(c.at), len(tt.at))
			if diff := cmp.Diff(tt.at, c.at[:n]); diff != "" {
				t.Errorf("asked at (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.limits, c.limits[:n]); diff != "" {
				t.Errorf("asked for (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.logs, book.Lines()); diff != "" {
				t.Errorf("logged (-want +got):\n%s", diff)
			}
		})
	}
}
