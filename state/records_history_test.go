package state_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// TestHistoryTellsWhenAReleaseEnded: while a release is under way its history says
// when it was asked for; from its end on it says when that was, since that is
// from when a commit counts as having been live and well.
func TestHistoryTellsWhenAReleaseEnded(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"memory", "redis"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			p := placeIn(t, kind)
			f := fixture{T: t, place: p, Store: p.open(t), kind: kind}
			c := f.queued("1", bot.Deploy)
			f.takeSlot(c.Release)
			asked := c.Release.RequestedAt
			at := func() time.Time {
				past, err := f.History(t.Context(), c.Release.Target, 1)
				if err != nil || len(past) != 1 {
					t.Fatalf("history %v, %v", past, err)
				}
				return past[0].At
			}
			c.Release.Run.ID = 7
			for i, phase := range []bot.Phase{bot.Dispatching, bot.Running, bot.Verifying, bot.Succeeded} {
				c.Now = asked.Add(time.Duration(i+1) * time.Hour)
				f.enter(&c, phase)
				want := asked
				if phase.Ended() {
					want = c.Now
				}
				if got := at(); !got.Equal(want) {
					t.Errorf("while it is %s: %s, want %s", phase, got, want)
				}
			}
		})
	}
}

// TestTargetsThatAreUncertain: what was live for certain before is found for all of them
// in two round trips more, and one history that cannot be read is that target's alone.
func TestTargetsThatAreUncertain(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	p := placeIn(t, "memory")
	f := fixture{T: t, place: p, Store: p.open(t), kind: "memory"}
	var targets []bot.Target
	for n := range 20 {
		target := bot.Target{Service: "s" + strconv.Itoa(n), Environment: "production"}
		targets = append(targets, target)
		before := ""
		for i, phase := range []bot.Phase{bot.Succeeded, bot.Failed} {
			id := fmt.Sprintf("%s-%d", target.Service, i+1)
			r := bot.Release{
				ID: id, RunKey: id + ".abcd1234", Kind: bot.Deploy, Phase: phase, Target: target, Requester: bot.Person{ID: "U1"},
				Healthy: phase == bot.Succeeded, Verdict: bot.NotWatched, Plan: &bot.Plan{Commit: bot.Commit{SHA: strings.Repeat(strconv.Itoa(i), 40)}},
				Run: bot.Run{ID: int64(100*n + i + 1), Status: bot.RunCompleted, Conclusion: bot.ConclusionFailure, Jobs: []bot.Job{{Name: "deploy", Status: bot.RunCompleted, Conclusion: bot.ConclusionFailure}}},
			}
			if phase == bot.Succeeded {
				r.Run.Conclusion, r.Run.Jobs = bot.ConclusionSuccess, nil
			}
			if _, err := f.Restore(ctx, r, before); err != nil {
				t.Fatal(err)
			}
			before = id
		}
	}
	bad := f.findKey("*history:s7/production")
	if err := errors.Join(f.Client().Del(ctx, bad).Err(), f.Client().Set(ctx, bad, "no list", 0).Err()); err != nil {
		t.Fatal(err)
	}
	var counted trips
	f.Client().AddHook(&counted)
	states, err := f.Targets(ctx, targets)
	if err != nil {
		t.Fatal(err)
	}
	if n := counted.n.Load(); n > 8 {
		t.Errorf("it took %d round trips", n)
	}
	for _, s := range states {
		switch odd := s.Target.Service == "s7"; {
		case odd && (s.Unread == "" || s.Sure != nil):
			t.Errorf("%s, whose history cannot be read: %+v", s.Target, s)
		case !odd && (s.Unread != "" || s.Sure == nil || s.Sure.Release != s.Target.Service+"-1"):
			t.Errorf("%s: unread %q, before it %+v", s.Target, s.Unread, s.Sure)
		}
	}
}
