package bot_test

import (
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// TestWaits: a run waits while none of its jobs is working; a job that a person can do
// something about comes first.
func TestWaits(t *testing.T) {
	t.Parallel()
	at := func(minute int) time.Time { return time.Date(2026, 11, 24, 10, minute, 0, 0, time.UTC) }
	job := func(name string, status bot.RunStatus, minute int) bot.Job {
		return bot.Job{Name: name, Status: status, StartedAt: at(minute)}
	}
	run := func(status bot.RunStatus, jobs ...bot.Job) bot.Run {
		return bot.Run{ID: 7, Status: status, StartedAt: at(0), ReadAt: at(30), Jobs: jobs}
	}
	tests := map[string]struct {
		run  bot.Run
		want bot.Wait
	}{
		"for a runner":                     {run(bot.RunWaiting, job("build", bot.RunWaiting, 1)), bot.Wait{For: bot.RunWaiting, Since: at(1), Job: "build"}},
		"for its group":                    {run(bot.RunPending), bot.Wait{For: bot.RunPending, Since: at(0)}},
		"for a review":                     {run(bot.RunHeld, job("deploy", bot.RunHeld, 2)), bot.Wait{For: bot.RunHeld, Since: at(2), Job: "deploy"}},
		"a review before a runner":         {run(bot.RunHeld, job("build", bot.RunWaiting, 1), job("deploy", bot.RunHeld, 2)), bot.Wait{For: bot.RunHeld, Since: at(2), Job: "deploy"}},
		"the first of two reviews":         {run(bot.RunHeld, job("eu", bot.RunHeld, 2), job("us", bot.RunHeld, 3)), bot.Wait{For: bot.RunHeld, Since: at(2), Job: "eu"}},
		"behind a job that is over":        {run(bot.RunInProgress, job("build", bot.RunCompleted, 1), job("deploy", bot.RunPending, 5)), bot.Wait{For: bot.RunPending, Since: at(5), Job: "deploy"}},
		"beside a job at work it does not": {run(bot.RunInProgress, job("build", bot.RunInProgress, 1), job("deploy", bot.RunHeld, 5)), bot.Wait{}},
		"it has begun, and no job has":     {run(bot.RunInProgress, job("build", bot.RunWaiting, 1)), bot.Wait{}},
		"it is over":                       {run(bot.RunCompleted, job("build", bot.RunWaiting, 1)), bot.Wait{}},
		"nothing is known of it":           {bot.Run{}, bot.Wait{}},
	}
	for name, tt := range tests {
		if got := tt.run.Waits(); got != tt.want {
			t.Errorf("%s: %+v, want %+v", name, got, tt.want)
		}
		for phase, counts := range map[bot.Phase]bool{bot.Running: true, bot.Dispatching: false, bot.Failed: false} {
			r := bot.Release{Phase: phase, Run: tt.run, RequestedAt: at(0)}
			if wait, _ := r.RunWaits(); counts != (wait.For == tt.want.For) && tt.want.For != "" {
				t.Errorf("%s, while it is %s: %+v", name, phase, wait)
			}
		}
	}
}

// TestHowLongARunWaits: the time is in growing steps, from when the release began to
// run.
func TestHowLongARunWaits(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	for waited, want := range map[time.Duration]time.Duration{
		-time.Second: 0, 59 * time.Second: 0, 9*time.Minute + 59*time.Second: 9 * time.Minute,
		14 * time.Minute: 10 * time.Minute, 59 * time.Minute: 55 * time.Minute, 89 * time.Minute: 60 * time.Minute,
	} {
		r := bot.Release{Phase: bot.Running, Moments: []bot.Moment{{Phase: bot.Running, At: began}}}
		r.Run = bot.Run{ID: 7, Status: bot.RunWaiting, StartedAt: began.Add(-time.Hour), ReadAt: began.Add(waited)}
		if _, got := r.RunWaits(); got != want {
			t.Errorf("after %s it has waited %s, want %s", waited, got, want)
		}
	}
}
