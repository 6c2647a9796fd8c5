// Package watcher looks at a service after its release: it asks the probes that the
// release's plan names, each by its source, and has package health judge what was seen.
//
// # Sources
//
// What can be asked (an address, a metric) is for the sources to know. Each is a folder
// under integrations, which also says what a probe of it may say in slipway.yaml
// (catalog.Source); cmd joins the two. A probe whose source this version of slipway does
// not know has no answer, which is nobody's fault, and the verdict says so.
//
// # What it does not do
//
// It remembers nothing: what was seen is in the release. It decides nothing about the
// release either; that is lifecycle's.
package watcher

import (
	"context"
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

// Watcher looks at services. It may be used from any goroutine.
type Watcher struct {
	sources map[string]Source
}

// New makes a Watcher of the sources, by their names.
func New(sources map[string]Source) *Watcher { return &Watcher{sources} }

// Look asks every probe of a release, next to each other, and judges the watch as it is
// with their answers.
func (w *Watcher) Look(ctx context.Context, r bot.Release, now time.Time) bot.Sampled {
	rule := r.Plan.Settings.Health
	samples := make([]bot.Sample, len(rule.Probes))
	var g guard.WaitGroup
	for i, probe := range rule.Probes {
		g.Go(func() { samples[i] = w.ask(ctx, questionOf(r, probe), now) })
	}
	g.Wait()
	watch := r.Watch
	watch.Samples = append(append([]bot.Sample(nil), watch.Samples...), samples...)
	return bot.Sampled{Samples: samples, Verdict: health.Judge(rule, watch, now)}
}

func questionOf(r bot.Release, probe bot.Probe) bot.Question {
	return bot.Question{
		Probe: probe, Target: r.Target, SHA: r.SHA(), Release: r.ID, RunKey: r.RunKey, Plan: r.Plan,
		Since: r.Watch.StartedAt, Early: r.Watch.StartedAt.IsZero(),
		Asked: slices.ContainsFunc(r.Watch.Samples, func(s bot.Sample) bool { return s.Probe == probe.Name }),
	}
}

func (w *Watcher) ask(ctx context.Context, q bot.Question, now time.Time) bot.Sample {
	source, known := w.sources[q.Probe.Source]
	if !known {
		return bot.Sample{Probe: q.Probe.Name, At: now, Outcome: bot.NoAnswer, Says: "this version of slipway knows no such probe"}
	}
	sample := source.Ask(ctx, q)
	sample.Probe, sample.At = q.Probe.Name, now
	return sample
}
