package policy

import (
	"fmt"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// GateWorld is about how things are outside: alerts that fire, a number beyond its
// bound, the health of the target itself.
const GateWorld = "world"

// Seen is what was seen of one entry of the world rule: one look for a question of its
// own, or one for each probe for the target's health.
type Seen struct {
	Name    string
	Glances []bot.Glance
}

// worldGates judges every entry of the world rule. What nobody looked at counts as
// unknown.
func worldGates(f Facts) []bot.Gate {
	var gates []bot.Gate
	for i, rule := range f.rules().World {
		seen := Seen{Name: rule.Name}
		if i < len(f.World) && f.World[i].Name == rule.Name {
			seen = f.World[i]
		}
		if rule.Source == bot.OwnHealth {
			gates = append(gates, wellItself(f, seen))
			continue
		}
		if len(seen.Glances) != 1 {
			seen.Glances = []bot.Glance{{Probe: rule.Name, State: bot.NotTold, Saw: "nobody looked"}}
		}
		gates = append(gates, wellNow(rule.Name, seen.Glances, seen.Glances[0].State))
	}
	return gates
}

// wellItself judges the target's own health. If nothing is known to be live, nothing
// can be well.
func wellItself(f Facts, seen Seen) bot.Gate {
	if f.Plan.Current == nil {
		return pass(GateWorld, fmt.Sprintf("Nothing is known to be live on %s, so there is nothing that must be well.", f.Plan.Target))
	}
	state := bot.WellnessOf(seen.Glances)
	if state == bot.NotShown {
		state = bot.NotTold
	}
	return wellNow("what is live on "+f.Plan.Target.String(), seen.Glances, state)
}

// wellNow judges how something is, with what was seen and what would be good.
func wellNow(what string, glances []bot.Glance, state bot.Wellness) bot.Gate {
	switch state {
	case bot.Well:
		return pass(GateWorld, fmt.Sprintf("%s is well now: %s.", begun(what), seenWords(what, glances, state)))
	case bot.NotWell:
		return refuse(GateWorld, fmt.Sprintf("%s is not well now: %s.", begun(what), seenWords(what, glances, state)), "Try again once it is.")
	case bot.NotTold, bot.NotShown:
	}
	return refuse(GateWorld, fmt.Sprintf("It cannot be told whether %s is well now: %s.", what, seenWords(what, glances, bot.NotTold)),
		"What cannot be told counts as no. Try again in a minute; slipway doctor says what is wrong with the question.")
}

// begun capitalises the first word of a sentence, unless it is a name.
func begun(what string) string {
	if rest, own := strings.CutPrefix(what, "what "); own {
		return "What " + rest
	}
	return "Outside, " + what
}

// seenWords is the part of what was seen that decides. Probes whose name differs from
// the entry's are named.
func seenWords(what string, glances []bot.Glance, state bot.Wellness) string {
	var clauses []string
	for _, g := range glances {
		if g.State != state {
			continue
		}
		says := cutTo(g.Saw, longestSeen)
		if g.Probe != what {
			says = g.Probe + ": " + says
		}
		if g.Bound != "" {
			says += " (good: " + cutTo(g.Bound, longestSeen) + ")"
		}
		clauses = append(clauses, says)
	}
	if len(clauses) == 0 {
		return "no probe of it can be asked only to look"
	}
	return strings.TrimSuffix(sentenceOf(clauses, len(clauses)), ".")
}

// longestSeen is how many characters of what was seen are quoted.
const longestSeen = 200

func cutTo(value string, longest int) string {
	if runes := []rune(value); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return value
}
