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
	StartedAt time.Time      `json:"started_at,omitzero"`
	EndsAt    time.Time      `json:"ends_at,omitzero"`
	NextAt    time.Time      `json:"next_at,omitzero"`
	Samples   []storedSample `json:"samples,omitempty"`
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
		StartedAt: w.StartedAt, EndsAt: w.EndsAt, NextAt: w.NextAt,
		Samples: each(w.Samples, func(s bot.Sample) storedSample { return storedSample(s) }),
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
	return bot.Watch{
		StartedAt: w.StartedAt, EndsAt: w.EndsAt, NextAt: w.NextAt,
		Samples: each(w.Samples, func(s storedSample) bot.Sample { return bot.Sample(s) }),
	}
}
