package state

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

type storedHealthRule struct {
	Window      time.Duration   `json:"window,omitempty"`
	Every       time.Duration   `json:"every,omitempty"`
	Delay       time.Duration   `json:"delay,omitempty"`
	Before      time.Duration   `json:"before,omitempty"`
	OnUnhealthy bot.OnUnhealthy `json:"on_unhealthy,omitempty"`
	Countdown   time.Duration   `json:"countdown,omitempty"`
	Probes      []storedProbe   `json:"probes,omitempty"`
}

// storedProbe bears what asks by HTTP in fields of its own too (url, status, version):
// the version before this one knew no other probes, and may still watch.
type storedProbe struct {
	Name       string            `json:"name"`
	Source     string            `json:"source,omitempty"`
	Settings   []storedSetting   `json:"settings,omitempty"`
	Kind       bot.SampleKind    `json:"kind,omitempty"`
	Conditions *storedConditions `json:"conditions,omitempty"`
	Delay      time.Duration     `json:"delay,omitempty"`
	Every      time.Duration     `json:"every,omitempty"`
	URL        string            `json:"url"`
	Status     int               `json:"status,omitempty"`
	MaxLatency time.Duration     `json:"max_latency,omitempty"`
	Version    string            `json:"version,omitempty"`
	Timeout    time.Duration     `json:"timeout,omitempty"`
}

type storedSetting struct {
	Key   string `json:"key"`
	Value string `json:"value,omitempty"`
}

type storedConditions struct {
	Worse       bot.Worse     `json:"worse,omitempty"`
	Max         *float64      `json:"max,omitempty"`
	Min         *float64      `json:"min,omitempty"`
	MaxIncrease *float64      `json:"max_increase,omitempty"`
	MaxLatency  time.Duration `json:"max_latency,omitempty"`
}

type storedWatch struct {
	StartedAt time.Time        `json:"started_at,omitzero"`
	EndsAt    time.Time        `json:"ends_at,omitzero"`
	NextAt    time.Time        `json:"next_at,omitzero"`
	Samples   []storedSample   `json:"samples,omitempty"`
	Before    []storedBaseline `json:"before,omitempty"`
	Evidence  []storedEvidence `json:"evidence,omitempty"`
	Fresh     time.Time        `json:"fresh,omitzero"`
	Countdown *storedCountdown `json:"countdown,omitempty"`
	Gaps      []storedGap      `json:"gaps,omitempty"`
}

type storedGap struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

type storedCountdown struct {
	Since     time.Time    `json:"since,omitzero"`
	At        time.Time    `json:"at,omitzero"`
	To        string       `json:"to,omitempty"`
	Stopped   storedPerson `json:"stopped,omitzero"`
	Recovered bool         `json:"recovered,omitempty"`
}

type storedBaseline struct {
	Probe    string          `json:"probe"`
	Days     int             `json:"days,omitempty"`
	Readings []storedReading `json:"readings,omitempty"`
}

// storedReading has short names: there are hundreds of them.
type storedReading struct {
	At      int64         `json:"t"` // in microseconds
	Missing bool          `json:"m,omitempty"`
	Value   float64       `json:"v,omitempty"`
	Bad     float64       `json:"b,omitempty"`
	Total   float64       `json:"n,omitempty"`
	OK      bool          `json:"ok,omitempty"`
	Latency time.Duration `json:"l,omitempty"`
	Control *float64      `json:"c,omitempty"`
}

type storedEvidence struct {
	Probe   string      `json:"probe"`
	Verdict bot.Verdict `json:"verdict,omitempty"`
	Says    string      `json:"says,omitempty"`
	Sees    string      `json:"sees,omitempty"`

	Kind    bot.SampleKind `json:"kind,omitempty"`
	Before  storedSide     `json:"before,omitzero"`
	After   storedSide     `json:"after,omitzero"`
	Chance  float64        `json:"chance,omitempty"`
	Excused bool           `json:"excused,omitempty"`
}

type storedSide struct {
	Readings int           `json:"readings,omitempty"`
	Missing  int           `json:"missing,omitempty"`
	Median   float64       `json:"median,omitempty"`
	P95      float64       `json:"p95,omitempty"`
	Low      float64       `json:"low,omitempty"`
	High     float64       `json:"high,omitempty"`
	Bad      float64       `json:"bad,omitempty"`
	Total    float64       `json:"total,omitempty"`
	Gap      time.Duration `json:"gap,omitempty"`
}

type storedSample struct {
	Probe   string            `json:"probe"`
	At      time.Time         `json:"at"`
	Outcome bot.SampleOutcome `json:"outcome"`
	Latency time.Duration     `json:"latency,omitempty"`
	Value   float64           `json:"value,omitempty"`
	Bad     float64           `json:"bad,omitempty"`
	Total   float64           `json:"total,omitempty"`
	Control *float64          `json:"control,omitempty"`
	Says    string            `json:"says,omitempty"`
	Link    string            `json:"link,omitempty"`
	Start   bot.Start         `json:"start,omitempty"`
}

func storeHealthRule(h bot.HealthRule) storedHealthRule {
	return storedHealthRule{
		Window: h.Window, Every: h.Every, Delay: h.Delay, Before: h.Before, OnUnhealthy: h.OnUnhealthy, Countdown: h.Countdown,
		Probes: each(h.Probes, storeProbe),
	}
}

func loadHealthRule(h storedHealthRule) bot.HealthRule {
	return bot.HealthRule{
		Window: h.Window, Every: h.Every, Delay: h.Delay, Before: h.Before, OnUnhealthy: h.OnUnhealthy, Countdown: h.Countdown,
		Probes: each(h.Probes, loadProbe),
	}
}

// The settings that have fields of their own in records of probes by HTTP.
const (
	settingStatus  = "status"
	settingVersion = "version"
)

func storeProbe(p bot.Probe) storedProbe {
	stored := storedProbe{
		Name: p.Name, Source: p.Source, Kind: p.Kind, Delay: p.Delay, Every: p.Every, Timeout: p.Timeout,
		Settings: each(p.Settings, func(s bot.Setting) storedSetting { return storedSetting(s) }),
	}
	if c := storedConditions(p.Conditions); c != (storedConditions{}) {
		stored.Conditions = &c
	}
	if p.Source == bot.FirstSource {
		stored.URL, stored.Version, stored.MaxLatency = p.Setting(bot.FirstSource), p.Setting(settingVersion), p.Conditions.MaxLatency
		stored.Status, _ = strconv.Atoi(p.Setting(settingStatus)) // 0 where it is none, as there always was
	}
	return stored
}

// loadProbe reads a probe that names no source as the one by HTTP that it was stored as.
func loadProbe(p storedProbe) bot.Probe {
	probe := bot.Probe{
		Name: p.Name, Source: cmp.Or(p.Source, bot.FirstSource), Kind: cmp.Or(p.Kind, bot.Answers), Delay: p.Delay, Every: p.Every, Timeout: p.Timeout,
		Settings: each(p.Settings, func(s storedSetting) bot.Setting { return bot.Setting(s) }),
	}
	if p.Conditions != nil {
		probe.Conditions = bot.Conditions(*p.Conditions)
	}
	if p.Source != "" {
		return probe
	}
	probe.Conditions = bot.Conditions{Worse: bot.Higher, MaxLatency: p.MaxLatency}
	probe.Settings = slices.DeleteFunc([]bot.Setting{
		{Key: bot.FirstSource, Value: p.URL}, {Key: settingStatus, Value: strconv.Itoa(p.Status)}, {Key: settingVersion, Value: p.Version},
	}, func(s bot.Setting) bool { return s.Value == "" || s.Value == "0" })
	return probe
}

// storeWatch leaves out a watch that has not begun.
func storeWatch(w bot.Watch) *storedWatch {
	watch := storedWatch{
		StartedAt: w.StartedAt, EndsAt: w.EndsAt, NextAt: w.NextAt, Fresh: w.Fresh,
		Samples:  each(w.Samples, func(s bot.Sample) storedSample { return storedSample(s) }),
		Before:   each(w.Before, storeBaseline),
		Evidence: each(w.Evidence, storeEvidence),
		Gaps:     each(w.Gaps, func(g bot.Gap) storedGap { return storedGap(g) }),
	}
	if c := w.Countdown; c != (bot.Countdown{}) {
		watch.Countdown = &storedCountdown{c.Since, c.At, c.To, storedPerson(c.Stopped), c.Recovered}
	}
	if reflect.ValueOf(watch).IsZero() {
		return nil
	}
	return &watch
}

func loadWatch(w *storedWatch) bot.Watch {
	if w == nil {
		return bot.Watch{}
	}
	watch := bot.Watch{
		StartedAt: w.StartedAt, EndsAt: w.EndsAt, NextAt: w.NextAt, Fresh: w.Fresh,
		Samples:  each(w.Samples, func(s storedSample) bot.Sample { return bot.Sample(s) }),
		Before:   each(w.Before, loadBaseline),
		Evidence: each(w.Evidence, loadEvidence),
		Gaps:     each(w.Gaps, func(g storedGap) bot.Gap { return bot.Gap(g) }),
	}
	if c := w.Countdown; c != nil {
		watch.Countdown = bot.Countdown{Since: c.Since, At: c.At, To: c.To, Stopped: bot.Person(c.Stopped), Recovered: c.Recovered}
	}
	return watch
}

func storeEvidence(e bot.Evidence) storedEvidence {
	return storedEvidence{
		Probe: e.Probe, Verdict: e.Verdict, Says: e.Says, Sees: e.Sees,
		Kind: e.Kind, Before: storedSide(e.Before), After: storedSide(e.After), Chance: e.Chance, Excused: e.Excused,
	}
}

func loadEvidence(e storedEvidence) bot.Evidence {
	return bot.Evidence{
		Probe: e.Probe, Verdict: e.Verdict, Says: e.Says, Sees: e.Sees,
		Kind: e.Kind, Before: bot.Side(e.Before), After: bot.Side(e.After), Chance: e.Chance, Excused: e.Excused,
	}
}

func storeBaseline(b bot.Baseline) storedBaseline {
	return storedBaseline{Probe: b.Probe, Days: b.Days, Readings: each(b.Readings, func(r bot.Reading) storedReading {
		return storedReading{
			At: r.At.UnixMicro(), Missing: r.Missing, Value: r.Value, Bad: r.Bad, Total: r.Total, OK: r.OK, Latency: r.Latency, Control: r.Control,
		}
	})}
}

func loadBaseline(b storedBaseline) bot.Baseline {
	return bot.Baseline{Probe: b.Probe, Days: b.Days, Readings: each(b.Readings, func(r storedReading) bot.Reading {
		return bot.Reading{
			At: time.UnixMicro(r.At).UTC(), Missing: r.Missing, Value: r.Value, Bad: r.Bad, Total: r.Total, OK: r.OK, Latency: r.Latency, Control: r.Control,
		}
	})}
}
