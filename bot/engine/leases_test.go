package engine

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// renewals answers as the store does that is asked to renew leases.
type renewals struct {
	Work
	lost []bot.Lease
	err  error
}

func (r *renewals) Renew(context.Context, []bot.Lease, time.Duration) ([]bot.Lease, error) {
	return r.lost, r.err
}

// TestPromise1_TheLastCheck: a request that must happen once leaves only while the
// release is held and its intent is young; what cannot be found out counts as no.
func TestPromise1_TheLastCheck(t *testing.T) {
	t.Parallel()
	mine := bot.Lease{Release: "api-7", Fence: 3}
	const late = "slipway was held up, so that it was too late to send it"
	now := time.Now()
	for name, tt := range map[string]struct {
		store renewals
		by    time.Time
		says  string
	}{
		"in time":               {by: now.Add(time.Hour)},
		"too late":              {by: now.Add(-time.Millisecond), says: late},
		"too late by the clock": {by: now.Add(-time.Millisecond).Round(0), says: late},
		"held by another":       {store: renewals{lost: []bot.Lease{mine}}, by: now.Add(time.Hour), says: "another replica of slipway goes on with it"},
		"the store is away":     {store: renewals{err: bottest.Failing(bot.Unavailable)}, by: now.Add(time.Hour), says: "Redis did not say whether it may still be started"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := New(&catalog.Catalog{}, Ports{Work: &tt.store}, Options{}, slog.New(slog.DiscardHandler))
			err := e.leave(mine, tt.by)(t.Context())
			if tt.says == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if says, _ := bot.ForPeople(err); bot.KindOf(err) != bot.NeverSent || says != tt.says {
				t.Errorf("%v, of kind %s", err, bot.KindOf(err))
			}
		})
	}
}

// TestPromise1_TheTimeIsThatOfTheQuestion: a process that is stopped before it
// reads the store's answer must not take the answer for new. Half of the settle
// time, and never more than 10 s, is the request's to leave.
func TestPromise1_TheTimeIsThatOfTheQuestion(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		settle, stopped time.Duration
		left            time.Duration // for the request to leave
	}{
		"at once":                {settle: 90 * time.Second, left: 10 * time.Second},
		"stopped for a while":    {settle: 90 * time.Second, stopped: 4 * time.Second, left: 6 * time.Second},
		"stopped for a minute":   {settle: 90 * time.Second, stopped: time.Minute, left: -50 * time.Second},
		"a short settle time":    {settle: 2 * time.Second, left: time.Second},
		"short, and was stopped": {settle: 2 * time.Second, stopped: 1500 * time.Millisecond, left: -500 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := bottest.Starting()
			r.Pace.Settle, r.Dispatch.At = tt.settle, noon
			h := hold(bot.Claim{Release: r, Now: noon}, time.Now().Add(-tt.stopped))
			if behind := noon.Add(tt.stopped).Sub(h.now()); behind > 0 {
				t.Errorf("its time is %s behind the store's", behind)
			}
			if left := time.Until(h.leaveBy()); left > tt.left || left < tt.left-5*time.Second {
				t.Errorf("%s are left, want %s", left, tt.left)
			}
		})
	}
}

// longPost is a world in which a dispatch takes until it is let go, and its
// holder loses the lease meanwhile.
type longPost struct {
	host
	renewals
	begun, letGo chan struct{}
	cutShort     error

	mu     sync.Mutex
	moves  int
	events []bot.InboxEvent
}

func (l *longPost) Dispatch(ctx context.Context, _ bot.DispatchRequest, leave func(context.Context) error) (bot.Run, error) {
	if err := leave(ctx); err != nil {
		return bot.Run{}, err
	}
	close(l.begun)
	<-l.letGo
	l.cutShort = ctx.Err()
	return bot.Run{ID: 9}, nil
}

func (l *longPost) Move(context.Context, bot.Move) (time.Time, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.moves++; l.moves > 1 {
		return time.Time{}, bottest.Failing(bot.Stale)
	}
	return noon, nil
}

func (l *longPost) Post(_ context.Context, event bot.InboxEvent) (bot.Posted, error) {
	l.events = append(l.events, event)
	return bot.PostStored, nil
}

func (l *longPost) Create(context.Context, bot.Draft) (bot.Created, error) { return bot.Created{}, nil }

// TestPromise1_APostIsNotCutShort: a dispatch whose holder loses the lease is heard
// to its end, and its run is told to whoever goes on.
func TestPromise1_APostIsNotCutShort(t *testing.T) {
	t.Parallel()
	w := &longPost{begun: make(chan struct{}), letGo: make(chan struct{})}
	e := New(&catalog.Catalog{}, Ports{Intake: w, Work: w, Runner: w, Slots: &w.host, Caution: free{}}, Options{}, slog.New(slog.DiscardHandler))
	r := bottest.Starting()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		e.advance(context.Background(), bot.Claim{Release: r, Fence: 3, Now: noon, Inbox: []bot.Event{bot.Rechecked{Plan: *r.Plan}}}, time.Now())
	}()
	<-w.begun
	w.lost = []bot.Lease{{Release: r.ID, Fence: 3}}
	e.renew(t.Context(), e.leases.all())
	close(w.letGo)
	<-ended
	if w.cutShort != nil {
		t.Errorf("the dispatch was cut short: %v", w.cutShort)
	}
	for i := range w.events {
		if found, is := w.events[i].Event.(bot.RunFound); is {
			found.Run.ReadAt = time.Time{} // whenever that was
			w.events[i].Event = found
		}
	}
	want := []bot.InboxEvent{{Release: r.ID, Event: bot.RunFound{Run: bot.Run{ID: 9}}, Key: "dispatched:" + r.RunKey + ":1"}}
	if diff := cmp.Diff(want, w.events); diff != "" {
		t.Errorf("told to whoever goes on (-want +got):\n%s", diff)
	}
	if left := e.leases.all(); len(left) > 0 {
		t.Errorf("%v are renewed for ever", left)
	}
}
