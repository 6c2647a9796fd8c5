package lifecycle_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/lifecycle"
)

// counted is a release that is watched and goes back by itself when it is unhealthy.
func countedRelease(on bot.OnUnhealthy, countdown time.Duration) bot.Release {
	plan := newPlan(0, probe)
	plan.Settings.Health.OnUnhealthy, plan.Settings.Health.Countdown = on, countdown
	return runsAs(bot.Deploy, plan, bot.RunSeen{Run: bot.Run{ID: 7, Attempt: 1, Status: bot.RunCompleted, Conclusion: bot.ConclusionSuccess}})()
}

func unhealthySample(hindrance string) bot.Sampled {
	return bot.Sampled{
		Judgement: bot.Judgement{Verdict: bot.NotHealthy, Evidence: []bot.Evidence{{Probe: "up", Verdict: bot.NotHealthy, Says: "5 of 5 answers were bad"}}},
		Back:      bot.Back{To: "api-1", Hindrance: hindrance},
	}
}

func has[E bot.Effect](effects []bot.Effect, fits func(E) bool) bool {
	for _, e := range effects {
		if e, is := e.(E); is && fits(e) {
			return true
		}
	}
	return false
}

func rollsBack(effects []bot.Effect) bool {
	return has(effects, func(bot.RollBack) bool { return true })
}

func alerts[N bot.News](effects []bot.Effect) bool {
	return has(effects, func(e bot.Alert) bool { _, is := e.News.(N); return is })
}

// TestCountdown: it is said out loud, goes when its time has come, once, and ends the
// release as unhealthy.
func TestCountdown(t *testing.T) {
	t.Parallel()
	r := countedRelease(bot.OnUnhealthyRollback, time.Minute)
	now := r.Since().Add(time.Minute)
	r, effects := lifecycle.Next(r, unhealthySample(""), now)
	if r.Phase != bot.Verifying || !r.Watch.Countdown.Runs() || r.Watch.Countdown.To != "api-1" || !alerts[bot.NoteCountdown](effects) || rollsBack(effects) {
		t.Fatalf("the countdown did not begin: %s %+v %v", r.Phase, r.Watch.Countdown, effects)
	}
	if r.WakeAt.After(r.Watch.Countdown.At) {
		t.Errorf("it wakes at %s, after the countdown's end", r.WakeAt)
	}
	r, effects = lifecycle.Next(r, unhealthySample(""), now.Add(30*time.Second))
	if r.Phase != bot.Verifying || rollsBack(effects) || alerts[bot.NoteCountdown](effects) {
		t.Fatalf("half way: %s %v", r.Phase, effects)
	}
	r, effects = lifecycle.Next(r, unhealthySample(""), now.Add(time.Minute))
	if r.Phase != bot.Unhealthy || !rollsBack(effects) || alerts[bot.NoteUnhealthy](effects) || !strings.Contains(r.Ending.Cause, "up: 5 of 5") {
		t.Fatalf("at its end: %s %+v %v", r.Phase, r.Ending, effects)
	}
	if r, effects = lifecycle.Next(r, unhealthySample(""), now.Add(2*time.Minute)); rollsBack(effects) || r.Phase != bot.Unhealthy {
		t.Error("it goes a second time")
	}
}

func TestCountdown_AtOnce(t *testing.T) {
	t.Parallel()
	r := countedRelease(bot.OnUnhealthyRollback, 0)
	if r, effects := lifecycle.Next(r, unhealthySample(""), r.Since()); r.Phase != bot.Unhealthy || !rollsBack(effects) {
		t.Errorf("without a countdown: %s %v", r.Phase, effects)
	}
}

// TestCountdown_DoesNotGo: what hinders it, and the other reactions, ask out loud.
func TestCountdown_DoesNotGo(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		on        bot.OnUnhealthy
		hindrance string
		mend      string
	}{
		"hindered": {bot.OnUnhealthyRollback, "a lock stands there", "a lock stands there"},
		"ask":      {bot.OnUnhealthyAsk, "", ""},
		"tell":     {bot.OnUnhealthyTell, "", ""},
		"shadow":   {bot.OnUnhealthyShadow, "", ""},
	} {
		r := countedRelease(tt.on, time.Minute)
		r, effects := lifecycle.Next(r, unhealthySample(tt.hindrance), r.Since())
		if r.Phase != bot.Unhealthy || rollsBack(effects) || !alerts[bot.NoteUnhealthy](effects) || !strings.Contains(r.Ending.Mend, tt.mend) {
			t.Errorf("%s: %s %+v %v", name, r.Phase, r.Ending, effects)
		}
		shadow := has(effects, func(e bot.Say) bool { _, is := e.News.(bot.NoteShadow); return is })
		if shadow != (tt.on == bot.OnUnhealthyShadow) {
			t.Errorf("%s: a shadow speaks: %t", name, shadow)
		}
	}
	r := countedRelease(bot.OnUnhealthyRollback, time.Minute)
	at := r.Since()
	r, _ = lifecycle.Next(r, unhealthySample(""), at)
	r, effects := lifecycle.Next(r, unhealthySample("a lock stands there"), at.Add(time.Minute))
	if r.Phase != bot.Unhealthy || rollsBack(effects) || !alerts[bot.NoteUnhealthy](effects) {
		t.Errorf("hindered at the last moment: %s %v", r.Phase, effects)
	}
}

// TestCountdown_Words: who may stop it stops it, and asks for more time.
func TestCountdown_Words(t *testing.T) {
	t.Parallel()
	begin := func() (bot.Release, time.Time) {
		r := countedRelease(bot.OnUnhealthyRollback, time.Minute)
		at := r.Since()
		r, _ = lifecycle.Next(r, unhealthySample(""), at)
		return r, at
	}
	ben, may := bot.Person{ID: "U2", Name: "ben"}, bot.Standing{May: true}

	r, at := begin()
	if r, _ = lifecycle.Next(r, bot.CountdownStopped{By: ben}, at); !r.Watch.Countdown.Runs() {
		t.Error("somebody who may not has stopped it")
	}
	r, _ = lifecycle.Next(r, bot.CountdownStopped{By: ben, Standing: may}, at.Add(time.Second))
	if r.Watch.Countdown.Runs() || r.Phase != bot.Verifying {
		t.Errorf("stopped: %+v", r.Watch.Countdown)
	}
	r, effects := lifecycle.Next(r, unhealthySample(""), at.Add(2*time.Minute))
	if r.Phase != bot.Unhealthy || rollsBack(effects) || !alerts[bot.NoteUnhealthy](effects) {
		t.Errorf("after it was stopped: %s %v", r.Phase, effects)
	}

	r, at = begin()
	r, _ = lifecycle.Next(r, bot.WatchLonger{By: ben, Standing: may}, at.Add(time.Second))
	if !r.Watch.Countdown.At.IsZero() || !r.Watch.Fresh.Equal(at.Add(time.Second)) || r.Verdict != bot.Watching {
		t.Errorf("watched longer: %+v", r.Watch)
	}
	if r, effects = lifecycle.Next(r, unhealthySample(""), at.Add(5*time.Minute)); !r.Watch.Countdown.Runs() || !alerts[bot.NoteCountdown](effects) {
		t.Error("unhealthy again, and no countdown")
	}
	if _, effects = lifecycle.Next(countedRelease(bot.OnUnhealthyRollback, time.Minute), bot.WatchLonger{By: ben, Standing: may}, at); len(effects) != 1 {
		t.Errorf("where nothing counts down: %v", effects)
	}
}

// TestCountdown_Recovers: once; a service that comes and goes is taken back in the end.
func TestCountdown_Recovers(t *testing.T) {
	t.Parallel()
	r := countedRelease(bot.OnUnhealthyRollback, time.Minute)
	at := r.Since()
	well := unhealthySample("")
	well.Recovered = true
	r, _ = lifecycle.Next(r, unhealthySample(""), at)
	r, effects := lifecycle.Next(r, well, at.Add(30*time.Second))
	if r.Watch.Countdown.Runs() || !r.Watch.Fresh.Equal(at.Add(30*time.Second)) || !has(effects, func(e bot.Say) bool { _, is := e.News.(bot.NoteRecovered); return is }) {
		t.Fatalf("recovered: %+v %v", r.Watch, effects)
	}
	r, _ = lifecycle.Next(r, unhealthySample(""), at.Add(2*time.Minute))
	r, _ = lifecycle.Next(r, well, at.Add(2*time.Minute+30*time.Second))
	if !r.Watch.Countdown.Runs() {
		t.Error("a second recovery counts")
	}
}

// TestCountdown_CannotBeAskedFor: a rollback that cannot even be asked for is said out
// loud, once it is not tried any more.
func TestCountdown_CannotBeAskedFor(t *testing.T) {
	t.Parallel()
	r := countedRelease(bot.OnUnhealthyRollback, 0)
	r, _ = lifecycle.Next(r, unhealthySample(""), r.Since())
	failed := bot.EffectFailed{Effect: bot.RollBack{}, Says: "too many releases wait already", Since: r.Since(), Next: r.Since().Add(time.Minute)}
	if _, effects := lifecycle.Next(r, failed, r.Since()); len(effects) > 0 {
		t.Errorf("while it is tried again: %v", effects)
	}
	failed.Next = time.Time{}
	r, effects := lifecycle.Next(r, failed, r.Since())
	if !alerts[bot.NoteUnhealthy](effects) || !strings.Contains(r.Ending.Mend, "could not be taken back by itself: too many") {
		t.Errorf("%+v %v", r.Ending, effects)
	}
}
