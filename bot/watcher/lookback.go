package watcher

import (
	"context"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
	"github.com/slipwayhq/slipway/bot/health"
)

// Retrospect is what would have been said of a release of the past.
type Retrospect struct {
	health.Report // of the probes that can be judged
	// Untold are the others, each with the reason. No verdict rests on them.
	Untold []health.Finding
}

// LookBack judges a release of the past by the rule in its plan, from what sources tell of
// the time before its dispatch and after its watch began. Up to a time what is found is the
// release's; later it is another one's, or has not happened yet.
func (w *Watcher) LookBack(ctx context.Context, r bot.Release, until time.Time) Retrospect {
	rule := r.Plan.Settings.Health
	found := make([]recollection, len(rule.Probes))
	var g guard.WaitGroup
	for i, probe := range rule.Probes {
		g.Go(func() { found[i] = w.recall(ctx, r, probe, until) })
	}
	g.Wait()
	judged := rule
	judged.Probes = nil
	watch := bot.Watch{StartedAt: r.Watch.StartedAt}
	for i, probe := range rule.Probes {
		if found[i].lacks == "" {
			judged.Probes = append(judged.Probes, probe)
			watch.Before = append(watch.Before, found[i].before...)
			watch.Samples = append(watch.Samples, found[i].samples...)
		}
	}
	seen := Retrospect{Report: health.Retrace(judged, watch, until, len(rule.Probes))}
	if len(judged.Probes) == 0 {
		seen.Verdict = bot.Inconclusive
	}
	for i, probe := range rule.Probes {
		if found[i].lacks != "" {
			seen.Untold = append(seen.Untold, health.Finding{
				Name: probe.Name, Kind: probe.Kind, Verdict: bot.Inconclusive, Why: found[i].lacks, Chance: 1, At: seen.At,
			})
		}
	}
	return seen
}

// recollection is what is found out afterwards of one probe, or why nothing is.
type recollection struct {
	before  []bot.Baseline
	samples []bot.Sample
	lacks   string
}

func (w *Watcher) recall(ctx context.Context, r bot.Release, probe bot.Probe, until time.Time) recollection {
	recorder, records := w.sources[probe.Source].(Recorder)
	if !records {
		return recollection{lacks: "it cannot be judged after the fact: what it would have been answered is kept nowhere"}
	}
	q := questionOf(r, probe)
	samples, err := w.recalled(ctx, recorder, q, watchOf(r, probe, until))
	if err != nil {
		return recollection{lacks: err.Error()}
	}
	found := recollection{before: w.past(ctx, recorder, q, r), samples: samples}
	right := slices.IndexFunc(found.before, func(b bot.Baseline) bool { return b.Days == 0 })
	switch {
	case right < 0:
		found.lacks = "the time before the release could not be asked for"
	case len(found.before[right].Readings) == 0 && !slices.ContainsFunc(samples, func(s bot.Sample) bool { return s.Outcome != bot.NoAnswer }):
		found.lacks = "nothing is known of that time, neither before the release nor after it"
		if len(samples) > 0 {
			found.lacks += ": " + samples[0].Says
		}
	}
	return found
}

// watchOf is the time in which a probe was asked, or would have been: the window, and what
// it may be lengthened by.
func watchOf(r bot.Release, probe bot.Probe, until time.Time) bot.Period {
	rule := r.Plan.Settings.Health
	from := r.Watch.StartedAt.Add(rule.Delay)
	step := rule.Every
	if probe.Every > 0 {
		step = probe.Every
	}
	return bot.Period{
		From: from.Add(probe.Delay), To: bot.EarlierOf(health.Longest(from, from.Add(rule.Window)), until), Step: step,
	}
}
