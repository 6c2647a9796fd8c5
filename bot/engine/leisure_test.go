package engine

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/bot/loop"
)

// deaf are those who are told: alerts are heard at once, everything else takes its time.
type deaf struct {
	mute
	mu      sync.Mutex
	slow    time.Duration
	under   int
	most    int
	told    int
	alerted map[string]time.Time
}

func (d *deaf) Alert(_ context.Context, r bot.Release, _ bot.News, _ time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.alerted[r.ID] = time.Now()
	return nil
}

func (d *deaf) Deliver(ctx context.Context, _ bot.Release, _ bot.Deliver, _ time.Time) (bot.Event, error) {
	d.mu.Lock()
	d.under++
	d.most = max(d.most, d.under)
	d.mu.Unlock()
	loop.Pause(ctx, nil, d.slow)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.under--
	d.told++
	return nil, nil
}

// TestSlowListenersHoldNoAlert: however many are told of what went well, and however slowly
// they listen, a failure is said at once, and all are told in the end.
func TestSlowListenersHoldNoAlert(t *testing.T) {
	t.Parallel()
	const workers, well, failed = 8, 40, 40
	synctest.Test(t, func(t *testing.T) {
		w := &paceWorld{kept: map[string]*keptRelease{}, slots: map[string]string{}, woken: make(chan struct{}, 1)}
		now, d := time.Now(), &deaf{slow: 10 * time.Second, alerted: map[string]time.Time{}}
		add := func(id string, phase bot.Phase, due time.Time, effects ...bot.Effect) {
			r := bot.Release{ID: id, Phase: phase, Kind: bot.Deploy, Moments: []bot.Moment{{Phase: phase, At: now}}, Plan: &bot.Plan{}}
			for _, effect := range effects {
				r.Outbox = append(r.Outbox, bot.Pending{Effect: effect, Since: now, Due: due})
			}
			w.kept[id] = &keptRelease{r: r, due: due}
		}
		listener := func(n int) bot.Deliver {
			return bot.Deliver{Outcome: bot.OutcomeSucceeded, To: bot.Recipient{Kind: bot.ToWebhook, ID: strconv.Itoa(n)}}
		}
		for i := range well {
			add(fmt.Sprintf("well-%d", i), bot.Succeeded, now, listener(1), listener(2))
		}
		later := now.Add(time.Second) // when all are busy with the others
		for i := range failed {
			add(fmt.Sprintf("bad-%d", i), bot.Failed, later, bot.Alert{News: bot.NoteFailed{}}, listener(1))
		}
		e := New(bottest.Declare(t, bottest.Shop), Ports{Work: w, Intake: w, Records: w, Caution: free{}, Doubts: quiet{}, Aside: quiet{}, Announcer: d, Notifier: d, People: deployers(true)},
			Options{Workers: workers}, slog.New(slog.DiscardHandler))
		ctx, stop := context.WithTimeout(t.Context(), 20*time.Minute)
		defer stop()
		_ = e.Run(ctx) // it ends because its time is over
		for id, at := range d.alerted {
			if took := at.Sub(later); took > time.Second {
				t.Errorf("%s is said after %s", id, took)
			}
		}
		if len(d.alerted) != failed || d.told != 2*well+failed || d.most > workers/2 {
			t.Errorf("%d of %d alerts, %d told, %d at once", len(d.alerted), failed, d.told, d.most)
		}
	})
}
