package engine

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/watcher"
)

// What TestPaceOfARollback has watched: at a hundred requests a second it is looked every 15
// seconds, a probe of ten shows 20 % of errors instead of 2 % from some moment on, and what
// goes back by itself does so without a countdown.
const (
	paceProbes  = 10
	paceEvery   = 15 * time.Second
	paceTraffic = 1500 // requests from look to look
	paceBefore  = 0.02
	paceAfter   = 0.2
	paceGitHub  = 3 * time.Second // for all that is read to work a plan out
	paceWithin  = 2 * time.Minute // in 99 of 100 releases
)

// TestPaceOfARollback measures, in simulated time and through the motor, the lifecycle, the
// watcher and the judge as they are, how long it takes from an error step to the request
// that starts the rollback's workflow. `make verdicts` measures more of them.
func TestPaceOfARollback(t *testing.T) {
	t.Parallel()
	releases := 40
	if os.Getenv("VERDICTS") != "" {
		releases = 200
	}
	var took []time.Duration
	synctest.Test(t, func(t *testing.T) {
		w := newPaceWorld(releases)
		e := New(w.catalog, Ports{
			Intake: w, Work: w, Records: w, Slots: w, Planner: w, Lookout: lookout{}, Runner: w, Caution: free{}, People: deployers(true),
			Doubts: quiet{}, Aside: quiet{}, Announcer: mute{}, Notifier: mute{}, Deployments: noRecords{}, Workflows: &host{},
			Watcher: watcher.New(map[string]watcher.Source{"counts": w}, slog.New(slog.DiscardHandler)),
		}, Options{}, slog.New(slog.DiscardHandler))
		ctx, stop := context.WithTimeout(t.Context(), 6*time.Minute)
		defer stop()
		if err := e.Run(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the stop says %v", err)
		}
		for service, step := range w.steps {
			at, went := w.dispatched[service]
			if !went || at.Before(step) {
				at = step.Add(time.Hour)
			}
			took = append(took, at.Sub(step))
		}
	})
	slices.Sort(took)
	p99 := took[releases*99/100-1]
	t.Logf("from an error step to the dispatch of the rollback, of %d releases: p50 %s, p99 %s, at most %s",
		releases, took[releases/2].Round(time.Second), p99.Round(time.Second), took[releases-1].Round(time.Second))
	if p99 > paceWithin {
		t.Errorf("it takes %s in 99 of 100 releases, want %s", p99, paceWithin)
	}
}

// noRecords takes a record and keeps none.
type noRecords struct{}

func (noRecords) RecordDeployment(context.Context, bot.DeploymentRecord) (int64, error) {
	return 9, nil
}

// paceWorld is the store, the code host and the service, in a time of its own.
type paceWorld struct {
	Runner
	catalog *catalog.Catalog
	steps   map[string]time.Time // when a service becomes worse

	mu         sync.Mutex
	kept       map[string]*keptRelease
	slots      map[string]string // which release holds the slot of a service
	dispatched map[string]time.Time
	woken      chan struct{}
}

// keptRelease is a release in the store.
type keptRelease struct {
	r     bot.Release
	due   time.Time // zero: never
	fence int64
	inbox []bot.Event
}

// newPaceWorld has a release on each of many services whose run ends now, well.
func newPaceWorld(releases int) *paceWorld {
	w := &paceWorld{
		catalog: &catalog.Catalog{}, steps: map[string]time.Time{}, kept: map[string]*keptRelease{}, slots: map[string]string{},
		dispatched: map[string]time.Time{}, woken: make(chan struct{}, 1),
	}
	random := rand.New(rand.NewPCG(2026, 11))
	now := time.Now()
	for i := range releases {
		service := fmt.Sprintf("s%d", i)
		w.catalog.Services = append(w.catalog.Services, catalog.Service{Name: service, Environments: []catalog.Environment{{Name: "production"}}})
		r := watchedRelease(service, now)
		w.kept[r.ID] = &keptRelease{r: r, due: now, inbox: []bot.Event{bot.RunSeen{Run: bot.Run{
			ID: 7, Attempt: 1, HeadSHA: "head", Status: bot.RunCompleted, Conclusion: bot.ConclusionSuccess, ReadAt: now,
		}}}}
		w.slots[service] = r.ID
		w.steps[service] = now.Add(time.Duration(random.Float64() * float64(5*time.Minute)))
	}
	return w
}

func watchedRelease(service string, now time.Time) bot.Release {
	r := bottest.Starting()
	r.ID, r.RunKey, r.Target.Service, r.Phase = service+"-2", service+"-2.k3v9x2mq", service, bot.Running
	r.Dispatch.State, r.Run = bot.Sent, bot.Run{ID: 7, Attempt: 1, HeadSHA: "head", Status: bot.RunInProgress, ReadAt: now.Add(-time.Minute)}
	r.Moments = []bot.Moment{{Phase: bot.Dispatching, At: now.Add(-2 * time.Minute)}, {Phase: bot.Running, At: now.Add(-time.Minute)}}
	r.Plan.Target, r.Plan.Commit.SHA = r.Target, "bbbbbbb"
	r.Plan.RollbackTo, r.Plan.Undone = new(wellBefore(service)), &bot.Undone{}
	r.Plan.Settings.Timeout = time.Hour
	r.Plan.Settings.Health = bot.HealthRule{Window: 10 * time.Minute, Every: paceEvery, OnUnhealthy: bot.OnUnhealthyRollback}
	for i := range paceProbes {
		r.Plan.Settings.Health.Probes = append(r.Plan.Settings.Health.Probes, bot.Probe{Name: fmt.Sprintf("p%d", i), Source: "counts", Kind: bot.Counts})
	}
	return r
}

func wellBefore(service string) bot.Past {
	return bot.Past{Release: service + "-1", Kind: bot.Deploy, SHA: "aaaaaaa", Phase: bot.Succeeded, Healthy: true, Watched: true, Arrival: bot.Arrived}
}

// Ask counts what came since the last look.
func (w *paceWorld) Ask(_ context.Context, q bot.Question) bot.Sample {
	worse := 0.0
	if q.Probe.Name == "p3" {
		worse = float64(min(max(time.Since(w.steps[q.Target.Service]), 0), paceEvery)) / float64(paceEvery)
	}
	return counted(q, time.Now(), paceBefore+worse*(paceAfter-paceBefore))
}

// Past counts what came before.
func (w *paceWorld) Past(_ context.Context, q bot.Question, p bot.Period) ([]bot.Sample, error) {
	var samples []bot.Sample
	for at := p.From; !at.After(p.To); at = at.Add(p.Step) {
		s := counted(q, at, paceBefore)
		s.At = at
		samples = append(samples, s)
	}
	return samples, nil
}

// counted draws a sample by what is asked, so that who asks first is nothing.
func counted(q bot.Question, at time.Time, share float64) bot.Sample {
	sum := fnv.New64()
	_, _ = fmt.Fprint(sum, q.Target.Service, q.Probe.Name) // a hash takes everything
	random := rand.New(rand.NewPCG(sum.Sum64(), uint64(at.Unix())))
	mean := share * paceTraffic
	return bot.Sample{Outcome: bot.Good, Bad: math.Round(max(0, mean+math.Sqrt(mean)*random.NormFloat64())), Total: paceTraffic}
}

// Claim hands out what is due.
func (w *paceWorld) Claim(_ context.Context, lease time.Duration, limit int) ([]bot.Claim, time.Duration, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now, next := time.Now(), bot.NoneDue
	var claims []bot.Claim
	for _, k := range w.kept {
		switch {
		case k.due.IsZero():
		case k.due.After(now):
			next = min(next, k.due.Sub(now))
		case len(claims) == limit:
			next = 0
		default:
			k.fence++
			k.due = now.Add(lease)
			claims = append(claims, bot.Claim{Release: k.r, Fence: k.fence, Inbox: slices.Clone(k.inbox), Now: now})
		}
	}
	return claims, next, nil
}

// Move saves a release.
func (w *paceWorld) Move(_ context.Context, m bot.Move) (time.Time, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	k, now := w.kept[m.Release.ID], time.Now()
	if k.fence != m.Fence || k.r.Phase != m.From {
		return now, &bot.Error{Kind: bot.Stale}
	}
	k.r, k.inbox = m.Release, k.inbox[m.Consumed:]
	if !m.Keep {
		k.due = m.Due
	}
	if service := k.r.Target.Service; k.r.Ended() && w.slots[service] == k.r.ID {
		delete(w.slots, service)
	}
	return now, nil
}

// Renew makes leases last.
func (w *paceWorld) Renew(_ context.Context, leases []bot.Lease, lease time.Duration) ([]bot.Lease, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, l := range leases {
		w.kept[l.Release].due = time.Now().Add(lease)
	}
	return nil, nil
}

// Woken tells of what is new.
func (w *paceWorld) Woken(context.Context) <-chan struct{} { return w.woken }

// Create makes the rollback.
func (w *paceWorld) Create(_ context.Context, d bot.Draft) (bot.Created, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	id, now := d.Target.Service+"-3", time.Now()
	if w.kept[id] == nil {
		w.kept[id] = &keptRelease{due: now, r: bot.Release{
			ID: id, RunKey: id + ".k3v9x2mq", Kind: d.Kind, Phase: bot.Requested, Target: d.Target, Requester: d.Requester, Reason: d.Reason,
			Reversal: d.Reversal, Confirmed: d.Confirmed, Pace: d.Pace, RequestedAt: now, Moments: []bot.Moment{{Phase: bot.Requested, At: now}},
		}}
	}
	select {
	case w.woken <- struct{}{}:
	default:
	}
	return bot.Created{Release: w.kept[id].r}, nil
}

// Post brings an event.
func (w *paceWorld) Post(_ context.Context, l bot.InboxEvent) (bot.Posted, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if k := w.kept[l.Release]; k != nil {
		k.inbox = append(k.inbox, l.Event)
		k.due = time.Now()
	}
	return bot.PostStored, nil
}

// TakeSlot gives a service's slot to one release.
func (w *paceWorld) TakeSlot(_ context.Context, r bot.Release) (bool, bot.Place, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if holder := w.slots[r.Target.Service]; holder != "" && holder != r.ID {
		return false, bot.Place{Holder: holder}, nil
	}
	w.slots[r.Target.Service] = r.ID
	return true, bot.Place{}, nil
}

// TakeBack, EndQuarantine and RememberRun keep nothing.
func (w *paceWorld) TakeBack(context.Context, string, string, time.Time) error { return nil }

// EndQuarantine keeps nothing.
func (w *paceWorld) EndQuarantine(context.Context, bot.Target, string, time.Time) error { return nil }

// RememberRun keeps nothing.
func (w *paceWorld) RememberRun(context.Context, int64, string) error { return nil }

// Release reads a release.
func (w *paceWorld) Release(_ context.Context, id string) (bot.Release, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if k := w.kept[id]; k != nil {
		return k.r, nil
	}
	return bot.Release{}, &bot.Error{Kind: bot.NotFound}
}

// Targets reads what holds the targets.
func (w *paceWorld) Targets(_ context.Context, targets []bot.Target) ([]bot.TargetState, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var states []bot.TargetState
	for _, t := range targets {
		s := bot.TargetState{Target: t}
		if k := w.kept[w.slots[t.Service]]; k != nil {
			s.Under = new(k.r)
		}
		states = append(states, s)
	}
	return states, nil
}

// History is the release that is watched, and the one before.
func (w *paceWorld) History(_ context.Context, t bot.Target, _ int) ([]bot.Past, error) {
	return []bot.Past{{Release: t.Service + "-2", Kind: bot.Deploy, SHA: "bbbbbbb", Phase: bot.Verifying, Arrival: bot.Arrived}, wellBefore(t.Service)}, nil
}

// rollbackPlan is what a rollback would do, once GitHub has told.
func (w *paceWorld) rollbackPlan(r bot.Release) bot.Plan {
	time.Sleep(paceGitHub)
	plan := *watchedRelease(r.Target.Service, r.RequestedAt).Plan
	plan.Commit.SHA, plan.Settings.Health.Probes = "aaaaaaa", nil
	plan.Current, plan.Undone = &bot.Past{Release: r.Reversal.Back, SHA: "bbbbbbb"}, nil
	return plan
}

// Resolve works the plan out.
func (w *paceWorld) Resolve(_ context.Context, r bot.Release, _ time.Time) (bot.Event, error) {
	return bot.Resolved{Plan: w.rollbackPlan(r)}, nil
}

// Recheck works it out again.
func (w *paceWorld) Recheck(_ context.Context, r bot.Release, _ time.Time) (bot.Event, error) {
	return bot.Rechecked{Plan: w.rollbackPlan(r)}, nil
}

// Refresh finds nothing new.
func (w *paceWorld) Refresh(context.Context, bot.Release, time.Time) (bot.Event, error) {
	return nil, nil
}

// Wait knows nothing.
func (w *paceWorld) Wait(context.Context, bot.Target, bot.Place, time.Time) time.Duration { return 0 }

// Dispatch notes when a rollback is started.
func (w *paceWorld) Dispatch(ctx context.Context, d bot.DispatchRequest, leave func(context.Context) error) (bot.Run, error) {
	if err := leave(ctx); err != nil {
		return bot.Run{}, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	id, _ := bot.ReleaseIDOf(d.Inputs["release_id"])
	w.dispatched[w.kept[id].r.Target.Service] = time.Now()
	return bot.Run{}, &bot.Error{Kind: bot.Invalid, Says: "that is all that is measured"}
}
