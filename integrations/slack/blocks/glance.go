package blocks

import (
	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// maxGlances is how many probes of a target are shown, and maxHealth how many targets.
const (
	maxGlances = 10
	maxHealth  = 20
)

// liveHealth shows how a service is at this moment, target by target.
func liveHealth(v bot.LiveHealth) Message {
	if len(v.Targets) == 0 {
		return plainly("Nothing is known of this service.")
	}
	var parts []slack.Block
	for _, t := range v.Targets[:min(len(v.Targets), maxHealth)] {
		parts = append(parts, section(targetHealth(t)...))
	}
	left := markup("")
	if more := len(v.Targets) - maxHealth; more > 0 {
		left = "… and " + markup(count(more, "more environment"))
	}
	parts = append(parts, context(left, "One look at each probe, "+at(v.Now)))
	return message("How "+esc(v.Targets[0].Target.Service, nameMax)+" is now", parts...)
}

func targetHealth(t bot.TargetHealth) []markup {
	name := bold(targetName(t.Target))
	switch {
	case t.Release == "":
		return []markup{"▫️ " + name + ": nothing is known to be live there."}
	case len(t.Glances) == 0:
		return []markup{"▫️ " + name + " has no probes, so nobody was asked."}
	}
	live := "(" + code(t.Release, nameMax) + ")"
	lines := []markup{join(" ", wellness(bot.WellnessOf(t.Glances), name), live)}
	for i, g := range t.Glances {
		if i == maxGlances {
			return append(lines, "… and "+markup(count(len(t.Glances)-i, "more probe")))
		}
		lines = append(lines, glanceLine(g))
	}
	return lines
}

func wellness(w bot.Wellness, name markup) markup {
	switch w {
	case bot.Well:
		return "✅ " + name + " is well now"
	case bot.NotWell:
		return "🚑 " + name + " is not well now"
	case bot.NotTold, bot.NotShown:
	}
	return "❔ Whether " + name + " is well now cannot be told"
}

// glanceLine is one probe: what was seen of it, and what would be good.
func glanceLine(g bot.Glance) markup {
	says := "• " + esc(g.Probe, nameMax) + ": " + esc(g.Saw, evidenceMax)
	if g.Bound != "" {
		says += " (good: " + esc(g.Bound, evidenceMax) + ")"
	}
	switch g.State {
	case bot.NotWell:
		says += " · *not well*"
	case bot.NotTold:
		says += " · cannot be told"
	case bot.NotShown, bot.Well:
	}
	return says
}
