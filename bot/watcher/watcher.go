// Package watcher looks at a service after its release: it asks the probes that the
// release's plan names, each by its source, and has package health judge what was seen
// against what was before.
//
// # Sources
//
// What can be asked (an address, a metric) is for the sources to know. Each is a folder
// under integrations, which also says what a probe of it may say in slipway.yaml
// (catalog.Source); cmd joins the two. A probe whose source this version of slipway does
// not know has no answer, which is nobody's fault, and the verdict says so.
//
// # Before
//
// A source that remembers (Recorder) is asked at the first look of the watch for the
// time before the release, and for the same hours of one and seven days earlier. The
// others are asked while the release still waits to be started.
//
// # What it does not do
//
// It remembers nothing: what was seen is in the release. It decides nothing about the
// release either; that is lifecycle's.
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

// Recorder is a source that can tell what it would have answered before.
type Recorder interface {
	Past(ctx context.Context, q bot.Question, p bot.Period) ([]bot.Sample, error)
}

// Watcher looks at services. It may be used from any goroutine.
type Watcher struct {
	sources map[string]Source
	log     *slog.Logger
}

// New makes a Watcher of the sources, by their names.
func New(sources map[string]Source, log *slog.Logger) *Watcher { return &Watcher{sources, log} }

// Look asks every probe of a release that is due, next to each other, and judges the
// watch as it is with their answers. Before the watch has begun it only asks what cannot
// be asked for afterwards.
func (w *Watcher) Look(ctx context.Context, r bot.Release, now time.Time) bot.Sampled {
	rule := r.Plan.Settings.Health
	early := r.Watch.StartedAt.IsZero()
	// The clock of the store may be set back. What is asked once the watch has begun is
	// still no answer from before the release.
	now = bot.LaterOf(now, r.Watch.StartedAt)
	samples := make([]*bot.Sample, len(rule.Probes))
	pasts := make([][]bot.Baseline, len(rule.Probes))
	var g guard.WaitGroup
	for i, probe := range rule.Probes {
		q := questionOf(r, probe)
		recorder, records := w.sources[probe.Source].(Recorder)
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
		stands(&seen, rule, watch)
	}
	return seen
}

// stands keeps to a verdict that a rollback counts down by: it was sure when it was said,
// and only a service that is seen to be well again takes it back.
func stands(seen *bot.Sampled, rule bot.HealthRule, watch bot.Watch) {
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

// due says whether a probe is to be asked: one with a beat of its own may have time.
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

func questionOf(r bot.Release, probe bot.Probe) bot.Question {
	return bot.Question{
		Probe: probe, Target: r.Target, SHA: r.SHA(), Release: r.ID, RunKey: r.RunKey, Plan: r.Plan,
		Began: r.LastIn(bot.Dispatching), Since: r.Watch.StartedAt, Early: r.Watch.StartedAt.IsZero(),
		Asked: slices.ContainsFunc(r.Watch.After(), func(s bot.Sample) bool { return s.Probe == probe.Name }),
	}
}

const (
	unknownSource = "this version of slipway knows no such probe"
	brokeDown     = "slipway itself failed when it asked; its log says more"
)

// guarded asks a source. What an odd answer breaks there is that probe's alone: it has no
// answer, and the others have theirs.
func (w *Watcher) guarded(ctx context.Context, source Source, q bot.Question) (sample bot.Sample) {
	err := guard.Do(func() error { sample = source.Ask(ctx, q); return nil })
	if err != nil {
		w.panicked(q, err)
		return bot.Sample{Outcome: bot.NoAnswer, Says: brokeDown}
	}
	return sample
}

// recalled asks a source for the past in the same way.
func (w *Watcher) recalled(ctx context.Context, source Recorder, q bot.Question, p bot.Period) (samples []bot.Sample, err error) {
	err = guard.Do(func() (err error) { samples, err = source.Past(ctx, q, p); return err })
	if guard.Stack(err) != "" {
		w.panicked(q, err)
		return nil, errors.New(brokeDown)
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
		return nil // it says nothing of how the service was
	}
	sample.Probe, sample.At = q.Probe.Name, now
	return &sample
}
