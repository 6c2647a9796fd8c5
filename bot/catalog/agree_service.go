package catalog

import (
	"slices"
	"strings"
)

func (c *checker) serviceAgrees(n *node) {
	if n.kind != mapping {
		return
	}
	environments := n.get("environments")
	c.mustBe(n.get("default_environment"), "an environment", "environments", declaredIn(environments))
	c.orderAgrees(environments)
	c.inputsAgree(n)
	c.linksAgree(n.get("links"))
}

// orderAgrees checks that every `after` names another environment of the same service,
// and that they form no cycle.
func (c *checker) orderAgrees(environments *node) {
	names := declaredIn(environments)
	before := map[string]string{}
	for _, e := range environments.entries {
		after := e.value.get("after")
		c.mustBe(after, "an environment", "environments", names)
		before[e.name] = after.str()
		if soak := e.value.get("soak"); soak.given() && !after.given() {
			c.fault(soak, "needs after: say in which environment it must have been healthy that long")
		}
	}
	reported := map[string]bool{}
	for _, e := range environments.entries {
		cycle := cycleFrom(e.name, before)
		if len(cycle) == 0 || reported[e.name] {
			continue
		}
		for _, name := range cycle {
			reported[name] = true
		}
		c.fault(e.value.get("after"), "runs in a circle: "+strings.Join(append(cycle, e.name), " after "))
	}
}

// cycleFrom follows `after` from one environment and returns the cycle that leads back
// to it, or nil.
func cycleFrom(start string, before map[string]string) []string {
	way := []string{start}
	for at := before[start]; at != ""; at = before[at] {
		if at == start {
			return way
		}
		if slices.Contains(way, at) {
			return nil // this cycle begins further on, and is reported there
		}
		way = append(way, at)
	}
	return nil
}

// inputsAgree checks that the operator's inputs do not clash with slipway's own, under
// whatever names those are sent.
func (c *checker) inputsAgree(n *node) {
	taken := map[string]string{}
	for _, own := range []string{"release_id", "sha", "environment"} {
		name := n.get("input_names").get(own)
		if first, twice := taken[name.str()]; twice && name.str() != "" {
			c.fault(name, "is the name that "+first+" has already")
		}
		taken[name.str()] = own
	}
	for _, e := range n.get("inputs").entries {
		if own, clash := taken[e.name]; clash {
			c.fault(e.value, "is the input by which slipway tells "+own+"; to give that another name use input_names")
		}
	}
}

// settingsAgree checks the settings of one environment or of one block of defaults.
func (c *checker) settingsAgree(n *node, groups groupTable) {
	for _, e := range n.entries {
		switch e.name {
		case "deployers", "emergency":
			for _, group := range e.value.each() {
				c.mustBe(group, "a group", "groups", groups.declared)
			}
		case "approvals":
			c.approvalsAgree(e.value, groups)
		case "rollback":
			c.approvalsAgree(e.value.get("approvals"), groups)
		case "freeze":
			for _, window := range e.value.each() {
				c.freezeAgrees(window)
			}
		case "max_commits":
			c.commitLimitAgrees(e.value)
		case "health":
			c.healthAgrees(e.value)
		case "world":
			c.worldAgrees(e.value)
		}
	}
}

func (c *checker) commitLimitAgrees(n *node) {
	if n.kind != mapping {
		return
	}
	warn, refuse := n.get("warn"), n.get("refuse")
	switch {
	case !warn.given() && !refuse.given():
		c.fault(n, "is empty: give warn, refuse or both")
	case warn.valid && refuse.valid && warn.num() >= refuse.num():
		c.fault(warn, "must be less than refuse, or it would never be said")
	}
}

// freezeAgrees checks that a window is either weekly or dated, and that a dated one
// does not end before it begins.
func (c *checker) freezeAgrees(n *node) {
	if n.kind != mapping {
		return
	}
	days, first, last := n.get("days"), n.get("from_date"), n.get("to_date")
	dated := first.given() || last.given()
	switch {
	case !days.given() && !dated:
		c.fault(days, "is missing: say on which days of the week, or give from_date and to_date")
	case days.given() && dated:
		c.fault(days, "stands beside dates; a window has days of the week or dates, so make two windows of it")
	case dated && !first.given():
		c.fault(first, "is missing: to_date needs a first day too")
	case dated && !last.given():
		c.fault(last, "is missing: from_date needs a last day too")
	case first.valid && last.valid && first.str() > last.str():
		c.fault(last, "is before from_date")
	case first.valid && last.valid && first.str() == last.str() && timeOfDay(n.get("from").str()) >= timeOfDay(n.get("to").str()):
		c.fault(n.get("to"), "must be later than from where both are on one day")
	}
}
