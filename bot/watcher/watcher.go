// Package watcher watches a service after its release: it asks the probes in the release's
// plan, each through its source, and has package health compare the answers with those
// from before the release.
//
// # Sources
//
// A source knows how to ask one kind of probe: an address, a metric, a workflow. Each is a
// folder under integrations, which also describes the settings of its probes in
// slipway.yaml (catalog.Source); cmd joins the two. If this version of slipway does not
// know the source of a probe, the probe has no answer, which counts neither for nor against
// the release, and the verdict says so.
//
// # The time before the release
//
// A source that keeps a record (recorder) is asked for it at the first look of the watch:
// for the time before the release, and for the same hours one and seven days earlier. The
// other sources are asked for samples while the release still waits to be started.
//
// # What it does not do
//
// It stores nothing: samples and baselines are part of the release. It does not decide what
// becomes of the release either; package lifecycle does.
package watcher

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
	"github.com/slipwayhq/slipway/bot/health"
)

// Source asks probes of one kind.
type Source interface {
	// Ask asks once. It never fails, since no answer is a sample too.
	Ask(ctx context.Context, q bot.Question) bot.Sample
}

// recorder is a source that can tell what it would have answered in the past.
type recorder interface {
	Past(ctx context.Context, q bot.Question, p bot.Period) ([]bot.Sample, error)
}

// Watcher watches services. It may be used from any goroutine.
type Watcher struct {
	sources map[string]Source
	log     *slog.Logger
}

// New makes a Watcher of the sources, by their names.
func New(sources map[string]Source, log *slog.Logger) *Watcher { return &Watcher{sources, log} }

// Look asks all probes of a release that are due, at once, and judges the watch with their
// answers. Before the watch has begun it asks only the sources that keep no record.
func (w *Watcher) Look(ctx context.Context, r bot.Release, now time.Time) bot.Sampled {
	rule := r.Plan.Settings.Health
	early := r.Watch.StartedAt.IsZero()
	// The store's clock may be set back. An answer during the watch must still not be dated
	// before the release.
	now = bot.LaterOf(now, r.Watch.StartedAt)
	samples := make([]*bot.Sample, len(rule.Probes))
	pasts := make([][]bot.Baseline, len(rule.Probes))
	var g guard.WaitGroup
	for i, probe := range rule.Probes {
		q := questionOf(r, probe, now)
		recorder, records := w.sources[probe.Source].(recorder)
		if records && !early {
			g.Go(func() { pasts[i] = w.past(ctx, recorder, q, r) })
		}
		if early && !records || !early && due(rule, probe, r.Watch, now) {
			g.Go(func() { samples[i] = w.ask(ctx, q, now) })
		}
	}
	g.Wait()
	var seen bot.Sampled
	seen.Before = slices.Concat(pasts...)
	seen.Samples = had(samples)
	if early {
		return seen
	}
	watch := r.Watch
	seen.Gap = watch.Overdue(rule.Tick(), now)
	watch.Miss(seen.Gap)
	watch.Samples = slices.Concat(watch.Samples, seen.Samples)
	watch.Before = slices.Concat(watch.Before, seen.Before)
	seen.Judgement = health.Judge(rule, watch, now)
	if watch.Countdown.Runs() {
		keepVerdict(&seen, rule, watch)
	}
	return seen
}

// keepVerdict keeps the unhealthy verdict while a rollback counts down for it: it was
// significant when it was reached, and only a recovery of the service revokes it.
func keepVerdict(seen *bot.Sampled, rule bot.HealthRule, watch bot.Watch) {
	seen.Recovered = health.Recovered(rule, watch, watch.Countdown.Since)
	if seen.Verdict != bot.NotHealthy {
		seen.Verdict, seen.Evidence = bot.NotHealthy, watch.Evidence
	}
}

// had are the samples of the probes that were asked.
func had(samples []*bot.Sample) []bot.Sample {
	var all []bot.Sample
	for _, s := range samples {
		if s != nil {
			all = append(all, *s)
		}
	}
	return all
}

// due says whether a probe is to be asked at this look. One with its own interval may be
// due less often than others.
func due(rule bot.HealthRule, probe bot.Probe, watch bot.Watch, now time.Time) bool {
	every := probe.Every
	if every == 0 {
		every = rule.Every
	}
	for _, s := range slices.Backward(watch.Samples) {
		if s.Probe == probe.Name {
			return s.At.Before(watch.StartedAt) || now.Sub(s.At) >= every-rule.Tick()/2
		}
	}
	return !now.Before(watch.StartedAt.Add(probe.Delay))
}

func questionOf(r bot.Release, probe bot.Probe, now time.Time) bot.Question {
	q := bot.Question{
		Probe: probe, Target: r.Target, SHA: r.SHA(), Release: r.ID, RunKey: r.RunKey, Plan: r.Plan,
		Began: r.LastIn(bot.Dispatching), Since: r.Watch.StartedAt, Early: r.Watch.StartedAt.IsZero(), Now: now,
	}
	for _, s := range r.Watch.After() {
		if s.Probe != probe.Name || s.Start == bot.NotStarted {
			continue
		}
		q.Asked, q.Started = true, q.Started || s.Start == bot.HasStarted
		if s.Start == bot.MayHaveStarted {
			q.Doubts = append(q.Doubts, s.At)
		}
	}
	return q
}

const (
	unknownSource = "this version of slipway knows no such probe"
	brokeDown     = "slipway itself failed when it asked; its log says more"
)

// guarded asks a source. If the source panics, this probe alone has no answer.
func (w *Watcher) guarded(ctx context.Context, source Source, q bot.Question) (sample bot.Sample) {
	err := guard.Do(func() error { sample = source.Ask(ctx, q); return nil })
	if err != nil {
		w.panicked(q, err)
		return bot.Sample{Outcome: bot.NoAnswer, Says: brokeDown}
	}
	return sample.Believed()
}

// recalled asks a source for the past in the same way.
func (w *Watcher) recalled(ctx context.Context, source recorder, q bot.Question, p bot.Period) (samples []bot.Sample, err error) {
	err = guard.Do(func() (err error) { samples, err = source.Past(ctx, q, p); return err })
	if guard.Stack(err) != "" {
		w.panicked(q, err)
		return nil, errors.New(brokeDown)
	}
	for i, s := range samples {
		samples[i] = s.Believed()
	}
	return samples, err
}

func (w *Watcher) panicked(q bot.Question, err error) {
	w.log.Error("a probe panicked and has no answer", slog.String("target", q.Target.Path()), slog.String("probe", q.Probe.Name), bot.ErrAttr(err), slog.String("stack", guard.Stack(err)))
}

func (w *Watcher) ask(ctx context.Context, q bot.Question, now time.Time) *bot.Sample {
	source, known := w.sources[q.Probe.Source]
	if !known {
		return &bot.Sample{Probe: q.Probe.Name, At: now, Outcome: bot.NoAnswer, Says: unknownSource}
	}
	sample := w.guarded(ctx, source, q)
	if q.Early && sample.Outcome == bot.NoAnswer {
		return nil // not worth storing: it tells nothing about the service
	}
	sample.Probe, sample.At = q.Probe.Name, now
	return &sample
}
