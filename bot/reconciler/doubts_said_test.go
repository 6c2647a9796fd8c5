package reconciler

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/bot/loop"
)

// doubting is a reconciler with a store of doubts, and a voice that tells them.
func doubting(tb testing.TB, declared string, p *past, v *voice) (*Reconciler, *bottest.Logbook) {
	tb.Helper()
	book := &bottest.Logbook{}
	c := bottest.Declare(tb, declared)
	return New(c, Ports{Clock: clock{}, Doubts: p, Aside: p, Releases: p, People: knowing(c, p, p), Comparisons: p, Voice: v}, slog.New(book)), book
}

func at(service, environment string) bot.Target {
	return bot.Target{Service: service, Environment: environment}
}

// sayDoubts runs the loop that says what is not understood for a while.
func (rc *Reconciler) sayDoubts(t *testing.T, while time.Duration) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), while)
	defer stop()
	_ = rc.watchDoubts(ctx) // it ends because its time is over
}

// TestPromise7_WhatIsNotUnderstoodIsSaidOnce: what concerns several targets in one
// message, after a look that shows all of them, with whose word counts; what somebody
// looked at is not said, and forgotten after a week.
func TestPromise7_WhatIsNotUnderstoodIsSaidOnce(t *testing.T) {
	t.Parallel()
	odd := func(service, environment, about string) bot.Doubt {
		return bot.Doubt{Target: at(service, environment), About: about, Of: "two", Says: "it is odd"}
	}
	prod, staging, web := odd("api", "production", "runs"), odd("api", "staging", "runs"), odd("web", "production", "release web-1")
	looked := web
	slow, away := &bot.Error{Kind: bot.Limited, RetryAfter: time.Second}, &bot.Error{Kind: bot.Unavailable}
	for name, tt := range map[string]struct {
		doubts   []bot.Doubt
		seen     time.Duration // since when the last of them was looked at; 0: it was not
		declared string
		fault    error // of the chat
		while    time.Duration
		said     []bot.Held
		left     int // doubts that are kept
		logs     bool
	}{
		"nothing":                 {doubts: nil, declared: many, while: time.Minute},
		"seen for the first time": {doubts: []bot.Doubt{web}, declared: many, while: 4 * time.Second, left: 1},
		"of one target":           {doubts: []bot.Doubt{web}, declared: many, while: time.Minute, left: 1, said: []bot.Held{{Doubts: []bot.Doubt{web}, Typed: "/deploy looked web production", Board: "/deploy-status"}}},
		"of two": {
			doubts: []bot.Doubt{prod, staging}, declared: many, while: time.Minute, left: 2,
			said: []bot.Held{{Doubts: []bot.Doubt{prod, staging}, Who: []string{"sre", "leads"}, Typed: "/deploy looked api production", Board: "/deploy-status"}},
		},
		"two of them": {
			doubts: []bot.Doubt{prod, web}, declared: many, while: time.Minute, left: 2,
			said: []bot.Held{{Doubts: []bot.Doubt{prod}, Who: []string{"sre"}, Typed: "/deploy looked api production", Board: "/deploy-status"}, {Doubts: []bot.Doubt{web}, Typed: "/deploy looked web production", Board: "/deploy-status"}},
		},
		"one that was looked at":       {doubts: []bot.Doubt{looked}, seen: time.Hour, declared: many, while: time.Minute, left: 1},
		"one that was not for a week":  {doubts: []bot.Doubt{looked}, seen: 7*24*time.Hour - time.Second, declared: many, while: 500 * time.Millisecond, left: 1},
		"one that was for a week":      {doubts: []bot.Doubt{looked}, seen: 7 * 24 * time.Hour, declared: many, while: 500 * time.Millisecond},
		"where there is no channel":    {doubts: []bot.Doubt{web}, declared: manyWithoutAlerts(), while: time.Minute, left: 1},
		"where the chat wants a pause": {doubts: []bot.Doubt{web}, declared: many, fault: slow, while: time.Minute, left: 1},
		"where the chat is away":       {doubts: []bot.Doubt{web}, declared: many, fault: away, while: time.Minute, left: 1, logs: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := newPast()
				for i, d := range tt.doubts {
					if tt.seen > 0 && i == len(tt.doubts)-1 {
						d.Looked = bot.Look{By: bot.Person{ID: "U1"}, At: time.Now().Add(-tt.seen)}
					}
					p.doubts[d.Target.String()+d.About] = d
				}
				v := &voice{fault: tt.fault}
				rc, book := doubting(t, tt.declared, p, v)
				rc.sayDoubts(t, tt.while)
				var said []bot.Held
				for _, posted := range v.posted {
					held, _ := posted.Body.(bot.Held)
					said = append(said, held)
					if posted.Channel != "C0ALERTS" || posted.Key != (bot.MessageKey{Release: held.Doubts[0].Target.Service, Kind: "alert_held_" + held.Doubts[0].Mark()}) {
						t.Errorf("said %+v", posted)
					}
				}
				if diff := cmp.Diff(tt.said, said, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("said (-want +got):\n%s", diff)
				}
				if len(p.doubts) != tt.left || book.Says("it could not be said") != tt.logs {
					t.Errorf("kept %v, logged %q", p.doubts, book.Lines())
				}
				v.asked = 0 // what was said is not asked about again, what was not is
				rc.sayDoubts(t, time.Minute)
				if again := v.asked > 0; again != (tt.fault != nil || name == "seen for the first time") {
					t.Errorf("asked %d times", v.asked)
				}
			})
		})
	}
}

// manyWithoutAlerts declares no channel for alerts, nor one of a service.
func manyWithoutAlerts() string {
	return strings.Replace(many, ", alerts: C0ALERTS", "", 1)
}

// TestALookIsShown: where somebody looked the message that said it shows so, with
// those that are open still.
func TestALookIsShown(t *testing.T) {
	t.Parallel()
	prod := bot.Doubt{Target: at("api", "production"), About: "runs", Of: "two", Release: "api-7"}
	staging := bot.Doubt{Target: at("api", "staging"), About: "runs", Of: "two"}
	other := bot.Doubt{Target: at("web", "production"), About: "another", Of: "two"}
	key := bot.MessageKey{Release: "api", Kind: "alert_held_" + prod.Mark()}
	anna := bot.Person{ID: "U01ANNA", Name: "anna"}
	for name, fault := range map[string]error{"it is shown": nil, "it cannot be": &bot.Error{Kind: bot.Unavailable}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, v := newPast(), &voice{fault: fault}
			p.releases["api-7"] = bot.Release{ID: "api-7"}
			for _, d := range []bot.Doubt{prod, staging, other} {
				_ = p.Raise(t.Context(), d)
			}
			rc, book := doubting(t, many, p, v)
			done, err := rc.Looked(t.Context(), bot.LookWish{Mark: prod.Mark(), By: anna})
			if err != nil || len(done.Released) != 1 || done.Released[0].Looked.By != anna || done.Released[0].Looked.At.IsZero() || len(done.Refused) != 1 {
				t.Fatalf("looked: %+v, %v", done, err)
			}
			if diff := cmp.Diff([]string{"leads"}, done.Who); diff != "" {
				t.Errorf("whose word counts instead (-want +got):\n%s", diff)
			}
			if !slices.Equal(p.taken, []string{"api-7"}) {
				t.Errorf("taken up: %v", p.taken)
			}
			if len(v.revised) != 1 || book.Says("does not show that somebody looked") != (fault != nil) {
				t.Fatalf("revised %d, logged %q", len(v.revised), book.Lines())
			}
			held, _ := v.revised[0].Body.(bot.Held)
			if v.revised[0].Key != key || len(held.Doubts) != 2 || held.Doubts[0].Open() || !held.Doubts[1].Open() {
				t.Errorf("revised to %+v", held)
			}
			if again, err := rc.Looked(t.Context(), bot.LookWish{Target: at("api", "production"), By: anna}); err != nil || len(again.Released)+len(again.Refused) != 0 {
				t.Errorf("looked again: %+v, %v", again, err)
			}
		})
	}
}

// TestWhatIsUnderstoodByNowIsLifted: of all that it concerned, and of nothing else,
// and the message shows it.
func TestWhatIsUnderstoodByNowIsLifted(t *testing.T) {
	t.Parallel()
	p, v := newPast(), &voice{}
	rc, book := doubting(t, many, p, v)
	epoch := source{repo: "acme/api", workflow: "deploy.yml"}
	for _, about := range []string{epoch.about(), "another"} {
		for _, environment := range []string{"production", "staging"} {
			rc.puzzled(t.Context(), bot.Doubt{Target: at("api", environment), About: about, Of: "two", Says: "it is odd"})
		}
	}
	rc.puzzled(t.Context(), bot.Doubt{Target: at("api", "production"), About: "another", Of: "two", Says: "it is odd"}) // which is logged once
	if len(book.Lines()) != 4 || !book.Says("ERROR something is not understood") {
		t.Errorf("logged %q", book.Lines())
	}
	for _, d := range p.doubts {
		if d.Since.IsZero() {
			t.Errorf("nobody knows since when: %+v", d)
		}
	}
	rc.compared(t.Context(), epoch, "two")
	if len(p.doubts) != 2 || !p.compared[epoch.String()] || len(v.revised) != 1 {
		t.Fatalf("left %v, compared %v, edited %d", p.doubts, p.compared, len(v.revised))
	}
	held, _ := v.revised[0].Body.(bot.Held)
	if len(held.Doubts) != 2 || held.Doubts[0].Open() || held.Doubts[1].Open() || held.Doubts[0].About != epoch.about() {
		t.Errorf("shown as %+v", held)
	}
	if rc.compared(t.Context(), epoch, "two"); len(v.revised) != 1 {
		t.Error("what is over is shown again")
	}
}

// TestABurstIsSaidTogether: what is said in one channel comes in one go, and what changes
// all the time is said all the same.
func TestABurstIsSaidTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, v := newPast(), &voice{}
		rc, _ := doubting(t, many, p, v)
		for i := range 60 {
			_ = p.Raise(t.Context(), bot.Doubt{Target: at("web", "production"), About: fmt.Sprintf("workflow %d", i), Of: "1", Says: "it is odd"})
		}
		rc.sayDoubts(t, 7*time.Second)
		if !slices.Equal(v.bursts, []int{60}) || len(v.posted) != 60 {
			t.Fatalf("said %v at once", v.bursts)
		}
		clear(p.doubts)
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		defer stop()
		go func() {
			for n := 0; ctx.Err() == nil; n++ {
				_ = p.Raise(ctx, bot.Doubt{Target: at("web", "production"), About: "pushed", Of: strconv.Itoa(n), Says: "it is odd"})
				loop.Pause(ctx, nil, 3*time.Second)
			}
		}()
		_ = rc.watchDoubts(ctx)
		if said := len(v.posted) - 60; said < 2 || said > 6 {
			t.Errorf("of twenty runs that each replaced the last, %d were said", said)
		}
	})
}
