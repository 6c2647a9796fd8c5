package health

import (
	"math"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// Judge gives the verdict on a watch as it stands at now, and the evidence for it. Samples
// and baselines of probes that the rule does not name are ignored.
func Judge(rule bot.HealthRule, watch bot.Watch, now time.Time) bot.Judgement {
	if len(rule.Probes) == 0 {
		return bot.Judgement{Verdict: bot.NotWatched}
	}
	began, waitsFor := arrived(rule, watch)
	if waitsFor.Probe != "" {
		return notArrived(rule, watch, waitsFor, now)
	}
	from := began.Add(rule.Delay)
	if watch.Fresh.After(from) {
		from = watch.Fresh
	}
	w := window{rule: rule, watch: watch, look: moment{budget: FalseAlarms / float64(len(rule.Probes)), from: from, to: now}}
	// The window is extended by the time in which nobody looked.
	end := w.look.from.Add(rule.Window + watch.Missed(w.look.from))
	findings := w.findings()
	lastBad := slices.ContainsFunc(findings, func(f Finding) bool { return f.LastBad })
	if w.verdictsComplete() || !now.Before(end) && (!lastBad || !now.Before(Longest(w.look.from, end))) {
		w.look.over = true
		findings = w.findings()
	}
	return judgement(findings, w.look, end)
}

// verdictsComplete says that every probe is a verdict of somebody else and has arrived,
// so that there is nothing to wait for.
func (w window) verdictsComplete() bool {
	return !slices.ContainsFunc(w.rule.Probes, func(p bot.Probe) bool {
		_, after := w.readings(p)
		return p.Kind != bot.Verdicts || len(answered(after.numbers)) == 0
	})
}

// judgement combines the findings: the worst decides.
func judgement(findings []Finding, look moment, end time.Time) bot.Judgement {
	j := bot.Judgement{Verdict: bot.Watching, EndsAt: end}
	if look.over {
		j.Verdict = bot.Healthy
	}
	for _, f := range findings {
		j.Evidence = append(j.Evidence, f.evidence())
		if f.Verdict == bot.NotHealthy || f.Verdict == bot.Inconclusive && j.Verdict != bot.NotHealthy {
			j.Verdict = f.Verdict
		}
	}
	return j
}

// evidence is the part of a finding that is stored.
func (f Finding) evidence() bot.Evidence {
	return bot.Evidence{
		Probe: f.Name, Verdict: f.Verdict, Says: f.Why, Sees: f.Sees,
		Kind: f.Kind, Before: f.Before, After: f.After, Chance: finiteOrZero(f.Chance), Excused: f.Excused,
	}
}

// finite replaces infinities and NaN by 0, so that a side can be encoded.
func finite(s Side) Side {
	for _, v := range []*float64{&s.Median, &s.P95, &s.Low, &s.High, &s.Bad, &s.Total} {
		*v = finiteOrZero(*v)
	}
	return s
}

func finiteOrZero(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}

// arrived is when the released version had arrived on all probes that tell versions apart.
// If a probe still waits for it, waits is that probe's evidence.
func arrived(rule bot.HealthRule, watch bot.Watch) (at time.Time, waits bot.Evidence) {
	at = watch.StartedAt
	for _, probe := range rule.Probes {
		first, other := arrival(probe.Name, watch)
		if other.Outcome == bot.NotYet {
			return at, bot.Evidence{Probe: probe.Name, Verdict: bot.Watching, Says: other.Says}
		}
		if first.After(at) {
			at = first
		}
	}
	return at, bot.Evidence{}
}

// arrival is when the released version first answered a probe. If another version still
// answers, other is its last answer.
func arrival(probe string, watch bot.Watch) (at time.Time, other bot.Sample) {
	for _, s := range watch.Samples {
		switch {
		case s.Probe != probe || s.At.Before(watch.StartedAt):
		case s.Outcome == bot.NotYet:
			other = s
		case s.Outcome == bot.Good && other.Outcome == bot.NotYet:
			return s.At, bot.Sample{}
		}
	}
	return watch.StartedAt, other
}

// notArrived is the judgement while another version answers. A release that has not
// arrived within the length of the window is unhealthy.
func notArrived(rule bot.HealthRule, watch bot.Watch, waits bot.Evidence, now time.Time) bot.Judgement {
	j := bot.Judgement{Verdict: bot.Watching, EndsAt: now.Add(rule.Delay + rule.Window)}
	if limit := rule.Delay + rule.Window; now.Sub(watch.StartedAt) >= limit+watch.Missed(watch.StartedAt) {
		j.Verdict, waits.Verdict = bot.NotHealthy, bot.NotHealthy
		waits.Says = "the release did not arrive: " + bot.Span(limit) + " after the run the service still answers with " + waits.Says
	} else {
		waits.Says = "the service still answers with " + waits.Says + "; the watch begins when the release has arrived"
	}
	j.Evidence = []bot.Evidence{waits}
	return j
}

// window is a watch at the moment of a look.
type window struct {
	rule  bot.HealthRule
	watch bot.Watch
	look  moment
}

func (w window) findings() []Finding {
	findings := make([]Finding, 0, len(w.rule.Probes))
	for _, probe := range w.rule.Probes {
		findings = append(findings, w.finding(probe))
	}
	return findings
}

// finding weighs one probe. If a probe for numbers got bad answers instead of some of
// them, its answers are weighed too.
func (w window) finding(probe bot.Probe) Finding {
	before, after := w.readings(probe)
	f := findingOf(w.course(probe, before, after), w.look)
	if !measures(probe.Kind) || len(after.failed) == 0 || f.Verdict == bot.NotHealthy {
		return f
	}
	answers := findingOf(Course{Name: probe.Name, Kind: bot.Answers, Before: before.answers, After: after.answers}, w.look)
	if answers.Verdict == bot.NotHealthy || f.Verdict != bot.Inconclusive {
		return answers
	}
	return f
}

// measures says that readings of a kind are numbers. A bad answer then gives none.
func measures(kind bot.SampleKind) bool { return kind == bot.Values || kind == bot.Counts }

func (w window) course(probe bot.Probe, before, after side) Course {
	return Course{
		Name: probe.Name, Kind: probe.Kind, Conditions: probe.Conditions, Before: before.numbers, After: after.numbers, references: w.references(probe.Name),
	}
}

// side is the readings of a probe before the release, or after it.
type side struct {
	numbers []bot.Reading // of the probe's own kind
	answers []bot.Reading // the same as good and bad answers
	failed  []bot.Reading // the bad ones among them
}

func (s *side) add(probe bot.Probe, sample bot.Sample, other bool) {
	r := bot.Reading{
		At: sample.At, Missing: sample.Outcome == bot.NoAnswer, Value: sample.Value, Bad: sample.Bad, Total: sample.Total,
		OK: sample.Outcome == bot.Good || other && sample.Outcome == bot.NotYet, Latency: sample.Latency, Control: sample.Control,
	}
	s.answers = append(s.answers, r)
	if !r.OK && !r.Missing {
		s.failed = append(s.failed, r)
		r.Missing = measures(probe.Kind)
	}
	s.numbers = append(s.numbers, r)
}

// readings are those of a probe before the release and after it. Before it, an answer of
// another version is a good one.
func (w window) readings(probe bot.Probe) (before, after side) {
	for _, b := range w.watch.Before {
		if b.Probe == probe.Name && b.Days == 0 {
			before.numbers = append(before.numbers, b.Readings...)
		}
	}
	from := w.look.from.Add(probe.Delay)
	for _, s := range w.watch.Samples {
		switch {
		case s.Probe != probe.Name:
		case s.At.Before(w.watch.StartedAt):
			before.add(probe, s, true)
		case !s.At.Before(from):
			after.add(probe, s, false)
		}
	}
	return before, after
}
