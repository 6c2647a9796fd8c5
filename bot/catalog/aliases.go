package catalog

import (
	"fmt"
	"maps"
	"slices"
)

// An alias is a short or a former name that people may type for a service or an
// environment. A real name always wins: in a service that has an environment of that
// name, the alias means nothing.

// Named finds a service by the word that somebody typed: by its name or, failing that,
// by an alias.
func (c *Catalog) Named(word string) (Service, bool) {
	if service, found := c.Service(word); found {
		return service, true
	}
	i := slices.IndexFunc(c.Services, func(s Service) bool { return slices.Contains(s.Aliases, word) })
	if i < 0 {
		return Service{}, false
	}
	return c.Services[i], true
}

// EnvironmentNamed returns the environment that a word means: the one of that name or,
// failing that, the one that it is an alias of.
func (s Service) EnvironmentNamed(word string) (string, bool) {
	if _, found := s.Environment(word); found {
		return word, true
	}
	name, found := s.Short[word]
	return name, found
}

// EnvironmentsNamed lists the environments that a word can mean where no service is
// named: those of that name or, failing that, those that it is an alias of.
func (c *Catalog) EnvironmentsNamed(word string) []string {
	var names []string
	for _, s := range c.Services {
		if _, found := s.Environment(word); found {
			return []string{word}
		}
		if name, found := s.Short[word]; found && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// aliasNameRule accepts the name of a command that is still to come, so that an old
// word may stay in use. The name of an existing command would never be read as an
// alias.
func aliasNameRule(verbs []string) rule {
	r := nameRule()
	isWord := r.also
	r.also = func(name string) string {
		if reserved(verbs, name) {
			return "this is the name of a command, which is stronger, so it would never be read as an alias"
		}
		return isWord(name)
	}
	return r
}

// serviceAliasesShape accepts a list of further names of the service itself, or a table
// of short names of its environments.
func serviceAliasesShape(verbs []string) shape {
	name := textOf(aliasNameRule(verbs), "Another name of the service.")
	return environmentAliasesShape("Short names of this service's environments, or a list of further names of the service itself.").orManyOf(name, maxNames)
}

func environmentAliasesShape(about string) shape {
	return tableOf(textOf(nameRule(), "The environment that is meant."), nameRule(), maxNames, about)
}

// aliasesAgree checks that every alias means something, and that none is also a real
// name or another alias.
func (c *checker) aliasesAgree(root *node) {
	services := root.get("services")
	everywhere := everyEnvironment(services)
	names, taken := declaredIn(services), map[string]string{}
	for _, e := range services.entries {
		c.serviceAliasesAgree(e, names, taken)
	}
	for _, e := range root.get("aliases").entries {
		c.mustBe(e.value, "an environment of any service", "services", everywhere)
		if e.value.valid && e.value.str() == e.name {
			c.fault(e.value, "is the name itself; remove it")
		}
	}
}

// everyEnvironment lists the environments of all services, each name once.
func everyEnvironment(services *node) declared {
	everywhere := declared{has: map[string]bool{}}
	for _, e := range services.entries {
		for _, name := range declaredIn(e.value.get("environments")).list {
			if !everywhere.has[name] {
				everywhere.has[name] = true
				everywhere.list = append(everywhere.list, name)
			}
		}
	}
	return everywhere
}

// serviceAliasesAgree checks the aliases of one service. taken maps the service aliases
// seen so far to their services.
func (c *checker) serviceAliasesAgree(e entry, services declared, taken map[string]string) {
	aliases, environments := e.value.get("aliases"), declaredIn(e.value.get("environments"))
	for _, short := range aliases.entries {
		c.mustBe(short.value, "an environment", "environments", environments)
		if environments.has[short.name] {
			c.fault(short.value, "would never be read: "+short.name+" is an environment of this service, and a real name is stronger; remove it")
		}
	}
	if aliases.kind != sequence {
		return
	}
	for _, alias := range aliases.items {
		name := alias.str()
		first, twice := taken[name]
		switch {
		case name == "":
		case services.has[name]:
			c.fault(alias, "would never be read: a service bears that name, and a real name is stronger; remove it")
		case twice && first != e.name:
			c.fault(alias, fmt.Sprintf("is an alias of %s already", first))
		default:
			taken[name] = e.name
		}
	}
}

// decodeShort returns the short names of a service's environments: its own, and those
// of the whole file that mean one of its environments. Names that the service's real
// names override are left out.
func decodeShort(service Service, own, whole *node) map[string]string {
	short := map[string]string{}
	for _, aliases := range []*node{whole, own} {
		for _, e := range aliases.entries {
			if _, leads := service.Environment(e.value.str()); leads {
				short[e.name] = e.value.str()
			}
		}
	}
	maps.DeleteFunc(short, func(word, _ string) bool {
		_, stronger := service.Environment(word)
		return stronger
	})
	if len(short) == 0 {
		return nil
	}
	return short
}
