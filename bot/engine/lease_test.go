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
