package catalog

import (
	"slices"
	"strings"
)

// Ordered is a service and its place among others that go together.
type Ordered struct {
	Service Service
	// After are the names of those that go before it.
	After []string
}

// Order sorts services into the order in which they go together: each after those that
// it needs, also by way of services that do not go along, and otherwise in the order
// given.
func (c *Catalog) Order(services []Service) []Ordered {
	var order []Ordered
	left := slices.Clone(services)
	for len(left) > 0 {
		next := max(0, slices.IndexFunc(left, func(s Service) bool { return len(c.neededOf(s, left)) == 0 }))
		order = append(order, Ordered{Service: left[next], After: c.neededOf(left[next], services)})
		left = slices.Delete(left, next, next+1)
	}
	return order
}

// neededOf lists which of these services a service needs, directly or indirectly.
func (c *Catalog) neededOf(s Service, among []Service) []string {
	way := slices.Clone(s.Needs)
	for i := 0; i < len(way); i++ {
		needed, _ := c.Service(way[i])
		for _, further := range needed.Needs {
			if !slices.Contains(way, further) {
				way = append(way, further)
			}
		}
	}
	var needed []string
	for _, name := range way {
		if slices.ContainsFunc(among, func(s Service) bool { return s.Name == name }) {
			needed = append(needed, name)
		}
	}
	return needed
}

// needsAgree checks that every `needs` names other services and that they form no
// cycle.
func (c *checker) needsAgree(services *node) {
	names := declaredIn(services)
	needs := map[string][]string{}
	for _, e := range services.entries {
		needs[e.name] = e.value.get("needs").strs()
	}
	reported := map[string]bool{}
	for _, e := range services.entries {
		for _, n := range e.value.get("needs").each() {
			c.mustBe(n, "a service", "services", names)
		}
		if reported[e.name] {
			continue
		}
		search := cycleSearch{needs: needs, seen: map[string]bool{}}
		cycle := search.from([]string{e.name})
		if len(cycle) == 0 {
			continue
		}
		for _, name := range cycle {
			reported[name] = true
		}
		c.fault(e.value.get("needs"), "runs in a circle: "+strings.Join(cycle, " needs "))
	}
}

// cycleSearch follows `needs` to find a cycle. A service that was seen is not followed
// again: it leads nowhere, or into a cycle that begins further on and is reported
// there. Otherwise the paths to follow would be as many as there are orders of the
// services.
type cycleSearch struct {
	needs map[string][]string
	seen  map[string]bool
}

// from extends a path from its end and returns the cycle back to its start, or nil.
func (s *cycleSearch) from(way []string) []string {
	for _, name := range s.needs[way[len(way)-1]] {
		if name == way[0] {
			return append(way, name)
		}
		if s.seen[name] {
			continue
		}
		s.seen[name] = true
		if cycle := s.from(append(way, name)); cycle != nil {
			return cycle
		}
	}
	return nil
}
