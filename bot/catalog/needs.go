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
	names := namesOf(services)
	needs := map[string][]string{}
	for _, e := range services.entries {
		needs[e.name] = e.value.get("needs").strs()
	}
	reported := map[string]bool{}
	for _, e := range services.entries {
		for _, n := range e.value.get("needs").each() {
			c.mustBe(n, "a service", "services", names)
		}
		circle := needsCircle(needs, []string{e.name})
		if len(circle) == 0 || reported[e.name] {
			continue
		}
		for _, name := range circle {
			reported[name] = true
		}
		c.fault(e.value.get("needs"), "runs in a circle: "+strings.Join(circle, " needs "))
	}
}

// needsCircle follows the needs on from the end of a way and gives the way that
// leads back to its beginning, if one does.
func needsCircle(needs map[string][]string, way []string) []string {
	for _, name := range needs[way[len(way)-1]] {
		if name == way[0] {
			return append(way, name)
		}
		if slices.Contains(way, name) {
			continue // a circle that begins further on, to be told there
		}
		if circle := needsCircle(needs, append(slices.Clone(way), name)); circle != nil {
			return circle
		}
	}
	return nil
}
