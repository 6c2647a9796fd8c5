package engine

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// oneJob hands out one release whose run is to be read, and keeps what is saved.
// The read takes until it is let go, or is cut short.
type oneJob struct {
	Runner
	begun, letGo chan struct{}

	mu    sync.Mutex
	given bool
	moves []bot.Move
}

func (j *oneJob) Claim(ctx context.Context, _ time.Duration, _ int) ([]bot.Claim, time.Duration, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.given {
		return nil, bot.NoneDue, ctx.Err()
	}
	j.given = true
	r := bottest.Starting()
	r.Phase, r.Run = bot.Running, bot.Run{ID: 7, HeadSHA: "head", Status: bot.RunInProgress, ReadAt: noon.Add(-time.Hour)}
	r.Plan.Settings.Timeout = 24 * time.Hour
	r.Moments = []bot.Moment{{Phase: bot.Running, At: noon.Add(-time.Hour)}}
	return []bot.Claim{{Release: r, Fence: 1, Now: noon, Inbox: []bot.Event{bot.Hinted{}}}}, bot.NoneDue, nil
}

func (j *oneJob) Move(ctx context.Context, m bot.Move) (time.Time, error) {
	if ctx.Err() != nil {
		return time.Time{}, ctx.Err()
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.moves = append(j.moves, m)
	return noon, nil
}

func (j *oneJob) Woken(context.Context) <-chan struct{} { return nil }

func (j *oneJob) Renew(context.Context, []bot.Lease, time.Duration) ([]bot.Lease, error) {
	return nil, nil
}

// readOf is the read of the one job.
type readOf struct {
	Runs
	j *oneJob
}

func (r readOf) HintedRun(ctx context.Context, _ string, _ bot.Run) (bot.Run, error) {
	close(r.j.begun)
	select {
	case <-r.j.letGo:
		return bot.Run{ID: 7, Status: bot.RunInProgress, HeadSHA: "head", URL: "seen"}, nil
	case <-ctx.Done():
		return bot.Run{}, ctx.Err()
	}
}

// last is what was saved last.
func (j *oneJob) last() bot.Move {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.moves) == 0 {
		return bot.Move{}
	}
	return j.moves[len(j.moves)-1]
}

// stopped runs the motor until the read has begun, and tells it to stop then.
func stopped(tb testing.TB, j *oneJob, grace time.Duration) <-chan error {
	tb.Helper()
	e := New(&catalog.Catalog{}, Ports{Work: j, Doubts: quiet{}, Aside: quiet{}, Runs: readOf{j: j}, Announcer: mute{}, Notifier: mute{}}, Options{Grace: grace}, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(tb.Context())
	ended := make(chan error, 1)
	go func() { ended <- e.Run(ctx) }()
	<-j.begun
	stop()
	return ended
}

// TestAStopLetsAStepEnd: what is under way when slipway is told to stop ends and
// is saved, and the release handed back, before the motor is said to have
// stopped.
func TestAStopLetsAStepEnd(t *testing.T) {
	t.Parallel()
	j := &oneJob{begun: make(chan struct{}), letGo: make(chan struct{})}
	ended := stopped(t, j, time.Minute)
	select {
	case err := <-ended:
		t.Fatalf("the motor stopped while a step was under way: %v", err)
	case <-time.After(50 * time.Millisecond): // too short a look can only miss a fault
	}
	close(j.letGo)
	if err := <-ended; err != nil {
		t.Errorf("a clean stop says %v", err)
	}
	if m := j.last(); m.Keep || m.Due.IsZero() || m.Release.Run.URL != "seen" {
		t.Errorf("saved last: %+v", m)
	}
}

// TestAStopCutsAStepShort: a step that does not end in time is cut short, which
// does not count as a try, and its release is handed back all the same.
func TestAStopCutsAStepShort(t *testing.T) {
	t.Parallel()
	j := &oneJob{begun: make(chan struct{}), letGo: make(chan struct{})}
	if err := <-stopped(t, j, 10*time.Millisecond); err != nil {
		t.Errorf("the stop says %v", err)
	}
	m := j.last()
	if m.Keep || m.Due.IsZero() || m.Release.Run.URL != "" {
		t.Errorf("saved last: %+v", m)
	}
	for _, p := range m.Release.Outbox {
		if reads(p.Effect) && p.Tries > 0 {
			t.Errorf("the read counts as tried: %+v", p)
		}
	}
}
