package watcher

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

// How many points of the past are asked for at most. They are enough for a comparison, and
// all of them are stored with the release.
const (
	pointsBefore  = 120
	pointsEarlier = 90
)

// earlierDays are how many days ago the same hours are compared with.
func earlierDays() []int { return []int{1, 7} }

// past asks a source for the baselines of a probe that the release does not have yet. If
// the source fails, it is asked again at the next look.
func (w *Watcher) past(ctx context.Context, source recorder, q bot.Question, r bot.Release) []bot.Baseline {
	var mu sync.Mutex
	var found []bot.Baseline
	var g guard.WaitGroup
	for _, days := range append([]int{0}, earlierDays()...) {
		known := slices.ContainsFunc(r.Watch.Before, func(b bot.Baseline) bool { return b.Probe == q.Probe.Name && b.Days == days })
		if known {
			continue
		}
		g.Go(func() {
			samples, err := w.recalled(ctx, source, q, periodOf(r, days))
			if err != nil {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			found = append(found, bot.Baseline{Probe: q.Probe.Name, Days: days, Readings: readings(samples)})
		})
	}
	g.Wait()
	slices.SortFunc(found, func(a, b bot.Baseline) int { return a.Days - b.Days })
	return found
}

// periodOf is the period right before the dispatch. With days, it is the same hours that
// many days earlier: some time before the dispatch, and the time of the watch.
func periodOf(r bot.Release, days int) bot.Period {
	rule := r.Plan.Settings.Health
	before := rule.Before
	if before == 0 {
		before = bot.DefaultBefore
	}
	p := bot.Period{From: dispatchedAt(r).Add(-before), To: dispatchedAt(r), Step: max(rule.Tick(), before/pointsBefore)}
	if days > 0 {
		shift := -time.Duration(days) * 24 * time.Hour
		p.From = dispatchedAt(r).Add(shift - min(before, 2*rule.Window))
		p.To = r.Watch.StartedAt.Add(shift + rule.Delay + rule.Window)
		p.Step = max(rule.Tick(), p.To.Sub(p.From)/pointsEarlier)
	}
	return p
}

// dispatchedAt is when the release was dispatched, or when its watch began if that is not
// known.
func dispatchedAt(r bot.Release) time.Time {
	return bot.FirstSet(r.LastIn(bot.Dispatching), r.Watch.StartedAt)
}

// readings turns samples of the past into readings. Those without an answer are left out:
// nobody asked at the time, so nothing is missing.
func readings(samples []bot.Sample) []bot.Reading {
	var had []bot.Reading
	for _, s := range samples {
		if s.Outcome != bot.NoAnswer {
			had = append(had, bot.Reading{
				At: s.At, OK: s.Outcome == bot.Good, Value: s.Value, Bad: s.Bad, Total: s.Total, Latency: s.Latency, Control: s.Control,
			})
		}
	}
	return had
}
