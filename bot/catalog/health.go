package catalog

import (
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// The shortest times of a watch, in slipway.yaml as in a rule that is only tried.
const (
	shortestWindow = time.Second
	shortestBeat   = 200 * time.Millisecond
	shortestBefore = time.Second
)

func healthShape(sources []Source) shape {
	return object("How a release is watched after its run.",
		optional("window", durationOf(shortestWindow, day, "How long it is watched.").or("10m")),
		optional("every", durationOf(shortestBeat, time.Hour, "How often it is looked.").or("30s")),
		optional("delay", durationOf(0, day, "How long after the run the first look is.").or("0s")),
		optional("before", durationOf(shortestBefore, 7*day, "How much of the time before the release is compared with, where that can be asked for; 1h if left out.")),
		optional("on_unhealthy", oneOf("What follows when it turns out unhealthy: the alert offers the way back (ask), it goes back by itself after a countdown (rollback), the alert only says it (tell), or the thread says what rollback would have done (shadow).",
			string(bot.OnUnhealthyAsk), string(bot.OnUnhealthyRollback), string(bot.OnUnhealthyTell), string(bot.OnUnhealthyShadow)).or(string(bot.OnUnhealthyAsk))),
		optional("countdown", durationOf(0, time.Hour, "How long before a rollback that goes by itself; 60s if left out.")),
		required("probes", listOf(probeShape(sources), 20, "What is asked.").filled()),
	)
}

// usualCountdown is the default of countdown, the time in which an automatic rollback
// can be stopped.
const usualCountdown = time.Minute

func decodeHealth(n *node) Health {
	health := Health{HealthRule: bot.HealthRule{
		Window: n.get("window").dur(), Every: n.get("every").dur(), Delay: n.get("delay").dur(), Before: n.get("before").dur(),
		OnUnhealthy: bot.OnUnhealthy(n.get("on_unhealthy").str()),
	}}
	switch health.OnUnhealthy {
	case bot.OnUnhealthyRollback, bot.OnUnhealthyShadow:
		health.Countdown = usualCountdown
		if said := n.get("countdown"); said.given() {
			health.Countdown = said.dur()
		}
	case bot.OnUnhealthyAsk, bot.OnUnhealthyTell:
	}
	for _, item := range n.get("probes").each() {
		probe, hidden := decodeProbe(item)
		health.Probes = append(health.Probes, probe)
		if len(hidden) > 0 {
			if health.Secrets == nil {
				health.Secrets = map[string]Secrets{}
			}
			health.Secrets[probe.Name] = hidden
		}
	}
	return health
}

func (c *checker) healthAgrees(n *node) {
	if n.kind != mapping {
		return
	}
	window, every := n.get("window"), n.get("every")
	if window.valid && every.valid && every.dur() > window.dur() {
		later := every
		if !every.given() {
			later = window
		}
		c.fault(later, "leaves no time for a second look: every is "+written(every.dur())+", window is "+written(window.dur()))
	}
	if countdown := n.get("countdown"); countdown.given() {
		switch bot.OnUnhealthy(n.get("on_unhealthy").str()) {
		case bot.OnUnhealthyRollback, bot.OnUnhealthyShadow:
		case bot.OnUnhealthyAsk, bot.OnUnhealthyTell:
			c.fault(countdown, "is for on_unhealthy: rollback, before which it counts down")
		}
	}
	c.probeNamesDiffer(n)
	for _, probe := range n.get("probes").each() {
		c.probeAgrees(probe)
	}
}

// probeNamesDiffer checks that no two probes of a health block share a name.
func (c *checker) probeNamesDiffer(n *node) {
	names := map[string]bool{}
	for _, probe := range n.get("probes").each() {
		name := probe.get("name")
		if name.valid && names[name.str()] {
			c.fault(name, "is the name of another probe already")
		}
		names[name.str()] = true
	}
}

// onceAgrees checks the settings that all probes of a source share.
func (c *checker) onceAgrees(root *node) {
	for _, source := range root.shape.sources {
		if block := root.get(source.Name); block.given() && source.OnceAgrees != nil {
			for _, m := range source.OnceAgrees(Said{block}) {
				c.misfit(block, m)
			}
		}
	}
}
