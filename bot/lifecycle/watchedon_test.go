package lifecycle_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/lifecycle"
)

// openRelease is over, live, and nobody knows whether it is well.
func openRelease(on bot.OnUnhealthy) bot.Release {
	r := countedRelease(on, time.Minute)
	r, _ = lifecycle.Next(r, sampleOf(bot.Inconclusive), r.Since().Add(time.Minute))
	return r
}

func sampleOf(v bot.Verdict) bot.Sampled {
	return bot.Sampled{Judgement: bot.Judgement{Verdict: v, Evidence: []bot.Evidence{{Probe: "up", Verdict: v, Says: "there was no traffic"}}}}
}

func says[N bot.News](effects []bot.Effect) bool {
	return has(effects, func(e bot.Say) bool { _, is := e.News.(N); return is })
}

// longer is an open release that ben wants to be watched for longer.
func longer(t *testing.T, on bot.OnUnhealthy) (bot.Release, time.Time) {
	t.Helper()
	r := openRelease(on)
	r.Opinions = []bot.Opinion{{By: anna, Says: bot.FalseAlarm}}
	at := r.Since().Add(time.Hour)
	if same, effects := lifecycle.Next(r, bot.WatchLonger{By: ben}, at); same.WatchesOn() || !doesA[bot.Tell](effects) {
		t.Error("somebody who may not has it watched for longer")
	}
	r, effects := lifecycle.Next(r, bot.WatchLonger{By: ben, Standing: may}, at)
	if r.Phase != bot.Succeeded || !r.WatchesOn() || r.Well() || len(r.Opinions) > 0 || !says[bot.NoteWatchLonger](effects) {
		t.Fatalf("it is not watched for longer: %s %s %+v %v", r.Phase, r.Verdict, r.Watch, effects)
	}
	if !r.Watch.EndsAt.Equal(at.Add(r.Plan.Settings.Health.Window)) || !r.WakeAt.Equal(r.Watch.NextAt) || !r.WakeAt.After(at) {
		t.Fatalf("its window: until %s, looked at %s, wakes %s", r.Watch.EndsAt, r.Watch.NextAt, r.WakeAt)
	}
	if _, effects = lifecycle.Next(r, bot.Ticked{}, at); doesA[bot.AskProbes](effects) {
		t.Error("it is looked at too early")
	}
	if _, effects = lifecycle.Next(r, bot.Ticked{}, r.WakeAt); !doesA[bot.AskProbes](effects) || !lifecycle.Wanted(r, bot.AskProbes{}) {
		t.Error("it is not looked at")
	}
	return r, at
}

// TestWatchedOn: after a watch that came to nothing the service is watched for another
// window, as often as somebody wants. The release stays as it ended.
func TestWatchedOn(t *testing.T) {
	t.Parallel()
	r, at := longer(t, bot.OnUnhealthyAsk)
	over := r.Watch.EndsAt

	still, effects := lifecycle.Next(r, sampleOf(bot.Watching), at.Add(time.Second))
	if !still.WatchesOn() || len(effects) > 0 {
		t.Errorf("half way: %s %v", still.Verdict, effects)
	}
	well, effects := lifecycle.Next(r, sampleOf(bot.Healthy), over)
	if well.Phase != bot.Succeeded || !well.Healthy || !well.WakeAt.IsZero() || well.Ending.Cause != "" || !does(effects, bot.Say{News: bot.NoteHealth{At: over}}) {
		t.Errorf("healthy after all: %s %t, wakes %s, %+v %v", well.Phase, well.Healthy, well.WakeAt, well.Ending, effects)
	}
	if well.Outcome() != bot.OutcomeSucceeded || !doesA[bot.Notify](effects) {
		t.Errorf("others hear %s: %v", well.Outcome(), effects)
	}
	open, effects := lifecycle.Next(r, sampleOf(bot.Inconclusive), over)
	if open.WatchesOn() || !open.MayWatchOn() || !says[bot.NoteHealth](effects) || !strings.Contains(open.Ending.Cause, "could not be told") {
		t.Errorf("nothing again: %s %+v %v", open.Verdict, open.Ending, effects)
	}
	if again, effects := lifecycle.Next(open, bot.WatchLonger{By: ben, Standing: may}, over.Add(time.Hour)); !again.WatchesOn() || len(effects) == 0 {
		t.Errorf("a second time: %s %v", again.Verdict, effects)
	}
	vouched, _ := lifecycle.Next(r, bot.LooksGood{By: ben, Standing: may}, at.Add(time.Second))
	if !vouched.Healthy || vouched.WatchesOn() || !vouched.WakeAt.IsZero() {
		t.Errorf("somebody looked meanwhile: %s %t", vouched.Verdict, vouched.Healthy)
	}
	gone, effects := lifecycle.Next(r, bot.Displaced{By: "api-9"}, at.Add(time.Second))
	if gone.WatchesOn() || gone.Verdict != bot.Inconclusive || !says[bot.NoteDisplaced](effects) {
		t.Errorf("another one is live: %s %v", gone.Verdict, effects)
	}
	for _, late := range []bot.Event{sampleOf(bot.NotHealthy), bot.Displaced{By: "api-9"}} {
		if same, effects := lifecycle.Next(gone, late, at.Add(time.Minute)); same.Verdict != bot.Inconclusive || len(effects) > 0 {
			t.Errorf("%T, too late: %s %v", late, same.Verdict, effects)
		}
	}
	taken := r
	taken.TakenBackBy = "api-9"
	if taken, effects := lifecycle.Next(taken, bot.Ticked{}, r.WakeAt); len(effects) > 0 || !taken.WakeAt.IsZero() {
		t.Errorf("what was taken back is looked at: %v", effects)
	}
}

// TestWatchedOn_NotHealthy: it is said out loud, and nothing counts it as well.
func TestWatchedOn_NotHealthy(t *testing.T) {
	t.Parallel()
	r, at := longer(t, bot.OnUnhealthyAsk)
	ill, effects := lifecycle.Next(r, unhealthySample(""), at.Add(time.Second))
	if ill.Phase != bot.Succeeded || ill.Well() || ill.Healthy || ill.Unclear() || ill.WatchesOn() || ill.Outcome() != bot.OutcomeUnhealthy {
		t.Errorf("not healthy: %s %s, well %t, unclear %t, %s", ill.Phase, ill.Verdict, ill.Well(), ill.Unclear(), ill.Outcome())
	}
	if !alerts[bot.NoteUnhealthy](effects) || !says[bot.NoteHealth](effects) || !strings.Contains(ill.Ending.Cause, "up: 5 of 5") {
		t.Errorf("it is not said: %+v %v", ill.Ending, effects)
	}
	for _, ev := range []bot.Event{bot.LooksGood{By: ben, Standing: may}, bot.WatchLonger{By: ben, Standing: may}} {
		if same, _ := lifecycle.Next(ill, ev, at.Add(time.Minute)); same.Healthy || same.WatchesOn() {
			t.Errorf("after %T it is %s, healthy %t", ev, same.Verdict, same.Healthy)
		}
	}
}

// TestWatchedOn_GoesBack: where slipway.yaml says so it is taken back by itself, as it
// would have been before its end; and somebody stops that.
func TestWatchedOn_GoesBack(t *testing.T) {
	t.Parallel()
	r, at := longer(t, bot.OnUnhealthyRollback)
	r, effects := lifecycle.Next(r, unhealthySample(""), at.Add(time.Second))
	if !r.CountsDown() || !alerts[bot.NoteCountdown](effects) || rollsBack(effects) || r.WakeAt.After(r.Watch.Countdown.At) {
		t.Fatalf("it does not count: %+v %v, wakes %s", r.Watch.Countdown, effects, r.WakeAt)
	}
	gone, effects := lifecycle.Next(r, unhealthySample(""), r.Watch.Countdown.At)
	if !rollsBack(effects) || !lifecycle.Wanted(gone, bot.RollBack{}) || gone.CountsDown() || !gone.WakeAt.IsZero() || alerts[bot.NoteUnhealthy](effects) {
		t.Errorf("it does not go: %+v %v", gone.Watch.Countdown, effects)
	}
	if _, effects = lifecycle.Next(gone, unhealthySample(""), r.Watch.Countdown.At.Add(time.Minute)); rollsBack(effects) {
		t.Error("it goes a second time")
	}
	stopped, effects := lifecycle.Next(r, bot.CountdownStopped{By: ben, Standing: may}, at.Add(2*time.Second))
	if stopped.CountsDown() || !stopped.WakeAt.IsZero() || !says[bot.NoteCountdownStopped](effects) || !alerts[bot.NoteUnhealthy](effects) || rollsBack(effects) {
		t.Errorf("stopped: %+v %v", stopped.Watch.Countdown, effects)
	}
	if more, _ := lifecycle.Next(r, bot.WatchLonger{By: ben, Standing: may}, at.Add(2*time.Second)); more.CountsDown() || !more.WatchesOn() {
		t.Errorf("longer still: %s %+v", more.Verdict, more.Watch.Countdown)
	}
	if gone, _ := lifecycle.Next(r, bot.Displaced{By: "api-9"}, at.Add(2*time.Second)); gone.CountsDown() || gone.Verdict != bot.NotHealthy {
		t.Errorf("another one is live: %s %+v", gone.Verdict, gone.Watch.Countdown)
	}
}
