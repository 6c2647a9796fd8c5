package watcher

import (
	"context"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
	"github.com/slipwayhq/slipway/bot/health"
)

// Retrospect is the verdict that a past release would have had.
type Retrospect struct {
	health.Report // of the probes that can be judged
	// Untold are the other probes, each with the reason. They are no part of the verdict.
	Untold []health.Finding
}

// LookBack judges a past release by the rule in its plan, from what the sources recorded
// before its dispatch and after its watch began. What is later than until is ignored: it
// belongs to another release, or has not happened yet.
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

// recollection is what the source of a probe recorded, or why it has nothing.
type recollection struct {
	before  []bot.Baseline
	samples []bot.Sample
	lacks   string // why the probe cannot be judged; empty if it can
}

func (w *Watcher) recall(ctx context.Context, r bot.Release, probe bot.Probe, until time.Time) recollection {
	recorder, records := w.sources[probe.Source].(recorder)
	if !records {
		return recollection{lacks: "it cannot be judged after the fact: what it would have been answered is kept nowhere"}
	}
	q := questionOf(r, probe, time.Time{})
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

// watchOf is the period in which a probe is asked: the window with its longest extension.
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
