package engine

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// TestPromise6_APanicCostsOneStep: wherever the work on a release panics, it is
// counted, handed back, and put aside after three in a row.
func TestPromise6_APanicCostsOneStep(t *testing.T) {
	t.Parallel()
	r := bottest.Starting() // which has a run to read
	r.Phase, r.Run = bot.Running, bot.Run{ID: 7, HeadSHA: "head", Status: bot.RunInProgress, ReadAt: noon.Add(-time.Hour)}
	r.Plan.Settings.Timeout = 24 * time.Hour
	r.Moments = []bot.Moment{{Phase: bot.Running, At: noon.Add(-time.Hour)}}
	unplanned := r // a record that somebody edited
	unplanned.Plan = nil
	for name, claim := range map[string]bot.Claim{
		"in an effect":      {Release: r, Fence: 3, Now: noon, Inbox: []bot.Event{bot.Hinted{}}},
		"between effects":   {Release: unplanned, Fence: 3, Now: noon, Inbox: []bot.Event{bot.Hinted{}}},
		"before any effect": {Release: bottest.Starting(), Fence: 3, Now: noon, Inbox: []bot.Event{nil}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &stumbling{}
			var log strings.Builder
			e := New(&catalog.Catalog{}, Ports{Work: s, Aside: s, Doubts: s, Runner: panicking{}, Runs: panicking{}}, Options{}, slog.New(slog.NewTextHandler(&log, nil)))
			if name == "before any effect" {
				e.ports.Work = panickingWork{s}
			}
			for range stumbles {
				e.work(t.Context(), claim, time.Now())
			}
			if s.times != stumbles || len(s.raised) != 1 || s.raised[0].Release != "api-7" || !strings.Contains(log.String(), "goroutine") {
				t.Errorf("%d times, raised %+v\n%s", s.times, s.raised, log.String())
			}
		})
	}
}

// stumbling counts as the store does.
type stumbling struct {
	times  int
	raised []bot.Doubt
}

func (s *stumbling) Stumble(context.Context, string, int64, time.Duration, int) (int, error) {
	s.times++
	return s.times, nil
}

func (s *stumbling) Raise(_ context.Context, d bot.Doubt) error {
	s.raised = append(s.raised, d)
	return nil
}

func (s *stumbling) Claim(context.Context, time.Duration, int) ([]bot.Claim, time.Duration, error) {
	return nil, 0, nil
}

func (s *stumbling) Move(context.Context, bot.Move) (time.Time, error) { return noon, nil }

func (s *stumbling) Woken(context.Context) <-chan struct{} { return nil }

func (s *stumbling) Renew(context.Context, []bot.Lease, time.Duration) ([]bot.Lease, error) {
	return nil, nil
}

type panickingWork struct{ *stumbling }

func (panickingWork) Move(context.Context, bot.Move) (time.Time, error) { panic("out of order") }

// panicking is a code host that breaks down on everything.
type panicking struct {
	Runner
	Runs
}

func (panicking) ReadRun(context.Context, string, int64) (bot.Run, error) { panic("out of order") }
func (panicking) PollRun(context.Context, string, bot.Run) (bot.Run, error) {
	panic(fmt.Sprint("out", " of ", "order"))
}

func (panicking) HintedRun(context.Context, string, bot.Run) (bot.Run, error) {
	panic(fmt.Sprint("out", " of ", "order"))
}
