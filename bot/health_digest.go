package bot

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

// digested are the parts of a plan's digest that there were from the beginning. What
// came later follows in digestedSince, so that the digest of a plan that knows nothing
// of it stays what it was, and a yes outlives an upgrade.
func (h HealthRule) digested() []string {
	parts := []string{h.Window.String(), h.Every.String(), string(h.OnUnhealthy), strconv.Itoa(len(h.Probes))}
	for _, p := range h.Probes {
		parts = append(parts, p.Name, p.Setting(FirstSource), cmp.Or(p.Setting("status"), "0"), p.Conditions.MaxLatency.String(), p.Setting(SettingVersion), p.Timeout.String())
	}
	return parts
}

// isOld says that a setting is among the parts that there were from the beginning: those
// of the only source that there was.
func (p Probe) isOld(s Setting) bool {
	return p.Source == FirstSource && slices.Contains([]string{FirstSource, "status", SettingVersion}, s.Key)
}

func (h HealthRule) digestedSince() []string {
	var parts []string
	said := func(name string, d time.Duration) {
		if d != 0 {
			parts = append(parts, name, d.String())
		}
	}
	said("health delay", h.Delay)
	said("health before", h.Before)
	said("health countdown", h.Countdown)
	for i, p := range h.Probes {
		if more := p.digestedSince(); len(more) > 0 {
			parts = append(append(parts, "probe", strconv.Itoa(i), strconv.Itoa(len(more))), more...)
		}
	}
	return parts
}

func (p Probe) digestedSince() []string {
	var parts []string
	if p.Source != FirstSource && p.Source != "" {
		parts = append(parts, "source", p.Source)
	}
	if p.Kind != Answers && p.Kind != "" {
		parts = append(parts, "kind", string(p.Kind))
	}
	for _, s := range p.Settings {
		if !p.isOld(s) {
			parts = append(parts, "setting", s.Key, s.Value)
		}
	}
	c := p.Conditions
	if c.Worse != "" && c.Worse != Higher {
		parts = append(parts, "worse", string(c.Worse))
	}
	for _, bound := range []struct {
		name  string
		value *float64
	}{{"max", c.Max}, {"min", c.Min}, {"max increase", c.MaxIncrease}} {
		if bound.value != nil {
			parts = append(parts, bound.name, strconv.FormatFloat(*bound.value, 'g', -1, 64))
		}
	}
	if p.Delay != 0 {
		parts = append(parts, "delay", p.Delay.String())
	}
	if p.Every != 0 {
		parts = append(parts, "every", p.Every.String())
	}
	return parts
}

// whole are all the parts of a probe that is no part of a health rule.
func (p Probe) whole() []string {
	parts := []string{p.Name, p.Conditions.MaxLatency.String(), p.Timeout.String()}
	for _, s := range p.Settings {
		if p.isOld(s) {
			parts = append(parts, s.Key, s.Value)
		}
	}
	return append(parts, p.digestedSince()...)
}
