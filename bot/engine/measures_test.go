package engine

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/bot/loop"
)

// TestTheMotorsOwnMeasures: what nobody says is what the options promise, and what
// somebody says is what counts. A step has the grace to end after a stop; one that
// ends in time is not spoken of.
func TestTheMotorsOwnMeasures(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		options Options
		takes   time.Duration // a read, from the stop on
		ended   time.Duration // after the stop
		warns   bool
	}{
		"nothing said, and it ends": {takes: 7 * time.Second, ended: 7 * time.Second},
		"nothing said":              {takes: time.Hour, ended: 8 * time.Second, warns: true},
		"a grace":                   {options: Options{Grace: time.Second}, takes: time.Hour, ended: time.Second, warns: true},
		"an effect is shorter":      {options: Options{Effect: 3 * time.Second}, takes: time.Hour, ended: 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, book := newDesk(followed()), &bottest.Logbook{}
			d.work = func(ctx context.Context) (bot.Run, error) {
				loop.Pause(ctx, nil, time.Second+tt.takes)
				return bot.Run{ID: 7, Status: bot.RunInProgress, HeadSHA: "head"}, ctx.Err()
			}
			synctest.Test(t, func(t *testing.T) {
				d.began = time.Now()
				e := New(bottest.Declare(t, bottest.Shop), Ports{
					Work: d, Doubts: quiet{}, Aside: quiet{}, Records: d.memory, Intake: d.memory, Runner: d, Runs: d, Workflows: &d.host, Slots: &d.host, Announcer: mute{}, Notifier: mute{}, Caution: free{},
				}, tt.options, slog.New(book))
				ctx, stop := context.WithCancel(t.Context())
				time.AfterFunc(time.Second, stop)
				if err := e.Run(ctx); err != nil {
					t.Errorf("a clean stop says %v", err)
				}
				if ended := time.Since(d.began) - time.Second; ended != tt.ended {
					t.Errorf("it ended %s after the stop, want %s", ended, tt.ended)
				}
			})
			if book.Says("still under way at the end of the grace") != tt.warns {
				t.Errorf("logged %q", book.Lines())
			}
		})
	}
}
