package catalog

import (
	"slices"
	"strconv"

	"github.com/slipwayhq/slipway/bot"
)

// ParseHealthRule reads the text of a rule file: a health block, with or without the
// line "health:" above it. It is as strict as Parse, except that it does not check the
// settings of sources. What the file leaves out is zero.
func ParseHealthRule(text []byte, lookup func(string) (string, bool), known Vocabulary) (bot.HealthRule, error) {
	var faults Faults
	root, readable := readYAML(text, &faults)
	if !readable {
		for i := range faults {
			if faults[i].Message == emptyFile {
				faults[i].Message = "the file is empty: it needs a health block"
			}
		}
		return bot.HealthRule{}, faults.sorted()
	}
	whole := ruleFileShape(known.Sources)
	block := root.find("health")
	if block == nil && root.find("probes") != nil {
		block, whole = root, ruleShape(known.Sources)
	}
	c := newChecker(lookup, &faults)
	c.check(root, &whole, "rule")
	if block != nil {
		c.ruleAgrees(block)
	}
	if len(faults) > 0 {
		return bot.HealthRule{}, faults.sorted()
	}
	return decodeRule(block), nil
}

func ruleFileShape(sources []Source) shape {
	return object("A rule by which readings are judged.", required("health", ruleShape(sources)))
}

func ruleShape(sources []Source) shape {
	return object("How readings are judged.",
		optional("window", durationOf(shortestWindow, 30*day, "How long it is watched; as long as there are readings if left out.")),
		optional("every", durationOf(shortestBeat, day, "How often it is looked; at each reading if left out.")),
		optional("delay", durationOf(0, day, "How long after the release the first look is.").or("0s")),
		optional("before", durationOf(shortestBefore, 30*day, "How much of the time before is compared with; all if left out.")),
		optional("on_unhealthy", oneOf("What follows when it turns out unhealthy, which is not done here.",
			string(bot.OnUnhealthyAsk), string(bot.OnUnhealthyRollback), string(bot.OnUnhealthyTell), string(bot.OnUnhealthyShadow))),
		optional("countdown", durationOf(0, day, "How long before a rollback, which is not done here.")),
		required("probes", listOf(conditionShape(sources), 20, "What is judged.").filled()),
	)
}

// conditionShape accepts the keys of every kind of probe, since people try a rule by
// copying it from slipway.yaml as it is. What belongs to a source is not checked,
// except for bounds.
func conditionShape(sources []Source) shape {
	made := probeShape(sources)
	common := commonKeys()
	for i := range made.keys {
		k := &made.keys[i]
		own := !slices.ContainsFunc(common, func(c key) bool { return c.name == k.name })
		if own || k.name == "timeout" || k.name == "every" {
			k.shape = unchecked(k.shape)
		}
	}
	return made
}

// unchecked is a shape that accepts any values, except for bounds.
func unchecked(s shape) shape {
	if s.kind != objectShape {
		return anything(s.about)
	}
	keys := slices.Clone(s.keys)
	for i := range keys {
		if keys[i].name != "max" && keys[i].name != "min" {
			keys[i].shape = anything(keys[i].shape.about)
		}
	}
	s.keys = keys
	return s
}

func boundShape(about string) shape { return textOf(decimalRule(), about).asLoose() }

func decimalRule() rule {
	return rule{words: "a number such as 0.01", pattern: `^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,3})?$`, also: outOfRange}
}

// outOfRange refuses numbers that overflow.
func outOfRange(written string) string {
	if _, err := strconv.ParseFloat(written, 64); err != nil {
		return "must be a number such as 0.01"
	}
	return ""
}

func percentRule() rule {
	return rule{words: "a percentage such as 20%", pattern: `^[0-9]{1,6}(\.[0-9]{1,6})?%$`}
}

// ruleAgrees checks what must fit together.
func (c *checker) ruleAgrees(n *node) {
	window, every := n.get("window"), n.get("every")
	if window.valid && every.valid && every.dur() > window.dur() {
		c.fault(every, "is longer than window, so that there would be no look at all")
	}
	c.probeNamesDiffer(n)
	for _, probe := range n.get("probes").each() {
		low, high := boundOf(probe, "min"), boundOf(probe, "max")
		if low != nil && high != nil && *low > *high {
			c.fault(probe.get("min"), "is more than max, so that no reading could be good")
		}
	}
}

func decodeRule(n *node) bot.HealthRule {
	rule := bot.HealthRule{
		Window: n.get("window").dur(), Every: n.get("every").dur(), Delay: n.get("delay").dur(), Before: n.get("before").dur(),
	}
	for _, item := range n.get("probes").each() {
		probe := bot.Probe{Name: item.get("name").str(), Conditions: decodeConditions(item), Delay: item.get("delay").dur()}
		probe.Conditions.Max, probe.Conditions.Min = boundOf(item, "max"), boundOf(item, "min")
		rule.Probes = append(rule.Probes, probe)
	}
	return rule
}

// boundOf reads a bound of a probe, from its own keys or from those of its source.
func boundOf(probe *node, name string) *float64 {
	for _, e := range append([]entry{{value: probe}}, probe.entries...) {
		if e.value.kind != mapping {
			continue
		}
		if bound := (Said{e.value}).Decimal(name); bound != nil {
			return bound
		}
	}
	return nil
}
