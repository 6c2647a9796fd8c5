package catalog

import (
	"strconv"
	"strings"
	"time"
)

// HealthRule is a rule by which readings are judged: the health block of an
// environment, as far as it says how to judge and not where readings come from.
// What the file leaves out is nil or zero.
type HealthRule struct {
	Window, Every, Delay, Before time.Duration
	Probes                       []HealthCondition
}

// HealthCondition is what one probe of a rule holds readings against.
type HealthCondition struct {
	Name        string
	Worse       string // higher, lower or either
	Max, Min    *float64
	MaxIncrease *float64 // a share: 0.2 is 20 %
	MaxLatency  time.Duration
	Delay       time.Duration // of this probe, beside that of the rule
}

// The directions in which a reading may be worse.
const (
	worseHigher = "higher"
	worseLower  = "lower"
	worseEither = "either"
)

// ParseHealthRule reads the text of a rule file: a health block, with or without
// the line "health:" above it. It is as strict as Parse; the settings of sources
// may stand in it and are not looked at.
func ParseHealthRule(text []byte, lookup func(string) (string, bool)) (HealthRule, error) {
	var faults Faults
	root, readable := readYAML(text, &faults)
	if !readable {
		for i := range faults {
			if faults[i].Message == emptyFile {
				faults[i].Message = "the file is empty: it needs a health block"
			}
		}
		return HealthRule{}, faults.sorted()
	}
	whole := ruleFileShape()
	block := root.find("health")
	if block == nil && root.find("probes") != nil {
		block, whole = root, ruleShape()
	}
	c := newChecker(lookup, &faults)
	c.check(root, &whole, "rule")
	if block != nil {
		c.ruleAgrees(block)
	}
	if len(faults) > 0 {
		return HealthRule{}, faults.sorted()
	}
	return decodeRule(block), nil
}

func ruleFileShape() shape {
	return object("A rule by which readings are judged.", required("health", ruleShape()))
}

func ruleShape() shape {
	return object("How readings are judged.",
		optional("window", durationOf(time.Second, 30*day, "How long it is watched; as long as there are readings if left out.")),
		optional("every", durationOf(200*time.Millisecond, day, "How often it is looked; at each reading if left out.")),
		optional("delay", durationOf(0, day, "How long after the release the first look is.").or("0s")),
		optional("before", durationOf(time.Second, 30*day, "How much of the time before is compared with; all if left out.")),
		optional("on_unhealthy", oneOf("What follows when it turns out unhealthy, which is not done here.",
			string(ReactionAsk), string(ReactionRollback), string(ReactionTell), "shadow")),
		optional("countdown", durationOf(0, day, "How long before a rollback, which is not done here.")),
		required("probes", listOf(conditionShape(), 20, "What is judged.").filled()),
	)
}

// conditionShape has the keys of every kind of probe: a rule is tried before it is
// trusted, and so is copied from slipway.yaml as it stands there.
func conditionShape() shape {
	keys := []key{
		required("name", textOf(nameRule(), "The name of the probe.")),
		optional("worse", oneOf("Which direction is worse.", worseHigher, worseLower, worseEither).or(worseHigher)),
		optional("max", boundShape("The highest good value.")),
		optional("min", boundShape("The lowest good value.")),
		optional("max_increase", textOf(percentRule(), "How far beyond the median before is good.").asLoose()),
		optional("max_latency", durationOf(time.Millisecond, time.Minute, "How long a good answer may take.")),
		optional("delay", durationOf(0, day, "How long after the release this probe's first look is.").or("0s")),
		optional("json", object("What is read of an answer.",
			required("path", unread("The dotted path.")),
			optional("equals", unread("The good value.")),
			optional("max", boundShape("The highest good value.")),
			optional("min", boundShape("The lowest good value.")),
		)),
	}
	for _, source := range []string{
		"http", "status", "version", "timeout", "headers", "prometheus", "query", "bad", "total", "control",
		"workflow", "check", "every",
	} {
		keys = append(keys, optional(source, unread("Where readings come from, which is not looked at here.")))
	}
	return object("What the readings of one probe are held against.", keys...)
}

func boundShape(about string) shape { return textOf(decimalRule(), about).asLoose() }

func decimalRule() rule {
	return rule{words: "a number such as 0.01", pattern: `^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,3})?$`, also: outOfRange}
}

// outOfRange refuses what has no finite value.
func outOfRange(written string) string {
	if _, err := strconv.ParseFloat(written, 64); err != nil {
		return "must be a number such as 0.01"
	}
	return ""
}

func percentRule() rule {
	return rule{words: "a percentage such as 20%", pattern: `^[0-9]{1,6}(\.[0-9]{1,6})?%$`}
}

// ruleAgrees looks at what must fit together.
func (c *checker) ruleAgrees(n *node) {
	window, every := n.get("window"), n.get("every")
	if window.sound && every.sound && every.dur() > window.dur() {
		c.fault(every, "is longer than window, so that there would be no look at all")
	}
	names := map[string]bool{}
	for _, probe := range n.get("probes").each() {
		name := probe.get("name")
		if name.sound && names[name.str()] {
			c.fault(name, "is the name of another probe already")
		}
		names[name.str()] = true
		low, high := boundOf(probe, "min"), boundOf(probe, "max")
		if low != nil && high != nil && *low > *high {
			c.fault(probe.get("min"), "is more than max, so that no reading could be good")
		}
	}
}

func decodeRule(n *node) HealthRule {
	rule := HealthRule{
		Window: n.get("window").dur(), Every: n.get("every").dur(), Delay: n.get("delay").dur(), Before: n.get("before").dur(),
	}
	for _, probe := range n.get("probes").each() {
		condition := HealthCondition{
			Name: probe.get("name").str(), Worse: probe.get("worse").str(),
			Max: boundOf(probe, "max"), Min: boundOf(probe, "min"),
			MaxLatency: probe.get("max_latency").dur(), Delay: probe.get("delay").dur(),
		}
		if increase := probe.get("max_increase").str(); increase != "" {
			if share, err := strconv.ParseFloat(strings.TrimSuffix(increase, "%"), 64); err == nil {
				share /= 100
				condition.MaxIncrease = &share
			}
		}
		rule.Probes = append(rule.Probes, condition)
	}
	return rule
}

// boundOf reads a bound of a probe, or the one of what it reads of an answer.
func boundOf(probe *node, name string) *float64 {
	for _, n := range []*node{probe.get(name), probe.get("json").get(name)} {
		if value, err := strconv.ParseFloat(n.str(), 64); err == nil && n.sound {
			return &value
		}
	}
	return nil
}
