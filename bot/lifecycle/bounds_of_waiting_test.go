package lifecycle_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/lifecycle"
)

// TestPromise6_AReleaseThatIsBeingStartedWakesByItself: whatever a start waits for,
// and whoever was to wake the release, it falls due soon by itself.
func TestPromise6_AReleaseThatIsBeingStartedWakesByItself(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		dispatch bot.Dispatch
		wake     time.Duration // what was set before, since the phase began; 0: nothing
		want     time.Duration // when it wakes, since the phase began
	}{
		"nothing was sent yet":             {bot.Dispatch{}, 0, 10 * time.Second},
		"nothing was sent yet, for longer": {bot.Dispatch{}, time.Minute, time.Minute},
		"the request is on its way":        {bot.Dispatch{State: bot.Sending, Attempt: 1, At: start}, 0, 10 * time.Second},
		"its run is looked for":            {bot.Dispatch{State: bot.Searching, Attempt: 1, At: start.Add(time.Minute)}, 0, time.Minute + 3*time.Second},
		"its run is looked for, later":     {bot.Dispatch{State: bot.Searching, Attempt: 1, At: start}, 30 * time.Second, 30 * time.Second},
		"it is tried again when it said":   {bot.Dispatch{Attempt: 1, At: start}, 5 * time.Second, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRelease(bot.Deploy)
			r.Phase, r.Dispatch, r.Moments = bot.Dispatching, tt.dispatch, []bot.Moment{{Phase: bot.Dispatching, At: start}}
			if tt.wake > 0 {
				r.WakeAt = start.Add(tt.wake)
			}
			next, _ := lifecycle.Next(r, bot.Hinted{}, start) // which is nothing to it
			if got := next.WakeAt.Sub(start); got != tt.want {
				t.Errorf("it wakes after %s, want %s", got, tt.want)
			}
		})
	}
}

// TestABatchLooksWhenItIsTime: neither before nor never, and once ended no more.
func TestABatchLooksWhenItIsTime(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		phase  bot.Phase
		early  time.Duration // before it wakes
		reads  bool
		begins bool
		ended  bool
	}{
		"it is time":                     {phase: bot.Running, reads: true},
		"it is time, and none goes":      {phase: bot.Queued, reads: true},
		"it is a moment before":          {phase: bot.Running, early: time.Nanosecond},
		"it is time to begin":            {phase: bot.Requested, begins: true},
		"it is a moment before to begin": {phase: bot.Requested, early: time.Nanosecond},
		"it is over":                     {phase: bot.Succeeded, ended: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRelease(bot.Batch)
			r.ID, r.Phase, r.Members = batchID, tt.phase, twoMembers(bot.Running, bot.Queued)
			r.Moments = []bot.Moment{{Phase: tt.phase, At: start}}
			now := start.Add(time.Minute)
			r.WakeAt = now.Add(tt.early)
			next, effects := lifecycle.Next(r, bot.Ticked{}, now)
			if does(effects, bot.ReadMembers{}) != tt.reads || does(effects, bot.BeginMembers{}) != tt.begins {
				t.Errorf("it does %+v", effects)
			}
			want := r.WakeAt
			switch {
			case tt.ended:
				want = time.Time{}
			case tt.reads || tt.begins:
				want = now.Add(30 * time.Second)
			}
			if !next.WakeAt.Equal(want) {
				t.Errorf("it looks again at %s, want %s", next.WakeAt, want)
			}
		})
	}
}

// TestABatchWhoseMembersAreMadeLooksAgainSoon: from the moment at which they are
// known it does not wait for what it waited for before.
func TestABatchWhoseMembersAreMadeLooksAgainSoon(t *testing.T) {
	t.Parallel()
	r := newRelease(bot.Batch)
	r.ID, r.Phase, r.Members = batchID, bot.Requested, twoMembers("", "")
	r.WakeAt = start.Add(9 * time.Minute)
	now := start.Add(time.Minute)
	next, _ := lifecycle.Next(r, bot.MembersSeen{Members: twoMembers(bot.Requested, bot.Requested)}, now)
	if next.Phase != bot.Queued || !next.Carded || !next.WakeAt.Equal(now.Add(30*time.Second)) {
		t.Errorf("it is %s, shown %t, and looks again at %s", next.Phase, next.Carded, next.WakeAt)
	}
}

// TestSamplesAreBounded: a watch keeps no more samples than it may, whatever is asked of
// it, the newest among them.
func TestSamplesAreBounded(t *testing.T) {
	t.Parallel()
	r := newRelease(bot.Deploy)
	plan := newPlan(0)
	r.Phase, r.Plan = bot.Verifying, &plan
	r.Watch = bot.Watch{StartedAt: start, EndsAt: start.Add(1000 * time.Hour)}
	told := 0
	for _, at := range []int{bot.MaxSamples - 1, 1, 1, 3} { // one short of the bound, at it, and beyond
		var fresh []bot.Sample
		for range at {
			fresh = append(fresh, bot.Sample{Probe: "up", Outcome: bot.Good, At: start.Add(time.Duration(told) * time.Second), Says: strconv.Itoa(told)})
			told++
		}
		r, _ = lifecycle.Next(r, bot.Sampled{Samples: fresh, Judgement: bot.Judgement{Verdict: bot.Watching}}, start.Add(time.Minute))
		kept := min(told, bot.MaxSamples)
		if len(r.Watch.Samples) != kept {
			t.Fatalf("of %d samples %d are kept, want %d", told, len(r.Watch.Samples), kept)
		}
		if last := r.Watch.Samples[kept-1]; last.Says != strconv.Itoa(told-1) {
			t.Errorf("of %d samples the newest that is kept is %s", told, last.Says)
		}
	}
}

// TestGapsAreMarked: a gap that a look found stays with the watch.
func TestGapsAreMarked(t *testing.T) {
	t.Parallel()
	r := newRelease(bot.Deploy)
	plan := newPlan(0)
	r.Phase, r.Plan = bot.Verifying, &plan
	r.Watch = bot.Watch{StartedAt: start, EndsAt: start.Add(10 * time.Minute), NextAt: start.Add(time.Minute)}
	gap := bot.Gap{From: start.Add(time.Minute), To: start.Add(time.Hour)}
	watching := bot.Judgement{Verdict: bot.Watching}
	r, _ = lifecycle.Next(r, bot.Sampled{Gap: gap, Judgement: watching}, start.Add(time.Hour))
	r, _ = lifecycle.Next(r, bot.Sampled{Judgement: watching}, start.Add(time.Hour+time.Minute))
	if len(r.Watch.Gaps) != 1 || r.Watch.Gaps[0] != gap {
		t.Errorf("the gaps are %+v, want %+v", r.Watch.Gaps, gap)
	}
}

// TestWhatWasAskedBeforeIsFromBefore: a process that was stopped while it asked the store
// is ahead of the time, and dates what it asks the service before the release too late.
func TestWhatWasAskedBeforeIsFromBefore(t *testing.T) {
	t.Parallel()
	r := runsAs(bot.Deploy, newPlan(0, probe))()
	now := r.Since().Add(time.Minute)
	for _, ahead := range []time.Duration{-time.Minute, 0, 30 * time.Second} {
		r.Watch.Samples = append(r.Watch.Samples, bot.Sample{Probe: "up", At: now.Add(ahead), Outcome: bot.Bad})
	}
	over := bot.Run{ID: 7, Attempt: 1, Status: bot.RunCompleted, Conclusion: bot.ConclusionSuccess, HeadSHA: "head"}
	watched, _ := lifecycle.Next(r, bot.RunSeen{Run: over}, now)
	if watched.Phase != bot.Verifying || len(watched.Watch.Samples) != 3 || len(watched.Watch.After()) > 0 {
		t.Errorf("it is %s, and after the release came %+v of %+v", watched.Phase, watched.Watch.After(), watched.Watch.Samples)
	}
	if r.Watch.Samples[2].At != now.Add(30*time.Second) {
		t.Error("the release that it was is changed")
	}
}
