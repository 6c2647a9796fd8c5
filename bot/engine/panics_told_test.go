package engine

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// aside answers as the store does that counts what a release met.
type aside struct {
	times  int
	err    error
	raised []bot.Doubt
	wait   time.Duration
	most   int
}

func (a *aside) Stumble(ctx context.Context, _ string, _ int64, wait time.Duration, limit int) (int, error) {
	a.wait, a.most = wait, limit
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	return a.times, a.err
}

func (a *aside) Raise(_ context.Context, d bot.Doubt) error {
	a.raised = append(a.raised, d)
	return a.err
}

// TestWhenAReleaseIsPutAside: with the third panic in a row, also while slipway
// stops; where somebody else holds the release by now it is theirs.
func TestWhenAReleaseIsPutAside(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		aside  aside
		raised int
		logs   string
	}{
		"the second time":       {aside: aside{times: 2}},
		"the third time":        {aside: aside{times: 3}, raised: 1},
		"and again":             {aside: aside{times: 4}, raised: 1},
		"it is somebody else's": {aside: aside{times: 3, err: &bot.Error{Kind: bot.Stale}}, logs: "INFO another replica goes on with the release"},
		"the store is away":     {aside: aside{times: 3, err: errors.New("away")}, logs: "ERROR the store did not take a move"},
	} {
		book := &bottest.Logbook{}
		e := New(bottest.Declare(t, bottest.Shop), Ports{Aside: &tt.aside, Doubts: &tt.aside}, Options{}, slog.New(book))
		stopped, stop := context.WithCancel(t.Context())
		stop()
		e.stumbled(stopped, bot.Claim{Release: bottest.Starting(), Fence: 3, Now: noon}, errors.New("out of order"))
		if len(tt.aside.raised) != tt.raised || tt.aside.wait != 2*time.Second || tt.aside.most != 3 {
			t.Errorf("%s: raised %+v, again after %s, at most %d", name, tt.aside.raised, tt.aside.wait, tt.aside.most)
		}
		if tt.logs != "" && !book.Says(tt.logs) || !book.Says("ERROR a step of a release panicked") {
			t.Errorf("%s: logged %q", name, book.Lines())
		}
	}
}
