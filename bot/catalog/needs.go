package catalog

import (
	"slices"
	"strings"
)

// Ordered is a service among others that go together.
type Ordered struct {
	Service Service
	// After are those of the others that go before it.
	After []string
}

// Order brings services into the order in which they go together: each behind
// those that it needs, be it by way of others that do not go along, and else as
// they are given.
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

// neededOf are those of some services that a service needs, directly or not.
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

// needsAgree checks that every `needs` names other services and that none leads
// back to where it began.
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
		search := circleSearch{needs: needs, seen: map[string]bool{}}
		circle := search.from([]string{e.name})
		if len(circle) == 0 {
			continue
		}
		for _, name := range circle {
			reported[name] = true
		}
		c.fault(e.value.get("needs"), "runs in a circle: "+strings.Join(circle, " needs "))
	}
}

// circleSearch looks for a way along the needs that leads back to its beginning.
// What was seen once is not followed again: either it leads nowhere, or through
// what the way already has, and then that circle begins further on and is told
// there. Without this the ways would be as many as the orders of the services.
type circleSearch struct {
	needs map[string][]string
	seen  map[string]bool
}

// from follows a way on from its end and gives the circle, or nil.
func (s *circleSearch) from(way []string) []string {
	for _, name := range s.needs[way[len(way)-1]] {
		if name == way[0] {
			return append(way, name)
		}
		if s.seen[name] {
			continue
		}
		s.seen[name] = true
		if circle := s.from(append(way, name)); circle != nil {
			return circle
		}
	}
	return nil
}
