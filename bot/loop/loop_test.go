package loop

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// TestALoopBeginsAgainAfterAMoment: and ends as any other when it is to stop.
func TestALoopBeginsAgainAfterAMoment(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log := slog.New(slog.DiscardHandler)
		var began []time.Duration
		start := time.Now()
		_ = Keep(t.Context(), log, "test", func(context.Context) error {
			if began = append(began, time.Since(start)); len(began) < 3 {
				panic("out of order")
			}
			return errors.New("over")
		})
		if len(began) != 3 || began[1] != time.Second || began[2] != 2*time.Second {
			t.Errorf("began at %v", began)
		}
	})
}

// TestWhatIsTooLateIsNotSent: by either clock.
func TestWhatIsTooLateIsNotSent(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for name, tt := range map[string]struct {
		by   time.Time
		late bool
	}{
		"in time":               {by: now.Add(time.Hour)},
		"too late":              {by: now.Add(-time.Millisecond), late: true},
		"too late by the clock": {by: now.Add(-time.Millisecond).Round(0), late: true},
	} {
		err := Until(tt.by)(t.Context())
		if (err != nil) != tt.late || err != nil && (bot.KindOf(err) != bot.NeverSent || bot.RetryAfter(err) != time.Second) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestWhatPanicsCostsItselfAlone: it goes into the log by what it is about, and the others
// have their turn.
func TestWhatPanicsCostsItselfAlone(t *testing.T) {
	t.Parallel()
	book := &bottest.Logbook{}
	var done []int
	for n := range 3 {
		Alone(slog.New(book), "one", func() {
			if n == 1 {
				panic("out of order")
			}
			done = append(done, n)
		})
	}
	if lines := book.Lines(); len(done) != 2 || len(lines) != 1 || lines[0] != "ERROR one of many panicked, and the others go on" {
		t.Errorf("done %v, logged %q", done, lines)
	}
}
