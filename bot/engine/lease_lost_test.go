package engine

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

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
			for _, l := range d.memory.events {
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
